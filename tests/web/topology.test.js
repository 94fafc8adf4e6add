import assert from "node:assert/strict";
import { test } from "node:test";

import { createBranchSeries, dueLast, lagGrows } from "../../web/model/branches.js";
import { figureAt, reasonFor } from "../../web/model/paths.js";
import { slowestOf, ways } from "../../web/model/slowest.js";
import { branches, connected, filtered, folded, topologyOf, way } from "../../web/model/topology.js";
import { invented } from "./invented.js";

/** @typedef {import("../../web/model/snapshot.js").Snapshot} Snapshot */

/**
 * @param {string} id
 * @param {string} name
 * @param {string[]} [inputs]
 */
const vertex = (id, name, inputs = []) => ({ id, name, inputs });
const named = (/** @type {string[]} */ ...names) => names.map((name) => ({ name, end_to_end: null }));

/**
 * @param {string[]} inputs
 * @param {string[]} outputs
 * @param {object[]} vertices
 * @returns {Snapshot}
 */
function run(inputs, outputs, vertices) {
  return invented(0, { inputs: named(...inputs), outputs: named(...outputs), flink: { vertices } });
}

/** @param {Snapshot} snapshot */
function links(snapshot) {
  return topologyOf(snapshot)
    .links.map(({ from, to }) => `${from} ${to}`)
    .sort();
}

test("inputs and outputs are found in the names that Flink gives its vertices", () => {
  const joined = run(
    ["orders", "payments"],
    ["paid", "late"],
    [
      vertex("a", "Source: orders[1] -> Calc[2]"),
      vertex("b", "Source: TableSourceScan(table=[[default_catalog, default_database, payments]], fields=[a]) -> Calc"),
      vertex("c", "Join[3] -> (Calc[4] -> paid[5]: Writer, Calc[6] -> late[7]: Writer)", ["a", "b"]),
    ],
  );
  assert.deepEqual(links(joined), [
    "input:orders vertex:0",
    "input:payments vertex:1",
    "vertex:0 vertex:2",
    "vertex:1 vertex:2",
    "vertex:2 output:late",
    "vertex:2 output:paid",
  ]);
});

test("a name within another name is not taken for it", () => {
  const alike = run(
    ["orders", "old_orders"],
    ["res"],
    [
      vertex("a", "Source: old_orders[1]"),
      vertex("b", "Source: default_catalog.default_database.orders[2]"),
      vertex("c", "Sink: res", ["a", "b"]),
    ],
  );
  assert.deepEqual(links(alike).slice(0, 2), ["input:old_orders vertex:0", "input:orders vertex:1"]);
});

test("the one that is left over is taken, two that are left over are not guessed", () => {
  const one = run(["t"], ["res"], [vertex("a", "Source: renamed[1] -> Sink: res")]);
  assert.deepEqual(links(one), ["input:t vertex:0", "vertex:0 output:res"]);
  const two = run(
    ["t", "u"],
    ["res"],
    [vertex("a", "Source: x[1]"), vertex("b", "Source: y[2]"), vertex("c", "Sink: res", ["a", "b"])],
  );
  assert.deepEqual(links(two), ["vertex:0 vertex:2", "vertex:1 vertex:2", "vertex:2 output:res"]);
});

test("two jobs whose vertices have the same ids are not mixed up", () => {
  const twice = run(
    ["a", "b"],
    ["x", "y"],
    [
      vertex("1", "Source: a[1]"),
      vertex("2", "x[2]: Writer", ["1"]),
      vertex("1", "Source: b[1]"),
      vertex("2", "y[2]: Writer", ["1"]),
    ],
  );
  assert.deepEqual(
    links(twice).filter((link) => link.startsWith("vertex") && link.includes(" vertex")),
    ["vertex:0 vertex:1", "vertex:2 vertex:3"],
  );
  assert.equal(new Set(connected(topologyOf(twice)).values()).size, 2);
});

test("without a job graph one box stands for Flink", () => {
  assert.deepEqual(links(run(["a", "b"], ["x"], [])), [
    "input:a vertex:flink",
    "input:b vertex:flink",
    "vertex:flink output:x",
  ]);
});

