// The report: the view's own plan and charts over what was recorded, in one file. Thin; draws nothing itself.

import { createTheme } from "../live/theme.js";
import { createSeries } from "../model/series.js";
import { branches } from "../model/topology.js";
import { createCharts } from "../view/charts.js";
import { setAttribute, setText } from "../view/dom.js";
import { THEMES } from "../view/header.js";
import { strokes } from "../view/icons.js";
import { seriesPaths } from "../view/panels.js";
import { createRibbon } from "../view/ribbon.js";
import { createTopology } from "../view/topology.js";

/** @typedef {import("../model/snapshot.js").Snapshot} Snapshot */
/** @typedef {{snapshot: Snapshot, history: import("../model/series.js").HistoryTable}} Recorded */

/** Width and height of a chart on paper: A4 without its margins. */
const PAPER = { width: 660, height: 158 };

/**
 * @param {string} id
 * @returns {HTMLElement | null}
 */
function byId(id) {
  return document.getElementById(id);
}

/** @param {Recorded | null} recorded */
function start(recorded) {
  const root = document.documentElement;
  const button = /** @type {HTMLElement} */ (byId("theme"));
  const print = /** @type {HTMLElement} */ (byId("print"));
  // Whoever copies or photographs the whole page has all of it: a report is drawn once, not every second.
  const charts = createCharts(undefined, { idle: false, everywhere: true });
  const series = createSeries(seriesPaths());
  const theme = createTheme(() => {
    const [drawn, words] = THEMES[theme.name()];
    setAttribute(button.querySelectorAll("path")[0], "d", strokes(drawn));
    setAttribute(button, "title", words);
    setAttribute(button, "aria-label", words);
    if (recorded) charts.update(recorded.snapshot, series);
  });
  button.addEventListener("click", () => theme.next());
  print.addEventListener("click", () => window.print());
  if (recorded) {
    const ribbon = createRibbon();
    series.merge(recorded.history);
    ribbon.update(recorded.snapshot);
    show("plan", ribbon.node);
    if (branches(recorded.snapshot)) showTopology(recorded.snapshot);
    show("charts", charts.node);
    show("more-charts", charts.more);
    onPaper(root, theme, charts);
  }
  theme.apply();
  [button, print].forEach((control) => control.removeAttribute("hidden"));
}

/**
 * @param {string} id
 * @param {HTMLElement} node
 */
function show(id, node) {
  const place = byId(id);
  if (place) place.replaceChildren(node);
}

/** @param {Snapshot} snapshot The last one: what is chosen shows its way instead of the slowest. */
function showTopology(snapshot) {
  let chosen = "";
  const topology = createTopology({
    onOpen({ id }) {
      chosen = chosen === id ? "" : id;
      topology.choose(chosen || null);
    },
  });
  topology.update(snapshot, () => false, 0);
  show("topology", topology.node);
}

/**
 * Paper is light, as wide as it is, and cannot be unfolded: the page is made so, and for the screen again afterwards.
 *
 * @param {HTMLElement} root
 * @param {{apply: () => void}} theme
 * @param {ReturnType<typeof createCharts>} charts
 */
function onPaper(root, theme, charts) {
  let screenTheme = root.dataset.theme;
  /** @type {HTMLDetailsElement[]} */
  let folded = [];
  window.addEventListener("beforeprint", () => {
    screenTheme = root.dataset.theme;
    root.dataset.theme = "light";
    folded = Array.from(document.querySelectorAll("details")).filter((part) => !part.open);
    folded.forEach((part) => part.setAttribute("open", ""));
    charts.resize(PAPER);
    theme.apply();
  });
  window.addEventListener("afterprint", () => {
    root.dataset.theme = screenTheme;
    folded.forEach((part) => part.removeAttribute("open"));
    charts.resize(null);
    theme.apply();
  });
}

const data = byId("report-data");
setText(/** @type {HTMLElement} */ (byId("without-script")), "");
start(data ? JSON.parse(data.textContent || "null") : null);
