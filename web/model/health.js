// From figures to a state: what is well, what deserves a look, what is wrong. Rules only; no DOM and no text.

import { isOver } from "./freshness.js";

/** @typedef {import("./snapshot.js").Snapshot} Snapshot */
/** @typedef {"ok" | "warning" | "error" | "unknown" | "plain"} Health Plain: a figure that no rule judges. */

/** A record counts as late from here on, as in the contract's late_total. */
const LATE_MS = 10;

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
    return judge(Math.abs(deviation), 0.02, 0.1);
  },
  loss(snapshot) {
    const { lost, duplicated } = snapshot.pipeline;
    if ((lost || 0) > 0) return "error";
    if ((duplicated || 0) > 0) return "warning";
    return lost === null && duplicated === null ? "unknown" : "ok";
  },
  errors(snapshot) {
    const rate = snapshot.pipeline.error_rate;
    if (rate === null) return "unknown";
    return rate === 0 ? "ok" : judge(rate, 0, 0.01);
  },
  pressure(snapshot) {
    const level = snapshot.flink.backpressure_level;
    if (level === null) return "unknown";
    return level === "ok" ? "ok" : level === "low" ? "warning" : "error";
  },
  generator(snapshot) {
    const { interval, total } = snapshot.latency.generator_delay;
    const delay = isOver(snapshot) ? total.p99_ms : interval.p99_ms;
    if (delay === null) return "unknown";
    const punctual = judge(delay, LATE_MS, 10 * LATE_MS);
    // A busy machine is a warning only: whether the generator suffers is what its own delay says.
    return punctual === "ok" && (snapshot.system.machine_cpu_ratio || 0) > 0.9 ? "warning" : punctual;
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
 * @param {number} figure
 * @param {number} warnAbove
 * @param {number} failAbove
 * @returns {Health}
 */
function judge(figure, warnAbove, failAbove) {
  if (figure > failAbove) return "error";
  return figure > warnAbove ? "warning" : "ok";
}

/**
 * @param {string} status Status of a part in the contract.
 * @returns {Health}
 */
export function statusHealth(status) {
  if (status === "running") return "ok";
  if (status === "error") return "error";
  return status === "unknown" ? "unknown" : "plain";
}
