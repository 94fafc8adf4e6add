// The whole page from its parts, in the order of the glance: header, sentence, plan, flow, tiles, charts, details.
// Knows neither the socket nor the server: the live page and the report both give it snapshots.

import { lagGrows } from "../model/branches.js";
import { staleAgeMs } from "../model/freshness.js";
import { branches as branching } from "../model/topology.js";
import { createBranches } from "./branches.js";
import { createCharts } from "./charts.js";
import { element, setAttribute, setShown, setText } from "./dom.js";
import { createFlow } from "./flow.js";
import { createHeader } from "./header.js";
import { icon } from "./icons.js";
import { createNotice } from "./notice.js";
import { createRibbon } from "./ribbon.js";
import { createSentence } from "./sentence.js";
import { createTabs } from "./tabs.js";
import { createTiles } from "./tiles.js";
import { createTopology } from "./topology.js";
import { createVerdict } from "./verdict.js";

/** @typedef {import("../model/snapshot.js").Snapshot} Snapshot */
/** @typedef {import("../model/series.js").Series} Series */
/** @typedef {import("../model/freshness.js").Link} Link */

/** @type {Array<[string, string]>} */
const LINKS = [
  ["api/export", "Download the report"],
  ["diagram", "Diagram"],
  ["api/metrics", "Figures as JSON"],
  ["metrics", "OpenMetrics"],
];

/**
 * @param {HTMLElement} root
 * @param {object} given
 * @param {() => void} given.onPause
 * @param {() => void} given.onTheme
 * @param {{get: (key: string) => string | null, set: (key: string, value: string) => void}} given.memory
 * @param {import("./charts.js").AskPercentiles} [given.percentiles] Where any percentile can be had.
 * @param {import("./details/messages.js").AskMessages} [given.messages] Where recent messages can be had.
 */
export function createPage(root, { onPause, onTheme, memory, percentiles, messages }) {
  const header = createHeader({ onPause, onTheme });
  const sentence = createSentence();
  const verdict = createVerdict();
  const ribbon = createRibbon();
  const flow = createFlow((tab) => tabs.open(tab));
  const tiles = createTiles();
  const charts = createCharts(percentiles);
  const topology = createTopology({
    onOpen: (node) => (node.kind === "vertex" ? tabs.open("flink") : branches.open(node.id)),
  });
  const branches = createBranches(memory, charts, (id) => topology.choose(id));
  const tabs = createTabs(memory, messages);
  const notice = createNotice(() => tabs.open("errors"));
  const waitingText = element("p", { class: "waiting-text" }, "Connecting to the run");
  const waitingNote = element("p", { class: "waiting-note" });
  const waiting = element("section", { class: "waiting", role: "status" }, icon("mark"), waitingText, waitingNote);
  const note = element(
    "p",
    { class: "foot" },
    "Every figure is measured. A dash is a figure that is not known; point at it for the reason.",
    ...LINKS.map(([href, text]) => element("a", { href }, text)),
  );
  const body = element(
    "div",
    { class: "body", hidden: "" },
    sentence.node,
    verdict.node,
    ribbon.node,
    flow.node,
    topology.node,
    tiles.node,
    branches.node,
    charts.node,
    tabs.node,
    charts.more,
    note,
  );
  const main = element("main", { class: "main" }, waiting, body);
  root.replaceChildren(header.node, main, notice.node);
  /** @type {(output: string) => boolean} */
  let lagging = () => false;

  return {
    header,

    /**
     * @param {Snapshot} snapshot
     * @param {Series} series
     * @param {Series} past Of each input and output.
     * @param {number} sinceArrivalMs
     */
    update(snapshot, series, past, sinceArrivalMs) {
      const several = branching(snapshot);
      setShown(waiting, false);
      setShown(body, true);
      header.update(snapshot);
      sentence.update(snapshot, staleAgeMs(snapshot, 0, sinceArrivalMs) !== null);
      verdict.update(snapshot);
      ribbon.update(snapshot);
      setShown(flow.node, !several);
      setShown(topology.node, several);
      setShown(branches.node, several);
      if (several) {
        lagging = (output) => lagGrows(past, output);
        topology.update(snapshot, lagging, sinceArrivalMs);
        branches.update(snapshot, past, sinceArrivalMs);
      } else flow.update(snapshot, sinceArrivalMs);
      tiles.update(snapshot, series, sinceArrivalMs);
      charts.update(snapshot, series, past);
      tabs.update(snapshot, series);
      notice.update(snapshot);
    },

    /**
     * @param {Link} link
     * @param {Snapshot | null} snapshot
     * @param {number} sinceArrivalMs
     */
    age(link, snapshot, sinceArrivalMs) {
      header.updateLink(link, snapshot, sinceArrivalMs);
      setText(
        waitingText,
        link === "live"
          ? "Waiting for the first figures"
          : link === "connecting"
            ? "Connecting to the run"
            : "The run does not answer",
      );
      setText(
        waitingNote,
        link === "retrying"
          ? "The page tries again by itself, at least every three seconds."
          : "The run is preparing; the page fills by itself.",
      );
      const old = snapshot !== null && staleAgeMs(snapshot, 0, sinceArrivalMs) !== null;
      setAttribute(body, "data-old", old ? "" : null);
      if (old && snapshot) {
        sentence.update(snapshot, true);
        if (branching(snapshot)) topology.update(snapshot, lagging, sinceArrivalMs);
        else flow.update(snapshot, sinceArrivalMs);
      }
    },
  };
}
