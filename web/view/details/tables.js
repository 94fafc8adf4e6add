// The tables behind the tabs as data: columns, and rows made from a snapshot.

import { isOver } from "../../model/freshness.js";
import { judge, pressureHealth } from "../../model/health.js";
import { reasonFor } from "../../model/paths.js";
import { LIMITS, STAGE_WORDS } from "../../model/rules.js";
import { timeOfDay, UNKNOWN, words } from "../format.js";
import { PRESSURE_LEVELS } from "../panels.js";

/** @typedef {import("../../model/snapshot.js").Snapshot} Snapshot */
/** @typedef {import("../../model/health.js").Health} Health */
/** @typedef {import("../table.js").Cell} Cell */
/** @typedef {import("../table.js").TableTab} TableTab */

const number = (/** @type {string} */ title, /** @type {string} */ about = "") => ({ title, about, numeric: true });

/** @typedef {Exclude<keyof import("../../model/snapshot.js").Latency, "exactly_once">} StageName */

/** @type {Array<[string, StageName, string]>} */
const BEFORE_FLINK = [
  ["Generator delay", "generator_delay", "Sent minus due."],
  ["Acknowledged", "ack", "Acknowledged by Kafka minus due."],
];
/** @type {Array<[string, StageName, string]>} */
const AFTER_FLINK = [
  ["Written by Flink", "append", "Appended to the output, by the broker's clock, minus due; whole milliseconds."],
  ["End to end", "end_to_end", "Consumed minus due."],
];

const NO_TWIN = "This stage has no uncorrected figure.";

/** @type {Record<string, Health>} */
const SQL_STATE = { waiting: "unknown", running: "ok", done: "plain", error: "error" };

/** @type {TableTab} */
export const STAGES = {
  label: "Latency by stage",
  columns: [
    { title: "Stage" },
    { title: "Share of end-to-end p99", about: "p99 of the stage over p99 end to end, since the start.", wide: true },
    number("p50"),
    number("p95"),
    number("p99"),
    number("p99.9"),
    number("Max"),
    number("Uncorrected p99", "From the actual send instead of the due time."),
    number("Samples"),
    number("Negative", "Samples below zero: clocks that disagree."),
  ],
  empty: () => "No stages.",
  rows(snapshot) {
    const whole = snapshot.latency.end_to_end;
    const longest = whole === null ? null : whole.total.p99_ms;
    /** @param {[string, StageName, string]} row */
    const staged = ([title, name, about]) => stageRow(snapshot, title, name, about, longest);
    return [
      ...BEFORE_FLINK.map(staged),
      sourceRow(snapshot, longest),
      ...AFTER_FLINK.map(staged),
      staged(waitOf(snapshot)),
    ];
  },
};

/** @type {TableTab} */
export const FLINK = {
  label: "Vertices of the job",
  columns: [
    { title: "Vertex", wide: true },
    { title: "State" },
    number("In msg/s"),
    number("Out msg/s"),
    { title: "Busy", about: "Busy time, largest over the subtasks." },
    { title: "Back-pressured", about: PRESSURE_LEVELS },
    number("Watermark lag"),
    number("Late, dropped", "Records dropped because they came too late."),
    number("Subtasks"),
  ],
  empty: (snapshot) => snapshot.flink.status_reason || "Flink has reported no vertices of the job yet.",
  rows: (snapshot) =>
    snapshot.flink.vertices.map((vertex) => [
      { text: vertex.name, long: true, title: vertex.name },
      {
        text: vertex.state.toLowerCase(),
        health: vertex.state === "RUNNING" ? "ok" : vertex.state === "FAILED" ? "error" : "unknown",
      },
      { text: words("number", vertex.records_in_per_s) },
      { text: words("number", vertex.records_out_per_s) },
      {
        text: words("ratio", vertex.busy_ratio),
        bar: vertex.busy_ratio,
        health: judge(vertex.busy_ratio, LIMITS.vertexBusy),
      },
      {
        text: `${words("ratio", vertex.backpressure_ratio)} ${(vertex.backpressure_level || "").toUpperCase()}`,
        bar: vertex.backpressure_ratio,
        health: pressureHealth(vertex.backpressure_level),
      },
      { text: words("ms", vertex.watermark_lag_ms) },
      { text: words("count", vertex.late_records_dropped) },
      { text: words("count", vertex.parallelism) },
    ]),
};

