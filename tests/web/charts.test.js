import assert from "node:assert/strict";
import { test } from "node:test";

import { PHASE_PATHS, reactions } from "../../web/model/phases.js";
import { between, stretch, zoomed } from "../../web/model/range.js";
import { linePoints, pairPoints } from "../../web/model/timeline.js";

test("the charts show the whole run, the newest minutes, or what was zoomed into", () => {
  assert.deepEqual(stretch({ kind: "all" }, 600, 100), { fromS: 0, toS: 600 });
  assert.deepEqual(stretch({ kind: "last", seconds: 60 }, 600, 100), { fromS: 40, toS: 100 });
  assert.deepEqual(stretch({ kind: "last", seconds: 60 }, 600, 10), { fromS: 0, toS: 60 });
  assert.deepEqual(stretch({ kind: "zoom", fromS: 5, toS: 9 }, 600, 100), { fromS: 5, toS: 9 });
});

test("zooming keeps the middle, stays within the run, and ends at the whole", () => {
  assert.deepEqual(zoomed({ fromS: 0, toS: 600 }, 0.5, 600), { kind: "zoom", fromS: 150, toS: 450 });
  assert.deepEqual(zoomed({ fromS: 550, toS: 600 }, 2, 600), { kind: "zoom", fromS: 500, toS: 600 });
  assert.deepEqual(zoomed({ fromS: 150, toS: 450 }, 2, 600), { kind: "all" });
});

test("a drag in either direction is a stretch, a click is none", () => {
  assert.deepEqual(between(90, 30), { kind: "zoom", fromS: 30, toS: 90 });
  assert.equal(between(30, 30.5), null);
});

test("a count that grows is drawn as its growth a second, and pairs need both figures", () => {
  const rows = [
    [0, 0, 10, 1],
    [2000, 1, 30, null],
    [3000, 2, null, 3],
    [4000, 3, 35, 4],
  ];
  const grown = linePoints(rows, 2, 0, 5000, true).map((point) => point.y);
  assert.deepEqual(grown, [NaN, 10, NaN, NaN]);
  assert.deepEqual(pairPoints(rows, 2, 3), [
    { x: 1, y: 10 },
    { x: 4, y: 35 },
  ]);
});

test("each phase tells what was reached, its worst, and how long the recovery took", () => {
  const fields = ["timestamp_ms", "sequence", ...PHASE_PATHS];
  const rates = { min_rate_per_s: 10, max_rate_per_s: 10, start_rate_per_s: 10, end_rate_per_s: 10 };
  const phases = [
    ["steady", 0, 10],
    ["peak1", 10, 20],
    ["steady", 20, 60],
  ].map(
    ([name, start, end]) =>
      /** @type {any} */ ({ ...rates, name, shape: "hold", start_s: start, end_s: end, percent: null, points: [] }),
  );
  const rows = Array.from({ length: 40 }, (_, second) => {
    const lag = second < 10 ? 0.1 : second < 27 ? 3 : 0.1;
    return [
      second * 1000,
      second,
      second * 9,
      second * 10,
      second === 15 ? 900 : 20,
      lag * 10,
      lag,
      0.5,
      0.1,
      0.2,
      0.6,
    ];
  });
  const [first, peak, last] = reactions(phases, rows, fields, 0, 39, false);
  assert.equal(peak.ratePerS, 9);
  assert.equal(peak.plannedPerS, 10);
  assert.equal(peak.p99Ms, 900);
  assert.equal(peak.recoveryS, 7);
  assert.equal(first.recoveryS, null);
  assert.equal(last.when, "current");
  const [, early] = reactions(phases, rows.slice(0, 23), fields, 0, 22, false);
  assert.equal(early.recoveryS, "waiting");
  const pending = rows.map((row) => {
    const [at, sequence] = row;
    const backlog = at >= 10_000 && at < 24_000 ? 4000 : 100;
    return PHASE_PATHS.reduce(
      (made, path) => [...made, path === "flink.pending_records" ? backlog : null],
      /** @type {(number | null)[]} */ ([at, sequence]),
    );
  });
  const [, aggregated] = reactions(phases, pending, fields, 0, 39, false);
  assert.equal(aggregated.recoveryS, 4);
});
