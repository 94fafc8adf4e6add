// From rows to the points of a line on the run's own clock, and from the plan to its line and bands. No DOM.

/** @typedef {import("./snapshot.js").PhasePlan} PhasePlan */
/** @typedef {{x: number, y: number}} Point */

/**
 * @param {Array<Array<number | null>>} rows Timestamp in ms first.
 * @param {number} column
 * @param {number} startedMs Start of the load.
 * @param {number} gapMs A longer silence between two rows is a gap in the line.
 * @param {boolean} [growth] Draw how much a count has grown a second since the row before.
 * @returns {Point[]} NaN where nothing is known.
 */
export function linePoints(rows, column, startedMs, gapMs, growth = false) {
  /** @type {Point[]} */
  const points = [];
  rows.forEach((row, at) => {
    const x = (Number(row[0]) - startedMs) / 1000;
    if (x < 0) return;
    if (points.length && isGap(rows, at, gapMs)) points.push({ x: x - 1e-3, y: NaN });
    const value = growth ? grown(rows, at, column) : row[column];
    points.push({ x, y: value === null || value === undefined ? NaN : value });
  });
  return points;
}

/**
 * @param {Array<Array<number | null>>} rows
 * @param {number} at
 * @param {number} column
 * @returns {number | null}
 */
function grown(rows, at, column) {
  const [before, now] = [at > 0 ? rows[at - 1] : null, rows[at]];
  if (before === null) return null;
  const [old, value] = [before[column], now[column]];
  const seconds = (Number(now[0]) - Number(before[0])) / 1000;
  return typeof old === "number" && typeof value === "number" && seconds > 0 ? (value - old) / seconds : null;
}

/**
 * @param {Array<Array<number | null>>} rows
 * @param {number} column
 * @param {number} against
 * @returns {Point[]} Pairs of two figures of the same moment, for charts without time.
 */
export function pairPoints(rows, column, against) {
  return rows
    .filter((row) => typeof row[column] === "number" && typeof row[against] === "number")
    .map((row) => ({ x: Number(row[against]), y: Number(row[column]) }))
    .sort((left, right) => left.x - right.x);
}

/**
 * @param {Array<Array<number | null>>} rows
 * @param {number} at
 * @param {number} gapMs
 * @returns {boolean} Whether something is missing before a row. Thinned rows stand further apart on purpose, so the
 *   distances around decide as well.
 */
function isGap(rows, at, gapMs) {
  const distance = (/** @type {number} */ index) => Number(rows[index][0]) - Number(rows[index - 1][0]);
  if (distance(at) <= gapMs) return false;
  const around = [];
  for (let index = Math.max(1, at - 4); index <= Math.min(rows.length - 1, at + 4); index += 1) {
    if (index !== at) around.push(distance(index));
  }
  around.sort((left, right) => left - right);
  const usualMs = around.length ? around[Math.floor(around.length * 0.75)] : 0;
  return distance(at) > 3 * usualMs;
}

/**
 * @param {PhasePlan[]} phases
 * @returns {Point[]} The planned rate over the whole run.
 */
export function planPoints(phases) {
  return phases.reduce((/** @type {Point[]} */ all, phase) => all.concat(phase.points.map(([x, y]) => ({ x, y }))), []);
}

/**
 * @param {PhasePlan[]} phases
 * @param {number} seconds
 * @returns {number | null} The planned rate at a time; null where the plan's points do not say it exactly.
 */
export function planAt(phases, seconds) {
  const phase = phases.find((candidate) => seconds >= candidate.start_s && seconds < candidate.end_s);
  if (!phase || (phase.shape !== "hold" && phase.shape !== "ramp")) return null;
  const share = (seconds - phase.start_s) / (phase.end_s - phase.start_s);
  return phase.start_rate_per_s + share * (phase.end_rate_per_s - phase.start_rate_per_s);
}

/**
 * @param {PhasePlan[]} phases
 * @returns {PhasePlan[]} The phases that differ from the steady rate: those to shade.
 */
export function peaks(phases) {
  return phases.filter((phase) => phase.name !== "steady");
}
