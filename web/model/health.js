// From figures to a state: what is well, what deserves a look, what is wrong. Rules only; no DOM and no text.

import { isOver } from "./freshness.js";
import { LIMITS } from "./rules.js";

/** @typedef {import("./snapshot.js").Snapshot} Snapshot */
/** @typedef {import("./rules.js").Health} Health */

/**
 * @param {Snapshot} snapshot
 * @returns {number | null} How far the real rate is off the planned one; 0.01 is one percent above.
 */
export function rateDeviation(snapshot) {
  const { rate, planned_rate_per_s: planned } = snapshot.producer;
  return rate === null || planned === null || planned <= 0 ? null : rate / planned - 1;
}

/** @type {Record<string, (snapshot: Snapshot) => Health>} */
export const HEALTH = {
  rate(snapshot) {
    const deviation = rateDeviation(snapshot);
    if (snapshot.run.phase !== "running" || deviation === null) return "plain";
    return judge(Math.abs(deviation), LIMITS.rateDeviation);
  },
  loss(snapshot) {
    const { lost, duplicated } = snapshot.pipeline;
    if (lost) return "error";
    if (duplicated) return "warning";
    // A loss is known at the end; one that is still not known then is not known for good.
    return lost === null && (isOver(snapshot) || duplicated === null) ? "unknown" : "ok";
  },
  errors(snapshot) {
    return judge(snapshot.pipeline.error_rate, LIMITS.errorRate);
  },
  pressure(snapshot) {
    return pressureHealth(snapshot.flink.backpressure_level);
  },
  generator(snapshot) {
    const { interval, total } = snapshot.latency.generator_delay;
    const punctual = judge((isOver(snapshot) ? total : interval).p99_ms, LIMITS.generatorDelayMs);
    // A busy machine is a warning only: whether the generator suffers is what its own delay says.
    const busy = judge(snapshot.system.machine_cpu_ratio, LIMITS.machineBusy) === "warning";
    return punctual === "ok" && busy ? "warning" : punctual;
  },
  quality({ data_quality: quality }) {
    if (quality.score === null) return "unknown";
    const invalid = [quality.output, quality.input].some((topic) => topic !== null && topic.invalid_total > 0);
    if (invalid || quality.rules_failed > 0) return "error";
    return quality.anomalies.some((each) => each.until === null) ? "warning" : "ok";
  },
  endToEnd(snapshot) {
    return snapshot.latency.end_to_end === null ? "unknown" : "plain";
  },
  lag(snapshot) {
    return snapshot.pipeline.lag_s === null ? "unknown" : "plain";
  },
};

/**
 * @param {number | null} figure
 * @param {import("./rules.js").Limit} limit
 * @returns {Health}
 */
export function judge(figure, limit) {
  if (figure === null) return "unknown";
  if (figure > limit.red) return "error";
  return figure > limit.amber ? "warning" : "ok";
}

/**
 * @param {import("./snapshot.js").VertexMetrics["backpressure_level"]} level
 * @returns {Health}
 */
export function pressureHealth(level) {
  if (level === null) return "unknown";
  return level === "ok" ? "ok" : level === "low" ? "warning" : "error";
}
