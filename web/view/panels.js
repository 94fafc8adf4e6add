// What the page shows, as data: the parts of the flow and the tiles; the charts are in chart_panels.js. Paths are those
// of the contract. A tile is added here; how it is drawn is the business of the other files.

import { isOver } from "../model/freshness.js";
import { rateDeviation } from "../model/health.js";
import { figureAt } from "../model/paths.js";
import { PHASE_PATHS } from "../model/phases.js";
import { LIMITS } from "../model/rules.js";
import { CHARTS, MORE_CHARTS } from "./chart_panels.js";
import { deviation, show, tick, words } from "./format.js";

/** @typedef {import("../model/snapshot.js").Snapshot} Snapshot */
/** @typedef {import("./format.js").Kind} Kind */
/** @typedef {{path: string, finalPath?: string, kind: Kind, why?: (snapshot: Snapshot) => string | null}} Figure When the run
 *   is over, finalPath is shown; why a figure is not known, where the contract has no reason for it. */
/** @typedef {{id: "producer" | "kafka" | "flink" | "output" | "consumer", tab: string, title: string, rate: string, total: string,
 *   telling: (snapshot: Snapshot) => string}} Part */
/** @typedef {{id: string, title: string, figures: Figure[], about: string, section: string | null,
 *   health: keyof typeof import("../model/health.js").HEALTH | ((snapshot: Snapshot) => import("../model/health.js").Health),
 *   series: string, colour: string, context: (snapshot: Snapshot) => string}} Tile */
/**
 * @param {Snapshot} snapshot
 * @param {Kind} kind
 * @param {string} path
 * @param {string} noun
 * @returns {string} "4 partitions", "– partitions".
 */
function some(snapshot, kind, path, noun) {
  const figure = figureAt(snapshot, path);
  return `${words(kind, figure)} ${noun}${figure === 1 ? "" : "s"}`;
}

const { rateDeviation: RATE, generatorDelayMs: DELAY, backpressure: PRESSURE } = LIMITS;

export const PRESSURE_LEVELS = `Up to ${words("ratio", PRESSURE.amber)} ok, up to ${words("ratio", PRESSURE.red)} low, else high.`;

/** @type {Part[]} */
export const PARTS = [
  {
    id: "producer",
    tab: "producer",
    title: "Producer",
    rate: "producer.rate",
    total: "producer.total",
    telling: (snapshot) => some(snapshot, "count", "producer.errors", "error"),
  },
  {
    id: "kafka",
    tab: "kafka",
    title: "Kafka",
    rate: "kafka.rate",
    total: "kafka.input_total",
    telling: (snapshot) =>
      `${some(snapshot, "count", "kafka.brokers", "broker")} · ${some(snapshot, "count", "kafka.partitions", "partition")}`,
  },
  {
    id: "flink",
    tab: "flink",
    title: "Flink",
    rate: "flink.rate",
    total: "flink.records_in_total",
    telling: (snapshot) => `busy ${words("ratio", snapshot.flink.busy_ratio)}`,
  },
  {
    id: "output",
    tab: "kafka",
    title: "Output",
    rate: "output.rate",
    total: "output.total",
    telling: (snapshot) => some(snapshot, "count", "output.partitions", "partition"),
  },
  {
    id: "consumer",
    tab: "consumer",
    title: "Consumer",
    rate: "consumer.rate",
    total: "consumer.total",
    telling: (snapshot) => `lag ${words("count", snapshot.consumer.lag)}`,
  },
];

