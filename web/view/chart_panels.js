// The charts of the page, as data. Paths are those of the contract. A chart or a line is added here; how it is drawn is
// the business of chart.js.

import { STAGE_WORDS } from "../model/rules.js";

/** @typedef {import("./format.js").Kind} Kind */
/**
 * @typedef {object} Line
 * @property {string} label
 * @property {string} path
 * @property {string} colour
 * @property {boolean} [plan] Drawn whole, ahead of time.
 * @property {boolean} [off] Hidden until somebody asks for it.
 * @property {boolean} [growth] A count that only grows: its growth a second is drawn.
 */
/**
 * @typedef {object} ChartPanel
 * @property {string} id
 * @property {string} title
 * @property {string} unit
 * @property {Kind} kind
 * @property {Line[]} lines
 * @property {string} requires Figure whose reason explains an empty chart.
 * @property {string} [against] Figure on the x axis instead of time.
 * @property {boolean} [percentiles] Whether any percentile can be added.
 */

/** @type {ChartPanel[]} */
export const CHARTS = [
  {
    id: "throughput",
    title: "Throughput",
    unit: "msg/s",
    kind: "rate",
    requires: "producer.rate",
    lines: [
      { label: "plan", path: "producer.planned_rate_per_s", colour: "plan", plan: true },
      { label: "producer", path: "producer.rate", colour: "producer" },
      { label: "consumer", path: "consumer.rate", colour: "consumer" },
    ],
  },
  {
    id: "latency",
    title: "End-to-end latency",
    unit: "",
    kind: "ms",
    requires: "latency.end_to_end.interval.p99_ms",
    percentiles: true,
    lines: [
      { label: "p50", path: "latency.end_to_end.interval.p50_ms", colour: "p50" },
      { label: "p95", path: "latency.end_to_end.interval.p95_ms", colour: "p95" },
      { label: "p99", path: "latency.end_to_end.interval.p99_ms", colour: "p99" },
      { label: "p99.9", path: "latency.end_to_end.interval.p999_ms", colour: "producer", off: true },
      { label: "max", path: "latency.end_to_end.interval.max_ms", colour: "consumer", off: true },
    ],
  },
];

/** @type {ChartPanel[]} */
export const MORE_CHARTS = [
  {
    id: "stages",
    title: "p99 by stage",
    unit: "",
    kind: "ms",
    requires: "latency.ack.interval.p99_ms",
    lines: [
      { label: STAGE_WORDS.generator_delay, path: "latency.generator_delay.interval.p99_ms", colour: "p50" },
      { label: STAGE_WORDS.ack, path: "latency.ack.interval.p99_ms", colour: "producer" },
      { label: STAGE_WORDS.append, path: "latency.append.interval.p99_ms", colour: "consumer" },
      { label: STAGE_WORDS.end_to_end, path: "latency.end_to_end.interval.p99_ms", colour: "p99" },
    ],
  },
  {
    id: "lag",
    title: "Lag",
    unit: "records",
    kind: "count",
    requires: "consumer.lag",
    lines: [
      { label: "in flight", path: "pipeline.lag", colour: "p99" },
      { label: "consumer", path: "consumer.lag", colour: "consumer" },
      { label: "Flink pending", path: "flink.pending_records", colour: "producer" },
      { label: "Flink group", path: "flink.group_lag", colour: "plan", off: true },
    ],
  },
  {
    id: "pressure",
    title: "Busy and back-pressure",
    unit: "",
    kind: "ratio",
    requires: "flink.busy_ratio",
    lines: [
      { label: "busy", path: "flink.busy_ratio", colour: "producer" },
      { label: "back-pressure", path: "flink.backpressure_ratio", colour: "consumer" },
    ],
  },
  {
    id: "checkpoints",
    title: "Checkpoints",
    unit: "",
    kind: "ms",
    requires: "flink.checkpoints.last_duration_ms",
    lines: [
      { label: "duration", path: "flink.checkpoints.last_duration_ms", colour: "producer" },
      { label: "alignment", path: "flink.checkpoints.alignment_ms", colour: "consumer" },
      { label: "start delay", path: "flink.checkpoints.start_delay_ms", colour: "p50" },
    ],
  },
  {
    id: "errors",
    title: "Errors by category",
    unit: "per second",
    kind: "number",
    requires: "error_trends.connection.total",
    lines: [
      { label: "connection", path: "error_trends.connection.total", colour: "p99", growth: true },
      { label: "serialisation", path: "error_trends.serialisation.total", colour: "consumer", growth: true },
      { label: "processing", path: "error_trends.processing.total", colour: "p95", growth: true },
      { label: "data quality", path: "error_trends.data_quality.total", colour: "producer", growth: true },
    ],
  },
  {
    id: "error-rate",
    title: "Error rate",
    unit: "of records",
    kind: "percent",
    requires: "pipeline.error_rate",
    lines: [{ label: "failed", path: "pipeline.error_rate", colour: "error" }],
  },
  {
    id: "cpu",
    title: "CPU",
    unit: "",
    kind: "share",
    requires: "system.machine_cpu_ratio",
    lines: [
      { label: "machine", path: "system.machine_cpu_ratio", colour: "plan" },
      { label: "PipeGen, of a core", path: "system.cpu_ratio", colour: "producer" },
      { label: "Kafka, of a core", path: "system.kafka_cpu_ratio", colour: "p95" },
      { label: "TaskManager", path: "flink.task_manager_cpu_ratio", colour: "p99" },
      { label: "JobManager", path: "flink.job_manager.cpu_ratio", colour: "consumer", off: true },
    ],
  },
  {
    id: "against-rate",
    title: "Latency against rate",
    unit: "",
    kind: "ms",
    requires: "latency.end_to_end.interval.p99_ms",
    against: "producer.rate",
    lines: [
      { label: "p50", path: "latency.end_to_end.interval.p50_ms", colour: "p50" },
      { label: "p99", path: "latency.end_to_end.interval.p99_ms", colour: "p99" },
    ],
  },
];
