import assert from "node:assert/strict";
import { test } from "node:test";

import { contrast, inkOn, visibleOn } from "../../web/model/colour.js";
import { retryWaitMs, staleAgeMs } from "../../web/model/freshness.js";
import { HEALTH } from "../../web/model/health.js";
import { figureAt, reasonFor } from "../../web/model/paths.js";
import { linePoints, planAt, planPoints } from "../../web/model/timeline.js";
import { invented } from "./invented.js";

test("a figure below a section that is null is null", () => {
  assert.equal(figureAt(invented(0, { latency: { end_to_end: null } }), "latency.end_to_end.total.p99_ms"), null);
});

test("the reason of a section stands for the figures below it", () => {
  assert.equal(reasonFor(invented(0), "pipeline.lost"), "An aggregation has no account.");
});

test("an empty distribution gives its own reason", () => {
  assert.equal(reasonFor(invented(0), "latency.end_to_end.interval.p99_ms"), "No samples yet.");
});

test("a retry never waits longer than three seconds", () => {
  assert.equal(retryWaitMs(0), 250);
  for (let attempt = 0; attempt < 50; attempt += 1) assert.ok(retryWaitMs(attempt) <= 3000);
});

test("figures are stale after three periods, five seconds at least, and never once the run is over", () => {
  assert.equal(staleAgeMs(invented(0), 200, 4000), null);
  assert.equal(staleAgeMs(invented(0), 200, 5000), 5200);
  assert.equal(staleAgeMs(invented(0, { run: { phase: "finished", update_interval_ms: 1000 } }), 200, 99000), null);
});

test("the producer's rate is judged only under load", () => {
  const off = { producer: { rate: 80, planned_rate_per_s: 100 } };
  assert.equal(HEALTH.rate(invented(0, off)), "error");
  assert.equal(HEALTH.rate(invented(0, { ...off, run: { phase: "draining" } })), "plain");
});

test("a lost record is an error, a duplicate a warning, not knowing is unknown", () => {
  assert.equal(HEALTH.loss(invented(0, { pipeline: { lost: 1, duplicated: 0 } })), "error");
  assert.equal(HEALTH.loss(invented(0, { pipeline: { lost: null, duplicated: 2 } })), "warning");
  assert.equal(HEALTH.loss(invented(0, { pipeline: { lost: null, duplicated: null } })), "unknown");
});

test("a loss that is not known yet is no fault, but one that is not known at the end is unknown", () => {
  const pipeline = { lost: null, duplicated: 0 };
  assert.equal(HEALTH.loss(invented(0, { pipeline, run: { phase: "running" } })), "ok");
  assert.equal(HEALTH.loss(invented(0, { pipeline, run: { phase: "interrupted" } })), "unknown");
});

test("one refused record is amber, more than one in a hundred red", () => {
  const states = [null, 0, 0.0001, 0.01, 0.011].map((rate) =>
    HEALTH.errors(invented(0, { pipeline: { error_rate: rate } })),
  );
  assert.deepEqual(states, ["unknown", "ok", "warning", "warning", "error"]);
});

test("the brand's colour is moved until it stands out, and carries readable text", () => {
  for (const accent of ["#1890ff", "#ffff00", "#000000", "#ffffff", "#ff7a59"]) {
    assert.ok(contrast(visibleOn(accent, "#ffffff", "#000000", 4.5), "#ffffff") >= 4.5, accent);
    assert.ok(contrast(visibleOn(accent, "#161d26", "#ffffff", 3), "#161d26") >= 3, accent);
    assert.ok(contrast(inkOn(accent), accent) >= 3, accent);
  }
});

test("a silence between two rows is a gap, thinned rows are not", () => {
  const at = (/** @type {number} */ second) => [second * 1000, second, 5];
  const gap = linePoints([0, 1, 2, 3, 30, 31].map(at), 2, 0, 5000);
  assert.equal(gap.filter((point) => Number.isNaN(point.y)).length, 1);
  const thinned = linePoints([0, 9, 15, 16, 31, 33, 47, 56, 57, 58, 59].map(at), 2, 0, 5000);
  assert.equal(thinned.filter((point) => Number.isNaN(point.y)).length, 0);
});

/**
 * @param {string} name
 * @param {"hold" | "ramp" | "sine"} shape
 * @param {number[][]} points
 */
function phase(name, shape, points) {
  const [[from, startRate], [to, endRate]] = [points[0], points[points.length - 1]];
  const rates = { start_rate_per_s: startRate, end_rate_per_s: endRate, min_rate_per_s: 100, max_rate_per_s: 300 };
  return { name, shape, start_s: from, end_s: to, ...rates, percent: null, points };
}

test("the plan is read exactly where its points say it, and not at all where they only sketch it", () => {
  const hold = phase("steady", "hold", [
    [0, 100],
    [10, 100],
  ]);
  const ramp = phase("peak1", "ramp", [
    [10, 100],
    [20, 300],
  ]);
  const sine = phase("peak2", "sine", [
    [20, 100],
    [25, 300],
    [30, 100],
  ]);
  assert.equal(planPoints([hold, ramp, sine]).length, 7);
  assert.equal(planAt([hold, ramp, sine], 5), 100);
  assert.equal(planAt([hold, ramp, sine], 15), 200);
  assert.equal(planAt([hold, ramp, sine], 22), null);
  assert.equal(planAt([hold, ramp, sine], 30), null);
});
