// The header: which run this is, where it stands, and what the connection is worth.

import { isOver } from "../model/freshness.js";
import { element, setAttribute, setShown, setText } from "./dom.js";
import { age, clock, timeOfDay } from "./format.js";
import { icon, stateShape, strokes } from "./icons.js";

/** @typedef {import("../model/snapshot.js").Snapshot} Snapshot */
/** @typedef {import("../model/freshness.js").Link} Link */

/** @type {Record<string, [string, string, string]>} Phase → health, shape, word. */
const PHASES = {
  starting: ["busy", "waiting", "Starting"],
  probing: ["busy", "waiting", "Probing"],
  running: ["ok", "ok", "Running"],
  draining: ["busy", "waiting", "Draining"],
  finished: ["ok", "plain", "Finished"],
  failed: ["error", "error", "Failed"],
  interrupted: ["warning", "warning", "Interrupted"],
};

/** @type {Record<string, [string, string]>} Theme → icon, name of it. */
export const THEMES = {
  auto: ["auto", "Theme: as the system"],
  light: ["sun", "Theme: light"],
  dark: ["moon", "Theme: dark"],
};

/**
 * @param {{onPause: () => void, onTheme: () => void}} actions
 */
export function createHeader(actions) {
  const pipeline = element("h1", { class: "pipeline" }, "PipeGen");
  const run = element("span", { class: "run" });
  const shape = stateShape();
  const word = element("span");
  const state = element("span", { class: "state", "data-health": "unknown", hidden: "" }, shape.node, word);
  const time = element("span", { class: "time" });
  const linkDot = element("span", { class: "link-dot" });
  const linkText = element("span", { class: "link-text" });
  const link = element("span", { class: "link", "data-link": "connecting" }, linkDot, linkText);
  const pauseIcon = icon("pause");
  const pauseWord = element("span", {}, "Pause");
  const pause = element("button", { type: "button", class: "button pause", hidden: "" }, pauseIcon, pauseWord);
  const report = element("a", { class: "button report-link", href: "report", target: "_blank", hidden: "" }, "Report");
  const themeIcon = icon("auto");
  const theme = element("button", { type: "button", class: "button theme" }, themeIcon);
  pause.addEventListener("click", actions.onPause);
  theme.addEventListener("click", actions.onTheme);
  const brand = brandMark();
  const identity = element("div", { class: "identity" }, brand, pipeline, run, state, time);
  const controls = element("div", { class: "controls" }, link, pause, report, theme);
  const node = element("header", { class: "header" }, element("div", { class: "bar" }, identity, controls));

  return {
    node,

    /** @param {Snapshot} snapshot */
    update(snapshot) {
      const { run: about } = snapshot;
      const [health, outline, name] = PHASES[about.phase];
      setText(pipeline, about.pipeline);
      setAttribute(pipeline, "title", about.pipeline);
      setText(
        run,
        about.workers > 1 ? `run ${about.id} · worker ${about.worker + 1} of ${about.workers}` : `run ${about.id}`,
      );
      setAttribute(state, "data-health", health);
      setAttribute(state, "title", about.step);
      shape.set(outline);
      setText(word, name);
      setText(
        time,
        about.elapsed_s === null
          ? `plan ${clock(about.duration_s)}`
          : `${clock(about.elapsed_s)} of ${clock(about.duration_s)}`,
      );
      setShown(state, true);
      setShown(pause, true);
      setShown(report, true);
      document.title = `${name} · ${about.pipeline} · PipeGen`;
    },

    /**
     * @param {Link} link_
     * @param {Snapshot | null} snapshot
     * @param {number} sinceArrivalMs
     */
    updateLink(link_, snapshot, sinceArrivalMs) {
      const final = snapshot !== null && isOver(snapshot);
      setAttribute(link, "data-link", final ? "final" : link_);
      setAttribute(state, "data-old", link_ !== "live" && !final && snapshot !== null ? "" : null);
      setText(linkText, linkWords(link_, snapshot, sinceArrivalMs, final));
    },

    /** @param {boolean} paused */
    updatePause(paused) {
      setText(pauseWord, paused ? "Resume" : "Pause");
      setAttribute(pause, "aria-pressed", String(paused));
      setAttribute(pause, "aria-label", paused ? "Resume" : "Pause");
      setAttribute(pauseIcon.children[0], "d", strokes(paused ? "play" : "pause"));
    },

    /** @param {string} name */
    updateTheme(name) {
      const [drawn, words] = THEMES[name];
      setAttribute(themeIcon.children[0], "d", strokes(drawn));
      setAttribute(theme, "aria-label", words);
      setAttribute(theme, "title", words);
    },
  };
}

/** @returns {HTMLElement} The customer's logo, served from here; else PipeGen's own mark. */
export function brandMark() {
  const { logo } = document.documentElement.dataset;
  return logo
    ? element("img", { class: "brand-logo", src: logo, alt: "" })
    : element("span", { class: "brand" }, icon("mark"));
}

/**
 * @param {Link} link
 * @param {Snapshot | null} snapshot
 * @param {number} sinceArrivalMs
 * @param {boolean} final
 * @returns {string}
 */
function linkWords(link, snapshot, sinceArrivalMs, final) {
  if (snapshot === null) return link === "live" ? "connected" : link === "connecting" ? "connecting" : "reconnecting";
  if (final) return `final figures of ${timeOfDay(snapshot.timestamp)}`;
  if (link === "live") return `live · updated ${age(sinceArrivalMs)} ago`;
  return `disconnected · figures are ${age(sinceArrivalMs)} old`;
}
