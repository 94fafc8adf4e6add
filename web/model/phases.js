// How the pipeline reacted to each phase of the plan: what was reached, how late, how far behind, how long it took to
// recover. From the rows of the series alone: sums and extremes of what was measured; percentiles are never averaged. No DOM.

/** @typedef {import("./snapshot.js").PhasePlan} PhasePlan */
/** @typedef {import("./series.js").Row} Row */
/**
 * @typedef {object} Reaction
 * @property {PhasePlan} phase
 * @property {"past" | "current" | "future"} when
 * @property {number | null} sent Acknowledged records during the phase.
 * @property {number | null} ratePerS Acknowledged records a second, over what has passed of the phase.
 * @property {number | null} plannedPerS Due records a second, over the same time.
 * @property {number | null} p99Ms Largest p99 of an interval.
 * @property {number | null} lag Largest number of records in flight.
 * @property {number | null} lagS Largest lag in seconds.
 * @property {number | null} busy Largest busy share of Flink.
 * @property {number | null} pressure Largest back-pressure of Flink.
 * @property {number | null} cpu Largest CPU of PipeGen.
 * @property {number | null} machine Largest CPU of the machine.
 * @property {number | null} kafkaCpu Largest CPU of the local broker.
 * @property {number | null} jobManagerCpu Largest CPU of the JobManager.
 * @property {number | null} taskManagerCpu Largest CPU of the busiest TaskManager.
 * @property {number | "waiting" | null} recoveryS Seconds after the end until the lag was back; waiting: not yet.
 */

export const PHASE_PATHS = [
  "producer.total",
  "producer.planned_total",
  "latency.end_to_end.interval.p99_ms",
  "pipeline.lag",
  "pipeline.lag_s",
  "flink.busy_ratio",
  "flink.backpressure_ratio",
  "system.cpu_ratio",
  "system.machine_cpu_ratio",
  "system.kafka_cpu_ratio",
  "flink.job_manager.cpu_ratio",
  "flink.task_manager_cpu_ratio",
  "flink.pending_records",
];

/** How far above its level before the phase a lag may stay and count as recovered. */
const BACK_RATIO = 1.2;
/** @type {[string, number][]} What tells it, the better first, and how far above its level each may stay as well. */
const SLACK = [
  ["pipeline.lag_s", 0.05],
  ["flink.pending_records", 10],
];

/**
 * @param {PhasePlan[]} phases
 * @param {Row[]} rows
 * @param {string[]} fields
 * @param {number} startedMs
 * @param {number | null} nowS Seconds of load; null before it.
 * @param {boolean} over Whether no more rows will come.
 * @returns {Reaction[]}
 */
export function reactions(phases, rows, fields, startedMs, nowS, over) {
  const column = (/** @type {string} */ path) => fields.indexOf(path);
  const seconds = (/** @type {Row} */ row) => (Number(row[0]) - startedMs) / 1000;
  return phases.map((phase, at) => {
    const during = rows.filter((row) => seconds(row) >= phase.start_s && seconds(row) <= phase.end_s);
    const largest = (/** @type {string} */ path) => extreme(during, column(path));
    const passed = during.length > 1 ? seconds(during[during.length - 1]) - seconds(during[0]) : 0;
    const sent = growth(during, column("producer.total"));
    const due = growth(during, column("producer.planned_total"));
    return {
      phase,
      when: nowS === null || nowS < phase.start_s ? "future" : nowS < phase.end_s && !over ? "current" : "past",
      sent,
      ratePerS: sent !== null && passed > 0 ? sent / passed : null,
      plannedPerS: due !== null && passed > 0 ? due / passed : null,
      p99Ms: largest("latency.end_to_end.interval.p99_ms"),
      lag: largest("pipeline.lag"),
      lagS: largest("pipeline.lag_s"),
      busy: largest("flink.busy_ratio"),
      pressure: largest("flink.backpressure_ratio"),
      cpu: largest("system.cpu_ratio"),
      machine: largest("system.machine_cpu_ratio"),
      kafkaCpu: largest("system.kafka_cpu_ratio"),
      jobManagerCpu: largest("flink.job_manager.cpu_ratio"),
      taskManagerCpu: largest("flink.task_manager_cpu_ratio"),
      recoveryS: at === 0 ? null : recovery(phase, rows, column, seconds, over),
    };
  });
}

/**
 * @param {PhasePlan} phase
 * @param {Row[]} rows
 * @param {(path: string) => number} columnOf
 * @param {(row: Row) => number} seconds
 * @param {boolean} over
 * @returns {number | "waiting" | null}
 */
function recovery(phase, rows, columnOf, seconds, over) {
  const before = rows.filter((row) => seconds(row) < phase.start_s && seconds(row) >= phase.start_s - 30);
  const told = SLACK.find(([path]) => extreme(before, columnOf(path)) !== null);
  if (!told) return null;
  const [column, slack] = [columnOf(told[0]), told[1]];
  const level = extreme(before, column);
  const after = rows.filter((row) => seconds(row) >= phase.end_s);
  if (level === null || !after.length) return null;
  const back = after.find((row) => row[column] !== null && Number(row[column]) <= level * BACK_RATIO + slack);
  if (back) return Math.max(0, seconds(back) - phase.end_s);
  return over || after.every((row) => row[column] === null) ? null : "waiting";
}

/**
 * @param {Row[]} rows
 * @param {number} column
 * @returns {number | null}
 */
function extreme(rows, column) {
  let found = null;
  for (const row of rows) {
    const value = row[column];
    if (typeof value === "number" && (found === null || value > found)) found = value;
  }
  return found;
}

/**
 * @param {Row[]} rows
 * @param {number} column
 * @returns {number | null}
 */
function growth(rows, column) {
  if (rows.length < 2) return null;
  const first = rows[0][column];
  const last = rows[rows.length - 1][column];
  return typeof first === "number" && typeof last === "number" ? last - first : null;
}
