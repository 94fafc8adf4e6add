// A notice when an error of a new kind arrives. It says so once and leaves by itself; the errors' tab keeps it.

import { element, setAttribute, setText } from "./dom.js";

/** @typedef {import("../model/snapshot.js").Snapshot} Snapshot */

const STAYS_MS = 12000;

/** @param {() => void} onOpen Called when somebody wants to see the errors. */
export function createNotice(onOpen) {
  const text = element("span", { class: "notice-text" });
  const open = element("button", { type: "button", class: "link-button" }, "Show errors");
  const close = element("button", { type: "button", class: "button", "aria-label": "Dismiss" }, "×");
  const node = element(
    "div",
    { class: "notice", role: "alert", "data-health": "error", "data-out": "" },
    text,
    open,
    close,
  );
  /** @type {Set<string> | null} */
  let known = null;
  let runId = "";
  /** @type {number | undefined} */
  let timer;

  function hide() {
    setAttribute(node, "data-out", "");
    setText(text, "");
  }
  open.addEventListener("click", () => {
    hide();
    onOpen();
  });
  close.addEventListener("click", hide);

  return {
    node,

    /** @param {Snapshot} snapshot */
    update({ run, errors }) {
      // What was there when the page was opened is no news.
      if (known === null || run.id !== runId) known = new Set(errors.map(({ id }) => id));
      runId = run.id;
      const seen = known;
      const fresh = errors.filter(({ id }) => !seen.has(id));
      fresh.forEach(({ id }) => seen.add(id));
      if (!fresh.length) return;
      const more = fresh.length > 1 ? ` (and ${fresh.length - 1} more)` : "";
      setText(text, `New ${fresh[0].severity} in ${fresh[0].component}: ${fresh[0].message}${more}`);
      setAttribute(
        node,
        "data-health",
        fresh[0].severity === "info" || fresh[0].severity === "warning" ? "warning" : "error",
      );
      setAttribute(node, "data-out", null);
      window.clearTimeout(timer);
      timer = window.setTimeout(hide, STAYS_MS);
    },
  };
}
