// Which way through the pipeline is the slowest: one whose lag grows, else the one with the highest p99. No DOM.

import { dueLast } from "./branches.js";

/** @typedef {import("./snapshot.js").Snapshot} Snapshot */
/** @typedef {import("./snapshot.js").OutputState} OutputState */
/**
 * @typedef {object} Slow
 * @property {string | null} input Null where an output's inputs are not told apart.
 * @property {string} output
 * @property {number | null} p99Ms
 * @property {"upper" | null} bound Whether that is only an upper bound.
 * @property {number | null} lag
 * @property {boolean} growing Whether its lag grows.
 * @property {boolean} alone Whether nothing can be compared with it.
 */

/** Another way has to be so much slower before it takes the place: two that are alike must not change it every second. */
const CLEARLY = 1.2;

/**
 * @param {Snapshot} snapshot
 * @returns {Slow[]} Every way whose latency or lag is known, the slowest first.
 */
export function ways({ outputs = [] }, /** @type {(output: string) => boolean} */ grows) {
  const found = outputs.reduce((/** @type {Slow[]} */ all, output) => all.concat(waysTo(output, grows)), []);
  const known = found.filter(({ p99Ms, growing }) => p99Ms !== null || growing);
  return known
    .sort((one, other) => Number(other.growing) - Number(one.growing) || (other.p99Ms || 0) - (one.p99Ms || 0))
    .map((each) => ({ ...each, alone: known.length < 2 }));
}

/**
 * @param {OutputState} output
 * @param {(output: string) => boolean} grows
 * @returns {Slow[]}
 */
function waysTo(output, grows) {
  // A recording from before they were told has neither lag nor paths.
  const { name, end_to_end: whole, lag = null, bound = null, paths = [] } = output;
  const common = { output: name, lag, bound, growing: grows(name), alone: false };
  if (output.joined) {
    // A record waits for its join partners by design: what counts is the time since the last of them was due.
    const last = dueLast(output);
    return [{ ...common, input: last && last.input, p99Ms: whole === null ? null : whole.p99_ms }];
  }
  const timed = paths.filter(({ end_to_end: each }) => each !== null && each.p99_ms !== null);
  if (!timed.length) return [{ ...common, input: null, p99Ms: whole === null ? null : whole.p99_ms }];
  return timed.map(({ input, end_to_end: each }) => ({
    ...common,
    input,
    p99Ms: each === null ? null : each.p99_ms,
  }));
}

/**
 * @param {Slow[]} all The slowest first.
 * @param {Slow | null} before What was shown as the slowest until now.
 * @returns {Slow | null}
 */
export function slowestOf(all, before) {
  const [first] = all;
  if (!first) return null;
  const same = before && all.find(({ input, output }) => input === before.input && output === before.output);
  if (!same || same.growing !== first.growing) return first;
  return (first.p99Ms || 0) > (same.p99Ms || 0) * CLEARLY ? first : same;
}
