// A percentile of one's own choice in the latency chart, asked for from the server's histograms.

import { element, setAttribute } from "./dom.js";

/** @typedef {import("./charts.js").AskPercentiles} AskPercentiles */
/** @typedef {import("./chart.js").Drawn} Drawn */

const EVERY_MS = 950;

/**
 * @param {AskPercentiles} ask
 * @param {() => void} onChange
 */
export function createPercentile(ask, onChange) {
  const input = element("input", {
    type: "number",
    min: "0",
    max: "100",
    step: "any",
    placeholder: "p…",
    class: "percentile",
    title: "Any percentile of the last ten minutes, such as 97.5",
    "aria-label": "Draw another percentile",
  });
  /** @type {number | null} */
  let wanted = null;
  /** @type {Array<[number, number | null]>} */
  let rows = [];
  let askedMs = 0;

  async function refresh() {
    if (wanted === null || Date.now() - askedMs < EVERY_MS) return;
    askedMs = Date.now();
    const asked = wanted;
    try {
      const answer = await ask("end_to_end", asked);
      if (asked !== wanted) return;
      rows = answer;
      onChange();
    } catch {
      // The server went away; what is drawn stays until it is back.
    }
  }

  input.addEventListener("change", () => {
    const value = input.value === "" ? NaN : Number(input.value);
    const valid = value >= 0 && value <= 100;
    setAttribute(input, "aria-invalid", input.value !== "" && !valid ? "true" : null);
    wanted = valid ? value : null;
    rows = [];
    askedMs = 0;
    refresh();
    onChange();
  });

  return {
    node: input,
    refresh,

    /**
     * @param {number} startedMs
     * @param {string} colour
     * @returns {Drawn | null}
     */
    line(startedMs, colour) {
      if (wanted === null) return null;
      const points = rows.map(([endMs, value]) => ({ x: (endMs - startedMs) / 1000, y: value === null ? NaN : value }));
      return { label: `p${wanted}`, points, colour, dashed: false, shown: true };
    },
  };
}
