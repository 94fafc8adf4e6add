// The figures of the run so far, for charts and spark lines, in bounded memory. Real rows only: nothing is averaged or
// filled in. Ten minutes at one a second stay whole; older rows are thinned in pairs, keeping the one with the larger
// end-to-end p99, as the server's history does.

import { figureAt } from "./paths.js";

/** @typedef {import("./snapshot.js").Snapshot} Snapshot */
/** @typedef {Array<number | null>} Row Timestamp in ms, sequence, then the fields. */
/** @typedef {{run_id: string | null, fields: string[], rows: Row[]}} HistoryTable */

const FULL_ROWS = 600;
const THINNED_ROWS = 1200;
const KEEP_BY = "latency.end_to_end.interval.p99_ms";

/**
 * @param {string[]} paths Fields of the contract to keep.
 */
export function createSeries(paths) {
  const fields = ["timestamp_ms", "sequence", ...new Set([...paths, KEEP_BY])];
  const keepByAt = fields.indexOf(KEEP_BY);
  /** @type {string | null} */
  let runId = null;
  /** @type {Row[]} */
  let rows = [];
  /** @type {Row[]} */
  let older = [];

  /** @param {string | null} id */
  function beginRun(id) {
    if (id === runId) return;
    runId = id;
    rows = [];
    older = [];
  }

  function thin() {
    if (rows.length >= FULL_ROWS * 1.25) older = older.concat(rows.splice(0, rows.length - FULL_ROWS));
    while (older.length > THINNED_ROWS) older = pairs(older);
  }

  /**
   * @param {Row[]} crowded
   * @returns {Row[]}
   */
  function pairs(crowded) {
    /** @type {Row[]} */
    const kept = [];
    for (let index = 0; index < crowded.length; index += 2) {
      const first = crowded[index];
      const second = crowded[index + 1];
      kept.push(second && (second[keepByAt] || 0) > (first[keepByAt] || 0) ? second : first);
    }
    return kept;
  }

  return {
    fields,

    /** @returns {string | null} */
    runId: () => runId,

    /** @returns {number} Sequence of the newest row; -1 when there is none. */
    newest: () => (rows.length ? Number(rows[rows.length - 1][1]) : -1),

    /** @returns {Row[]} All rows, oldest first. */
    rows: () => (older.length ? older.concat(rows) : rows),

    /** @returns {number} */
    size: () => older.length + rows.length,

    /**
     * Takes the figures of a snapshot; one that is not newer than the last is passed over.
     *
     * @param {Snapshot} snapshot
     */
    add(snapshot) {
      beginRun(snapshot.run.id);
      if (rows.length && snapshot.sequence <= Number(rows[rows.length - 1][1])) return;
      const figures = fields.slice(2).map((path) => figureAt(snapshot, path));
      rows.push([Date.parse(snapshot.timestamp), snapshot.sequence, ...figures]);
      thin();
    },

    /**
     * Fills what is missing from the server's history of the same run.
     *
     * @param {HistoryTable} table
     */
    merge(table) {
      if (table.run_id === null) return;
      beginRun(table.run_id);
      const columns = fields.map((field) => table.fields.indexOf(field));
      const known = new Set([...older, ...rows].map((row) => row[1]));
      const missing = table.rows
        .map((row) => columns.map((column) => (column < 0 ? null : row[column])))
        .filter((row) => !known.has(row[1]));
      if (!missing.length) return;
      rows = older.concat(rows, missing).sort((left, right) => Number(left[1]) - Number(right[1]));
      older = [];
      thin();
    },
  };
}

/** @typedef {ReturnType<typeof createSeries>} Series */
