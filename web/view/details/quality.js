// The score of data quality with its formula, and what was checked: one line for each topic and for the samples.

import { HEALTH } from "../../model/health.js";
import { reasonFor } from "../../model/paths.js";
import { element, setAttribute, setShown, setText } from "../dom.js";
import { show, UNKNOWN, words } from "../format.js";
import { stateShape } from "../icons.js";
import { createTable } from "../table.js";

/** @typedef {import("../../model/snapshot.js").Snapshot} Snapshot */
/** @typedef {import("../../model/snapshot.js").TopicQuality} TopicQuality */
/** @typedef {import("../table.js").Cell} Cell */

const COLUMNS = [
  { title: "Checked", wide: true },
  { title: "Share", about: "Of the values that could be checked." },
  { title: "Good", numeric: true },
  { title: "Bad", numeric: true },
  { title: "Not checked", numeric: true },
];

export function createQuality() {
  const shape = stateShape();
  const figure = element("span", { class: "figure" });
  const unit = element("span", { class: "unit" });
  const value = element("p", { class: "score-value" }, shape.node, figure, unit);
  const formula = element("p", { class: "score-formula" });
  const checks = createTable(COLUMNS, "What was checked");
  const notes = element("ul", { class: "score-notes" });
  const node = element(
    "section",
    { class: "block" },
    element("div", { class: "score", role: "group", "aria-label": "Score" }, value, formula),
    checks.node,
    notes,
  );

  return {
    node,

    /** @param {Snapshot} snapshot */
    update(snapshot) {
      const quality = snapshot.data_quality;
      const health = HEALTH.quality(snapshot);
      const shown = show("score", quality.score);
      setAttribute(value, "data-health", health);
      shape.set(health);
      setText(figure, shown.text);
      setText(unit, shown.unit);
      setAttribute(figure, "data-unknown", quality.score === null ? "" : null);
      setAttribute(figure, "title", quality.score === null ? reasonFor(snapshot, "data_quality.score") : null);
      setText(formula, quality.score_formula);
      checks.update(rows(snapshot), reasonFor(snapshot, "data_quality"));
      tell(notes, quality.rule_notes);
    },
  };
}

/**
 * @param {Snapshot} snapshot
 * @returns {Cell[][]}
 */
function rows(snapshot) {
  const { output, input, completeness_ratio: complete, conforming_ratio: conforming } = snapshot.data_quality;
  const { sampled_total: sampled, sample_ratio: share } = snapshot.data_quality;
  const found = [];
  if (output) found.push(topicRow(snapshot, "Values of the output topic", "output", output));
  if (input) found.push(topicRow(snapshot, "Values of the input topic", "input", input));
  if (!output) return found;
  found.push(shareRow(snapshot, "Fields present", "completeness_ratio", complete));
  const kept = conforming === null ? null : Math.round(conforming * sampled);
  const row = shareRow(
    snapshot,
    share === null ? "Business rules" : `Business rules, on ${words("percent", share)} of the records`,
    "conforming_ratio",
    conforming,
  );
  if (kept !== null) {
    row[2] = { text: words("count", kept) };
    row[3] = { text: words("count", sampled - kept) };
  }
  const { lost, duplicated, out_of_order: late } = snapshot.pipeline;
  const intact = shareRow(snapshot, "Neither lost nor duplicated", "intact_ratio", snapshot.data_quality.intact_ratio);
  if (duplicated !== null) {
    intact[3] = {
      text: words("count", (lost || 0) + duplicated),
      title: `${words("count", lost)} lost, ${words("count", duplicated)} duplicated`,
    };
  }
  const order = [
    { text: "Out of order within a partition", title: "Takes nothing from the score." },
    { text: late === null ? UNKNOWN : "", title: late === null ? reasonFor(snapshot, "pipeline.out_of_order") : "" },
    { text: "" },
    { text: late === null ? "" : words("count", late) },
    { text: "" },
  ];
  found.push(row, intact, order);
  return found;
}

/**
 * @param {Snapshot} snapshot
 * @param {string} title
 * @param {string} side
 * @param {TopicQuality} topic
 * @returns {Cell[]}
 */
function topicRow(snapshot, title, side, topic) {
  const { valid_ratio: ratio, valid_total: good, invalid_total: bad, unchecked_total: unchecked } = topic;
  return [
    { text: title, title: topic.topic },
    shareCell(snapshot, `data_quality.${side}.valid_ratio`, ratio),
    { text: words("count", good) },
    { text: words("count", bad) },
    { text: words("count", unchecked) },
  ];
}

/**
 * @param {Snapshot} snapshot
 * @param {string} title
 * @param {string} name
 * @param {number | null} ratio
 * @returns {Cell[]}
 */
function shareRow(snapshot, title, name, ratio) {
  const blank = { text: "" };
  return [{ text: title }, shareCell(snapshot, `data_quality.${name}`, ratio), blank, blank, blank];
}

/**
 * @param {Snapshot} snapshot
 * @param {string} path
 * @param {number | null} ratio
 * @returns {Cell}
 */
function shareCell(snapshot, path, ratio) {
  if (ratio === null) return { text: UNKNOWN, title: reasonFor(snapshot, path), health: "unknown" };
  return { text: words("percent", ratio), bar: ratio, health: ratio < 1 ? "warning" : "ok" };
}

/**
 * @param {HTMLElement} list
 * @param {string[]} sentences
 */
function tell(list, sentences) {
  while (list.childElementCount > sentences.length) list.lastElementChild?.remove();
  while (list.childElementCount < sentences.length) list.append(element("li"));
  sentences.forEach((sentence, at) => setText(list.children[at], sentence));
  setShown(list, sentences.length > 0);
}
