// The topology as a drawing: inputs, the jobs of Flink, outputs, and what flows between them. The slowest way stands out.
// Large ones are drawn in rows of one line, chains of operators in one box; on a phone the same boxes are a list.

import { isOver } from "../model/freshness.js";
import { layered } from "../model/layered.js";
import { slowestOf, ways } from "../model/slowest.js";
import { connected, filtered, folded, topologyOf, way } from "../model/topology.js";
import { drawing, element, setAttribute, setShown, setText } from "./dom.js";
import { latencyWords, words } from "./format.js";
import { stateShape } from "./icons.js";
import { createMotion } from "./motion.js";
import { createNode, shortName } from "./topology_node.js";

/** @typedef {import("../model/snapshot.js").Snapshot} Snapshot */
/** @typedef {import("../model/topology.js").Topology} Topology */
/** @typedef {import("../model/topology.js").TopologyNode} TopologyNode */
/** @typedef {import("../model/layered.js").Link} Link */
/** @typedef {import("../model/layered.js").Layout} Layout */
/** @typedef {import("../model/slowest.js").Slow} Slow */
/** @typedef {import("./topology_node.js").DrawnNode} DrawnNode */
/** @typedef {import("./topology_node.js").Way} Way */

/** More boxes than that are drawn small. */
const ROOMY = 16;
/** An output in a row of one line has a figure more to show: its column is wider. */
const ROOM = { height: 100, gap: 14, narrowest: 122, last: 1 };
const TIGHT = { height: 30, gap: 5, narrowest: 138, last: 1.45 };
/** Share of a column's width that is left free before the next. */
const BETWEEN = 0.22;
const HEAD_PX = 26;
const TITLES = /** @type {const} */ ({ input: "Inputs", vertex: "Flink", output: "Outputs" });
const KINDS = /** @type {const} */ (["input", "vertex", "output"]);

/**
 * @param {object} given
 * @param {(node: TopologyNode) => void} given.onOpen Called with the box that was clicked on.
 */
