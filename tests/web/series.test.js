import assert from "node:assert/strict";
import { test } from "node:test";

import { createSeries } from "../../web/model/series.js";
import { invented } from "./invented.js";

const P99 = "latency.end_to_end.interval.p99_ms";

/**
 * @param {number} sequence
 * @param {number} p99Ms
 */
function withP99(sequence, p99Ms) {
  const made = invented(sequence);
  const stage = /** @type {any} */ (made.latency.end_to_end);
  made.latency.end_to_end = { ...stage, interval: { ...stage.interval, count: 1, p99_ms: p99Ms } };
  return made;
}

test("a snapshot that is not newer than the last is passed over", () => {
  const series = createSeries(["producer.rate"]);
  series.add(invented(5));
  series.add(invented(5));
  series.add(invented(4));
  assert.equal(series.size(), 1);
  assert.equal(series.newest(), 5);
});

test("a gap is filled from the history without doubling what is known", () => {
  const series = createSeries(["producer.rate"]);
  [0, 1, 7].forEach((sequence) => series.add(invented(sequence)));
  const rows = [1, 2, 3, 4, 5, 6, 7].map((sequence) => [1764000000000 + sequence * 1000, sequence, 100 + sequence]);
  series.merge({ run_id: "7f3a", fields: ["timestamp_ms", "sequence", "producer.rate"], rows });
  assert.deepEqual(
    series.rows().map((row) => row[1]),
    [0, 1, 2, 3, 4, 5, 6, 7],
  );
});

test("another run starts the series anew", () => {
  const series = createSeries(["producer.rate"]);
  series.add(invented(90));
  series.add(invented(0, { run: { id: "beef", phase: "starting", update_interval_ms: 1000 } }));
  assert.equal(series.newest(), 0);
  assert.equal(series.size(), 1);
});

test("memory is bounded, ten minutes stay whole, and the largest spike outlives the thinning", () => {
  const series = createSeries([P99]);
  for (let sequence = 0; sequence < 20000; sequence += 1) series.add(withP99(sequence, sequence === 40 ? 9000 : 20));
  assert.ok(series.size() <= 1950, `${series.size()} rows`);
  const newest = series
    .rows()
    .slice(-600)
    .map((row) => Number(row[1]));
  newest.forEach((sequence, at) => assert.equal(sequence, 19400 + at));
  const column = series.fields.indexOf(P99);
  assert.equal(Math.max(...series.rows().map((row) => Number(row[column]))), 9000);
});

test("a figure that is not known stays unknown", () => {
  const series = createSeries(["producer.rate"]);
  series.add(invented(0, { producer: { rate: null, planned_rate_per_s: null } }));
  assert.equal(series.rows()[0][2], null);
});