test("only more than one input or output makes a topology; a recording from before has neither", () => {
  assert.equal(branches(run(["a"], ["x"], [])), false);
  assert.equal(branches(run(["a", "b"], ["x"], [])), true);
  assert.equal(branches(run(["a"], ["x", "y"], [])), true);
  assert.equal(branches(invented(0)), false);
});

test("a chain of vertices is one box, a branch is not", () => {
  const chain = run(
    ["a"],
    ["x", "y"],
    [
      vertex("1", "Source: a[1]"),
      vertex("2", "Calc[2]", ["1"]),
      vertex("3", "Rank[3] -> x[4]: Writer", ["2"]),
      vertex("4", "y[5]: Writer", ["2"]),
    ],
  );
  const { nodes, links: left } = folded(topologyOf(chain));
  assert.deepEqual(
    nodes.map(({ name }) => name),
    ["a", "Source: a[1] -> Calc[2]", "Rank[3] -> x[4]: Writer", "y[5]: Writer", "x", "y"],
  );
  assert.equal(left.length, 5);
});

test("a join is no part of the chain of one of its sides", () => {
  const join = run(
    ["a", "b"],
    ["x"],
    [vertex("1", "Source: a[1]"), vertex("2", "Source: b[2]"), vertex("3", "Join[3] -> x[4]: Writer", ["1", "2"])],
  );
  assert.equal(folded(topologyOf(join)).nodes.length, 6);
});

test("a filter keeps what has the text in its name, all before and all behind it", () => {
  const twice = run(
    ["orders", "rates"],
    ["paid", "daily"],
    [
      vertex("1", "Source: orders[1]"),
      vertex("2", "paid[2]: Writer", ["1"]),
      vertex("3", "Source: rates[1]"),
      vertex("4", "daily[2]: Writer", ["3"]),
    ],
  );
  const topology = topologyOf(twice);
  assert.deepEqual(
    filtered(topology, "PAID").nodes.map(({ name }) => name),
    ["orders", "Source: orders[1]", "paid[2]: Writer", "paid"],
  );
  assert.equal(filtered(topology, " ").nodes.length, 8);
  assert.equal(filtered(topology, "nothing").nodes.length, 0);
  assert.deepEqual([...way(topology.links, "input:rates", "output:daily")].sort(), [
    "input:rates",
    "output:daily",
    "vertex:2",
    "vertex:3",
  ]);
  assert.equal(way(topology.links, "input:rates", "output:paid").size, 0);
});

/**
 * @param {Array<[string, number | null]>} outputs Names and p99.
 * @returns {Snapshot}
 */
function timed(outputs) {
  return invented(0, {
    outputs: outputs.map(([name, p99]) => ({ name, end_to_end: p99 === null ? null : { p99_ms: p99 } })),
  });
}

test("the slowest way has the highest p99, unless the lag of another grows", () => {
  const snapshot = timed([
    ["a", 20],
    ["b", 300],
    ["c", null],
  ]);
  const still = ways(snapshot, () => false);
  assert.deepEqual(
    still.map(({ output }) => output),
    ["b", "a"],
  );
  const growing = ways(snapshot, (output) => output === "c");
  assert.deepEqual([growing[0].output, growing[0].p99Ms], ["c", null]);
});

test("where the ways to an output are told apart, the slowest of them is named", () => {
  const paths = [
    { input: "orders", end_to_end: { p99_ms: 40 } },
    { input: "payments", end_to_end: { p99_ms: 900 } },
    { input: "rates", end_to_end: null },
  ];
  const snapshot = invented(0, { outputs: [{ name: "paid", end_to_end: { p99_ms: 900 }, paths }] });
  const [first, ...others] = ways(snapshot, () => false);
  assert.deepEqual([first.input, first.output, first.p99Ms, others.length], ["payments", "paid", 900, 1]);
});

