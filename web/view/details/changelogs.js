// Changelog outputs as tables: what happened to their rows.

import { reasonFor } from "../../model/paths.js";
import { UNKNOWN, words } from "../format.js";

/** @typedef {import("../../model/snapshot.js").Snapshot} Snapshot */
/** @typedef {import("../../model/snapshot.js").TableState} TableState */
/** @typedef {import("../table.js").TableTab} TableTab */

/** @type {Array<[string, keyof TableState, string, "count" | "number" | "ratio"]>} */
const FIGURES = [
  ["Rows", "rows", "Current rows.", "count"],
  ["Inserted", "inserts_total", "Rows written under a key that had none; without a key, rows written.", "count"],
  ["Updated", "updates_total", "Rows that replaced one with the same key.", "count"],
  ["Deleted", "deletes_total", "Rows deleted and not written again within a second.", "count"],
  ["Tombstones", "tombstones_total", "Records with a null value.", "count"],
  ["Returned", "returned_total", "Rows written after the row of the same key was deleted.", "count"],
  ["Missing", "missing", "Deletes of rows that did not exist.", "count"],
  ["Out of order", "out_of_order", "Rows that were due before a row of the same key that came earlier.", "count"],
  ["Updates per key", "updates_per_key", "Updates divided by keys seen.", "number"],
  [
    "Combinable",
    "same_second_ratio",
    "Updates within the same second as the previous write to the same key: the most that mini-batch would combine.",
    "ratio",
  ],
];

/** @type {TableTab} */
export const TABLES = {
  label: "Changelog outputs",
  columns: [
    { title: "Output" },
    { title: "Key", about: "The columns that identify a row; – if all columns together do." },
    ...FIGURES.map(([title, , about]) => ({ title, about, numeric: true })),
    { title: "Advice", wide: true },
  ],
  empty: () => "No output updates or retracts rows.",
  rows(snapshot) {
    // A recording from before there were any has none.
    const found = (snapshot.outputs || []).filter(({ table }) => table);
    return found.map(({ name, table }) => [
      { text: name },
      { text: table && table.key.length ? table.key.join(", ") : UNKNOWN },
      ...FIGURES.map(([, field, , kind]) => {
        const figure = /** @type {number | null} */ (table && table[field]);
        return {
          text: words(kind, figure),
          title: figure === null ? reasonFor(snapshot, `outputs.\`${name}\`.table.${field}`) : "",
        };
      }),
      { text: (table && table.advice) || "", long: true },
    ]);
  },
};