export function createTopology({ onOpen }) {
  const shape = stateShape();
  const told = element("span");
  const sentence = element("p", { class: "topology-slow" }, shape.node, told);
  const filter = element("input", {
    type: "search",
    class: "filter topology-filter",
    placeholder: "Filter by name",
    "aria-label": "Filter the topology by name",
  });
  const order = element("select", { class: "filter", "aria-label": "Order of the outputs" });
  order.append(
    element("option", { value: "slowest" }, "Slowest first"),
    element("option", { value: "script" }, "As in the script"),
  );
  const tools = element("div", { class: "topology-tools" }, filter, order);
  const svg = drawing("svg", { class: "topology-lines", preserveAspectRatio: "none", "aria-hidden": "true" });
  const groups = KINDS.map((kind) => {
    const title = element("h3", { class: "topology-title" });
    const list = element("ul", { class: "topology-list" });
    const rest = element("p", { class: "topology-rest" });
    const node = element("div", { class: "topology-group", "data-kind": kind }, title, list, rest);
    return { kind, title, list, rest, node };
  });
  const canvas = element("div", { class: "topology-canvas" }, svg, ...groups.map((group) => group.node));
  const nothing = element("p", { class: "empty-note" }, "Nothing has this in its name.");
  const scroll = element(
    "div",
    { class: "topology-scroll", tabindex: "0", role: "group", "aria-label": "Inputs, jobs and outputs" },
    canvas,
    nothing,
  );
  const node = element(
    "section",
    { class: "card topology", "aria-label": "Topology" },
    element("div", { class: "topology-head" }, sentence, tools),
    scroll,
  );
  /** @type {Map<string, DrawnNode>} */
  let boxes = new Map();
  /** @type {ReturnType<typeof createLine>[]} */
  let lines = [];
  /** @type {Slow | null} */
  let slow = null;
  /** @type {string | null} */
  let chosen = null;
  let drawn = "";
  /** @type {{snapshot: Snapshot, grows: (output: string) => boolean, sinceArrivalMs: number} | null} */
  let shown = null;
  filter.addEventListener("input", render);
  order.addEventListener("change", render);

  function render() {
    if (!shown) return;
    const { snapshot, grows, sinceArrivalMs } = shown;
    const all = ways(snapshot, grows);
    slow = slowestOf(all, slow);
    const whole = topologyOf(snapshot);
    const tight = whole.nodes.length > ROOMY;
    const sorted = tight && order.value === "slowest";
    const topology = filtered(tight ? folded(whole) : whole, tight ? filter.value : "");
    const key = [
      ...topology.nodes.map(({ id }) => id),
      ...topology.links.map(({ from, to }) => `${from}>${to}`),
      sorted && slow ? `${slow.output}` : "",
      String(sorted),
    ].join();
    if (key !== drawn) {
      drawn = key;
      draw(topology, tight, sorted ? all : null);
    }
    setShown(tools, tight);
    setShown(nothing, !topology.nodes.length);
    setShown(canvas, topology.nodes.length > 0);
    setAttribute(node, "data-tight", tight ? "" : null);
    tellSlowest();
    show(topology, snapshot, sinceArrivalMs);
  }

  /**
   * @param {Topology} topology
   * @param {boolean} tight
   * @param {Slow[] | null} sorted
   */
  function draw(topology, tight, sorted) {
    const { height, gap, narrowest, last } = tight ? TIGHT : ROOM;
    const ordered = sorted === null ? topology.nodes : slowestFirst(topology, sorted);
    const layout = layered(
      ordered.map(({ id, kind }) => ({ id, height, first: kind === "input", last: kind === "output" })),
      topology.links,
      { gap, keepLast: sorted !== null },
    );
    const unit = 100 / (layout.columns - 1 + last + BETWEEN * (layout.columns - 1));
    const left = (/** @type {number} */ column) => column * unit * (1 + BETWEEN);
    const wide = (/** @type {number} */ column) => (column === layout.columns - 1 ? unit * last : unit);
    canvas.style.setProperty("--tall", `${layout.height + HEAD_PX}px`);
    canvas.style.setProperty("--least", `${Math.round((narrowest * 100) / unit)}px`);
    setAttribute(svg, "viewBox", `0 0 100 ${Math.max(1, layout.height)}`);
    const before = boxes;
    boxes = new Map();
    const at = (/** @type {TopologyNode} */ each) => layout.places.get(each.id) || { column: 0, y: 0 };
    // The order in which they are read out and reached by the keyboard, and that of the list on a phone.
    const compare = (/** @type {TopologyNode} */ one, /** @type {TopologyNode} */ other) =>
      at(one).column - at(other).column || at(one).y - at(other).y;
    for (const { kind, list } of groups) {
      const own = ordered.filter((each) => each.kind === kind).sort(compare);
      own.forEach((each) => {
        const box = before.get(each.id) || createNode(each, onOpen);
        const { column, y } = at(each);
        box.node.style.setProperty("--left", `${left(column).toFixed(3)}%`);
        box.node.style.setProperty("--top", `${y + HEAD_PX}px`);
        box.node.style.setProperty("--wide", `${wide(column).toFixed(3)}%`);
        box.node.style.setProperty("--high", `${height}px`);
        boxes.set(each.id, box);
      });
      list.replaceChildren(...own.map(({ id }) => /** @type {DrawnNode} */ (boxes.get(id)).node));
    }
    groups[1].node.style.setProperty("--left", `${left(1).toFixed(3)}%`);
    groups[2].node.style.setProperty("--left", `${left(layout.columns - 1).toFixed(3)}%`);
    lines = layout.lines.map(({ from, to, points }) =>
      createLine(
        { from, to },
        points.map(({ column, y }) => ({ left: left(column), right: left(column) + wide(column), y })),
        !tight,
      ),
    );
    svg.replaceChildren(...lines.map((line) => line.node));
  }

  function tellSlowest() {
    if (slow === null) {
      setAttribute(sentence, "data-health", "plain");
      shape.set("waiting");
      setText(told, "No path is timed, so the slowest is not known");
      return;
    }
    const path = slow.input === null ? slow.output : `${slow.input} → ${slow.output}`;
    const p99 = slow.p99Ms === null ? "" : ` · p99 ${latencyWords(slow.p99Ms, slow.bound)}`;
    const lag = slow.lag === null ? "" : ` · lag ${words("count", slow.lag)} records`;
    setAttribute(sentence, "data-health", slow.growing ? "warning" : "plain");
    shape.set(slow.growing ? "warning" : "waiting");
    const kind = slow.growing ? "Falling behind" : slow.alone ? "Only timed path" : "Slowest path";
    setText(told, `${kind}: ${path}${p99}${lag}${slow.growing ? " and growing" : ""}`);
  }

  /**
   * @param {Topology} topology
   * @param {Snapshot} snapshot
   * @param {number} sinceArrivalMs
   */
  function show({ nodes, links }, snapshot, sinceArrivalMs) {
    const known = new Map(nodes.map((each) => [each.id, each]));
    const picked = chosen !== null && known.has(chosen) ? chosen : null;
    const on = picked !== null ? wayOf(links, picked) : slowWay(links);
    const mark = picked !== null ? "chosen" : slow !== null && slow.growing ? "late" : "slow";
    const stands = (/** @type {boolean} */ within) =>
      /** @type {Way} */ (on === null ? "plain" : within ? mark : "off");
    const most = Math.max(1, ...links.map((link) => rateOf(link, links, known) || 0));
    for (const [id, each] of known) {
      const targets = links.filter(({ from }) => from === id).map(({ to }) => titleOf(known.get(to)));
      const box = boxes.get(id);
      if (box) box.update(each, snapshot, stands(on !== null && on.has(id)), targets, sinceArrivalMs);
    }
    for (const line of lines) {
      const within = on !== null && on.has(line.link.from) && on.has(line.link.to);
      const rate = rateOf(line.link, links, known);
      line.update(rate, rate === null ? 0 : Math.sqrt(rate / most), !isOver(snapshot), stands(within));
    }
    groups.forEach(({ kind, title, node: group, rest }) => {
      const own = nodes.filter((each) => each.kind === kind);
      setShown(group, own.length > 0);
      setText(
        title,
        kind === "vertex" ? flinkTitle(snapshot) : `${TITLES[kind]}${own.length > 1 ? ` · ${own.length}` : ""}`,
      );
      const quiet = own.filter(({ id }) => on !== null && !on.has(id)).length;
      setText(rest, kind === "vertex" && quiet ? `${quiet} more off this path: the Flink tab has all.` : "");
    });
  }

  /**
   * @param {Link[]} links
   * @returns {Set<string> | null}
   */
  function slowWay(links) {
    if (slow === null || (slow.alone && !slow.growing)) return null;
    return way(links, slow.input === null ? null : `input:${slow.input}`, `output:${slow.output}`);
  }

  return {
    node,

    /** @param {string | null} id The box whose way is pointed out instead of the slowest; null for none. */
    choose(id) {
      chosen = id;
      render();
    },

    /**
     * @param {Snapshot} snapshot
     * @param {(output: string) => boolean} grows Whether the lag of an output grows.
     * @param {number} sinceArrivalMs
     */
    update(snapshot, grows, sinceArrivalMs) {
      shown = { snapshot, grows, sinceArrivalMs };
      render();
    },
  };
}

