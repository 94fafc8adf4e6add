// Flink's job graph: each vertex with its busy time and its back-pressure, edges from source to sink.

import { pressureHealth } from "../../model/health.js";
import { layered } from "../../model/layered.js";
import { jobGraph } from "../../model/topology.js";
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
        const { nodes, links } = jobGraph(flink.vertices);
        const boxes = nodes.map(({ id }) => ({ id, height: HEIGHT }));
        const { places, lines, columns, height: deep } = layered(boxes, links, { gap: GAP_Y });
        const width = columns * (WIDTH + GAP_X) - GAP_X + 4;
        const height = deep + 4;
        setAttribute(svg, "viewBox", `0 0 ${width} ${height}`);
        setAttribute(svg, "width", String(width));
        setAttribute(svg, "height", String(height));
        vertices = nodes.map(({ id }) => {
          const { column, y } = places.get(id) || { column: 0, y: 0 };
          return createVertex(left(column), 2 + y);
        });
        svg.replaceChildren(...lines.map(({ points }) => createEdge(points)), ...vertices.map((vertex) => vertex.node));
      }
      flink.vertices.forEach((vertex, at) => vertices[at].update(vertex));
      setAttribute(svg, "aria-label", `${flink.vertices.length} vertices; the table below has the same figures.`);
    },
  };
}

const left = (/** @type {number} */ column) => 2 + column * (WIDTH + GAP_X);

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

/** @param {Array<{column: number, y: number}>} points */
function createEdge(points) {
  const [first, ...rest] = points.map(({ column, y }) => ({ x: left(column), y: 2 + y }));
  let [x, y] = [first.x + WIDTH, first.y];
  let path = `M${x} ${y}`;
  rest.forEach((next, at) => {
    const end = at === rest.length - 1 ? next.x - 7 : next.x;
    const bend = (x + next.x) / 2;
    path += `C${bend} ${y} ${bend} ${next.y} ${end} ${next.y}`;
    if (at < rest.length - 1) path += `H${next.x + WIDTH}`;
    [x, y] = [next.x + WIDTH, next.y];
  });
  return drawing("path", { class: "graph-edge", d: `${path}m-6 -5l6 5l-6 5` });
}
