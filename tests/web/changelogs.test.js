import assert from "node:assert/strict";
import test from "node:test";

import { UNKNOWN } from "../../web/view/format.js";
import { TABLES } from "../../web/view/details/changelogs.js";

const FIGURES = {
  rows: 4,
  keys: 5,
  inserts_total: 6,
  updates_total: 20,
  deletes_total: 2,
  tombstones_total: 2,
  returned_total: 1,
  missing: 0,
  out_of_order: null,
  updates_per_key: 4,
  same_second_total: 5,
  same_second_ratio: 0.25,
  advice: "SET something",
};

/** @param {object[]} outputs */
const shown = (outputs, reasons = {}) => TABLES.rows(/** @type {any} */ ({ outputs, reasons }));

test("each output that stands for a table is a row, and a figure that is not known says why", () => {
  const table = { key: ["id", "region"], ...FIGURES };
  const rows = shown(
    [
      { name: "plain", table: null },
      { name: "a.b", table },
    ],
    {
      "outputs.a.b.table.out_of_order": "no due time",
    },
  );
  assert.equal(rows.length, 1);
  assert.deepEqual(
    rows[0].map(({ text }) => text),
    ["a.b", "id, region", "4", "6", "20", "2", "2", "1", "0", UNKNOWN, "4.00", "0.25", "SET something"],
  );
  assert.equal(rows[0][9].title, "no due time");
});

test("a table without a key says so, and a recording from before tables has none", () => {
  assert.equal(shown([{ name: "bag", table: { key: [], ...FIGURES } }])[0][1].text, UNKNOWN);
  assert.deepEqual(shown([{ name: "old" }]), []);
  assert.deepEqual(TABLES.rows(/** @type {any} */ ({ reasons: {} })), []);
});
