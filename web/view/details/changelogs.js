// The tables that outputs stand for, as data: what happened to their rows.

import { reasonFor } from "../../model/paths.js";
import { UNKNOWN, words } from "../format.js";

/** @typedef {import("../../model/snapshot.js").Snapshot} Snapshot */
/** @typedef {import("../../model/snapshot.js").TableState} TableState */
/** @typedef {import("../table.js").TableTab} TableTab */

/** @type {Array<[string, keyof TableState, string, "count" | "number" | "ratio"]>} */
const FIGURES = [
  ["Rows", "rows", "Rows that are there now.", "count"],
  ["Inserted", "inserts_total", "Rows written whose key had none; without a key, rows written.", "count"],
  ["Updated", "updates_total", "Rows written in place of one with the same key.", "count"],
  ["Deleted", "deletes_total", "Rows taken away and not written again within a second.", "count"],
  ["Tombstones", "tombstones_total", "Records with a null value.", "count"],
  ["Back", "returned_total", "Rows written after the row of the same key was deleted.", "count"],
  ["Missing", "missing", "Deletes of rows that were not there.", "count"],
  ["Out of order", "out_of_order", "Rows that were due before a row of the same key that came earlier.", "count"],
  ["Updates per key", "updates_per_key", "Updates by keys seen.", "number"],
  [
    "Combinable",
    "same_second_ratio",
    "Updates in the same second as the write before them to the same key: what mini-batch would combine at most.",
    "ratio",
  ],
];

/** @type {TableTab} */
export const TABLES = {
  label: "Tables that outputs stand for",
  columns: [
    { title: "Output" },
    { title: "Key", about: "The columns that tell rows apart; – where a row is all of its columns." },
    ...FIGURES.map(([title, , about]) => ({ title, about, numeric: true })),
    { title: "Advice", wide: true },
  ],
  empty: () => "No output writes rows again or takes them back.",
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
