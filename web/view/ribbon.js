// The plan as a ribbon: one segment a phase, as wide as it is long, the current one filling.

import { isOver } from "../model/freshness.js";
import { element, setAttribute, setText } from "./dom.js";
import { clock, show, words } from "./format.js";

/** @typedef {import("../model/snapshot.js").Snapshot} Snapshot */
/** @typedef {import("../model/snapshot.js").PhasePlan} PhasePlan */

/**
 * @param {PhasePlan} phase
 * @returns {string}
 */
export function phaseLabel(phase) {
  const { name, percent, shape } = phase;
  if (percent !== null && percent !== 100) return `${name} · ${Math.round(percent)} %`;
  return shape === "hold" ? name : `${name} · ${shape}`;
}

export function createRibbon() {
  const segments = element("ol", { class: "segments" });
  const now = element("p", { class: "ribbon-now" });
  const node = element("section", { class: "ribbon", "aria-label": "Traffic plan" }, segments, now);
  let drawn = "";
  /** @type {Array<{segment: HTMLElement, fill: HTMLElement}>} */
  let parts = [];

  /** @param {PhasePlan[]} phases */
  function draw(phases) {
    parts = phases.map((phase) => {
      const fill = element("span", { class: "segment-fill" });
      const label = element("span", { class: "segment-label" }, phaseLabel(phase));
      const segment = element("li", { class: "segment" }, fill, label);
      segment.style.flexGrow = String(Math.max(0.001, phase.end_s - phase.start_s));
      segment.title = `${phase.name}: ${clock(phase.start_s)} to ${clock(phase.end_s)}, ${planned(phase)}`;
      return { segment, fill };
    });
    segments.replaceChildren(...parts.map((part) => part.segment));
  }

  return {
    node,

    /** @param {Snapshot} snapshot */
    update(snapshot) {
      const { phases, phase_index: index, next_in_s: nextInS } = snapshot.traffic;
      const key = JSON.stringify(phases);
      if (key !== drawn) {
        drawn = key;
        draw(phases);
      }
      const elapsedS = snapshot.run.elapsed_s;
      phases.forEach((phase, at) => {
        const lengthS = phase.end_s - phase.start_s;
        const share =
          elapsedS === null || lengthS <= 0 ? 0 : Math.min(1, Math.max(0, (elapsedS - phase.start_s) / lengthS));
        parts[at].fill.style.transform = `scaleX(${share.toFixed(4)})`;
        setAttribute(parts[at].segment, "data-state", at === index ? "current" : share >= 1 ? "past" : "future");
        setAttribute(parts[at].segment, "aria-current", at === index ? "step" : null);
      });
      setText(now, index === null || isOver(snapshot) ? step(snapshot) : sentence(phases, index, nextInS));
    },
  };
}

/** @type {Record<string, string>} What comes after each phase of the run. */
const NEXT = {
  starting: "a probe, then the load",
  probing: "the load",
  draining: "the summary",
};

/**
 * @param {Snapshot} snapshot
 * @returns {string} What is being done outside the load, and what comes next.
 */
function step(snapshot) {
  const { phase, step: doing, exit_code: exitCode } = snapshot.run;
  if (exitCode !== null) return `${doing} · exit code ${exitCode}`;
  return NEXT[phase] ? `${doing} · next: ${NEXT[phase]}` : doing;
}

/**
 * @param {PhasePlan[]} phases
 * @param {number} index
 * @param {number | null} nextInS
 * @returns {string}
 */
function sentence(phases, index, nextInS) {
  if (!phases[index]) return "";
  const following = phases[index + 1];
  const next = following ? `${following.name} at ${planned(following)}` : "the end";
  return `${phases[index].name} at ${planned(phases[index])} · ${next} in ${clock(nextInS)}`;
}

/**
 * @param {number} fromPerS
 * @param {number} toPerS
 * @returns {string}
 */
function range(fromPerS, toPerS) {
  return `${show("rate", fromPerS).text} to ${words("rate", toPerS)}`;
}

/**
 * @param {PhasePlan} phase
 * @returns {string}
 */
export function planned(phase) {
  if (phase.shape === "hold") return words("rate", phase.start_rate_per_s);
  if (phase.shape === "ramp") return range(phase.start_rate_per_s, phase.end_rate_per_s);
  return range(phase.min_rate_per_s, phase.max_rate_per_s);
}
