import assert from "node:assert/strict";
import { test } from "node:test";

import { layered } from "../../web/model/layered.js";

/** @typedef {import("../../web/model/layered.js").Layout} Layout */

/**
 * @param {string} links Like "a>b b>c".
 * @returns {Array<{from: string, to: string}>}
 */
function linked(links) {
  return links.split(" ").map((link) => {
    const [from, to] = link.split(">");
    return { from, to };
  });
}

/**
 * @param {string} ids
 * @param {string} links
 * @param {object} [given]
 * @returns {Layout}
 */
function drawn(ids, links, given = {}) {
  const boxes = ids.split(" ").map((id) => ({
    id,
    height: 30,
    first: id.startsWith("in"),
    last: id.startsWith("out"),
  }));
  return layered(boxes, linked(links), { gap: 10, ...given });
}

/** @param {Layout} layout */
function crossings({ lines }) {
  /** @type {Array<[number, number, number]>} */
  const steps = lines.flatMap(({ points }) =>
    points.slice(1).map((point, at) => /** @type {[number, number, number]} */ ([point.column, points[at].y, point.y])),
  );
  const pairs = steps.flatMap((one, at) => steps.slice(at + 1).map((other) => [one, other]));
  return pairs.filter(([one, other]) => one[0] === other[0] && (one[1] - other[1]) * (one[2] - other[2]) < 0).length;
}

/** @param {Layout} layout */
function overlaps({ places }) {
  const all = [...places.values()];
  return all.some((one, at) =>
    all.slice(at + 1).some((other) => one.column === other.column && Math.abs(one.y - other.y) < 30),
  );
}

test("a single way is one straight line", () => {
  const { columns, height, places, lines } = drawn("in a out", "in>a a>out");
  assert.deepEqual([columns, height], [3, 30]);
  assert.deepEqual(
    [...places.values()].map(({ column, y }) => [column, y]),
    [
      [0, 0],
      [1, 0],
      [2, 0],
    ],
  );
  assert.equal(lines.length, 2);
});

test("a box stands right of all that lead to it, inputs first and outputs last", () => {
  const { places } = drawn("in1 in2 a b join out1 out2", "in1>a in2>b a>join b>join join>out1 b>out2");
  assert.deepEqual(
    [...places].map(([id, { column }]) => `${id} ${column}`),
    ["in1 0", "in2 0", "a 1", "b 1", "join 2", "out1 3", "out2 3"],
  );
});

test("what can be drawn without a crossing is drawn without one", () => {
  const mixed = drawn("in1 in2 in3 in4 a b c d out1 out2", "in1>d in2>c in3>b in4>a a>out1 b>out1 c>out2 d>out2");
  assert.equal(crossings(mixed), 0);
  assert.equal(overlaps(mixed), false);
});

test("twenty by twenty neither overlap nor cross where they need not", () => {
  const groups = Array.from({ length: 5 }, (_, group) => group);
  const names = groups.flatMap((group) => [0, 1, 2, 3].map((number) => `${group}${number}`));
  // Shuffled, so that the order given is no help.
  const shuffled = names.slice().sort((one, other) => ((Number(one) * 7) % 13) - ((Number(other) * 7) % 13));
  const ids = [
    ...shuffled.map((name) => `in${name}`),
    ...names.map((name) => `s${name}`),
    ...groups.map((group) => `j${group}`),
    ...shuffled.map((name) => `out${name}`),
  ].join(" ");
  const links = names
    .flatMap((name) => [`in${name}>s${name}`, `s${name}>j${name[0]}`, `j${name[0]}>out${name}`])
    .join(" ");
  const layout = drawn(ids, links);
  assert.equal(crossings(layout), 0);
  assert.equal(overlaps(layout), false);
  assert.ok(layout.height < 20 * 40 + 40, String(layout.height));
});

test("a line that passes columns has a place of its own in each", () => {
  const { lines, places } = drawn("in1 in2 a b c out1 out2", "in1>a a>b b>c c>out1 in2>out2");
  const long = lines.find(({ from }) => from === "in2");
  assert.equal(long && long.points.length, 5);
  const b = places.get("b");
  assert.ok(long && b && Math.abs(long.points[2].y - (b.y + 15)) >= 15);
});

test("the last column keeps its order when it is asked to, and only then", () => {
  const links = "in1>a a>out1 a>out3 in2>b b>out2";
  const order = (/** @type {boolean} */ keepLast) => {
    const { places } = drawn("in1 in2 a b out1 out2 out3", links, { keepLast });
    const outputs = [...places].filter(([id]) => id.startsWith("out"));
    return outputs.sort(([, one], [, other]) => one.y - other.y).map(([id]) => id);
  };
  assert.deepEqual(order(true), ["out1", "out2", "out3"]);
  assert.notDeepEqual(order(false), ["out1", "out2", "out3"]);
});

test("a cycle and an unknown end do not hang it", () => {
  assert.equal(drawn("a b", "a>b b>a").places.size, 2);
  assert.equal(drawn("a b", "a>b x>b b>y").lines.length, 1);
});
