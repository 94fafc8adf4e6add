// The page of several pipelines: one sentence, the figures of all together, two charts, and a card for each.

import { createTimeChart } from "./chart.js";
import { element, setAttribute, setShown, setText } from "./dom.js";
import { age, deviation, show, words } from "./format.js";
import { brandMark, THEMES } from "./header.js";
import { icon, strokes } from "./icons.js";
import { createPipelineCard } from "./pipeline_card.js";
import { createSentence } from "./sentence.js";

/** @typedef {import("../model/snapshot.js").Together} Together */
/** @typedef {import("../model/freshness.js").Link} Link */
/** @typedef {import("./format.js").Kind} Kind */

/** @type {Array<{title: string, kind: Kind, value: (all: Together) => number | null, context: (all: Together) => string, about: string}>} */
const FIGURES = [
  {
    title: "Sent, all pipelines",
    kind: "rate",
    value: ({ producer }) => producer.rate,
    context: ({ producer }) => planWords(producer.rate, producer.planned_rate_per_s),
    about: "Sum of the acknowledged records per second.",
  },
  {
    title: "Read back, all pipelines",
    kind: "rate",
    value: ({ consumer }) => consumer.rate,
    context: ({ consumer }) => `${words("count", consumer.lag)} behind`,
    about: "Sum of the consumed records per second; behind: sum of the lags.",
  },
  {
    title: "End-to-end p99",
    kind: "ms",
    value: ({ latency }) => latency.end_to_end.interval.p99_ms,
    context: ({ latency }) => {
      const { p50_ms: p50, p95_ms: p95 } = latency.end_to_end.interval;
      const bound = latency.end_to_end.bound === "upper" ? " · upper bounds" : "";
      return `p50 ${show("ms", p50).text} · p95 ${words("ms", p95)}${bound}`;
    },
    about: "Of all records of all pipelines in the newest second: from merged histograms, never averaged.",
  },
  {
    title: "p99 since the start",
    kind: "ms",
    value: ({ latency }) => latency.end_to_end.total.p99_ms,
    context: ({ latency }) => `${words("short", latency.end_to_end.total.count)} records measured`,
    about: "Of all records of all pipelines since the start of each load.",
  },
  {
    title: "Delivered",
    kind: "short",
    value: ({ producer }) => producer.total,
    context: ({ consumer }) => `${words("short", consumer.total)} read back`,
    about: "Sum of the acknowledged records, pipelines that are down included.",
  },
  {
    title: "Error rate",
    kind: "percent",
    value: (all) => all.error_rate,
    context: ({ producer }) => `${words("count", producer.errors)} failed`,
    about: "Failed over delivered and failed records of all pipelines.",
  },
];

const COLOURS = ["producer", "consumer", "p50", "p99", "p95", "plan"];

/**
 * @param {HTMLElement} root
 * @param {() => void} onTheme
 */
export function createTogetherPage(root, onTheme) {
  const title = element("h1", { class: "pipeline" }, "Pipelines");
  const linkText = element("span");
  const link = element("span", { class: "link" }, element("span", { class: "link-dot" }), linkText);
  const themeIcon = icon("auto");
  const theme = element("button", { type: "button", class: "button theme" }, themeIcon);
  theme.addEventListener("click", onTheme);
  const header = element(
    "header",
    { class: "header" },
    element(
      "div",
      { class: "bar" },
      element("div", { class: "identity" }, brandMark(), title),
      element("div", { class: "controls" }, link, theme),
    ),
  );
  const sentence = createSentence();
  const figures = FIGURES.map(createFigure);
  const charts = createTogetherCharts();
  const cards = element("section", { class: "pipelines", "aria-label": "Pipelines side by side" });
  /** @type {Map<string, ReturnType<typeof createPipelineCard>>} */
  const known = new Map();
  const tiles = element("section", { class: "tiles six", "aria-label": "All together" }, ...figures.map((f) => f.node));
  const body = element("div", { class: "body", hidden: "" }, sentence.node, tiles, charts.node, cards);
  const waiting = element("p", { class: "waiting-text" }, "Waiting for the pipelines");
  const waits = element("section", { class: "waiting", role: "status" }, icon("mark"), waiting);
  root.replaceChildren(header, element("main", { class: "main" }, waits, body));

  return {
    /** @param {Together[]} updates Oldest first; at least one. */
    update(updates) {
      const newest = updates[updates.length - 1];
      setShown(waits, false);
      setShown(body, true);
      setText(title, `${newest.pipelines.length} pipelines`);
      sentence.update(newest, false);
      figures.forEach((figure) => figure.update(newest));
      charts.update(updates);
      newest.pipelines.forEach((pipeline, at) => {
        let card = known.get(pipeline.url);
        if (!card) {
          card = createPipelineCard(COLOURS[at % COLOURS.length]);
          known.set(pipeline.url, card);
          cards.append(card.node);
        }
        card.update(pipeline);
      });
    },

    /**
     * @param {Link} state
     * @param {boolean} some
     * @param {number} sinceArrivalMs
     */
    age(state, some, sinceArrivalMs) {
      setAttribute(link, "data-link", state);
      const old = some && sinceArrivalMs > 6000;
      setAttribute(body, "data-old", old ? "" : null);
      setText(
        linkText,
        !some ? state : `${state === "live" ? "live · updated" : "disconnected ·"} ${age(sinceArrivalMs)} ago`,
      );
    },

    /** @param {string} name */
    updateTheme(name) {
      const [drawn, named] = THEMES[name];
      setAttribute(themeIcon.children[0], "d", strokes(drawn));
      setAttribute(theme, "aria-label", named);
      setAttribute(theme, "title", named);
    },
  };
}

