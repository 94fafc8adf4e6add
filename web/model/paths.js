// Figures of a snapshot by their dotted path, and why one is not known. A member of a list is found by its name, which
// may stand between backticks: outputs.`a.b`.rate. No DOM.

/** @typedef {import("./snapshot.js").Snapshot} Snapshot */

/**
 * @param {Snapshot} snapshot
 * @param {string} path
 * @returns {unknown} The value at a dotted path; null when it or a section above it is null.
 */
export function valueAt(snapshot, path) {
  return valueOf(snapshot, partsOf(path));
}

/**
 * @param {string} path
 * @returns {string[]}
 */
function partsOf(path) {
  return (path.match(/`[^`]*`|[^.]+/g) || []).map((part) => part.replace(/^`(.*)`$/, "$1"));
}

/**
 * @param {Snapshot} snapshot
 * @param {string[]} parts
 * @returns {unknown}
 */
function valueOf(snapshot, parts) {
  /** @type {any} */
  let value = snapshot;
  for (const name of parts) {
    if (value === null || value === undefined) return null;
    value = Array.isArray(value) ? value.find((each) => each.name === name) : value[name];
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
  const parts = partsOf(path);
  for (let length = parts.length; length > 0; length -= 1) {
    const reason = snapshot.reasons[parts.slice(0, length).join(".")];
    if (reason) return reason;
    const above = valueOf(snapshot, parts.slice(0, length));
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
