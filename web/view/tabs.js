// The tabs: one panel shown, arrows move between them, the choice outlives a reload.

import { TABLES } from "./details/changelogs.js";
import { createErrors } from "./details/errors.js";
import { createFacts } from "./details/facts.js";
import { createGraph } from "./details/graph.js";
import { BROKERS, GROUPS, PARTITIONS, TOPICS } from "./details/kafka.js";
import { createMessages } from "./details/messages.js";
import { createQuality } from "./details/quality.js";
import { ANOMALIES, FAULTS, FIELDS, INVALID, RULES } from "./details/quality_tables.js";
import { CHANGES, SUBJECTS } from "./details/registry.js";
import { CONSUMER, FAULT_FACTS, FLINK_FACTS, KAFKA, PRODUCER, REGISTRY } from "./details/services.js";
import { EVENTS, FLINK, INPUTS, OUTPUTS, PROCESSES, SQL, STAGES } from "./details/tables.js";
import { createTraffic } from "./details/traffic.js";
import { element, setAttribute, setShown, setText } from "./dom.js";
import { createTable } from "./table.js";

/** @typedef {import("../model/snapshot.js").Snapshot} Snapshot */
/** @typedef {import("../model/series.js").Series} Series */
/** @typedef {import("./table.js").TableTab} TableTab */
/** @typedef {{node: HTMLElement, update: (snapshot: Snapshot, series: Series) => void}} Content */
/** @typedef {{get: (key: string) => string | null, set: (key: string, value: string) => void}} Memory */

/** @typedef {{id: string, title: string, count?: (snapshot: Snapshot) => number, content: () => Content[]}} Tab */

/** @type {Tab[]} */
const TABS = [
  { id: "stages", title: "Latency by stage", content: () => [table(STAGES)] },
  { id: "traffic", title: "Traffic", content: () => [createTraffic()] },
  {
    id: "producer",
    title: "Producer",
    content: () => [table(INPUTS, true), createFacts(PRODUCER), table(FAULTS, true), createFacts(FAULT_FACTS)],
  },
  {
    id: "kafka",
    title: "Kafka",
    content: () => [createFacts(KAFKA), table(TOPICS, true), table(BROKERS, true), table(PARTITIONS, true)],
  },
  {
    id: "flink",
    title: "Flink",
    content: () => [createGraph(), table(FLINK), createFacts(FLINK_FACTS), table(PROCESSES, true)],
  },
  {
    id: "registry",
    title: "Registry",
    content: () => [createFacts(REGISTRY), table(SUBJECTS, true), table(CHANGES, true)],
  },
  {
    id: "consumer",
    title: "Consumer",
    content: () => [
      table(OUTPUTS, true),
      table(EVENTS, true),
      table(TABLES, true),
      createFacts(CONSUMER),
      table(GROUPS, true),
    ],
  },
  { id: "errors", title: "Errors", count: (snapshot) => snapshot.errors.length, content: () => [createErrors()] },
  {
    id: "quality",
    title: "Data quality",
    count: ({ data_quality: quality }) => quality.rules_failed,
    content: () => [
      createQuality(),
      table(RULES, true),
      table(FIELDS, true),
      table(INVALID, true),
      table(ANOMALIES, true),
      table(SUBJECTS, true),
      table(CHANGES, true),
    ],
  },
  { id: "sql", title: "SQL", content: () => [table(SQL)] },
];

/**
 * @param {TableTab} tab
 * @param {boolean} [titled]
 * @returns {Content}
 */
function table(tab, titled = false) {
  const made = createTable(tab.columns, tab.label);
  const node = titled ? element("section", { class: "block" }, element("h3", {}, tab.label), made.node) : made.node;
  return { node, update: (snapshot) => made.update(tab.rows(snapshot), tab.empty(snapshot)) };
}

/**
 * @param {Memory} memory
 * @param {import("./details/messages.js").AskMessages} [messages] Where recent messages can be had.
 */
export function createTabs(memory, messages) {
  const every = messages
    ? TABS.concat({ id: "messages", title: "Messages", content: () => [createMessages(messages)] })
    : TABS;
  const tabs = every.map(({ id, title, count, content }) => {
    const badge = element("span", { class: "badge", hidden: "" });
    const button = element(
      "button",
      { type: "button", role: "tab", id: `tab-${id}`, class: "tab", "aria-controls": `panel-${id}` },
      title,
      badge,
    );
    const panel = element("div", {
      role: "tabpanel",
      id: `panel-${id}`,
      class: "panel",
      "aria-labelledby": `tab-${id}`,
    });
    /** @type {Content[]} */
    const filled = [];
    button.addEventListener("click", () => choose(id));
    return { id, count, badge, button, panel, content, filled };
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
  /** @type {{snapshot: Snapshot, series: Series} | null} */
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
    if (shown) render(shown.snapshot, shown.series);
  }

  /**
   * @param {Snapshot} snapshot
   * @param {Series} series
   */
  function render(snapshot, series) {
    for (const { id, count, badge, filled, content, panel } of tabs) {
      const counted = count ? count(snapshot) : 0;
      setText(badge, String(counted));
      setShown(badge, counted > 0);
      if (id !== chosen) continue;
      // Made when first looked at: the first paint does not wait for what nobody sees.
      if (!filled.length) {
        filled.push(...content());
        panel.append(...filled.map((part) => part.node));
      }
      filled.forEach((part) => part.update(snapshot, series));
    }
  }

  const remembered = memory.get("tab");
  choose(every.some(({ id }) => id === remembered) ? String(remembered) : TABS[0].id);

  return {
    node,

    /** @param {string} id Shows a tab and brings it into sight. */
    open(id) {
      choose(id);
      const tab = tabs.find((candidate) => candidate.id === id);
      if (!tab) return;
      tab.button.scrollIntoView({ block: "nearest", inline: "nearest" });
      node.scrollIntoView({ block: "start" });
      tab.button.focus({ preventScroll: true });
    },

    /**
     * @param {Snapshot} snapshot
     * @param {Series} series
     */
    update(snapshot, series) {
      shown = { snapshot, series };
      render(snapshot, series);
    },
  };
}
