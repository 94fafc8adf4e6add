// One pipeline beside others: its state, its sentence, its figures, and the way to its own dashboard.

import { element, setAttribute, setShown, setText } from "./dom.js";
import { age, clock, UNKNOWN, words } from "./format.js";
import { stateShape } from "./icons.js";

/** @typedef {import("../model/snapshot.js").PipelineView} PipelineView */

/** @type {Array<[string, (pipeline: PipelineView) => string]>} */
const FACTS = [
  ["Sent", (pipeline) => words("rate", pipeline.producer_rate)],
  ["Plan", (pipeline) => words("rate", pipeline.planned_rate_per_s)],
  ["Read back", (pipeline) => words("rate", pipeline.consumer_rate)],
  ["Delivered", (pipeline) => words("count", pipeline.producer_total)],
  ["End-to-end p50 · p99", (pipeline) => latencies(pipeline)],
  ["Lag", (pipeline) => `${words("s", pipeline.lag_s)} · ${words("count", pipeline.consumer_lag)} records`],
  ["Error rate", (pipeline) => words("percent", pipeline.error_rate)],
];

/** @param {string} colour Name of the series colour of this pipeline. */
export function createPipelineCard(colour) {
  const shape = stateShape();
  const word = element("span");
  const state = element("span", { class: "state" }, shape.node, word);
  const swatch = element("span", { class: "swatch" });
  swatch.style.color = `var(--series-${colour})`;
  const name = element("h2");
  const time = element("span", { class: "time" });
  const text = element("p", { class: "pipeline-sentence" });
  const values = FACTS.map(() => element("dd"));
  const facts = element("dl");
  FACTS.forEach(([title], at) => facts.append(element("dt", {}, title), values[at]));
  const open = element("a", { class: "pipeline-open" }, "Open its dashboard");
  const old = element("span", { class: "pipeline-old" });
  const node = element(
    "article",
    { class: "card pipeline-card" },
    element("div", { class: "pipeline-head" }, swatch, name, state, time),
    text,
    facts,
    element("p", { class: "pipeline-foot" }, open, old),
  );
  return {
    node,

    /** @param {PipelineView} pipeline */
    update(pipeline) {
      const up = pipeline.status === "up";
      const level = !up
        ? pipeline.status === "down"
          ? "error"
          : "unknown"
        : pipeline.headline
          ? pipeline.headline.level
          : "unknown";
      setAttribute(node, "data-health", level);
      setAttribute(node, "data-down", pipeline.status === "down" ? "" : null);
      shape.set(level);
      setText(word, up ? pipeline.phase || "up" : pipeline.status);
      setText(name, pipeline.name);
      setText(time, pipeline.elapsed_s === null ? "" : `${clock(pipeline.elapsed_s)} of ${clock(pipeline.duration_s)}`);
      setText(text, up ? (pipeline.headline ? pipeline.headline.text : "") : sentence(pipeline));
      FACTS.forEach(([, value], at) => setText(values[at], value(pipeline)));
      setAttribute(open, "href", pipeline.url);
      setText(old, up || pipeline.age_ms === null ? "" : `figures are ${age(pipeline.age_ms)} old`);
      setShown(old, !up && pipeline.age_ms !== null);
    },
  };
}

/**
 * @param {PipelineView} pipeline
 * @returns {string}
 */
function sentence(pipeline) {
  return pipeline.status === "down"
    ? `Down: ${pipeline.reason || "it does not answer"}`
    : `Waiting: ${pipeline.reason || ""}`;
}

/**
 * @param {PipelineView} pipeline
 * @returns {string}
 */
function latencies({ end_to_end: stage }) {
  return stage === null ? UNKNOWN : `${words("ms", stage.p50_ms)} · ${words("ms", stage.p99_ms)}`;
}