/** @type {TableTab} */
export const PROCESSES = {
  label: "Processes of the cluster",
  columns: [
    { title: "Process", wide: true },
    { title: "Address" },
    { title: "CPU", about: "Load of its JVM; 100 % is all cores of its machine." },
    { title: "Heap", about: "In use, of the largest." },
    number("Non-heap"),
    number("Slots free"),
    number("Last heartbeat", "Time since the last one."),
  ],
  empty: (snapshot) => snapshot.flink.status_reason || "Flink has reported no processes yet.",
  rows: ({ flink }) =>
    (flink.job_manager === null ? [] : [flink.job_manager]).concat(flink.task_manager_list).map((process, at) => {
      const { heap_used_bytes: used, heap_max_bytes: largest } = process;
      return [
        { text: flink.job_manager !== null && at === 0 ? "JobManager" : process.id, long: true },
        { text: process.address || UNKNOWN },
        { text: words("share", process.cpu_ratio), bar: process.cpu_ratio },
        {
          text: `${words("bytes", used)} of ${words("bytes", largest)}`,
          bar: used !== null && largest ? used / largest : null,
        },
        { text: words("bytes", process.non_heap_used_bytes) },
        {
          text:
            process.slots_total === null
              ? UNKNOWN
              : `${words("count", process.slots_free)} of ${words("count", process.slots_total)}`,
        },
        { text: words("ms", process.heartbeat_age_ms) },
      ];
    }),
};

/** @type {TableTab} */
export const INPUTS = {
  label: "Inputs",
  columns: [
    { title: "Input" },
    { title: "Topic" },
    { title: "Follows", about: "The input whose records its own come after." },
    number("Loaded before", "Records sent before the load, one for each key of a table."),
    number("Planned"),
    number("Acknowledged"),
    number("Rate"),
    number("Errors"),
  ],
  empty: () => "No inputs.",
  // A recording from before there were several has none.
  rows: (snapshot) =>
    (snapshot.inputs || []).map((input) => [
      { text: input.name },
      { text: input.topic },
      { text: input.follows || UNKNOWN },
      { text: words("count", input.loaded_total) },
      { text: words("count", input.planned_total) },
      { text: words("count", input.total) },
      { text: words("rate", input.rate) },
      { text: words("count", input.errors) },
    ]),
};

/** @type {TableTab} */
export const OUTPUTS = {
  label: "Outputs",
  columns: [
    { title: "Output" },
    { title: "Topic" },
    number("Consumed"),
    number("Rate"),
    number("Lost"),
    number("Duplicated"),
    number("p50", "End to end, since the start."),
    number("p99", "End to end, since the start."),
    { title: "Drain", wide: true },
  ],
  empty: () => "No outputs.",
  // A recording from before there were several has none.
  rows: (snapshot) => (snapshot.outputs || []).map(outputRow),
};

/**
 * @param {import("../../model/snapshot.js").OutputState} output
 * @returns {Cell[]}
 */
function outputRow(output) {
  const latency = output.end_to_end;
  const uncounted = output.counts_reason || "";
  return [
    { text: output.name },
    { text: output.topic },
    { text: words("count", output.total) },
    { text: words("rate", output.rate) },
    { text: words("count", output.lost), title: uncounted },
    { text: words("count", output.duplicated), title: uncounted },
    { text: words("ms", latency ? latency.p50_ms : null), title: output.traced_reason },
    { text: words("ms", latency ? latency.p99_ms : null), title: output.traced_reason },
    { text: output.drain || UNKNOWN, long: true },
  ];
}

/** @type {TableTab} */
export const EVENTS = {
  label: "Lost, duplicated, out-of-order and late events",
  columns: [
    { title: "What" },
    { title: "Input" },
    { title: "Output" },
    number("Number", "In the plan of the input, from 0."),
    { title: "Due" },
    number("Partition", "Of the output's topic."),
    number("Offset"),
    { title: "Key" },
    { title: "Record", about: "Made once more, as it was sent.", wide: true },
  ],
  empty: (snapshot) => (isOver(snapshot) ? "No event." : "Known once the run is over."),
  // A recording from before they were looked for has none.
  rows: (snapshot) =>
    (snapshot.events || []).map((event) => [
      { text: event.kind.replace(/_/g, " "), health: event.kind === "lost" ? "error" : "warning" },
      { text: event.input },
      { text: event.output || UNKNOWN },
      { text: words("count", event.number) },
      { text: event.due_ms === null ? UNKNOWN : timeOfDay(new Date(event.due_ms).toISOString()) },
      { text: words("count", event.partition) },
      { text: words("count", event.offset) },
      { text: event.key === null ? UNKNOWN : event.key, long: true },
      { text: event.value === null ? UNKNOWN : event.value, long: true, code: true },
    ]),
};

