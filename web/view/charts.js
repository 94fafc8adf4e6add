// The two charts: one time axis, one cross-hair, the plan's phases behind, figures at the cross-hair in the legend.

import { isOver, staleAfterMs } from "../model/freshness.js";
import { reasonFor } from "../model/paths.js";
import { linePoints, peaks, planAt, planPoints } from "../model/timeline.js";
import { createTimeChart, pointAt } from "./chart.js";
import { element, setAttribute, setShown, setText } from "./dom.js";
import { clock, show, UNKNOWN, words } from "./format.js";
import { CHARTS } from "./panels.js";
import { phaseLabel } from "./ribbon.js";

/** @typedef {import("../model/snapshot.js").Snapshot} Snapshot */
/** @typedef {import("../model/series.js").Series} Series */
/** @typedef {import("./panels.js").ChartPanel} ChartPanel */
/** @typedef {import("./chart.js").Drawn} Drawn */

export function createCharts() {
  /** @type {number | null} */
  let crossS = null;
  const charts = CHARTS.map((panel) => createChartCard(panel, hover));
  const node = element("section", { class: "charts", "aria-label": "Charts" }, ...charts.map((chart) => chart.node));

  /** @param {number | null} seconds */
  function hover(seconds) {
    crossS = seconds;
    charts.forEach((chart) => chart.cross(crossS));
  }

  return {
    node,

    /**
     * @param {Snapshot} snapshot
     * @param {Series} series
     */
    update(snapshot, series) {
      charts.forEach((chart) => chart.update(snapshot, series));
      charts.forEach((chart) => chart.cross(crossS));
    },
  };
}

/**
 * @param {ChartPanel} panel
 * @param {(seconds: number | null) => void} onHover
 */
function createChartCard(panel, onHover) {
  const canvas = element("canvas", { role: "img" });
  const empty = element("p", { class: "chart-empty" });
  const moment = element("span", { class: "chart-moment" });
  const legend = panel.lines.map(() => element("span", { class: "legend-figure" }));
  const hidden = new Set();
  const entries = panel.lines.map((line, at) => {
    const swatch = element("span", { class: line.dashed ? "swatch dashed" : "swatch" });
    swatch.style.color = `var(--series-${line.colour})`;
    const entry = element(
      "button",
      { type: "button", class: "legend-entry", "aria-pressed": "true" },
      swatch,
      line.label,
      legend[at],
    );
    entry.addEventListener("click", () => {
      if (!hidden.delete(line.label)) hidden.add(line.label);
      setAttribute(entry, "aria-pressed", String(!hidden.has(line.label)));
      redraw();
    });
    return entry;
  });
  const head = element(
    "div",
    { class: "chart-head" },
    element("h2", {}, panel.title, element("span", { class: "unit" }, panel.unit)),
    element("div", { class: "legend" }, ...entries),
    moment,
  );
  const node = element(
    "article",
    { class: "card chart", id: `chart-${panel.id}` },
    head,
    element("div", { class: "plot" }, canvas, empty),
  );
  const chart = createTimeChart(canvas, panel.kind, onHover);
  /** @type {{snapshot: Snapshot, series: Series} | null} */
  let shown = null;
  /** @type {Drawn[]} */
  let lines = [];

  function redraw() {
    if (!shown) return;
    const { snapshot, series } = shown;
    const { phases } = snapshot.traffic;
    const rows = series.rows();
    const startedMs = Date.parse(snapshot.run.started_at);
    const begun = snapshot.run.elapsed_s !== null;
    const nowS = begun ? (Date.parse(snapshot.timestamp) - startedMs) / 1000 : null;
    const style = getComputedStyle(document.documentElement);
    const colour = (/** @type {string} */ name) => style.getPropertyValue(name).trim();
    lines = panel.lines.map((line) => ({
      label: line.label,
      points:
        line.path === null
          ? planPoints(phases)
          : begun
            ? linePoints(rows, series.fields.indexOf(line.path), startedMs, staleAfterMs(snapshot))
            : [],
      colour: colour(`--series-${line.colour}`),
      dashed: Boolean(line.dashed),
      shown: !hidden.has(line.label),
    }));
    chart.draw({
      lines,
      bands: peaks(phases).map((phase) => ({ label: phaseLabel(phase), from: phase.start_s, to: phase.end_s })),
      endS: Math.max(snapshot.run.duration_s, nowS === null ? 0 : nowS, 1),
      nowS: isOver(snapshot) ? null : nowS,
      palette: {
        ink: colour("--ink"),
        muted: colour("--muted"),
        grid: colour("--grid"),
        band: colour("--band"),
        card: colour("--card"),
      },
    });
    const some = lines.some(
      (line, at) => panel.lines[at].path !== null && line.points.some((point) => !Number.isNaN(point.y)),
    );
    setText(empty, begun ? reasonFor(snapshot, panel.requires) : "The line begins with the load.");
    setShown(empty, !some);
    setAttribute(canvas, "aria-label", `${panel.title} over time; the newest figures are in the legend.`);
  }

  return {
    node,

    /**
     * @param {Snapshot} snapshot
     * @param {Series} series
     */
    update(snapshot, series) {
      shown = { snapshot, series };
      redraw();
    },

    /** @param {number | null} seconds Time under the cross-hair; null for the newest. */
    cross(seconds) {
      chart.cross(seconds);
      if (!shown) return;
      const { phases } = shown.snapshot.traffic;
      setText(moment, seconds === null ? "" : `at ${clock(seconds)}`);
      lines.forEach((line, at) => {
        const last = line.points[line.points.length - 1];
        const point = seconds === null ? last : pointAt(line.points, seconds);
        const plan = panel.lines[at].path === null;
        const value = plan ? planAt(phases, seconds === null ? elapsedOf(shown) : seconds) : point ? point.y : NaN;
        setText(legend[at], value === null || Number.isNaN(value) ? UNKNOWN : figure(panel, value));
      });
    },
  };
}

/**
 * @param {ChartPanel} panel
 * @param {number} value
 * @returns {string} Without the unit where the title has it.
 */
function figure(panel, value) {
  return panel.unit ? show(panel.kind, value).text : words(panel.kind, value);
}

/**
 * @param {{snapshot: Snapshot} | null} shown
 * @returns {number}
 */
function elapsedOf(shown) {
  return shown === null || shown.snapshot.run.elapsed_s === null ? -1 : shown.snapshot.run.elapsed_s;
}