/**
 * @param {Link[]} links
 * @param {string} id Of a box.
 * @returns {Set<string>} All that leads to it, and all that it leads to.
 */
function wayOf(links, id) {
  const on = way(links, id, null);
  way(links, null, id).forEach((each) => on.add(each));
  return on;
}

/**
 * Outputs by how slow they are, but what hangs together stays together: lines that cross hide what is slow.
 *
 * @param {Topology} topology
 * @param {Slow[]} sorted
 * @returns {TopologyNode[]}
 */
function slowestFirst(topology, sorted) {
  const rank = (/** @type {TopologyNode} */ each) => {
    const at = sorted.findIndex(({ output }) => output === each.name);
    return at < 0 ? sorted.length : at;
  };
  const parts = connected(topology);
  /** @type {Map<number, number>} */
  const firsts = new Map();
  const outputs = topology.nodes.filter(({ kind }) => kind === "output");
  outputs.forEach((each) => {
    const part = parts.get(each.id) || 0;
    firsts.set(part, Math.min(rank(each), firsts.has(part) ? Number(firsts.get(part)) : Infinity));
  });
  const first = (/** @type {TopologyNode} */ each) => firsts.get(parts.get(each.id) || 0) || 0;
  outputs.sort((one, other) => first(one) - first(other) || rank(one) - rank(other));
  return topology.nodes.filter(({ kind }) => kind !== "output").concat(outputs);
}

