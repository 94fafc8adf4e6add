// Asks the server for what does not come by itself: the past of the run, so that a late joiner sees it and a gap is
// filled, and what only some look at.

/** @typedef {import("../model/series.js").Series} Series */
/** @typedef {import("../model/series.js").HistoryTable} HistoryTable */

/** @param {Series} series */
export async function fillFrom(series) {
  const runId = series.runId();
  const table = await past(series.newest(), series.fields);
  // Another run has taken the server over: what we know of the old one does not count.
  const other = table !== null && runId !== null && table.run_id !== runId;
  const whole = other ? await past(-1, series.fields) : table;
  if (whole !== null) series.merge(whole);
}

/**
 * @param {number} since
 * @param {string[]} fields
 * @returns {Promise<HistoryTable | null>}
 */
async function past(since, fields) {
  const response = await fetch(`api/history?since=${since}&fields=${fields.join(",")}`);
  return response.ok ? response.json() : null;
}

/** @param {import("../model/branches.js").BranchSeries} branches The past of each input and output. */
export async function fillBranches(branches) {
  const runId = branches.current().runId();
  const table = await pastOfBranches(branches.current().newest());
  const other = table !== null && runId !== null && table.run_id !== runId;
  const whole = other ? await pastOfBranches(-1) : table;
  if (whole !== null) branches.merge(whole);
}

/**
 * @param {number} since
 * @returns {Promise<HistoryTable | null>}
 */
async function pastOfBranches(since) {
  const response = await fetch(`api/branches?since=${since}`);
  return response.ok ? response.json() : null;
}

/**
 * @param {string} stage
 * @param {number} percentile
 * @returns {Promise<Array<[number, number | null]>>} Ends of intervals in ms, and the percentile of each.
 */
export async function askPercentile(stage, percentile) {
  const response = await fetch(`api/percentiles?stage=${stage}&percentiles=${percentile}`);
  return response.ok ? (await response.json()).rows : [];
}

/** @returns {Promise<import("../model/snapshot.js").RecentMessages | null>} */
export async function askMessages() {
  const response = await fetch("api/messages");
  return response.ok ? response.json() : null;
}
