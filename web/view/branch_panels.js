// The tiles and charts of one input or one output, as data. Paths are those of the contract, with its name in them.

import { branchPath, dueLast } from "../model/branches.js";
import { valueAt } from "../model/paths.js";
import { words } from "./format.js";

/** @typedef {import("../model/snapshot.js").Snapshot} Snapshot */
/** @typedef {import("../model/branches.js").Side} Side */
/** @typedef {import("./panels.js").Tile} Tile */
/** @typedef {import("./chart_panels.js").ChartPanel} ChartPanel */

/**
 * @param {Snapshot} snapshot
 * @param {Side} side
 * @param {string} name
 * @returns {any} The input or the output.
 */
function branchOf(snapshot, side, name) {
  return valueAt(snapshot, `${side}.\`${name}\``) || {};
}

/**
 * @param {string} name
 * @returns {Tile[]}
 */
export function inputTiles(name) {
  const path = (/** @type {string} */ field) => branchPath("inputs", name, field);
  const input = (/** @type {Snapshot} */ snapshot) => branchOf(snapshot, "inputs", name);
  return [
    {
      id: "branch-rate",
      title: "Rate",
      figures: [{ path: path("rate"), kind: "rate" }],
      health: () => "plain",
      about: "Records acknowledged per second.",
      section: "producer",
      series: path("rate"),
      colour: "producer",
      context: (snapshot) => `${input(snapshot).topic || ""}\n${input(snapshot).format || ""}`,
    },
    {
      id: "branch-total",
      title: "Sent",
      figures: [{ path: path("total"), kind: "count" }],
      health: () => "plain",
      about: "Records that Kafka has acknowledged.",
      section: "producer",
      series: path("total"),
      colour: "producer",
      context: (snapshot) => `of ${words("count", input(snapshot).planned_total)} planned`,
    },
    {
      id: "branch-errors",
      title: "Failed",
      figures: [{ path: path("errors"), kind: "count" }],
      health: (snapshot) => (input(snapshot).errors ? "error" : "ok"),
      about: "Records that Kafka has refused or not acknowledged.",
      section: "producer",
      series: "",
      colour: "state",
      context: (snapshot) => (input(snapshot).follows ? `follows ${input(snapshot).follows}` : ""),
    },
    {
      id: "branch-ack",
      title: "Acknowledged, p99",
      figures: [{ path: path("ack.p99_ms"), kind: "ms", why: () => NOT_APART }],
      health: () => "plain",
      about: "Acknowledged by Kafka minus due, since the start.",
      section: "producer",
      series: path("ack.p99_ms"),
      colour: "p99",
      context: (snapshot) =>
        `generator delay ${words("ms", /** @type {number | null} */ (valueAt(snapshot, path("generator_delay.p99_ms"))))}`,
    },
  ];
}

const NOT_APART = "Not known for each input on its own.";

/**
 * @param {string} name
 * @returns {Tile[]}
 */
