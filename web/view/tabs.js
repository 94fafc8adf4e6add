// The tabs: one panel shown, arrows move between them, the choice outlives a reload.

import { element, setAttribute, setShown, setText } from "./dom.js";
import { createFacts, SERVICES } from "./facts.js";
import { createTable } from "./table.js";
import { ERRORS, FLINK, SQL, STAGES } from "./tables.js";

/** @typedef {import("../model/snapshot.js").Snapshot} Snapshot */
/** @typedef {import("./tables.js").TableTab} TableTab */
/** @typedef {{node: HTMLElement, update: (snapshot: Snapshot) => void}} Content */
/** @typedef {{get: (key: string) => string | null, set: (key: string, value: string) => void}} Memory */

/** @type {Array<{id: string, title: string, count?: (snapshot: Snapshot) => number, content: () => Content}>} */
const TABS = [
  { id: "stages", title: "Latency by stage", content: () => tableContent(STAGES) },
  { id: "flink", title: "Flink", content: () => tableContent(FLINK) },
  { id: "services", title: "Services", content: () => createFacts(SERVICES) },
  { id: "errors", title: "Errors", count: (snapshot) => snapshot.errors.length, content: () => tableContent(ERRORS) },
  { id: "sql", title: "SQL", content: () => tableContent(SQL) },
];

/**
 * @param {TableTab} tab
 * @returns {Content}
 */
function tableContent(tab) {
  const table = createTable(tab.columns, tab.label);
  return {
    node: table.node,
    update: (snapshot) => table.update(tab.rows(snapshot), tab.empty(snapshot)),
  };
}

/** @param {Memory} memory */
export function createTabs(memory) {
  const tabs = TABS.map(({ id, title, count, content }) => {
    const badge = element("span", { class: "badge", hidden: "" });
    const button = element(
      "button",
      { type: "button", role: "tab", id: `tab-${id}`, class: "tab", "aria-controls": `panel-${id}` },
      title,
      badge,
    );
    const filled = content();
    const panel = element(
      "div",
      { role: "tabpanel", id: `panel-${id}`, class: "panel", "aria-labelledby": `tab-${id}` },
      filled.node,
    );
    button.addEventListener("click", () => choose(id));
    return { id, count, badge, button, panel, filled };
  });
  const list = element(
    "div",
    { class: "tab-list", role: "tablist", "aria-label": "Details" },
    ...tabs.map(({ button }) => button),
  );
  const node = element(
    "section",
    { class: "card tabs", "aria-label": "Details" },
    list,
    ...tabs.map(({ panel }) => panel),
  );
  let chosen = "";
  /** @type {Snapshot | null} */
  let shown = null;

  list.addEventListener("keydown", (event) => {
    const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    if (!step) return;
    const at = tabs.findIndex(({ id }) => id === chosen);
    const next = tabs[(at + step + tabs.length) % tabs.length];
    choose(next.id);
    next.button.focus();
  });

  /** @param {string} id */
  function choose(id) {
    chosen = id;
    memory.set("tab", id);
    for (const tab of tabs) {
      const selected = tab.id === id;
      setAttribute(tab.button, "aria-selected", String(selected));
      setAttribute(tab.button, "tabindex", selected ? "0" : "-1");
      setShown(tab.panel, selected);
    }
    if (shown) render(shown);
  }

  /** @param {Snapshot} snapshot */
  function render(snapshot) {
    for (const { id, count, badge, filled } of tabs) {
      const counted = count ? count(snapshot) : 0;
      setText(badge, String(counted));
      setShown(badge, counted > 0);
      if (id === chosen) filled.update(snapshot);
    }
  }

  const remembered = memory.get("tab");
  choose(TABS.some(({ id }) => id === remembered) ? String(remembered) : TABS[0].id);

  return {
    node,

    /** @param {Snapshot} snapshot */
    update(snapshot) {
      shown = snapshot;
      render(snapshot);
    },
  };
}
