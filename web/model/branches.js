// The past of each input and each output. Which there are is known only when the first snapshot is there. No DOM.

import { createSeries } from "./series.js";

/** @typedef {import("./snapshot.js").Snapshot} Snapshot */
/** @typedef {import("./series.js").Series} Series */
/** @typedef {import("./series.js").Row} Row */
/** @typedef {import("./series.js").HistoryTable} HistoryTable */
/** @typedef {"inputs" | "outputs"} Side */

/** @type {Record<Side, string[]>} The figures of each that are kept. */
export const BRANCH_FIELDS = {
  inputs: ["rate", "total", "generator_delay.p99_ms", "ack.p99_ms"],
  outputs: ["rate", "total", "lag", "end_to_end.p50_ms", "end_to_end.p95_ms", "end_to_end.p99_ms"],
};

/** A lag counts as growing when its last third lies so far above its first, and above so many seconds of records. */
const GROWTH = { factor: 1.5, seconds: 1, rows: 30 };

/**
 * @param {Side} side
 * @param {string} name
 * @param {string} field
 * @returns {string} Path of the contract.
 */
export function branchPath(side, name, field) {
  return `${side}.\`${name}\`.${field}`;
}

/**
 * @param {Snapshot} snapshot
 * @returns {string[]}
 */
function pathsOf({ inputs = [], outputs = [] }) {
  const named = /** @type {Array<[Side, string]>} */ ([
    ...inputs.map(({ name }) => ["inputs", name]),
    ...outputs.map(({ name }) => ["outputs", name]),
  ]);
  return named.reduce(
    (/** @type {string[]} */ paths, [side, name]) =>
      paths.concat(BRANCH_FIELDS[side].map((field) => branchPath(side, name, field))),
    [],
  );
}

export function createBranchSeries() {
  let series = createSeries([]);
  let told = "";
  /** @type {HistoryTable | null} */
  let early = null;

  return {
    /** @returns {Series} */
    current: () => series,

    /** @param {Snapshot} snapshot */
    add(snapshot) {
      const paths = pathsOf(snapshot);
      const key = `${snapshot.run.id} ${paths.join()}`;
      if (key !== told) {
        told = key;
        series = createSeries(paths);
      }
      series.add(snapshot);
      if (early !== null && early.run_id === snapshot.run.id) series.merge(early);
      early = null;
    },

    /** @param {HistoryTable} table The past as the server has it; it may come before the first snapshot of its run. */
    merge(table) {
      if (table.run_id !== null && table.run_id === series.runId()) series.merge(table);
      else early = table;
    },
  };
}

/** @typedef {ReturnType<typeof createBranchSeries>} BranchSeries */

/**
 * @param {Series} series
 * @param {string} name Of an output.
 * @returns {boolean} Whether its lag grows: by what was measured last, not by a forecast.
 */
export function lagGrows(series, name) {
  const rows = series.rows().slice(-GROWTH.rows);
  const lags = known(rows, series.fields.indexOf(branchPath("outputs", name, "lag")));
  const rates = known(rows, series.fields.indexOf(branchPath("outputs", name, "rate")));
  const third = Math.floor(lags.length / 3);
  if (third < 3) return false;
  const [first, last] = [mean(lags.slice(0, third)), mean(lags.slice(-third))];
  return last > first * GROWTH.factor && last > GROWTH.seconds * (rates.length ? mean(rates) : 1);
}

/**
 * @param {Row[]} rows
 * @param {number} column
 * @returns {number[]}
 */
function known(rows, column) {
  return rows.map((row) => row[column]).filter((value) => typeof value === "number");
}

/**
 * @param {number[]} values
 * @returns {number}
 */
function mean(values) {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/**
 * @param {Snapshot["outputs"][number]} output
 * @returns {{ input: string, ratio: number } | null} The input whose records were due last most often among those that a
 *   record combines; null where records are not combined, or where that is unknown.
 */
export function dueLast({ paths = [] }) {
  const counted = paths.filter(({ last_total: last }) => typeof last === "number");
  const all = counted.reduce((sum, { last_total: last }) => sum + (last || 0), 0);
  const joined = counted.length > 1 && counted.some((path) => path.last_total !== path.total);
  if (!joined || !all) return null;
  const most = counted.reduce((one, other) => ((other.last_total || 0) > (one.last_total || 0) ? other : one));
  return { input: most.input, ratio: (most.last_total || 0) / all };
}
