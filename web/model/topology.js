// What a run is made of: its inputs, the vertices of its jobs, its outputs, and what leads where. Flink names the tables
// in the names of its vertices; where it does not, nothing is guessed but the one that is left over. No DOM.

/** @typedef {import("./snapshot.js").Snapshot} Snapshot */
/** @typedef {import("./snapshot.js").InputState} InputState */
/** @typedef {import("./snapshot.js").OutputState} OutputState */
/** @typedef {import("./snapshot.js").VertexMetrics} VertexMetrics */
/** @typedef {import("./layered.js").Link} Link */
/** @typedef {{id: string, kind: "input", name: string, input: InputState}} InputNode */
/** @typedef {{id: string, kind: "output", name: string, output: OutputState}} OutputNode */
/** @typedef {{id: string, kind: "vertex", name: string, vertices: VertexMetrics[]}} VertexNode Several: a chain in one box. */
/** @typedef {InputNode | OutputNode | VertexNode} TopologyNode */
/** @typedef {{nodes: TopologyNode[], links: Link[]}} Topology */

const FLINK = "vertex:flink";

/**
 * @param {Snapshot} snapshot
 * @returns {boolean} Whether there is more to draw than one way from one input to one output.
 */
export function branches({ inputs = [], outputs = [] }) {
  return inputs.length > 1 || outputs.length > 1;
}

/**
 * @param {Snapshot} snapshot
 * @returns {Topology} Inputs first, then vertices from the sources on, then outputs. Without a job graph, one box for Flink.
 */
export function topologyOf({ inputs = [], outputs = [], flink }) {
  /** @type {InputNode[]} */
  const sources = inputs.map((input) => ({ id: `input:${input.name}`, kind: "input", name: input.name, input }));
  /** @type {OutputNode[]} */
  const sinks = outputs.map((output) => ({ id: `output:${output.name}`, kind: "output", name: output.name, output }));
  const { nodes, links } = jobGraph(flink.vertices);
  if (!nodes.length) {
    return {
      nodes: [...sources, { id: FLINK, kind: "vertex", name: "Flink", vertices: [] }, ...sinks],
      links: [
        ...sources.map(({ id }) => ({ from: id, to: FLINK })),
        ...sinks.map(({ id }) => ({ from: FLINK, to: id })),
      ],
    };
  }
  const entries = nodes.filter(({ id }) => links.every(({ to }) => to !== id));
  const exits = nodes.filter(({ id }) => links.every(({ from }) => from !== id));
  const read = matches(sources, entries, readBy);
  const written = matches(sinks, exits, writtenBy);
  return {
    nodes: [...sources, ...nodes, ...sinks],
    links: [
      ...read.map(([outer, inner]) => ({ from: outer, to: inner })),
      ...links,
      ...written.map(([outer, inner]) => ({ from: inner, to: outer })),
    ],
  };
}

/**
 * @param {VertexMetrics[]} vertices
 * @returns {{nodes: VertexNode[], links: Link[]}} Two jobs may give their vertices the same ids: the nearest one before is meant.
 */
export function jobGraph(vertices) {
  /** @type {VertexNode[]} */
  const nodes = vertices.map((vertex, at) => ({
    id: `vertex:${at}`,
    kind: "vertex",
    name: vertex.name,
    vertices: [vertex],
  }));
  /** @type {Link[]} */
  const links = [];
  vertices.forEach((vertex, at) => {
    for (const wanted of vertex.inputs) {
      let from = at - 1;
      while (from >= 0 && vertices[from].id !== wanted) from -= 1;
      if (from < 0) from = vertices.findIndex(({ id }) => id === wanted);
      if (from >= 0) links.push({ from: nodes[from].id, to: nodes[at].id });
    }
  });
  return { nodes, links };
}

/**
 * @param {Array<InputNode | OutputNode>} outer
 * @param {VertexNode[]} inner
 * @param {(vertex: string) => string[]} tablesOf
 * @returns {Array<[string, string]>} Ids of an input or output and of the vertex that reads or writes it.
 */
function matches(outer, inner, tablesOf) {
  /** @type {Array<[string, string]>} */
  const found = [];
  for (const { id, name } of outer) {
    inner.forEach((vertex) => {
      if (tablesOf(vertex.name).some((table) => same(table, name))) found.push([id, vertex.id]);
    });
  }
  const lonely = outer.filter(({ id }) => found.every(([known]) => known !== id));
  const free = inner.filter(({ id }) => found.every(([, known]) => known !== id));
  if (lonely.length === 1 && free.length === 1) found.push([lonely[0].id, free[0].id]);
  return found;
}

