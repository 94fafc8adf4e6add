// Flink's job graph: each vertex with its busy time and its back-pressure, edges from source to sink.

import { layout } from "../../model/graph.js";
import { pressureHealth } from "../../model/health.js";
import { drawing, element, setAttribute, setShown, setText } from "../dom.js";
import { show, words } from "../format.js";

/** @typedef {import("../../model/snapshot.js").Snapshot} Snapshot */
/** @typedef {import("../../model/snapshot.js").VertexMetrics} VertexMetrics */

const WIDTH = 232;
const HEIGHT = 78;
const GAP_X = 56;
const GAP_Y = 14;
const LETTERS = 32;

export function createGraph() {
  const svg = drawing("svg", { class: "graph", role: "img" });
  const node = element("div", { class: "graph-scroll", tabindex: "0", role: "group", "aria-label": "Job graph" }, svg);
  let drawn = "";
  /** @type {Array<ReturnType<typeof createVertex>>} */
  let vertices = [];

  return {
    node,

    /** @param {Snapshot} snapshot */
    update({ flink }) {
      setShown(node, flink.vertices.length > 0);
      const key = flink.vertices.map(({ id, inputs }) => `${id}<${inputs.join()}`).join(" ");
      if (key !== drawn) {
        drawn = key;
        const { places, edges, columns, rows } = layout(flink.vertices);
        const width = columns * (WIDTH + GAP_X) - GAP_X + 4;
        const height = rows * (HEIGHT + GAP_Y) - GAP_Y + 4;
        setAttribute(svg, "viewBox", `0 0 ${width} ${height}`);
        setAttribute(svg, "width", String(width));
        setAttribute(svg, "height", String(height));
        vertices = places.map(({ column, row }) => createVertex(left(column), top(row)));
        svg.replaceChildren(
          ...edges.map(([from, to]) =>
            createEdge(left(from.column) + WIDTH, top(from.row), left(to.column), top(to.row)),
          ),
          ...vertices.map((vertex) => vertex.node),
        );
      }
      flink.vertices.forEach((vertex, at) => vertices[at].update(vertex));
      setAttribute(svg, "aria-label", `${flink.vertices.length} vertices; the table below has the same figures.`);
    },
  };
}

const left = (/** @type {number} */ column) => 2 + column * (WIDTH + GAP_X);
const top = (/** @type {number} */ row) => 2 + row * (HEIGHT + GAP_Y);

/**
 * @param {number} x
 * @param {number} y
 */
function createVertex(x, y) {
  const title = drawing("title");
  const name = drawing("text", { x: String(x + 12), y: String(y + 21), class: "graph-name" });
  const rate = drawing("text", { x: String(x + 12), y: String(y + 39), class: "graph-text" });
  const load = drawing("text", { x: String(x + 12), y: String(y + 66), class: "graph-text" });
  const track = { x: String(x + 12), y: String(y + 47), width: String(WIDTH - 24), height: "6", rx: "3" };
  const busy = drawing("rect", { ...track, class: "graph-busy" });
  const pressed = drawing("rect", { ...track, class: "graph-pressed" });
  const node = drawing(
    "g",
    { class: "graph-vertex" },
    title,
    drawing("rect", { x: String(x), y: String(y), width: String(WIDTH), height: String(HEIGHT), rx: "10" }),
    name,
    rate,
    drawing("rect", { ...track, class: "graph-track" }),
    busy,
    pressed,
    load,
  );
  return {
    node,

    /** @param {VertexMetrics} vertex */
    update(vertex) {
      const level = vertex.backpressure_level;
      setAttribute(
        node,
        "data-health",
        vertex.state !== "RUNNING" ? "unknown" : level === null ? "ok" : pressureHealth(level),
      );
      setText(title, vertex.name);
      const short = vertex.name.replace(/default_catalog\.default_database\./g, "");
      setText(name, short.length > LETTERS ? `${short.slice(0, LETTERS - 1)}…` : short);
      setText(
        rate,
        `${show("number", vertex.records_in_per_s).text} in · ${words("rate", vertex.records_out_per_s)} out`,
      );
      setText(load, `busy ${words("ratio", vertex.busy_ratio)} · pressed ${words("ratio", vertex.backpressure_ratio)}`);
      const wide = WIDTH - 24;
      const busyWide = wide * Math.min(1, vertex.busy_ratio || 0);
      const pressedWide = Math.min(wide - busyWide, wide * (vertex.backpressure_ratio || 0));
      setAttribute(busy, "width", String(Math.round(busyWide)));
      setAttribute(pressed, "x", String(Math.round(x + 12 + busyWide)));
      setAttribute(pressed, "width", String(Math.round(Math.max(0, pressedWide))));
    },
  };
}

/**
 * @param {number} fromX
 * @param {number} fromY
 * @param {number} toX
 * @param {number} toY
 */
function createEdge(fromX, fromY, toX, toY) {
  const [y1, y2] = [fromY + HEIGHT / 2, toY + HEIGHT / 2];
  const bend = (fromX + toX) / 2;
  return drawing("path", {
    class: "graph-edge",
    d: `M${fromX} ${y1}C${bend} ${y1} ${bend} ${y2} ${toX - 7} ${y2}m-6 -5l6 5l-6 5`,
  });
}
