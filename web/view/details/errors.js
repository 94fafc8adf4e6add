// The errors: newest first, with filters, what they mean, what mends them, and the evidence.

import { SEVERITY_HEALTH } from "../../model/rules.js";
import { element, setAttribute } from "../dom.js";
import { timeOfDay, UNKNOWN, words } from "../format.js";
import { createTable } from "../table.js";

/** @typedef {import("../../model/snapshot.js").Snapshot} Snapshot */
/** @typedef {import("../../model/snapshot.js").ErrorEntry} ErrorEntry */

/** @type {Array<["severity" | "category" | "component", string, string[]]>} */
const FILTERS = [
  ["severity", "Severity", ["critical", "error", "warning", "info"]],
  ["category", "Category", ["connection", "serialisation", "processing", "data_quality"]],
  ["component", "Part", ["producer", "kafka", "flink", "output", "consumer", "registry", "system", "pipegen"]],
];

const COLUMNS = [
  { title: "Severity" },
  { title: "Part" },
  { title: "Category" },
  { title: "Count", numeric: true },
  { title: "Message", wide: true },
  { title: "What it means, what to do", wide: true },
  { title: "First" },
  { title: "Last" },
];

export function createErrors() {
  const table = createTable(COLUMNS, "Errors");
  const chosen = FILTERS.map(([, title, words_]) => {
    const select = element("select", { class: "filter", "aria-label": `${title} of the errors shown` });
    select.append(element("option", { value: "" }, `${title}: all`));
    words_.forEach((word) => select.append(element("option", { value: word }, word.replace("_", " "))));
    select.addEventListener("change", render);
    return select;
  });
  const node = element("div", {}, element("div", { class: "filters" }, ...chosen), table.node);
  /** @type {Snapshot | null} */
  let shown = null;

  function render() {
    if (!shown) return;
    const errors = shown.errors.filter((error) =>
      FILTERS.every(([name], at) => chosen[at].value === "" || error[name] === chosen[at].value),
    );
    table.update(errors.map(row), shown.errors.length ? "No error of this kind." : "No errors so far.");
    setAttribute(chosen[0].parentElement || node, "hidden", shown.errors.length ? null : "");
  }

  return {
    node,

    /** @param {Snapshot} snapshot */
    update(snapshot) {
      shown = snapshot;
      render();
    },
  };
}

/**
 * @param {ErrorEntry} error
 * @returns {import("../table.js").Cell[]}
 */
function row(error) {
  const advice = [error.suggestion, error.remedy].filter(Boolean).join(" ");
  const origin = error.explained_by === "model" ? "Suggested by a language model, not checked. " : "";
  return [
    { text: error.severity, health: SEVERITY_HEALTH[error.severity] },
    { text: error.component },
    { text: error.category.replace("_", " ") },
    { text: words("count", error.count) },
    { text: error.message, long: true },
    {
      text: advice ? origin + advice : UNKNOWN,
      long: true,
      title: error.evidence || (advice ? "" : "No advice is known for this one."),
    },
    { text: timeOfDay(error.first_at), title: error.first_at },
    { text: timeOfDay(error.last_at), title: error.last_at },
  ];
}