/**
 * @param {string} table As Flink names it, with or without catalog and database.
 * @param {string} name
 * @returns {boolean}
 */
function same(table, name) {
  return table === name || table.endsWith(`.${name}`) || name.endsWith(`.${table}`);
}

/**
 * @param {string} vertex
 * @returns {string[]} The tables it reads.
 */
function readBy(vertex) {
  const scanned = everyMatch(vertex, /table=\[\[([^\]]+)\]/g).map((path) => path.split(", ").slice(0, 3).join("."));
  return everyMatch(vertex, /Source: (?:KafkaSource-)?([^\s[(]+)/g).concat(scanned);
}

/**
 * @param {string} vertex
 * @returns {string[]} The tables it writes.
 */
function writtenBy(vertex) {
  return everyMatch(vertex, /Sink: ([^\s[(,)]+)/g).concat(
    everyMatch(vertex, /([^\s[(]+)\[\d+\]: (?:Writer|Committer)/g),
  );
}

/**
 * @param {string} text
 * @param {RegExp} pattern
 * @returns {string[]}
 */
function everyMatch(text, pattern) {
  return Array.from(text.matchAll(pattern), (each) => each[1]);
}

/**
 * @param {Topology} topology
 * @returns {Topology} Chains of vertices without a branch as one box each, for graphs with little room.
 */
export function folded({ nodes, links }) {
  /** @type {Map<string, TopologyNode>} */
  const kept = new Map(nodes.map((node) => [node.id, node]));
  let left = links.slice();
  for (const { id } of nodes) {
    for (;;) {
      const node = kept.get(id);
      const [on, ...others] = left.filter(({ from }) => from === id);
      const next = on && !others.length ? kept.get(on.to) : undefined;
      if (!node || node.kind !== "vertex" || !next || next.kind !== "vertex") break;
      if (left.some(({ from, to }) => to === next.id && from !== id)) break;
      kept.set(id, { ...node, name: `${node.name} -> ${next.name}`, vertices: node.vertices.concat(next.vertices) });
      kept.delete(next.id);
      left = left
        .filter((link) => link !== on)
        .map((link) => (link.from === next.id ? { from: id, to: link.to } : link));
    }
  }
  return { nodes: Array.from(kept.values()), links: left };
}

/**
 * @param {Topology} topology
 * @param {string} text
 * @returns {Topology} What has a text in its name, all that leads to it, and all that it leads to.
 */
export function filtered(topology, text) {
  const wanted = text.trim().toLowerCase();
  if (!wanted) return topology;
  /** @type {Set<string>} */
  const kept = new Set();
  for (const { id, name } of topology.nodes) {
    if (!name.toLowerCase().includes(wanted)) continue;
    reach(topology.links, id, "before").forEach((each) => kept.add(each));
    reach(topology.links, id, "after").forEach((each) => kept.add(each));
  }
  return {
    nodes: topology.nodes.filter(({ id }) => kept.has(id)),
    links: topology.links.filter(({ from, to }) => kept.has(from) && kept.has(to)),
  };
}

/**
 * @param {Topology} topology
 * @returns {Map<string, number>} For each id the number of the part that it belongs to; nothing leads from part to part.
 */
export function connected({ nodes, links }) {
  const both = links.concat(links.map(({ from, to }) => ({ from: to, to: from })));
  /** @type {Map<string, number>} */
  const parts = new Map();
  nodes.forEach(({ id }, at) => {
    if (!parts.has(id)) reach(both, id, "after").forEach((each) => parts.set(each, at));
  });
  return parts;
}

/**
 * @param {Link[]} links
 * @param {string | null} input Id of an input; null for all that lead to the output.
 * @param {string | null} output Id of an output; null for all that the input leads to.
 * @returns {Set<string>} The ids on the way.
 */
export function way(links, input, output) {
  const after = input === null ? null : reach(links, input, "after");
  const before = output === null ? null : reach(links, output, "before");
  if (after === null || before === null) return after || before || new Set();
  return new Set(Array.from(after).filter((id) => before.has(id)));
}

/**
 * @param {Link[]} links
 * @param {string} start
 * @param {"before" | "after"} side
 * @returns {Set<string>} With the start.
 */
function reach(links, start, side) {
  const seen = new Set([start]);
  const open = [start];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    for (const { from, to } of links) {
      const [here, there] = side === "after" ? [from, to] : [to, from];
      if (here !== id || seen.has(there)) continue;
      seen.add(there);
      open.push(there);
    }
  }
  return seen;
}
