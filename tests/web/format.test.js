import assert from "node:assert/strict";
import { test } from "node:test";

import { age, clock, count, deviation, show, tick, words } from "../../web/view/format.js";

test("a count is exact, with thin spaces between the thousands", () => {
  assert.equal(count(9841204), "9\u2009841\u2009204");
  assert.equal(count(0), "0");
  assert.equal(count(-1200), "\u22121\u2009200");
});

test("what is not known is a dash without a unit", () => {
  assert.deepEqual(show("rate", null), { text: "–", unit: "" });
  assert.equal(words("ms", undefined), "–");
});

test("a latency has three significant figures and turns to seconds from 1000 ms on", () => {
  assert.equal(words("ms", 0.423), "0.42 ms");
  assert.equal(words("ms", 14.62), "14.6 ms");
  assert.equal(words("ms", 148.4), "148 ms");
  assert.equal(words("ms", 4412), "4.41 s");
  assert.equal(words("ms", -3), "\u22123.00 ms");
});

test("a rate below 100 keeps its fraction, above it is whole", () => {
  assert.equal(words("rate", 0.5), "0.50 msg/s");
  assert.equal(words("rate", 29982.4), "29\u2009982 msg/s");
});

test("an error rate that is not zero never reads as zero", () => {
  assert.equal(words("percent", 0), "0.00 %");
  assert.equal(words("percent", 0.000002), "<0.01 %");
  assert.equal(words("percent", 1), "100 %");
});

test("a large count is shortened only where asked for", () => {
  assert.equal(words("short", 9841204), "9.84 M");
  assert.equal(words("short", 99999), "99\u2009999");
});

test("sizes are decimal", () => {
  assert.equal(words("bytes", 512), "512 B");
  assert.equal(words("bytes", 61400000), "61.4 MB");
});

test("the run's clock shows minutes, and hours when there are any", () => {
  assert.equal(clock(426), "7:06");
  assert.equal(clock(3723), "1:02:03");
  assert.equal(clock(null), "–");
});

test("an age is as precise as a person needs it", () => {
  assert.equal(age(412), "0.4 s");
  assert.equal(age(12400), "12 s");
  assert.equal(age(600000), "10 min");
});

test("a deviation has its sign", () => {
  assert.equal(deviation(-0.0006), "\u22120.06 %");
  assert.equal(deviation(0.15), "+15.0 %");
});

test("a tick is as short as can be", () => {
  assert.equal(tick("rate", 40000), "40 k");
  assert.equal(tick("rate", 0), "0");
  assert.equal(tick("ms", 1500), "1.5 s");
  assert.equal(tick("ms", 250), "250 ms");
  assert.equal(tick("percent", 0.005), "0.5 %");
});
