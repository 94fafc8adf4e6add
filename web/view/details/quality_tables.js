// The tables of data quality as data: rules, fields, reasons of invalid values, anomalies, faults on purpose.

import { reasonFor } from "../../model/paths.js";
import { RULE_HEALTH } from "../../model/rules.js";
import { timeOfDay, UNKNOWN, words } from "../format.js";

/** @typedef {import("../../model/snapshot.js").Snapshot} Snapshot */
/** @typedef {import("../../model/snapshot.js").RuleResult} RuleResult */
/** @typedef {import("../table.js").TableTab} TableTab */

const number = (/** @type {string} */ title, /** @type {string} */ about = "") => ({ title, about, numeric: true });

/** @type {Record<RuleResult["result"], string>} */
const RESULTS = { pass: "passes", fail: "fails", no_samples: "no samples" };

/** @type {TableTab} */
export const RULES = {
  label: "Business rules",
  columns: [
    { title: "Result" },
    { title: "Rule" },
    { title: "Expression", about: "CEL; true for a good record.", wide: true },
    { title: "Records", about: "Whose records, and who says so: the project or a data contract of the registry." },
    number("Checked", "Sampled records for which the rule had an answer."),
    number("Violations"),
    number("Share"),
    number("Tolerance"),
    number("No answer", "Records for which the expression failed."),
  ],
  empty: () => "No rules are set: data_quality.rules in .pipegen.yaml.",
  rows: ({ data_quality: quality }) =>
    quality.rules.map((rule) => [
      { text: RESULTS[rule.result], health: RULE_HEALTH[rule.result] },
      { text: rule.name, long: true },
      { text: rule.expression, long: true },
      { text: rule.origin === "registry" ? `${rule.side}, contract` : rule.side },
      { text: words("count", rule.evaluated_total) },
      { text: words("count", rule.violations_total) },
      { text: words("percent", rule.violation_ratio) },
      { text: words("percent", rule.tolerance_ratio) },
      { text: words("count", rule.errors_total), title: rule.last_error || "" },
    ]),
};

/** @type {TableTab} */
export const FIELDS = {
  label: "Fields of the output",
  columns: [
    { title: "Field" },
    { title: "Type" },
    { title: "Complete", about: "Values that are there, of those that could be." },
    number("Null"),
    number("Distinct", "Estimated with HyperLogLog."),
    { title: "From", about: "Smallest value; of bytes, arrays and maps the shortest length." },
    { title: "To" },
  ],
  empty: (snapshot) => reasonFor(snapshot, "data_quality.completeness_ratio"),
  rows: ({ data_quality: quality }) =>
    quality.fields.map((field) => {
      const share = field.completeness_ratio;
      return [
        { text: field.path, title: field.optional ? "Optional: its nulls take nothing from the score." : "" },
        { text: field.optional ? `${field.type}, optional` : field.type },
        {
          text: words("percent", share),
          bar: share,
          health: share === null ? "unknown" : share < 1 && !field.optional ? "warning" : "ok",
        },
        { text: words("count", field.null_total) },
        {
          text: `≈ ${words("count", field.distinct)}`,
          title: `Standard error ${words("percent", quality.distinct_error_ratio)}.`,
        },
        { text: field.min === null ? UNKNOWN : field.min, long: true, title: "" },
        { text: field.max === null ? UNKNOWN : field.max, long: true },
      ];
    }),
};

/** @type {TableTab} */
export const INVALID = {
  label: "Invalid values",
  columns: [{ title: "Topic" }, { title: "Reason" }, number("Values"), { title: "For example", wide: true }],
  empty: ({ data_quality: quality }) =>
    quality.output || quality.input ? "No invalid values." : "No record was checked yet.",
  rows: ({ data_quality: quality }) =>
    [quality.output, quality.input].flatMap((topic) =>
      topic
        ? topic.reasons.map((each) => [
            { text: topic.topic, long: true },
            { text: each.reason.replace(/_/g, " ") },
            { text: words("count", each.count) },
            { text: each.example, long: true },
          ])
        : [],
    ),
};

/** @type {TableTab} */
export const ANOMALIES = {
  label: "Anomalies",
  columns: [
    { title: "Figure", wide: true },
    { title: "Phase" },
    number("Observed"),
    number("Usual"),
    number("Deviation", "How many scales it is off the median."),
    { title: "Since" },
    { title: "Until" },
  ],
  empty: ({ data_quality: quality }) => `None found. Method: ${quality.anomaly_method}.`,
  rows: ({ data_quality: quality }) =>
    [...quality.anomalies]
      .reverse()
      .map((each) => [
        { text: each.figure, long: true, title: each.text },
        { text: each.phase },
        { text: words("number", each.value) },
        { text: words("number", each.usual) },
        { text: `${words("number", each.deviation)} scales`, title: quality.anomaly_method },
        { text: timeOfDay(each.since), title: each.since },
        each.until === null
          ? { text: "goes on", health: "warning" }
          : { text: timeOfDay(each.until), title: each.until },
      ]),
};

/** @type {TableTab} */
export const FAULTS = {
  label: "Injected faults",
  columns: [
    { title: "Fault", wide: true },
    { title: "Share set", numeric: true },
    { title: "Injected", numeric: true },
    { title: "Acknowledged", numeric: true },
    { title: "In the output" },
  ],
  empty: () => "No faults are injected.",
  rows: ({ faults }) =>
    faults.kinds.map((kind) => [
      { text: kind.name },
      { text: words("percent", kind.share) },
      { text: words("count", kind.injected_total) },
      { text: words("count", kind.delivered_total) },
      { text: kind.expected_out ? "expected like any other" : "not expected, not counted as lost" },
    ]),
};