/** @param {typeof FIGURES[number]} about */
function createFigure(about) {
  const figure = element("span", { class: "figure" });
  const unit = element("span", { class: "unit" });
  const context = element("div", { class: "tile-context" });
  const node = element(
    "article",
    { class: "tile", "data-health": "plain", title: about.about },
    element("div", { class: "tile-title" }, about.title),
    element("div", { class: "tile-value" }, figure, unit),
    context,
  );
  return {
    node,

    /** @param {Together} all */
    update(all) {
      const shown = show(about.kind, about.value(all));
      setText(figure, shown.text);
      setText(unit, shown.unit);
      setText(context, about.context(all));
    },
  };
}

function createTogetherCharts() {
  const rate = createCard("Throughput of each pipeline", "rate");
  const latency = createCard("End-to-end latency of all records", "ms");
  const node = element("section", { class: "charts", "aria-label": "Charts" }, rate.node, latency.node);
  return {
    node,

    /** @param {Together[]} updates */
    update(updates) {
      const newest = updates[updates.length - 1];
      const startMs = Date.parse(updates[0].timestamp);
      const seconds = (/** @type {Together} */ update) => (Date.parse(update.timestamp) - startMs) / 1000;
      const line = (
        /** @type {string} */ label,
        /** @type {string} */ colour,
        /** @type {(update: Together) => number | null} */ value,
      ) => ({
        label,
        colour,
        dashed: false,
        shown: true,
        points: updates.map((update) => {
          const y = value(update);
          return { x: seconds(update), y: y === null ? NaN : y };
        }),
      });
      const endS = Math.max(15, seconds(newest));
      rate.draw(
        newest.pipelines.map((pipeline, at) =>
          line(pipeline.name, COLOURS[at % COLOURS.length], ({ pipelines }) => {
            const then = pipelines[at];
            return then && then.status === "up" ? then.producer_rate : null;
          }),
        ),
        endS,
      );
      latency.draw(
        [
          line("p50", "p50", (update) => update.latency.end_to_end.interval.p50_ms),
          line("p95", "p95", (update) => update.latency.end_to_end.interval.p95_ms),
          line("p99", "p99", (update) => update.latency.end_to_end.interval.p99_ms),
        ],
        endS,
      );
    },
  };
}

/**
 * @param {string} title
 * @param {Kind} kind
 */
function createCard(title, kind) {
  const canvas = element("canvas", { role: "img", "aria-label": `${title} over time` });
  const legend = element("div", { class: "legend" });
  const head = element("div", { class: "chart-head" }, element("h2", {}, title), legend);
  const node = element("article", { class: "card chart" }, head, element("div", { class: "plot" }, canvas));
  const chart = createTimeChart(canvas, kind, { onHover: () => {} });
  return {
    node,

    /**
     * @param {import("./chart.js").Drawn[]} lines
     * @param {number} endS
     */
    draw(lines, endS) {
      const style = getComputedStyle(document.documentElement);
      const colour = (/** @type {string} */ name) => style.getPropertyValue(name).trim();
      if (legend.textContent !== lines.map((line) => line.label).join("")) {
        legend.replaceChildren(
          ...lines.map((line) => {
            const swatch = element("span", { class: "swatch" });
            swatch.style.color = `var(--series-${line.colour})`;
            return element("span", { class: "legend-entry" }, swatch, line.label);
          }),
        );
      }
      const palette = { ink: "--ink", muted: "--muted", grid: "--grid", band: "--band", card: "--card" };
      chart.draw({
        lines: lines.map((line) => ({ ...line, colour: colour(`--series-${line.colour}`) })),
        bands: [],
        startS: 0,
        endS,
        nowS: null,
        palette: {
          ink: colour(palette.ink),
          muted: colour(palette.muted),
          grid: colour(palette.grid),
          band: colour(palette.band),
          card: colour(palette.card),
        },
      });
    },
  };
}

/**
 * @param {number | null} rate
 * @param {number | null} plan
 * @returns {string}
 */
function planWords(rate, plan) {
  const planned = `plan ${show("rate", plan).text}`;
  return rate === null || plan === null || plan <= 0 ? planned : `${planned} · ${deviation(rate / plan - 1)}`;
}
