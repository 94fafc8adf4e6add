// Figures of a snapshot by their dotted path, and why one is not known. No DOM.

/** @typedef {import("./snapshot.js").Snapshot} Snapshot */

/**
 * @param {Snapshot} snapshot
 * @param {string} path
 * @returns {unknown} The value at a dotted path; null when it or a section above it is null.
 */
export function valueAt(snapshot, path) {
  /** @type {any} */
  let value = snapshot;
  for (const name of path.split(".")) {
    if (value === null || value === undefined) return null;
    value = value[name];
  }
  return value === undefined ? null : value;
}

/**
 * @param {Snapshot} snapshot
 * @param {string} path
 * @returns {number | null}
 */
export function figureAt(snapshot, path) {
  const value = valueAt(snapshot, path);
  return typeof value === "number" ? value : null;
}

/**
 * @param {Snapshot} snapshot
 * @param {string} path
 * @returns {string} Why the figure at a path is not known, as a sentence.
 */
export function reasonFor(snapshot, path) {
  const parts = path.split(".");
  for (let length = parts.length; length > 0; length -= 1) {
    const reason = snapshot.reasons[parts.slice(0, length).join(".")];
    if (reason) return reason;
    const above = valueAt(snapshot, parts.slice(0, length).join("."));
    if (isEmptyDistribution(above)) return "No samples yet.";
  }
  return "Not known; the source gave no reason.";
}

/**
 * @param {unknown} value
 * @returns {boolean}
 */
function isEmptyDistribution(value) {
  return typeof value === "object" && value !== null && "count" in value && value.count === 0;
}
