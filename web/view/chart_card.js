// One chart with its title and a legend that has the figures under the cross-hair and hides lines.

import { isOver, staleAfterMs } from "../model/freshness.js";
import { figureAt, reasonFor } from "../model/paths.js";
import { between } from "../model/range.js";
import { linePoints, pairPoints, peaks, planAt, planPoints } from "../model/timeline.js";
import { createTimeChart, pointAt } from "./chart.js";
import { element, setAttribute, setShown, setText } from "./dom.js";
import { clock, show, UNKNOWN, words } from "./format.js";
import { createPercentile } from "./percentile.js";
import { phaseLabel } from "./ribbon.js";

/** @typedef {import("../model/snapshot.js").Snapshot} Snapshot */
/** @typedef {import("../model/series.js").Series} Series */
/** @typedef {import("../model/range.js").Range} Range */
/** @typedef {import("../model/range.js").Stretch} Stretch */
/** @typedef {import("./chart_panels.js").ChartPanel} ChartPanel */
/** @typedef {import("./chart_panels.js").Line} Line */
/** @typedef {import("./chart.js").Drawn} Drawn */
/** @typedef {import("./chart.js").Point} Point */

/**
 * @param {ChartPanel} panel
 * @param {object} given
 * @param {(seconds: number | null) => void} given.onHover
 * @param {(range: Range) => void} given.onZoom
 * @param {import("./charts.js").AskPercentiles} [given.percentiles]
 * @param {boolean} [given.idle] Whether the legend shows the newest figures while no time is pointed at.
 */
