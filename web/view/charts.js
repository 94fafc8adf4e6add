// The two charts: one time axis, one cross-hair, the plan's phases behind, figures at the cross-hair in the legend.

import { isOver, staleAfterMs } from "../model/freshness.js";
import { figureAt, reasonFor } from "../model/paths.js";
import { linePoints, peaks, planAt, planPoints } from "../model/timeline.js";
import { createTimeChart, pointAt } from "./chart.js";
import { element, setAttribute, setShown, setText } from "./dom.js";
import { clock, show, UNKNOWN, words } from "./format.js";
import { CHARTS } from "./panels.js";
import { phaseLabel } from "./ribbon.js";

/** @typedef {import("../model/snapshot.js").Snapshot} Snapshot */
/** @typedef {import("../model/series.js").Series} Series */
/** @typedef {import("./panels.js").ChartPanel} ChartPanel */
/** @typedef {import("./panels.js").Line} Line */
/** @typedef {import("./chart.js").Drawn} Drawn */
/** @typedef {import("./chart.js").Point} Point */

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
    const swatch = element("span", { class: line.plan ? "swatch dashed" : "swatch" });
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
  /** @type {Point[][]} */
  let measured = [];

  function redraw() {
    if (!shown) return;
    const { snapshot, series } = shown;
    const { phases } = snapshot.traffic;
    const rows = series.rows();
    const startedMs = Date.parse(snapshot.run.started_at);
    const begun = snapshot.run.elapsed_s !== null;
    const nowS = begun ? elapsedS(snapshot) : null;
    const style = getComputedStyle(document.documentElement);
    const colour = (/** @type {string} */ name) => style.getPropertyValue(name).trim();
    measured = panel.lines.map(({ path }) =>
      begun ? linePoints(rows, series.fields.indexOf(path), startedMs, staleAfterMs(snapshot)) : [],
    );
    /** @type {Drawn[]} */
    const lines = panel.lines.map((line, at) => ({
      label: line.label,
      points: line.plan ? planPoints(phases) : measured[at],
      colour: colour(`--series-${line.colour}`),
      dashed: Boolean(line.plan),
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
    const some = measured.some((points) => points.some((point) => !Number.isNaN(point.y)));
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
      const { snapshot } = shown;
      setText(moment, seconds === null ? "" : `at ${clock(seconds)}`);
      panel.lines.forEach((line, at) => {
        const value =
          seconds === null ? figureAt(snapshot, line.path) : figureOf(line, measured[at], snapshot, seconds);
        setText(legend[at], value === null ? UNKNOWN : figure(panel, value));
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
 * @param {Snapshot} snapshot
 * @returns {number} Seconds from the start of the load to the snapshot.
 */
function elapsedS(snapshot) {
  return (Date.parse(snapshot.timestamp) - Date.parse(snapshot.run.started_at)) / 1000;
}

/**
 * @param {Line} line
 * @param {Point[]} points
 * @param {Snapshot} snapshot
 * @param {number} seconds
 * @returns {number | null} What was measured at a time; ahead of now, what is planned.
 */
function figureOf(line, points, snapshot, seconds) {
  if (seconds > elapsedS(snapshot)) return line.plan ? planAt(snapshot.traffic.phases, seconds) : null;
  const point = pointAt(points, seconds);
  return point === null ? null : point.y;
}
