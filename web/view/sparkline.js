// A spark line: the last two minutes of one figure, without axes. Gaps stay gaps.

import { drawing, setAttribute } from "./dom.js";

const WIDTH = 120;
const HEIGHT = 28;
const PAD = 2;

/** @param {string} colour Name of a series colour; "state" for that of the tile's state. */
export function createSparkline(colour) {
  const area = drawing("path", { class: "spark-area" });
  const line = drawing("path", { class: "spark-line" });
  const node = drawing(
    "svg",
    { class: "spark", viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: "none", "aria-hidden": "true" },
    area,
    line,
  );
  node.style.color = colour === "state" ? "var(--state)" : `var(--series-${colour})`;
  return {
    node,

    /** @param {Array<number | null>} values Oldest first. */
    update(values) {
      const { stroke, fill } = outline(values);
      setAttribute(line, "d", stroke);
      setAttribute(area, "d", fill);
    },
  };
}

/**
 * @param {Array<number | null>} values
 * @returns {{stroke: string, fill: string}}
 */
export function outline(values) {
  const known = values.filter((value) => value !== null).map(Number);
  if (known.length < 2) return { stroke: "", fill: "" };
  const low = Math.min(...known, 0);
  const span = Math.max(...known) - low;
  const x = (/** @type {number} */ at) => ((at / Math.max(1, values.length - 1)) * WIDTH).toFixed(1);
  const y = (/** @type {number} */ value) =>
    (span === 0 ? HEIGHT - PAD : HEIGHT - PAD - ((value - low) / span) * (HEIGHT - 2 * PAD)).toFixed(1);
  let stroke = "";
  let fill = "";
  let runStart = -1;
  values.forEach((value, at) => {
    if (value === null) {
      if (runStart >= 0) fill += `L${x(at - 1)} ${HEIGHT}L${x(runStart)} ${HEIGHT}Z`;
      runStart = -1;
      return;
    }
    const step = `${runStart < 0 ? "M" : "L"}${x(at)} ${y(value)}`;
    stroke += step;
    fill += step;
    if (runStart < 0) runStart = at;
  });
  if (runStart >= 0) fill += `L${x(values.length - 1)} ${HEIGHT}L${x(runStart)} ${HEIGHT}Z`;
  return { stroke, fill };
}