/**
 * @param {TopologyNode | undefined} node
 * @returns {string}
 */
function titleOf(node) {
  return node === undefined ? "" : node.kind === "vertex" ? shortName(node.name) : node.name;
}

/**
 * @param {Snapshot} snapshot
 * @returns {string}
 */
function flinkTitle({ flink }) {
  const { jobs, vertices } = flink;
  const many = (/** @type {number} */ count, /** @type {string} */ noun) => `${count} ${noun}${count === 1 ? "" : "s"}`;
  return `Flink · ${many(jobs.length, "job")} · ${many(vertices.length, "operator")}`;
}

/**
 * @param {Link} link
 * @param {Link[]} links
 * @param {Map<string, TopologyNode>} known
 * @returns {number | null} What flows: what an input sends and an output is read of; between vertices what one reads, where it
 *   reads from one alone, else what the other writes.
 */
function rateOf({ from, to }, links, known) {
  const [source, target] = [known.get(from), known.get(to)];
  if (!source || !target) return null;
  if (source.kind === "input") return source.input.rate;
  if (target.kind === "output") return target.output.rate;
  if (source.kind !== "vertex" || target.kind !== "vertex" || !source.vertices.length) return null;
  const alone = links.filter((each) => each.to === to).length === 1;
  const [last, first] = [source.vertices[source.vertices.length - 1], target.vertices[0]];
  return alone && first ? first.records_in_per_s : last.records_out_per_s;
}

/**
 * @param {Link} link
 * @param {Array<{left: number, right: number, y: number}>} stops
 * @param {boolean} moves
 */
function createLine(link, stops, moves) {
  let path = `M${stops[0].right.toFixed(2)} ${stops[0].y}`;
  for (let at = 1; at < stops.length; at += 1) {
    const [before, here] = [stops[at - 1], stops[at]];
    const bend = ((before.right + here.left) / 2).toFixed(2);
    path += `C${bend} ${before.y} ${bend} ${here.y} ${here.left.toFixed(2)} ${here.y}`;
    if (at < stops.length - 1) path += `H${here.right.toFixed(2)}`;
  }
  const line = drawing("path", { class: "topology-line", d: path });
  const node = drawing("g", { class: "topology-link" }, line);
  const motion = moves ? createMotion(line) : null;
  return {
    link,
    node,

    /**
     * @param {number | null} rate
     * @param {number} share Of the greatest rate.
     * @param {boolean} going Whether the run goes on.
     * @param {Way} stands
     */
    update(rate, share, going, stands) {
      setAttribute(node, "data-way", stands);
      const flowing = going && rate !== null && rate > 0;
      setAttribute(node, "data-moving", flowing && moves ? "yes" : "no");
      line.style.strokeWidth = `${((moves ? 1.5 : 1.2) + (moves ? 4 : 2.3) * share).toFixed(2)}px`;
      if (motion) motion.set(flowing, share);
    },
  };
}

/** @typedef {ReturnType<typeof createTopology>} TopologyView */