/** @type {TableTab} */
export const SQL = {
  label: "SQL",
  columns: [
    { title: "State" },
    { title: "Statement", wide: true },
    { title: "File" },
    { title: "Message", wide: true },
  ],
  empty: () => "No statements.",
  rows: (snapshot) =>
    snapshot.sql.map((statement) => [
      { text: statement.state, health: SQL_STATE[statement.state] },
      { text: statement.summary, long: true, title: statement.kind },
      { text: statement.file },
      { text: statement.error || (statement.job_id ? `job ${statement.job_id}` : ""), long: true },
    ]),
};

/**
 * What a record waits for in the output topic.
 *
 * @param {Snapshot} snapshot
 * @returns {[string, StageName, string]}
 */
function waitOf({ latency }) {
  const about = "Consumed minus appended to the output; a part of the way end to end.";
  return latency.exactly_once
    ? [
        `of it: checkpoint and ${STAGE_WORDS.output_wait}`,
        "output_wait",
        `${about} The sink is exactly-once: its records wait for a checkpoint.`,
      ]
    : [`of it: ${STAGE_WORDS.output_wait}`, "output_wait", about];
}

/**
 * Flink's source tells one figure, not a distribution.
 *
 * @param {Snapshot} snapshot
 * @param {number | null} longest
 * @returns {Cell[]}
 */
function sourceRow({ flink, reasons }, longest) {
  const lag = flink.source_emit_lag_ms;
  const about = "Handed on by Flink's source minus due: its newest record, largest over the subtasks.";
  const none = { text: UNKNOWN, title: "Flink reports its newest record only." };
  const share = longest && lag !== null ? lag / longest : null;
  const why = lag === null ? reasons["flink.source_emit_lag_ms"] || reasons.flink || "" : about;
  return [
    { text: "Read by Flink", title: about },
    { text: share === null ? UNKNOWN : words("ratio", share), bar: share, title: why },
    ...Array.from({ length: 4 }, () => none),
    { text: words("ms", lag), title: why },
    ...Array.from({ length: 3 }, () => none),
  ];
}

/**
 * @param {Snapshot} snapshot
 * @param {string} title
 * @param {StageName} name
 * @param {string} about
 * @param {number | null} longest
 * @returns {Cell[]}
 */
function stageRow(snapshot, title, name, about, longest) {
  const stage = snapshot.latency[name];
  if (stage === null) {
    const reason = reasonFor(snapshot, `latency.${name}`);
    const rest = Array.from({ length: 8 }, () => ({ text: UNKNOWN, title: reason }));
    return [{ text: title, title: about }, { text: "not measurable", title: reason, long: true }, ...rest];
  }
  const { total } = stage;
  const twin = "uncorrected_total" in stage ? stage.uncorrected_total : null;
  const share = longest && total.p99_ms !== null ? total.p99_ms / longest : null;
  const none = total.count === 0 ? "No samples yet." : "";
  const bound = "bound" in stage && stage.bound === "upper" ? stage.bound_reason : null;
  return [
    bound === null
      ? { text: title, title: about }
      : { text: `${title}, at most`, title: `${about} An upper bound: ${bound}.` },
    { text: share === null ? UNKNOWN : words("ratio", share), bar: share },
    ...[total.p50_ms, total.p95_ms, total.p99_ms, total.p999_ms, total.max_ms].map((figure) => ({
      text: words("ms", figure),
      title: none,
    })),
    twin === null
      ? {
          text: UNKNOWN,
          title: "uncorrected_total" in stage ? reasonFor(snapshot, `latency.${name}.uncorrected_total`) : NO_TWIN,
        }
      : { text: words("ms", twin.p99_ms) },
    { text: words("count", total.count) },
    { text: words("count", stage.negative_count) },
  ];
}
