// The events behind the counts, as rows of a table.

import assert from "node:assert/strict";
import { test } from "node:test";
import { EVENTS } from "../../web/view/details/tables.js";

/** @typedef {import("../../web/model/snapshot.js").Snapshot} Snapshot */

/**
 * @param {object} contents
 * @returns {Snapshot}
 */
const snapshot = (contents) => /** @type {any} */ (contents);

const LOST = {
  kind: "lost",
  input: "orders",
  output: "paid",
  number: 12,
  key: null,
  value: '{"order_id":7}',
  partition: null,
  offset: null,
  due_ms: 1_780_000_000_000,
  seen_ms: null,
};

test("an event is a row with its record, and what is not known is a dash", () => {
  const late = { ...LOST, kind: "out_of_order", output: null, partition: 1, offset: 5, key: "k" };
  const [lost, second] = EVENTS.rows(snapshot({ events: [LOST, late] }));
  assert.deepEqual(
    lost.map((cell) => cell.text).filter((_, at) => at !== 4),
    ["lost", "orders", "paid", "12", "–", "–", "–", '{"order_id":7}'],
  );
  assert.equal(lost[0].health, "error");
  assert.match(lost[4].text, /^\d\d:\d\d:\d\d$/);
  assert.deepEqual(
    second
      .slice(0, 8)
      .map((cell) => cell.text)
      .filter((_, at) => at !== 4),
    ["out of order", "orders", "–", "12", "1", "5", "k"],
  );
});

test("before the end it says when events are known, and an old recording has none", () => {
  assert.equal(EVENTS.empty(snapshot({ run: { phase: "running" } })), "Known once the run is over.");
  assert.equal(EVENTS.empty(snapshot({ run: { phase: "finished" } })), "No event.");
  assert.deepEqual(EVENTS.rows(snapshot({})), []);
});
