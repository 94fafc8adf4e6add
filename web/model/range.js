// Which stretch of the run the charts show: the whole, the newest minutes, or what was zoomed into. No DOM.

/** @typedef {{kind: "all"} | {kind: "last", seconds: number} | {kind: "zoom", fromS: number, toS: number}} Range */
/** @typedef {{fromS: number, toS: number}} Stretch */

const SHORTEST_S = 2;

/**
 * @param {Range} range
 * @param {number} endS End of the whole run as planned, or now if that is later.
 * @param {number | null} nowS
 * @returns {Stretch}
 */
export function stretch(range, endS, nowS) {
  if (range.kind === "zoom") return { fromS: range.fromS, toS: range.toS };
  if (range.kind === "all" || nowS === null) return { fromS: 0, toS: endS };
  const toS = Math.max(nowS, range.seconds);
  return { fromS: toS - range.seconds, toS };
}

/**
 * @param {Stretch} shown
 * @param {number} factor Below 1 zooms in.
 * @param {number} endS
 * @returns {Range} Around the same middle, within the run.
 */
export function zoomed(shown, factor, endS) {
  const width = Math.max(SHORTEST_S, (shown.toS - shown.fromS) * factor);
  if (width >= endS) return { kind: "all" };
  const middle = (shown.fromS + shown.toS) / 2;
  const fromS = Math.min(Math.max(0, middle - width / 2), endS - width);
  return { kind: "zoom", fromS, toS: fromS + width };
}

/**
 * @param {number} oneS
 * @param {number} otherS
 * @returns {Range | null} The stretch between two moments; null when they are too close to mean one.
 */
export function between(oneS, otherS) {
  const fromS = Math.max(0, Math.min(oneS, otherS));
  const toS = Math.max(oneS, otherS);
  return toS - fromS < SHORTEST_S ? null : { kind: "zoom", fromS, toS };
}
