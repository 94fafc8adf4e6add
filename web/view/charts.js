// The charts: one time axis, one cross-hair and one range for all of them. Two are always there, the others below the
// details; one that nobody sees is not drawn.

import { stretch, zoomed } from "../model/range.js";
import { createChartCard, elapsedS } from "./chart_card.js";
import { element, setAttribute, setShown } from "./dom.js";
import { CHARTS, MORE_CHARTS } from "./chart_panels.js";

/** @typedef {import("../model/snapshot.js").Snapshot} Snapshot */
/** @typedef {import("../model/series.js").Series} Series */
/** @typedef {import("../model/range.js").Range} Range */
/** @typedef {(stage: string, percentile: number) => Promise<Array<[number, number | null]>>} AskPercentiles */

/** @type {Array<[string, Range]>} */
const RANGES = [
  ["Whole run", { kind: "all" }],
  ["15 min", { kind: "last", seconds: 900 }],
  ["5 min", { kind: "last", seconds: 300 }],
  ["1 min", { kind: "last", seconds: 60 }],
];

/**
 * @param {AskPercentiles} [percentiles]
 * @param {object} [given]
 * @param {boolean} [given.idle] Whether legends show the newest figures while no time is pointed at.
 * @param {boolean} [given.everywhere] Draw charts that are out of sight as well.
 */
export function createCharts(percentiles, { idle = true, everywhere = false } = {}) {
  /** @type {Range} */
  let range = { kind: "all" };
  /** @type {{snapshot: Snapshot, series: Series, branches: Series | null} | null} */
  let shown = null;
  const cards = [...CHARTS, ...MORE_CHARTS].map(makeCard);
  /** @type {ReturnType<typeof makeCard>[]} The charts of one input or output, while one is looked at. */
  let branchCards = [];
  /** @type {IntersectionObserver | null} */
  let observer = null;

  /** @param {import("./chart_panels.js").ChartPanel} panel */
  function makeCard(panel) {
    return createChartCard(panel, {
      onHover: hover,
      onZoom: choose,
      percentiles: panel.percentiles ? percentiles : undefined,
      idle,
    });
  }
  const ranges = RANGES.map(([name, wanted]) => {
    const button = element("button", { type: "button", class: "range-choice" }, name);
    button.addEventListener("click", () => choose(wanted));
    return { button, wanted };
  });
  const zoomIn = element("button", { type: "button", class: "range-choice", "aria-label": "Zoom in" }, "+");
  const zoomOut = element("button", { type: "button", class: "range-choice", "aria-label": "Zoom out" }, "−");
  zoomIn.addEventListener("click", () => zoom(0.5));
  zoomOut.addEventListener("click", () => zoom(2));
  const toolbar = element(
    "div",
    { class: "ranges", role: "group", "aria-label": "Time range of the charts" },
    ...ranges.map(({ button }) => button),
    zoomIn,
    zoomOut,
    element("span", { class: "ranges-note" }, "Drag over a chart to zoom."),
  );
  const first = element("div", { class: "charts" }, ...cards.slice(0, CHARTS.length).map((card) => card.node));
  const node = element("section", { "aria-label": "Charts" }, toolbar, first);
  const more = element(
    "section",
    { class: "charts more", "aria-label": "More charts" },
    ...cards.slice(CHARTS.length).map((card) => card.node),
  );
  const branch = element("div", { class: "charts branch-charts" });
  watch();

  /** Draws a chart only while it is in sight. */
  function watch() {
    if (everywhere || typeof IntersectionObserver === "undefined") {
      cards.forEach((card) => card.setSeen(true));
      return;
    }
    observer = new IntersectionObserver(
      (entries) => {
        for (const entry of entries) {
          const card = every().find((candidate) => candidate.node === entry.target);
          if (card) card.setSeen(entry.isIntersecting);
        }
        draw();
      },
      { rootMargin: "80px" },
    );
    cards.forEach(observe);
  }

  /** @param {ReturnType<typeof makeCard>} card */
  function observe(card) {
    if (observer) observer.observe(card.node);
    else card.setSeen(true);
  }

  function every() {
    return cards.concat(branchCards);
  }

  /** @param {number | null} seconds */
  function hover(seconds) {
    every().forEach((card) => card.cross(seconds));
  }

  /** @param {Range} next */
  function choose(next) {
    range = next;
    ranges.forEach(({ button, wanted }) =>
      setAttribute(button, "aria-pressed", String(JSON.stringify(wanted) === JSON.stringify(range))),
    );
    draw();
  }

  /** @param {number} factor */
  function zoom(factor) {
    if (!shown) return;
    choose(zoomed(current(shown.snapshot), factor, end(shown.snapshot)));
  }

  /**
   * @param {Snapshot} snapshot
   * @returns {number} End of the plan, or now if that is later.
   */
  function end(snapshot) {
    return Math.max(snapshot.run.duration_s, snapshot.run.elapsed_s === null ? 0 : elapsedS(snapshot), 1);
  }

  /** @param {Snapshot} snapshot */
  function current(snapshot) {
    const nowS = snapshot.run.elapsed_s === null ? null : elapsedS(snapshot);
    return stretch(range, end(snapshot), nowS);
  }

  function draw() {
    if (!shown) return;
    const { snapshot, series, branches } = shown;
    const shownStretch = current(snapshot);
    cards.forEach((card) => card.update(snapshot, series, shownStretch));
    if (branches) branchCards.forEach((card) => card.update(snapshot, branches, shownStretch));
  }
  choose(range);

  return {
    node,
    more,
    branch,

    /** @param {import("./chart_panels.js").ChartPanel[]} panels Of the input or output that is looked at. */
    setBranch(panels) {
      branchCards.forEach((card) => {
        if (observer) observer.unobserve(card.node);
        card.remove();
      });
      branchCards = panels.map(makeCard);
      branch.append(...branchCards.map((card) => card.node));
      branchCards.forEach(observe);
      draw();
    },

    /**
     * Draws every chart, seen or not, at one size; null: again as large as its place.
     *
     * @param {{width: number, height: number} | null} size
     */
    resize(size) {
      cards.forEach((card) => {
        if (size) card.setSeen(true);
        card.resize(size);
      });
      draw();
    },

    /**
     * @param {Snapshot} snapshot
     * @param {Series} series
     * @param {Series | null} [branches] The past of each input and output.
     */
    update(snapshot, series, branches = null) {
      shown = { snapshot, series, branches };
      setShown(more, document.documentElement.dataset.minimal === undefined);
      draw();
    },
  };
}
