// The tabs: one panel shown, arrows move between them, the choice outlives a reload.

import { element, setAttribute, setShown, setText } from "./dom.js";
import { createTable } from "./table.js";
import { TABS } from "./tables.js";

/** @typedef {import("../model/snapshot.js").Snapshot} Snapshot */

/**
 * @param {{get: (key: string) => string | null, set: (key: string, value: string) => void}} memory
 */
export function createTabs(memory) {
  const tabs = TABS.map((tab) => {
    const badge = element("span", { class: "badge", hidden: "" });
    const button = element("button", { type: "button", role: "tab", id: `tab-${tab.id}`, class: "tab", "aria-controls": `panel-${tab.id}` }, tab.title, badge);
    const table = createTable(tab.columns, "");
    const panel = element("div", { role: "tabpanel", id: `panel-${tab.id}`, class: "panel", "aria-labelledby": `tab-${tab.id}` }, table.node);
    setAttribute(table.node, "aria-label", tab.title);
    button.addEventListener("click", () => choose(tab.id));
    return { tab, badge, button, panel, table };
  });
  const list = element("div", { class: "tab-list", role: "tablist", "aria-label": "Details" }, ...tabs.map(({ button }) => button));
  const node = element("section", { class: "card tabs", "aria-label": "Details" }, list, ...tabs.map(({ panel }) => panel));
  let chosen = "";
  /** @type {Snapshot | null} */
  let shown = null;

  list.addEventListener("keydown", (event) => {
    const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    if (!step) return;
    const at = tabs.findIndex(({ tab }) => tab.id === chosen);
    const next = tabs[(at + step + tabs.length) % tabs.length];
    choose(next.tab.id);
    next.button.focus();
  });

  /** @param {string} id */
  function choose(id) {
    chosen = id;
    memory.set("tab", id);
    for (const { tab, button, panel } of tabs) {
      const selected = tab.id === id;
      setAttribute(button, "aria-selected", String(selected));
      setAttribute(button, "tabindex", selected ? "0" : "-1");
      setShown(panel, selected);
    }
    if (shown) render(shown);
  }

  /** @param {Snapshot} snapshot */
  function render(snapshot) {
    for (const { tab, badge, table } of tabs) {
      const count = tab.count ? tab.count(snapshot) : 0;
      setText(badge, String(count));
      setShown(badge, count > 0);
      if (tab.id !== chosen) continue;
      table.setEmpty(tab.empty(snapshot));
      table.update(tab.rows(snapshot));
    }
  }

  const remembered = memory.get("tab");
  choose(TABS.some((tab) => tab.id === remembered) ? String(remembered) : TABS[0].id);

  return {
    node,

    /** @param {Snapshot} snapshot */
    update(snapshot) {
      shown = snapshot;
      render(snapshot);
    },
  };
}