test("what is joined is as slow as the time since its last record was due, however long the first has waited", () => {
  const paths = [
    { input: "orders", end_to_end: { p99_ms: 30_000 }, total: 100, last_total: 10 },
    { input: "payments", end_to_end: null, total: null, last_total: 90 },
  ];
  const joined = { name: "paid", joined: true, end_to_end: { p99_ms: 40 }, bound: "upper", paths };
  const [first, ...others] = ways(invented(0, { outputs: [joined] }), () => false);
  assert.deepEqual([first.input, first.output, first.p99Ms, others.length], ["payments", "paid", 40, 0]);
  assert.equal(first.bound, "upper");
});

test("the slowest does not change with every snapshot while two are alike", () => {
  const all = (/** @type {number} */ a, /** @type {number} */ b) =>
    ways(
      timed([
        ["a", a],
        ["b", b],
      ]),
      () => false,
    );
  const first = slowestOf(all(100, 90), null);
  const second = slowestOf(all(100, 110), first);
  const third = slowestOf(all(100, 130), second);
  assert.deepEqual(
    [first, second, third].map((each) => each && each.output),
    ["a", "a", "b"],
  );
  assert.equal(slowestOf([], first), null);
});

/**
 * @param {number} second
 * @param {number} lag
 */
const moment = (second, lag) =>
  invented(second, {
    inputs: [{ name: "a.b", rate: 10, total: second * 10 }],
    outputs: [{ name: "x", rate: 10, total: 5, lag, end_to_end: null }],
  });

test("a lag grows when it goes on rising, not when it is high or jumps back and forth", () => {
  const grows = (/** @type {(second: number) => number} */ lag) => {
    const series = createBranchSeries();
    for (let second = 0; second < 40; second += 1) series.add(moment(second, lag(second)));
    return lagGrows(series.current(), "x");
  };
  assert.equal(
    grows((second) => second * 20),
    true,
  );
  assert.equal(
    grows(() => 5000),
    false,
  );
  assert.equal(
    grows((second) => (second % 2) * 900),
    false,
  );
  assert.equal(
    grows((second) => (second > 20 ? 4 : 0)),
    false,
  );
});

test("the past of each input and output is kept, also where the server's comes first, and another run starts anew", () => {
  const series = createBranchSeries();
  const table = { run_id: "7f3a", fields: ["timestamp_ms", "sequence", "inputs.`a.b`.rate"], rows: [[0, 0, 7]] };
  series.merge(table);
  series.add(moment(4, 1));
  const rates = () => {
    const { fields, rows } = series.current();
    return rows().map((row) => row[fields.indexOf("inputs.`a.b`.rate")]);
  };
  assert.deepEqual(rates(), [7, 10]);
  series.add(invented(0, { run: { id: "beef" }, inputs: [{ name: "c", rate: 3 }], outputs: [] }));
  const { fields, rows } = series.current();
  assert.deepEqual(
    rows().map((row) => row[fields.indexOf("inputs.`c`.rate")]),
    [3],
  );
});

test("a figure of an input or output is found by name, with its reason", () => {
  const snapshot = invented(0, {
    outputs: [{ name: "a.b", rate: 3, lost: null }],
    reasons: { "outputs.a.b.lost": "known once the output is drained" },
  });
  assert.equal(figureAt(snapshot, "outputs.`a.b`.rate"), 3);
  assert.equal(figureAt(snapshot, "outputs.`none`.rate"), null);
  assert.equal(reasonFor(snapshot, "outputs.`a.b`.lost"), "known once the output is drained");
});

test("of what is joined, the input is named whose records were due last most often", () => {
  const told = (/** @type {string} */ input, /** @type {number} */ total, /** @type {number | null} */ last) => ({
    input,
    total,
    last_total: last,
  });
  const output = (/** @type {unknown[]} */ ...paths) => /** @type {any} */ ({ name: "paid", total: 100, paths });
  assert.deepEqual(dueLast(output(told("orders", 100, 20), told("payments", 100, 80))), {
    input: "payments",
    ratio: 0.8,
  });
  assert.equal(dueLast(output(told("orders", 40, 40), told("payments", 60, 60))), null, "one topic, nothing is joined");
  assert.equal(dueLast(output(told("orders", 100, null), told("payments", 100, null))), null);
  assert.equal(dueLast(/** @type {any} */ ({ name: "old", total: 5 })), null);
});
