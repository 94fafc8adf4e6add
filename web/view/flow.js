// The flow as a drawn diagram: five parts and the edges between them, which move with the rate.

import { isOver, staleAgeMs } from "../model/freshness.js";
import { figureAt, reasonFor } from "../model/paths.js";
import { STATUS_HEALTH } from "../model/rules.js";
import { drawing, element, setAttribute, setShown, setText } from "./dom.js";
import { age, show, words } from "./format.js";
import { icon, stateShape } from "./icons.js";
import { createMotion } from "./motion.js";
import { PARTS } from "./panels.js";

/** @typedef {import("../model/snapshot.js").Snapshot} Snapshot */
/** @typedef {import("./panels.js").Part} Part */

/** @param {(tab: string) => void} onOpen Called with the tab that has the details of a part. */
export function createFlow(onOpen) {
  const parts = PARTS.map((part) => createPart(part, onOpen));
  const edges = PARTS.slice(1).map((part, at) => createEdge(PARTS[at].title, part.title));
  const node = element("section", { class: "flow card", "aria-label": "Flow of records" });
  parts.forEach((part, at) => {
    node.append(part.node);
    if (edges[at]) node.append(edges[at].node);
  });
  return {
    node,

    /**
     * @param {Snapshot} snapshot
     * @param {number} sinceArrivalMs
     */
    update(snapshot, sinceArrivalMs) {
      parts.forEach((part) => part.update(snapshot, sinceArrivalMs));
      edges.forEach((edge, at) => edge.update(snapshot, PARTS[at === 0 ? 0 : at], PARTS[at + 1]));
    },
  };
}

/**
 * @param {Part} part
 * @param {(tab: string) => void} onOpen
 */
function createPart(part, onOpen) {
  const shape = stateShape();
  const status = element("span");
  const rate = element("span", { class: "figure" });
  const unit = element("span", { class: "unit" });
  const total = element("span", { class: "part-total" });
  const telling = element("span", { class: "part-telling" });
  const old = element("span", { class: "old" });
  const state = element("span", { class: "part-state" }, shape.node, status);
  const button = element("button", { type: "button", class: "part-open", title: `Details: ${part.title}` }, part.title);
  button.addEventListener("click", () => onOpen(part.tab));
  const name = element("h2", { class: "part-title" }, icon(part.id), button);
  const head = element("div", { class: "part-head" }, name, state);
  const facts = element("div", { class: "part-facts" }, total, telling);
  const node = element(
    "article",
    { class: "part" },
    head,
    element("div", { class: "part-rate" }, rate, unit),
    facts,
    old,
  );
  return {
    node,

    /**
     * @param {Snapshot} snapshot
     * @param {number} sinceArrivalMs
     */
    update(snapshot, sinceArrivalMs) {
      const section = snapshot[part.id];
      const health = STATUS_HEALTH[section.status];
      setAttribute(node, "data-health", health);
      shape.set(health === "busy" ? "waiting" : health);
      setText(status, section.status);
      setAttribute(state, "title", section.status_reason);
      const perSecond = figureAt(snapshot, part.rate);
      const shown = show("rate", perSecond);
      setText(rate, shown.text);
      setText(unit, shown.unit);
      setAttribute(rate, "data-unknown", perSecond === null ? "" : null);
      setAttribute(rate, "title", perSecond === null ? reasonFor(snapshot, part.rate) : null);
      const records = figureAt(snapshot, part.total);
      setText(total, records === null ? "–" : `${words("short", records)} records`);
      setAttribute(total, "title", records === null ? reasonFor(snapshot, part.total) : words("count", records));
      setText(telling, part.telling(snapshot));
      const staleMs = staleAgeMs(snapshot, section.age_ms, sinceArrivalMs);
      setAttribute(node, "data-stale", staleMs === null ? null : "");
      setText(old, staleMs === null ? "" : `${age(staleMs)} old`);
      setShown(old, staleMs !== null);
      setAttribute(node, "title", `Source: ${section.source}`);
    },
  };
}

/**
 * @param {string} from
 * @param {string} to
 */
function createEdge(from, to) {
  const track = drawing("line", { class: "edge-track", x1: "0", y1: "8", x2: "100", y2: "8" });
  const stream = drawing("line", { class: "edge-stream", x1: "0", y1: "8", x2: "100", y2: "8" });
  const lines = drawing(
    "svg",
    { class: "edge-lines", viewBox: "0 0 100 16", preserveAspectRatio: "none" },
    track,
    stream,
  );
  const head = drawing("path", { d: "M1 2l9 6-9 6z" });
  const arrow = drawing("svg", { class: "edge-head", viewBox: "0 0 11 16" }, head);
  const node = element("div", { class: "edge", role: "img" }, lines, arrow);
  const motion = createMotion(stream);

  return {
    node,

    /**
     * @param {Snapshot} snapshot
     * @param {Part} source
     * @param {Part} target
     */
    update(snapshot, source, target) {
      const rate = edgeRate(snapshot, source, target);
      const flowing = rate !== null && rate > 0 && !isOver(snapshot);
      const peak = Math.max(...snapshot.traffic.phases.map((phase) => phase.max_rate_per_s), 1);
      const share = rate === null ? 0 : Math.min(1, rate / peak);
      stream.style.strokeWidth = `${(1.5 + 3.5 * share).toFixed(2)}px`;
      setAttribute(node, "data-moving", rate === null ? "unknown" : flowing ? "yes" : "no");
      setAttribute(node, "aria-label", `${from} to ${to}: ${rate === null ? "unknown" : words("rate", rate)}`);
      setAttribute(node, "title", rate === null ? "rate unknown" : words("rate", rate));
      motion.set(flowing, share);
    },
  };
}

/**
 * @param {Snapshot} snapshot
 * @param {Part} source
 * @param {Part} target
 * @returns {number | null} What flows: the rate of the part that the edge leaves, for Flink the rate it writes.
 */
function edgeRate(snapshot, source, target) {
  if (source.id === "kafka") return figureAt(snapshot, target.rate);
  if (source.id === "flink") return snapshot.flink.out_rate_per_s;
  return figureAt(snapshot, source.id === "output" ? target.rate : source.rate);
}
