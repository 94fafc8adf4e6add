// The socket to the server: reconnects by itself, never later than three seconds after a loss, and asks for the past
// each time, so that a gap is filled.

import { retryWaitMs } from "../model/freshness.js";

/** @typedef {import("../model/freshness.js").Link} Link */

/** A socket that says nothing for so long is taken for dead. */
const SILENCE_FACTOR = 6;

/**
 * @template T
 * @param {object} given
 * @param {(update: T) => {intervalMs: number, over: boolean}} given.onUpdate Takes an update; says when the next is due,
 *   and whether there is a next.
 * @param {(link: Link) => void} given.onLink
 * @param {() => Promise<void>} given.fill Asks for what was missed.
 */
export function connect({ onUpdate, onLink, fill }) {
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
      // The server may have gone away again; the next connection asks anew.
      fill().catch(() => {});
    };
    opened.onmessage = (message) => {
      heardAt = Date.now();
      const told = onUpdate(JSON.parse(message.data));
      quietMs = Math.max(6000, SILENCE_FACTOR * told.intervalMs);
      over = told.over;
    };
    opened.onclose = () => {
      if (socket !== opened) return;
      socket = null;
      onLink("retrying");
      timer = window.setTimeout(open, retryWaitMs(attempt));
      attempt += 1;
    };
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
