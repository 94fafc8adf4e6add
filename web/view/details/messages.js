// Recent messages in and out of the pipeline, as text. Asks only while somebody looks, and holds still when asked to.

import { element, setAttribute, setText } from "../dom.js";
import { timeOfDay, UNKNOWN, words } from "../format.js";
import { createTable } from "../table.js";

/** @typedef {import("../../model/snapshot.js").RecentMessages} RecentMessages */
/** @typedef {import("../../model/snapshot.js").SeenMessage} SeenMessage */
/** @typedef {() => Promise<RecentMessages | null>} AskMessages */

const EVERY_MS = 1900;

const COLUMNS = [
  { title: "Time", about: "The record's own timestamp." },
  { title: "Value", wide: true, about: "Decoded; fields that shall not be shown are ***." },
  { title: "Key" },
  { title: "Partition", numeric: true },
  { title: "Offset", numeric: true },
  { title: "Schema", numeric: true },
  { title: "Size", numeric: true },
];
/** @type {Array<["in" | "out", string]>} */
const WAYS = [
  ["in", "Into the pipeline"],
  ["out", "Out of the pipeline"],
];

/** @param {AskMessages} ask */
export function createMessages(ask) {
  const hold = element("button", { type: "button", class: "range-choice", "aria-pressed": "false" }, "Hold");
  const asOf = element("span", { class: "ranges-note" });
  const parts = WAYS.map(([way, title]) => {
    const heading = element("h3", {}, title);
    const table = createTable(COLUMNS, title);
    return { way, title, heading, table, node: element("section", { class: "block" }, heading, table.node) };
  });
  const bar = element("div", { class: "filters" }, hold, asOf);
  const node = element("div", { class: "messages" }, bar, ...parts.map((part) => part.node));
  let held = false;
  let askedMs = 0;

  hold.addEventListener("click", () => {
    held = !held;
    setAttribute(hold, "aria-pressed", String(held));
    setText(hold, held ? "Resume" : "Hold");
  });

  /** @param {RecentMessages} recent */
  function show(recent) {
    const looked = recent.at === null ? "" : ` · looked at ${timeOfDay(recent.at)}`;
    setText(asOf, `Some of the newest records, not all${looked}`);
    for (const { way, title, heading, table } of parts) {
      const messages = recent.messages.filter((message) => message.direction === way);
      setText(heading, messages.length ? `${title} · ${messages[0].topic}` : title);
      table.update(messages.map(row), recent.reason || "No record was seen in this topic yet.");
    }
  }

  async function refresh() {
    if (held || Date.now() - askedMs < EVERY_MS) return;
    askedMs = Date.now();
    try {
      const recent = await ask();
      if (recent !== null && !held) show(recent);
    } catch {
      // The server is away: the header says so, and what was seen stays.
    }
  }

  return {
    node,

    update() {
      refresh();
    },
  };
}

/**
 * @param {SeenMessage} message
 * @returns {import("../table.js").Cell[]}
 */
function row(message) {
  const note = message.note || "";
  return [
    { text: message.at === null ? UNKNOWN : timeOfDay(message.at), title: message.at || "" },
    {
      text: message.value === null ? note : message.value,
      title: note,
      long: true,
      code: message.value !== null,
      health: message.value === null ? "warning" : undefined,
    },
    { text: message.key === null ? UNKNOWN : message.key, title: message.key === null ? "No key." : "", long: true },
    { text: words("count", message.partition) },
    { text: words("count", message.offset) },
    { text: words("count", message.schema_id), title: message.schema_id === null ? "No Confluent framing." : "" },
    { text: words("bytes", message.value_bytes) },
  ];
}
