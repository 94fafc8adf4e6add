// One box of the topology: an input, a vertex or a chain of them, or an output, with the figures that tell most.

import { staleAgeMs } from "../model/freshness.js";
import { judge, pressureHealth } from "../model/health.js";
import { LIMITS, STATUS_HEALTH } from "../model/rules.js";
import { element, setAttribute, setShown, setText } from "./dom.js";
import { age, latencyWords, show, UNKNOWN, words } from "./format.js";
import { stateShape } from "./icons.js";

/** @typedef {import("../model/snapshot.js").Snapshot} Snapshot */
/** @typedef {import("../model/snapshot.js").VertexMetrics} VertexMetrics */
/** @typedef {import("../model/health.js").Health} Health */
/** @typedef {import("../model/topology.js").TopologyNode} TopologyNode */
/** @typedef {import("../model/topology.js").InputNode} InputNode */
/** @typedef {import("../model/topology.js").OutputNode} OutputNode */
/** @typedef {import("../model/topology.js").VertexNode} VertexNode */
/** @typedef {{health: Health, word: string, why: string, rate: number | null, telling: string, tellingWhy: string, standing?: string, facts: string,
 *   busy: number | null, pressed: number | null}} Told */
/** @typedef {"slow" | "late" | "chosen" | "off" | "plain"} Way Where the box stands to the way that is pointed out. */

/** Whose figures a box has, and so whose age. */
const SECTIONS = /** @type {const} */ ({ input: "producer", vertex: "flink", output: "consumer" });

/**
 * @param {string} name Of a vertex, in Flink's words.
 * @returns {string} The same without what every name has.
 */
export function shortName(name) {
  return name
    .replace(/default_catalog\.default_database\./g, "")
    .replace(/\[\d+\]/g, "")
    .replace(/: (Writer|Committer)/g, "")
    .replace(/ -> /g, " → ");
}

/**
 * @param {TopologyNode} node
 * @param {(node: TopologyNode) => void} onOpen
 */
export function createNode(node, onOpen) {
  const shape = stateShape();
  const word = element("span", { class: "node-word" });
  const state = element("span", { class: "node-state" }, shape.node, word);
  const button = element("button", { type: "button", class: "node-open" });
  button.addEventListener("click", () => onOpen(current));
  const rate = element("span", { class: "figure" });
  const unit = element("span", { class: "unit" });
  const telling = element("p", { class: "node-telling" });
  const standing = element("p", { class: "node-standing" });
  const facts = element("p", { class: "node-facts" });
  const leads = element("p", { class: "node-leads" });
  const busy = element("span", { class: "node-busy" });
  const pressed = element("span", { class: "node-pressed" });
  const bar = element("span", { class: "node-bar" }, busy, pressed);
  const made = element(
    "li",
    { class: "node", "data-kind": node.kind },
    element("div", { class: "node-head" }, button, state),
    element("span", { class: "node-rate" }, rate, unit),
    element("div", { class: "node-tellings" }, telling, standing),
    facts,
    leads,
    bar,
  );
  setShown(bar, node.kind === "vertex");
  let current = node;
  return {
    id: node.id,
    node: made,

    /**
     * @param {TopologyNode} next
     * @param {Snapshot} snapshot
     * @param {Way} way
     * @param {string[]} targets What it leads to.
     * @param {number} sinceArrivalMs
     */
    update(next, snapshot, way, targets, sinceArrivalMs) {
      current = next;
      const told = tell(next, snapshot, way);
      setText(button, next.kind === "vertex" ? shortName(next.name) : next.name);
      setAttribute(button, "title", next.name);
      setAttribute(made, "data-health", told.health);
      setAttribute(made, "data-way", way);
      setAttribute(button, "aria-current", way === "chosen" ? "true" : null);
      shape.set(told.health);
      setText(word, told.word);
      setAttribute(state, "title", [told.word, told.why].filter(Boolean).join(": "));
      const shown = show("rate", told.rate);
      setText(rate, shown.text);
      setText(unit, shown.unit);
      setAttribute(rate, "data-unknown", told.rate === null ? "" : null);
      setText(telling, told.telling);
      setText(standing, told.standing || "");
      setAttribute(telling, "title", told.tellingWhy || null);
      const staleMs = staleAgeMs(snapshot, snapshot[SECTIONS[next.kind]].age_ms, sinceArrivalMs);
      setAttribute(made, "data-stale", staleMs === null ? null : age(staleMs));
      setText(facts, told.facts);
      setAttribute(facts, "title", told.facts);
      setText(leads, targets.length ? `→ ${targets.join(", ")}` : "");
      const share = Math.min(1, told.busy || 0);
      busy.style.transform = `scaleX(${share.toFixed(3)})`;
      pressed.style.transform = `translateX(${(share * 100).toFixed(1)}%) scaleX(${Math.min(1 - share, told.pressed || 0).toFixed(3)})`;
    },
  };
}

/** @typedef {ReturnType<typeof createNode>} DrawnNode */

/**
 * @param {TopologyNode} node
 * @param {Snapshot} snapshot
 * @param {Way} way
 * @returns {Told}
 */
