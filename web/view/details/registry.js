// The registry in detail: the pipeline's subjects, and the schema changes seen during the run.

import { timeOfDay, UNKNOWN, words } from "../format.js";

/** @typedef {import("../table.js").TableTab} TableTab */

const number = (/** @type {string} */ title, /** @type {string} */ about = "") => ({ title, about, numeric: true });

/** @type {TableTab} */
export const SUBJECTS = {
  label: "Subjects",
  columns: [
    { title: "Subject", wide: true },
    { title: "Records" },
    { title: "Versions" },
    number("Schema id"),
    { title: "Compatibility" },
  ],
  empty: ({ registry }) => registry.status_reason || "The registry has not been asked yet.",
  rows: ({ registry }) =>
    registry.subject_list.map((subject) => [
      { text: subject.subject, long: true },
      { text: subject.role },
      { text: subject.versions.length ? subject.versions.join(", ") : "not there yet" },
      { text: words("count", subject.schema_id) },
      {
        text: subject.compatibility || UNKNOWN,
        title: subject.own_compatibility ? "Set on the subject itself." : "The registry's own level.",
      },
    ]),
};

/** @type {TableTab} */
export const CHANGES = {
  label: "Schema changes during the run",
  columns: [{ title: "Seen" }, { title: "Subject", wide: true }, number("Version"), { title: "Compatible" }],
  empty: () => "No schema has changed during the run.",
  rows: ({ registry }) =>
    registry.changes.map((change) => [
      { text: timeOfDay(change.at), title: change.at },
      { text: change.subject, long: true },
      { text: words("count", change.version) },
      {
        text: change.compatible === null ? UNKNOWN : change.compatible ? "compatible" : "not compatible",
        title: change.reason || "",
        health: change.compatible === null ? "unknown" : change.compatible ? "ok" : "error",
      },
    ]),
};