/** @type {Tile[]} */
export const TILES = [
  {
    id: "rate",
    title: "Producer rate",
    figures: [{ path: "producer.rate", kind: "rate" }],
    health: "rate",
    about: `Acknowledged records per second against the plan. Amber above ${words("share", RATE.amber)} off the plan, red above ${words("share", RATE.red)}.`,
    section: "producer",
    series: "producer.rate",
    colour: "producer",
    context(snapshot) {
      if (isOver(snapshot)) {
        const { producer, traffic } = snapshot;
        return `${words("count", producer.total)} delivered\nof ${words("count", traffic.planned_total)} planned`;
      }
      const off = rateDeviation(snapshot);
      const plan = `plan ${show("rate", snapshot.producer.planned_rate_per_s).text}`;
      return off === null || snapshot.run.phase !== "running" ? plan : `${plan} · ${deviation(off)}`;
    },
  },
  {
    id: "end-to-end",
    title: "End-to-end p99",
    figures: [{ path: "latency.end_to_end.interval.p99_ms", finalPath: "latency.end_to_end.total.p99_ms", kind: "ms" }],
    health: "endToEnd",
    about:
      "Consumed minus due: over the last interval, of the whole run when it is over. Uncorrected: from the actual send. Upper bounds: by timestamp alone, a row that is written again is timed again, from its old due time.",
    section: "consumer",
    series: "latency.end_to_end.interval.p99_ms",
    colour: "p99",
    context(snapshot) {
      const stage = snapshot.latency.end_to_end;
      if (stage === null) return "not measurable";
      const twin = isOver(snapshot) ? stage.uncorrected_total : stage.uncorrected_interval;
      const uncorrected = twin === null ? null : twin.p99_ms;
      const { p50_ms: p50, p95_ms: p95 } = isOver(snapshot) ? stage.total : stage.interval;
      const twinOrBound = stage.bound === "upper" ? "upper bounds" : `uncorrected ${words("ms", uncorrected)}`;
      return `p50 ${show("ms", p50).text} · p95 ${words("ms", p95)}\n${twinOrBound}`;
    },
  },
  {
    id: "lag",
    title: "Lag",
    figures: [{ path: "pipeline.lag_s", kind: "s" }],
    health: "lag",
    about: "Age of the newest consumed record's due time, and the records in flight through the pipeline.",
    section: "consumer",
    series: "pipeline.lag_s",
    colour: "consumer",
    context: (snapshot) => `${words("count", snapshot.pipeline.lag)} in flight`,
  },
  {
    id: "loss",
    title: "Lost · duplicated",
    figures: [
      { path: "pipeline.lost", kind: "count" },
      { path: "pipeline.duplicated", kind: "count" },
    ],
    health: "loss",
    about: "Delivered records that never came out, and records that came out more than once.",
    section: "consumer",
    series: "pipeline.duplicated",
    colour: "state",
    context(snapshot) {
      const { injected_total: faults } = snapshot.faults;
      const delivered = `of ${words("count", snapshot.producer.total)} delivered`;
      return faults ? `${delivered}\n${words("count", faults)} injected faults, counted separately` : delivered;
    },
  },
  {
    id: "errors",
    title: "Error rate",
    figures: [{ path: "pipeline.error_rate", kind: "percent" }],
    health: "errors",
    about: `Failed records over delivered and failed ones. Amber above ${LIMITS.errorRate.amber}, red above ${words("share", LIMITS.errorRate.red)}.`,
    section: "producer",
    series: "pipeline.error_rate",
    colour: "state",
    context(snapshot) {
      const kinds = snapshot.errors.length;
      const failed = `${words("count", snapshot.producer.errors)} failed`;
      return kinds ? `${failed} · ${kinds} kind${kinds === 1 ? "" : "s"}` : failed;
    },
  },
  {
    id: "pressure",
    title: "Back-pressure",
    figures: [{ path: "flink.backpressure_ratio", kind: "ratio" }],
    health: "pressure",
    about: `Back-pressured share of time, largest over Flink's vertices. ${PRESSURE_LEVELS}`,
    section: "flink",
    series: "flink.backpressure_ratio",
    colour: "p95",
    context(snapshot) {
      const { backpressure_level: level, pending_records: pending } = snapshot.flink;
      return `${level === null ? "level unknown" : level.toUpperCase()} · ${words("count", pending)} pending`;
    },
  },
  {
    id: "quality",
    title: "Data quality",
    figures: [{ path: "data_quality.score", kind: "score" }],
    health: "quality",
    about:
      "100 × the shares that are valid, complete, within the rules, and neither lost nor duplicated. Red where values are invalid or a rule fails, amber while an anomaly goes on.",
    section: "consumer",
    series: "data_quality.score",
    colour: "state",
    context({ data_quality: quality }) {
      const valid = `${words("percent", quality.output === null ? null : quality.output.valid_ratio)} valid`;
      const { rules_failed: failed, rules } = quality;
      const told = failed > 0 ? `${failed} of ${rules.length} rules fail` : `no rule of ${rules.length} fails`;
      return `${valid}\n${rules.length ? told : "no rules are set"}`;
    },
  },
  {
    id: "cost",
    title: "PipeGen itself",
    figures: [{ path: "system.cpu_ratio", kind: "cores" }],
    health: "generator",
    about: `CPU of the PipeGen process; 100 % is one core. Its delay is sent minus due, p99: amber above ${tick("ms", DELAY.amber)}, red above ${tick("ms", DELAY.red)}. Amber too when the whole machine is above ${words("share", LIMITS.machineBusy.amber)} busy.`,
    section: "system",
    series: "latency.generator_delay.interval.p99_ms",
    colour: "producer",
    context(snapshot) {
      const { interval, total } = snapshot.latency.generator_delay;
      const delay = words("ms", (isOver(snapshot) ? total : interval).p99_ms);
      const machine = words("share", snapshot.system.machine_cpu_ratio);
      return `${words("bytes", snapshot.system.rss_bytes)} · delay ${delay}\nmachine ${machine}`;
    },
  },
];

/**
 * @returns {string[]} The figures whose past the page needs.
 */
export function seriesPaths() {
  /** @type {string[]} */
  const paths = [...PHASE_PATHS, ...TILES.map((tile) => tile.series)];
  for (const { lines, against } of [...CHARTS, ...MORE_CHARTS]) {
    lines.forEach(({ path }) => paths.push(path));
    if (against) paths.push(against);
  }
  return paths;
}