export function createChartCard(panel, { onHover, onZoom, percentiles, idle = true }) {
  const canvas = element("canvas", { role: "img", "aria-label": `${panel.title} over time` });
  const empty = element("p", { class: "chart-empty", hidden: "" });
  const moment = element("span", { class: "chart-moment" });
  const legend = panel.lines.map(() => element("span", { class: "legend-figure" }));
  const hidden = new Set(panel.lines.filter((line) => line.off).map((line) => line.label));
  const entries = panel.lines.map((line, at) => createEntry(line, legend[at]));
  const extra = percentiles ? createPercentile(percentiles, redraw) : null;
  const head = element(
    "div",
    { class: "chart-head" },
    element("h2", {}, panel.title, element("span", { class: "unit" }, panel.unit)),
    element("div", { class: "legend" }, ...entries, ...(extra ? [extra.node] : [])),
    moment,
  );
  const plot = element("div", { class: "plot" }, canvas, empty);
  const node = element("article", { class: "card chart", id: `chart-${panel.id}` }, head, plot);
  const chart = createTimeChart(canvas, panel.kind, {
    scatter: Boolean(panel.against),
    onHover: panel.against ? () => {} : onHover,
    onSelect(fromS, toS) {
      const range = between(fromS, toS);
      if (range) onZoom(range);
    },
    onReset: () => onZoom({ kind: "all" }),
  });
  /** @type {{snapshot: Snapshot, series: Series, stretch: Stretch} | null} */
  let shown = null;
  let seen = false;
  /** @type {number | null} */
  let crossS = null;
  /** @type {Point[][]} */
  let measured = [];

  /**
   * @param {Line} line
   * @param {HTMLElement} value
   */
  function createEntry(line, value) {
    const swatch = element("span", { class: line.plan ? "swatch dashed" : "swatch" });
    swatch.style.color = `var(--series-${line.colour})`;
    const entry = element("button", { type: "button", class: "legend-entry" }, swatch, line.label, value);
    setAttribute(entry, "aria-pressed", String(!line.off));
    entry.addEventListener("click", () => {
      if (!hidden.delete(line.label)) hidden.add(line.label);
      setAttribute(entry, "aria-pressed", String(!hidden.has(line.label)));
      redraw();
    });
    return entry;
  }

  /**
   * @param {Snapshot} snapshot
   * @param {Series} series
   * @param {Stretch} stretch
   * @returns {Point[][]} The points of each line that is shown.
   */
  function points(snapshot, series, stretch) {
    const startedMs = Date.parse(snapshot.run.started_at);
    const rows = within(series.rows(), startedMs, stretch);
    return panel.lines.map((line) => {
      if (snapshot.run.elapsed_s === null || hidden.has(line.label)) return [];
      const column = series.fields.indexOf(line.path);
      if (panel.against) return pairPoints(rows, column, series.fields.indexOf(panel.against));
      return linePoints(rows, column, startedMs, staleAfterMs(snapshot), line.growth);
    });
  }

  function redraw() {
    if (!shown || !seen) return;
    const { snapshot, series, stretch } = shown;
    const { phases } = snapshot.traffic;
    const begun = snapshot.run.elapsed_s !== null;
    measured = points(snapshot, series, stretch);
    const style = getComputedStyle(document.documentElement);
    const colour = (/** @type {string} */ name) => style.getPropertyValue(name).trim();
    /** @type {Drawn[]} */
    const lines = panel.lines.map((line, at) => ({
      label: line.label,
      points: line.plan ? planPoints(phases) : measured[at],
      colour: colour(`--series-${line.colour}`),
      dashed: Boolean(line.plan),
      shown: !hidden.has(line.label),
    }));
    const more = extra === null ? null : extra.line(Date.parse(snapshot.run.started_at), colour("--ink"));
    if (more) lines.push(more);
    chart.draw({
      lines,
      bands: panel.against
        ? []
        : peaks(phases).map((phase) => ({ label: phaseLabel(phase), from: phase.start_s, to: phase.end_s })),
      startS: panel.against ? 0 : stretch.fromS,
      endS: panel.against ? null : stretch.toS,
      nowS: panel.against || isOver(snapshot) || !begun ? null : elapsedS(snapshot),
      palette: {
        ink: colour("--ink"),
        muted: colour("--muted"),
        grid: colour("--grid"),
        band: colour("--band"),
        card: colour("--card"),
      },
    });
    const some = measured.some((line) => line.some((point) => !Number.isNaN(point.y)));
    const all = panel.lines.every((line) => hidden.has(line.label));
    const reason = all ? "Every line is hidden." : reasonFor(snapshot, panel.requires);
    setText(empty, begun ? reason : "The line begins with the load.");
    setShown(empty, !some);
    setAttribute(canvas, "aria-label", `${panel.title} over time; the newest figures are in the legend.`);
    showFigures();
  }

  function showFigures() {
    if (!shown) return;
    const { snapshot } = shown;
    setText(moment, crossS === null || panel.against ? "" : `at ${clock(crossS)}`);
    panel.lines.forEach((line, at) => {
      const cross = panel.against ? null : crossS;
      const value = cross === null ? newest(line, at, snapshot) : figureOf(line, measured[at] || [], snapshot, cross);
      setText(legend[at], value === null ? UNKNOWN : figure(panel, value));
      setShown(legend[at], !hidden.has(line.label) && (idle || cross !== null));
    });
  }

  /**
   * @param {Line} line
   * @param {number} at
   * @param {Snapshot} snapshot
   * @returns {number | null}
   */
  function newest(line, at, snapshot) {
    if (!line.growth) return figureAt(snapshot, line.path);
    const known = measured[at] || [];
    const last = known.length ? known[known.length - 1].y : NaN;
    return Number.isNaN(last) ? null : last;
  }

  return {
    node,

    remove() {
      node.remove();
      chart.remove();
    },

    /** @param {boolean} visible */
    setSeen(visible) {
      seen = visible;
    },

    /** @param {{width: number, height: number} | null} size Null: as large as its place. */
    resize(size) {
      chart.resize(size);
    },

    /**
     * @param {Snapshot} snapshot
     * @param {Series} series
     * @param {Stretch} stretch
     */
    update(snapshot, series, stretch) {
      shown = { snapshot, series, stretch };
      if (extra && seen) extra.refresh();
      redraw();
    },

    /** @param {number | null} seconds Time under the cross-hair; null for the newest. */
    cross(seconds) {
      crossS = seconds;
      if (!seen) return;
      if (!panel.against) chart.cross(seconds);
      showFigures();
    },
  };
}

/**
 * @param {import("../model/series.js").Row[]} rows
 * @param {number} startedMs
 * @param {Stretch} stretch
 * @returns {import("../model/series.js").Row[]} The rows of a stretch, and one on either side so that lines do not end short.
 */
function within(rows, startedMs, { fromS, toS }) {
  const from = startedMs + fromS * 1000;
  const to = startedMs + toS * 1000;
  const first = rows.findIndex((row) => Number(row[0]) >= from);
  if (first < 0) return [];
  let last = rows.length;
  while (last > first && Number(rows[last - 1][0]) > to) last -= 1;
  return rows.slice(Math.max(0, first - 1), last + 1);
}

/**
 * @param {ChartPanel} panel
 * @param {number} value
 * @returns {string} Without the unit where the title has it.
 */
function figure(panel, value) {
  return panel.unit && panel.kind !== "percent" ? show(panel.kind, value).text : words(panel.kind, value);
}

/**
 * @param {Snapshot} snapshot
 * @returns {number} Seconds from the start of the load to the snapshot.
 */
export function elapsedS(snapshot) {
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