function tell(node, snapshot, way) {
  if (node.kind === "input") return ofInput(node, snapshot);
  return node.kind === "output" ? ofOutput(node, snapshot, way) : ofVertices(node, snapshot);
}

/**
 * @param {InputNode} node
 * @param {Snapshot} snapshot
 * @returns {Told}
 */
function ofInput({ input }, { producer }) {
  const { errors, follows, loaded_total: loaded, total } = input;
  const before = loaded ? `${words("short", loaded)} loaded before` : "";
  return {
    health: errors ? "error" : STATUS_HEALTH[producer.status],
    word: errors ? "failing" : producer.status,
    why: producer.status_reason || "",
    rate: input.rate,
    telling: `${errors ? `${words("short", errors)} failed · ` : ""}${words("short", total)} sent`,
    tellingWhy: `${words("count", total)} of ${words("count", input.planned_total)} planned records acknowledged`,
    facts: [follows ? `follows ${follows}` : "", before, input.format || ""].filter(Boolean).join(" · "),
    busy: null,
    pressed: null,
  };
}

/**
 * @param {OutputNode} node
 * @param {Snapshot} snapshot
 * @param {Way} way
 * @returns {Told}
 */
function ofOutput({ output }, { consumer, run }, way) {
  const { lost, duplicated, end_to_end: whole, lag = null, failure = null } = output;
  const p99 = whole === null ? null : whole.p99_ms;
  const late = way === "late";
  const wrong = lost ? `${words("short", lost)} lost` : duplicated ? `${words("short", duplicated)} duplicated` : "";
  const stands =
    failure !== null ? "job failing" : wrong || (late ? "falling behind" : way === "slow" ? "slowest" : "");
  const timed = output.traced_by === null ? "latency not measurable" : `timed by ${output.traced_by}`;
  const behind = lag === null ? `${words("short", output.total)} read` : `lag ${words("short", lag)}`;
  return {
    health: lost || failure !== null ? "error" : duplicated || late ? "warning" : STATUS_HEALTH[consumer.status],
    word: stands || consumer.status,
    why: failure || consumer.status_reason || "",
    rate: output.rate,
    telling: `p99 ${p99 === null ? UNKNOWN : latencyWords(p99, output.bound)}`,
    standing: stands,
    tellingWhy: output.bound_reason || output.traced_reason,
    facts:
      failure !== null ? failure : run.phase === "draining" && output.drain ? output.drain : `${behind} · ${timed}`,
    busy: null,
    pressed: null,
  };
}

/**
 * @param {VertexNode} node
 * @param {Snapshot} snapshot
 * @returns {Told}
 */
function ofVertices({ vertices }, { flink }) {
  if (!vertices.length) {
    return {
      health: STATUS_HEALTH[flink.status],
      word: flink.status,
      why: flink.status_reason || "",
      rate: flink.rate,
      telling: "",
      tellingWhy: "",
      facts: flink.status_reason || "no job graph yet",
      busy: null,
      pressed: null,
    };
  }
  const last = vertices[vertices.length - 1];
  const busy = largest(vertices, "busy_ratio");
  const pressed = largest(vertices, "backpressure_ratio");
  const stuck = vertices.find(({ state }) => state !== "RUNNING");
  const level = worst(vertices);
  const health = stuck
    ? stuck.state === "FAILED"
      ? "error"
      : "unknown"
    : level === "low" || level === "high"
      ? pressureHealth(level)
      : judge(busy, LIMITS.vertexBusy) === "warning"
        ? "warning"
        : "ok";
  const word = stuck
    ? stuck.state.toLowerCase()
    : level === "low" || level === "high"
      ? "back-pressured"
      : health === "warning"
        ? "busy"
        : "running";
  const late = largest(vertices, "watermark_lag_ms");
  return {
    health,
    word,
    why: `Back-pressured ${words("ratio", pressed)} of the time, busy ${words("ratio", busy)}`,
    // What a sink writes to Kafka is no output of its vertex.
    rate: last.records_out_per_s || last.records_in_per_s === null ? last.records_out_per_s : last.records_in_per_s,
    telling: stuck ? word : `busy ${words("share", busy)}${pressed ? ` · pressed ${words("share", pressed)}` : ""}`,
    tellingWhy: "Largest over the subtasks.",
    facts: late === null ? "no watermark" : `watermark ${words("ms", late)} behind`,
    busy,
    pressed,
  };
}

/**
 * @param {VertexMetrics[]} vertices
 * @param {"busy_ratio" | "backpressure_ratio" | "watermark_lag_ms"} figure
 * @returns {number | null}
 */
function largest(vertices, figure) {
  return vertices.reduce((/** @type {number | null} */ most, vertex) => {
    const value = vertex[figure];
    return value === null || (most !== null && most > value) ? most : value;
  }, null);
}

/**
 * @param {VertexMetrics[]} vertices
 * @returns {VertexMetrics["backpressure_level"]}
 */
function worst(vertices) {
  const levels = vertices.map((vertex) => vertex.backpressure_level);
  return levels.includes("high") ? "high" : levels.includes("low") ? "low" : levels.includes("ok") ? "ok" : null;
}
