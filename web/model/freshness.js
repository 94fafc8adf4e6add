// How old what we show is, and what the connection is worth. Time is an argument. No DOM.

/** @typedef {import("./snapshot.js").Snapshot} Snapshot */
/** @typedef {"connecting" | "live" | "retrying"} Link */

const OVER = ["finished", "failed", "interrupted"];

/**
 * @param {Snapshot} snapshot
 * @returns {boolean} Whether the run is over: its figures are final, however old.
 */
export function isOver(snapshot) {
  return OVER.includes(snapshot.run.phase);
}

/**
 * @param {Snapshot} snapshot
 * @returns {number} Age from which a figure counts as stale.
 */
export function staleAfterMs(snapshot) {
  return Math.max(3 * snapshot.run.update_interval_ms, 5000);
}

/**
 * @param {Snapshot} snapshot
 * @param {number | null} sectionAgeMs Age of a part's figures when the snapshot was taken.
 * @param {number} sinceArrivalMs Time since the snapshot arrived.
 * @returns {number | null} Age to show when the figures are stale, else null.
 */
export function staleAgeMs(snapshot, sectionAgeMs, sinceArrivalMs) {
  if (isOver(snapshot)) return null;
  const ageMs = (sectionAgeMs || 0) + sinceArrivalMs;
  return ageMs > staleAfterMs(snapshot) ? ageMs : null;
}

/**
 * @param {number} attempt Failed attempts so far, from 0.
 * @returns {number} Wait before the next attempt; never above 3 s.
 */
export function retryWaitMs(attempt) {
  return Math.min(3000, 250 * Math.pow(2, attempt));
}
