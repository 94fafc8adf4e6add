// Data quality as far as it is measured: every consumed value against its schema, faults on purpose, schema versions.

import { UNKNOWN, words } from "../format.js";

/** @typedef {import("../../model/snapshot.js").Snapshot} Snapshot */
/** @typedef {import("../table.js").TableTab} TableTab */
/** @typedef {import("../table.js").Cell} Cell */

const NOT_YET = "Not measured in this version.";

/** @type {TableTab} */
export const CHECKS = {
  label: "Data quality",
  columns: [
    { title: "Check", wide: true },
    { title: "Share", about: "Of the records that could be checked." },
    { title: "Good", numeric: true },
    { title: "Bad", numeric: true },
    { title: "Not checked", numeric: true },
  ],
  empty: () => "Nothing is checked yet.",
  rows(snapshot) {
    const { consumer, producer, flink } = snapshot;
    const { total, errors, unchecked } = consumer;
    const good = total === null || errors === null || unchecked === null ? null : total - unchecked - errors;
    return [
      check("Consumed values read by their schema", good, errors, unchecked),
      check("Records serialised and acknowledged", producer.total, producer.errors, 0),
      [
        { text: "Late records dropped by Flink" },
        { text: UNKNOWN },
        { text: UNKNOWN },
        { text: words("count", flink.late_records_dropped) },
        { text: UNKNOWN },
      ],
      ...["Completeness of each field", "Business rules", "Anomalies"].map((title) => [
        { text: title },
        ...Array.from({ length: 4 }, () => ({ text: UNKNOWN, title: NOT_YET })),
      ]),
    ];
  },
};

/** @type {TableTab} */
export const FAULTS = {
  label: "Faults injected on purpose",
  columns: [
    { title: "Fault", wide: true },
    { title: "Share set", numeric: true },
    { title: "Injected", numeric: true },
    { title: "Acknowledged", numeric: true },
    { title: "At the far end" },
  ],
  empty: () => "No faults are injected.",
  rows: ({ faults }) =>
    faults.kinds.map((kind) => [
      { text: kind.name },
      { text: words("percent", kind.share) },
      { text: words("count", kind.injected_total) },
      { text: words("count", kind.delivered_total) },
      { text: kind.expected_out ? "expected like any other" : "not expected, and no loss" },
    ]),
};

/**
 * @param {string} title
 * @param {number | null} good
 * @param {number | null} bad
 * @param {number | null} unchecked
 * @returns {Cell[]}
 */
function check(title, good, bad, unchecked) {
  const share = good !== null && bad !== null && good + bad > 0 ? good / (good + bad) : null;
  return [
    { text: title },
    {
      text: words("percent", share),
      bar: share,
      health: share === null ? "unknown" : share < 1 ? "error" : "ok",
      title: share === null ? "No record could be checked yet." : "",
    },
    { text: words("count", good) },
    { text: words("count", bad) },
    { text: words("count", unchecked) },
  ];
}