export function outputTiles(name) {
  const path = (/** @type {string} */ field) => branchPath("outputs", name, field);
  const output = (/** @type {Snapshot} */ snapshot) => branchOf(snapshot, "outputs", name);
  const untraced = (/** @type {Snapshot} */ snapshot) => output(snapshot).traced_reason || null;
  const uncounted = (/** @type {Snapshot} */ snapshot) => output(snapshot).counts_reason || null;
  return [
    {
      id: "branch-rate",
      title: "Rate",
      figures: [{ path: path("rate"), kind: "rate" }],
      health: () => "plain",
      about: "Records read back per second.",
      section: "consumer",
      series: path("rate"),
      colour: "consumer",
      context: (snapshot) => `${output(snapshot).topic || ""}\n${words("count", output(snapshot).total)} read`,
    },
    {
      id: "branch-p99",
      title: "End-to-end p99",
      figures: [{ path: path("end_to_end.p99_ms"), kind: "ms", why: untraced }],
      health: (snapshot) => (output(snapshot).end_to_end ? "plain" : "unknown"),
      about: "Consumed minus due, since the start of the load.",
      section: "consumer",
      series: path("end_to_end.p99_ms"),
      colour: "p99",
      context(snapshot) {
        const { end_to_end: whole, traced_by: by, bound } = output(snapshot);
        if (!whole) return "not measurable";
        const last = dueLast(output(snapshot));
        const told = [`timed by ${by}`];
        if (bound === "upper") told.push("upper bounds");
        if (last) told.push(`due last: ${last.input}, ${words("share", last.ratio)}`);
        return `p50 ${words("ms", whole.p50_ms)} · p95 ${words("ms", whole.p95_ms)}\n${told.join(" · ")}`;
      },
    },
    {
      id: "branch-lag",
      title: "Lag",
      figures: [{ path: path("lag"), kind: "count", why: () => "Not known for each output on its own." }],
      health: () => "plain",
      about: "Records of its topic that are not read yet.",
      section: "consumer",
      series: path("lag"),
      colour: "consumer",
      context: (snapshot) => output(snapshot).drain || "records",
    },
    {
      id: "branch-loss",
      title: "Lost · duplicated",
      figures: [
        { path: path("lost"), kind: "count", why: uncounted },
        { path: path("duplicated"), kind: "count", why: uncounted },
      ],
      health(snapshot) {
        const { lost, duplicated } = output(snapshot);
        return lost ? "error" : duplicated ? "warning" : duplicated === null ? "unknown" : "ok";
      },
      about: "Delivered records that never came out, and records that came out more than once.",
      section: "consumer",
      series: "",
      colour: "state",
      context(snapshot) {
        const { counts_reason: why, repeated_total: again, repeated_rate: rate } = output(snapshot);
        const written = again ? `${words("count", again)} rows written again, ${words("rate", rate)}` : "";
        return [written, why].filter(Boolean).join("\n");
      },
    },
  ];
}

/**
 * @param {Side} side
 * @param {string} name
 * @param {Snapshot} snapshot
 * @returns {ChartPanel[]} Those whose figures there are.
 */
export function branchCharts(side, name, snapshot) {
  const path = (/** @type {string} */ field) => branchPath(side, name, field);
  const told = branchOf(snapshot, side, name);
  /** @type {ChartPanel} */
  const rate = {
    id: "branch-rate",
    title: "Rate",
    unit: "msg/s",
    kind: "rate",
    requires: path("rate"),
    lines: [
      {
        label: side === "inputs" ? "sent" : "read back",
        path: path("rate"),
        colour: side === "inputs" ? "producer" : "consumer",
      },
    ],
  };
  if (side === "inputs") {
    return "ack" in told
      ? [
          rate,
          {
            id: "branch-latency",
            title: "Latency so far",
            unit: "",
            kind: "ms",
            requires: path("ack.p99_ms"),
            lines: [
              { label: "generator delay p99", path: path("generator_delay.p99_ms"), colour: "p50" },
              { label: "acknowledged p99", path: path("ack.p99_ms"), colour: "producer" },
            ],
          },
        ]
      : [rate];
  }
  /** @type {ChartPanel} */
  const latency = {
    id: "branch-latency",
    title: "Latency so far",
    unit: "",
    kind: "ms",
    requires: path("end_to_end.p99_ms"),
    lines: [
      { label: "p50", path: path("end_to_end.p50_ms"), colour: "p50" },
      { label: "p95", path: path("end_to_end.p95_ms"), colour: "p95" },
      { label: "p99", path: path("end_to_end.p99_ms"), colour: "p99" },
    ],
  };
  /** @type {ChartPanel} */
  const lag = {
    id: "branch-lag",
    title: "Lag",
    unit: "records",
    kind: "count",
    requires: path("lag"),
    lines: [{ label: "not read yet", path: path("lag"), colour: "consumer" }],
  };
  return "lag" in told ? [rate, latency, lag] : [rate, latency];
}
