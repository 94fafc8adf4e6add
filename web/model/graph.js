// Where the vertices of a job graph stand: columns by their distance from the sources, rows by their order. No DOM.

/** @typedef {import("./snapshot.js").VertexMetrics} VertexMetrics */
/** @typedef {{vertex: VertexMetrics, column: number, row: number}} Placed */
/** @typedef {{places: Placed[], edges: Array<[Placed, Placed]>, columns: number, rows: number}} Layout */

/**
 * @param {VertexMetrics[]} vertices
 * @returns {Layout}
 */
export function layout(vertices) {
  /** @type {Map<string, VertexMetrics>} */
  const known = new Map(vertices.map((vertex) => [vertex.id, vertex]));
  /** @type {Map<string, number>} */
  const depths = new Map();

  /**
   * @param {VertexMetrics} vertex
   * @param {Set<string>} trail
   * @returns {number}
   */
  function depth(vertex, trail) {
    const found = depths.get(vertex.id);
    if (found !== undefined) return found;
    // Flink's graphs have no cycle; one in the answer must not hang the page.
    if (trail.has(vertex.id)) return 0;
    const inputs = vertex.inputs.map((id) => known.get(id)).filter((input) => input !== undefined);
    const own = new Set(trail).add(vertex.id);
    const result = inputs.reduce((deepest, input) => Math.max(deepest, depth(input, own) + 1), 0);
    depths.set(vertex.id, result);
    return result;
  }

  /** @type {number[]} */
  const filled = [];
  const places = vertices.map((vertex) => {
    const column = depth(vertex, new Set());
    const row = filled[column] || 0;
    filled[column] = row + 1;
    return { vertex, column, row };
  });
  /** @type {Array<[Placed, Placed]>} */
  const edges = [];
  for (const place of places) {
    for (const id of place.vertex.inputs) {
      const source = places.find((candidate) => candidate.vertex.id === id);
      if (source) edges.push([source, place]);
    }
  }
  return { places, edges, columns: filled.length, rows: Math.max(0, ...filled.map((rows) => rows || 0)) };
}
