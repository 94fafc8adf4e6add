// The socket to the server: reconnects by itself, never later than three seconds after a loss, and asks for the past
// each time, so that a gap is filled.

import { retryWaitMs } from "../model/freshness.js";

/** @typedef {import("../model/snapshot.js").Snapshot} Snapshot */
/** @typedef {import("../model/freshness.js").Link} Link */
/** @typedef {import("../model/series.js").HistoryTable} HistoryTable */

/** A socket that says nothing for so long is taken for dead. */
const SILENCE_FACTOR = 6;

/**
 * @param {object} given
 * @param {(snapshot: Snapshot) => void} given.onSnapshot
 * @param {(table: HistoryTable) => void} given.onHistory
 * @param {(link: Link) => void} given.onLink
 * @param {() => {runId: string | null, since: number, fields: string[]}} given.missing What the history should bring.
 */
export function connect({ onSnapshot, onHistory, onLink, missing }) {
  let attempt = 0;
  let quietMs = Infinity;
  let heardAt = 0;
  let over = false;
  /** @type {WebSocket | null} */
  let socket = null;
  /** @type {number | undefined} */
  let timer;

  function open() {
    window.clearTimeout(timer);
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    const opened = new WebSocket(`${scheme}://${location.host}/ws/metrics`);
    socket = opened;
    opened.onopen = () => {
      attempt = 0;
      heardAt = Date.now();
      onLink("live");
      fill();
    };
    opened.onmessage = (message) => {
      /** @type {Snapshot} */
      const snapshot = JSON.parse(message.data);
      heardAt = Date.now();
      quietMs = Math.max(6000, SILENCE_FACTOR * snapshot.run.update_interval_ms);
      over = snapshot.run.exit_code !== null;
      onSnapshot(snapshot);
    };
    opened.onclose = () => {
      if (socket !== opened) return;
      socket = null;
      onLink("retrying");
      timer = window.setTimeout(open, retryWaitMs(attempt));
      attempt += 1;
    };
  }

  async function fill() {
    const { runId, since, fields } = missing();
    try {
      const table = await past(since, fields);
      // Another run has taken the server over: what we know of the old one does not count.
      const other = table !== null && runId !== null && table.run_id !== runId;
      const whole = other ? await past(-1, fields) : table;
      if (whole !== null) onHistory(whole);
    } catch {
      // The server went away again; the next connection asks anew.
    }
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

  window.setInterval(() => {
    if (socket === null || socket.readyState !== WebSocket.OPEN || over || Date.now() - heardAt < quietMs) return;
    const silent = socket;
    socket = null;
    silent.close();
    onLink("retrying");
    open();
  }, 1000);
  window.addEventListener("online", () => socket === null && open());
  document.addEventListener("visibilitychange", () => !document.hidden && socket === null && open());
  open();
}
