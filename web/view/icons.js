// Small drawings: the parts of the flow, and a shape for each state, so that no state is told by colour alone.

import { drawing } from "./dom.js";

/** @type {Record<string, string>} Strokes on a grid of 24. */
const STROKES = {
  mark: "M3 13.500h4.500l2.500-7 4 11 2.500-7H21",
  producer: "M12 15V4m-4.500 4.500L12 4l4.500 4.500M4 15v4.500h16V15",
  kafka: "M4 5h4v14H4zM10 5h4v14h-4zM16 5h4v14h-4z",
  flink: "M13 3 5.500 13.500H11L10 21l8.500-11H13z",
  output: "M12 4v11m-4.500-4.500L12 15l4.500-4.500M4 15v4.500h16V15",
  consumer:
    "M7 9.500a5.500 5.500 0 1 1 11 0c0 4.500-5 5-5 8.500a2.700 2.700 0 0 1-5 1.400M15 9.500a2.500 2.500 0 0 0-5 .300c0 1.700 2 1.700 2 3.400",
  pause: "M8 5v14M16 5v14",
  play: "M7 5l12 7-12 7z",
  sun: "M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM12 2.500v2M12 19.500v2M2.500 12h2M19.500 12h2M5.300 5.300l1.400 1.400M17.300 17.300l1.400 1.400M5.300 18.700l1.400-1.400M17.300 6.700l1.400-1.400",
  moon: "M20 14.500A8.500 8.500 0 0 1 9.500 4a8.500 8.500 0 1 0 10.500 10.500z",
  auto: "M3.500 5h17v11h-17zM9 20h6M12 16v4",
};

/** @type {Record<string, string>} Filled shapes on a grid of 16: disc, triangle, octagon, ring, square, diamond. */
const SHAPES = {
  ok: "M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2z",
  warning: "M8 1.500 15.200 14H.800z",
  error: "M5.200 1.500h5.600l3.700 3.700v5.600l-3.700 3.700H5.200l-3.700-3.700V5.200z",
  unknown: "M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2zm0 2.400a3.600 3.600 0 1 1 0 7.200 3.600 3.600 0 0 1 0-7.200z",
  plain: "M3 3h10v10H3z",
  waiting: "M8 1.500 14.500 8 8 14.500 1.500 8z",
};

/**
 * @param {string} name
 * @returns {SVGSVGElement}
 */
export function icon(name) {
  const path = drawing("path", { d: STROKES[name] });
  return drawing("svg", { class: "icon", viewBox: "0 0 24 24", "aria-hidden": "true" }, path);
}

/**
 * @returns {{node: SVGSVGElement, set: (state: string) => void}} A shape that can become another.
 */
export function stateShape() {
  const path = drawing("path");
  const node = drawing("svg", { class: "shape", viewBox: "0 0 16 16", "aria-hidden": "true" }, path);
  return {
    node,
    set(state) {
      const outline = SHAPES[state] || SHAPES.unknown;
      if (path.getAttribute("d") !== outline) path.setAttribute("d", outline);
    },
  };
}

/**
 * @param {string} name
 * @returns {string} The strokes of an icon, to change one in place.
 */
export function strokes(name) {
  return STROKES[name];
}
