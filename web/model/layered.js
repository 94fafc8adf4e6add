// Where the boxes of a graph stand: columns from left to right, few crossings, lines as straight as can be. Knows
// neither Flink nor Kafka. Columns are numbers, heights and gaps are pixels. No DOM.

/**
 * @typedef {object} Box
 * @property {string} id
 * @property {number} height
 * @property {boolean} [first] Stands in the first column, which is then for such boxes alone.
 * @property {boolean} [last] Stands in the last column.
 */
/** @typedef {{from: string, to: string}} Link */
/** @typedef {{column: number, y: number, height: number}} Place */
/** @typedef {{from: string, to: string, points: Array<{column: number, y: number}>}} Line */
/** @typedef {{columns: number, height: number, places: Map<string, Place>, lines: Line[]}} Layout */
/** @typedef {{id: string, height: number, column: number, y: number, before: Cell[], after: Cell[]}} Cell */

const SWEEPS = 6;
/** Height that a line takes up where it passes a column. */
const PASSING = 8;

/**
 * @param {Box[]} boxes
 * @param {Link[]} links
 * @param {object} given
 * @param {number} given.gap Least distance between two boxes of a column.
 * @param {boolean} [given.keepLast] Leave the last column in the order given.
 * @returns {Layout}
 */
export function layered(boxes, links, { gap, keepLast = false }) {
  const depths = columnsOf(boxes, links);
  /** @type {Map<string, Cell>} */
  const cells = new Map(
    boxes.map(({ id, height }) => [id, { id, height, column: depths.get(id) || 0, y: 0, before: [], after: [] }]),
  );
  /** @type {Cell[][]} */
  const columns = [];
  const put = (/** @type {Cell} */ cell) => {
    while (columns.length <= cell.column) columns.push([]);
    columns[cell.column].push(cell);
  };
  cells.forEach(put);
  const lines = links.reduce((/** @type {Array<{link: Link, cells: Cell[]}>} */ made, link) => {
    const [from, to] = [cells.get(link.from), cells.get(link.to)];
    return from && to && from.column < to.column ? made.concat({ link, cells: thread(from, to, put) }) : made;
  }, []);
  arrange(columns, keepLast);
  settle(columns, gap);
  return {
    columns: columns.length,
    height: Math.max(0, ...Array.from(cells.values(), ({ y, height }) => y + height)),
    places: new Map(Array.from(cells.values(), ({ id, column, y, height }) => [id, { column, y, height }])),
    lines: lines.map(({ link, cells: passed }) => ({
      ...link,
      points: passed.map((cell) => ({ column: cell.column, y: middle(cell) })),
    })),
  };
}

/**
 * @param {Box[]} boxes
 * @param {Link[]} links
 * @returns {Map<string, number>} The column of each box: one after the last box that leads to it.
 */
function columnsOf(boxes, links) {
  /** @type {Map<string, string[]>} */
  const before = new Map(boxes.map(({ id }) => [id, []]));
  links.forEach(({ from, to }) => before.has(from) && (before.get(to) || []).push(from));
  const known = new Map(boxes.map((box) => [box.id, box]));
  const start = boxes.some((box) => box.first) ? 1 : 0;
  /** @type {Map<string, number>} */
  const found = new Map();
  /**
   * @param {string} id
   * @param {Set<string>} trail
   * @returns {number}
   */
  function depth(id, trail) {
    const done = found.get(id);
    if (done !== undefined) return done;
    // Flink's graphs have no cycle; one in the answer must not hang the page.
    if (trail.has(id)) return start;
    const box = known.get(id);
    const own = new Set(trail).add(id);
    const least = box && box.first ? 0 : start;
    const result = (before.get(id) || []).reduce((most, each) => Math.max(most, depth(each, own) + 1), least);
    found.set(id, result);
    return result;
  }
  boxes.forEach(({ id }) => depth(id, new Set()));
  const inside = boxes.filter((box) => !box.last).map(({ id }) => found.get(id) || 0);
  const end = Math.max(-1, ...inside) + 1;
  boxes.filter((box) => box.last).forEach(({ id }) => found.set(id, end));
  return found;
}

/**
 * Leads a line from a box to another, through a place of its own in each column between.
 *
 * @param {Cell} from
 * @param {Cell} to
 * @param {(cell: Cell) => void} put
 * @returns {Cell[]}
 */
function thread(from, to, put) {
  const passed = [from];
  for (let column = from.column + 1; column < to.column; column += 1) {
    /** @type {Cell} */
    const cell = { id: "", height: PASSING, column, y: 0, before: [], after: [] };
    put(cell);
    passed.push(cell);
  }
  passed.push(to);
  for (let at = 1; at < passed.length; at += 1) {
    passed[at - 1].after.push(passed[at]);
    passed[at].before.push(passed[at - 1]);
  }
  return passed;
}

/**
 * Puts the cells of each column into the order with the fewest crossings found.
 *
 * @param {Cell[][]} columns
 * @param {boolean} keepLast
 */
function arrange(columns, keepLast) {
  let best = columns.map((column) => column.slice());
  let fewest = Infinity;
  const movable = (/** @type {number} */ at) => !(keepLast && at === columns.length - 1);
  for (let sweep = 0; sweep < SWEEPS && fewest > 0; sweep += 1) {
    // From the right first: the last column may be the one that stays as it is.
    const leftwards = sweep % 2 === 0;
    for (let step = 1; step < columns.length; step += 1) {
      const at = leftwards ? columns.length - 1 - step : step;
      if (movable(at)) sortBy(columns[at], columns[leftwards ? at + 1 : at - 1], leftwards ? "after" : "before");
    }
    const count = crossings(columns);
    if (count < fewest) {
      fewest = count;
      best = columns.map((column) => column.slice());
    }
  }
  best.forEach((column, at) => columns.splice(at, 1, column));
}

/**
 * @param {Cell[]} column
 * @param {Cell[]} beside
 * @param {"before" | "after"} side
 */
function sortBy(column, beside, side) {
  const order = new Map(beside.map((cell, at) => [cell, at]));
  const weights = new Map(
    column.map((cell, at) => {
      const near = cell[side].map((each) => order.get(each) || 0);
      return [cell, near.length ? mean(near) : (at / Math.max(1, column.length)) * beside.length];
    }),
  );
  column.sort((one, other) => (weights.get(one) || 0) - (weights.get(other) || 0));
}

/**
 * @param {Cell[][]} columns In their order.
 * @returns {number} How often two lines cross.
 */
function crossings(columns) {
  let count = 0;
  for (let at = 1; at < columns.length; at += 1) {
    const order = new Map(columns[at].map((cell, place) => [cell, place]));
    /** @type {number[]} */
    const ends = [];
    for (const cell of columns[at - 1]) {
      const own = cell.after.map((each) => order.get(each) || 0).sort((one, other) => one - other);
      for (const end of own) count += ends.filter((earlier) => earlier > end).length;
      ends.push(...own);
    }
  }
  return count;
}

/**
 * Gives each cell its height: beside what it is connected to, none over another.
 *
 * @param {Cell[][]} columns
 * @param {number} gap
 */
function settle(columns, gap) {
  const forth = columns.map((_, at) => at);
  const back = forth.slice().reverse();
  columns.forEach((column) => stack(column, gap, () => 0));
  const passes = /** @type {Array<[number[], "before" | "after"]>} */ ([
    [forth, "before"],
    [back, "after"],
    [forth, "before"],
    [back, "after"],
  ]);
  for (const [order, side] of passes) {
    for (const at of order) {
      stack(columns[at], gap, (cell) => (cell[side].length ? mean(cell[side].map(middle)) - cell.height / 2 : cell.y));
    }
  }
  const top = Math.min(Infinity, ...columns.map((column) => (column.length ? column[0].y : Infinity)));
  columns.forEach((column) => column.forEach((cell) => (cell.y = Math.round(cell.y - top))));
}

/**
 * Puts a column as near as can be to where its cells belong, in order and apart: neighbours that would overlap are
 * moved together, so that the squares of all distances are least.
 *
 * @param {Cell[]} column
 * @param {number} gap
 * @param {(cell: Cell) => number} wanted
 */
function stack(column, gap, wanted) {
  /** @type {Array<{sum: number, cells: Array<{cell: Cell, offset: number}>}>} */
  const blocks = [];
  let offset = 0;
  for (const cell of column) {
    blocks.push({ sum: wanted(cell) - offset, cells: [{ cell, offset }] });
    offset += cell.height + gap;
    while (blocks.length > 1 && level(blocks[blocks.length - 2]) > level(blocks[blocks.length - 1])) {
      const last = blocks.pop();
      const into = blocks[blocks.length - 1];
      if (last) {
        into.sum += last.sum;
        into.cells.push(...last.cells);
      }
    }
  }
  blocks.forEach((block) => block.cells.forEach((each) => (each.cell.y = level(block) + each.offset)));
}

/**
 * @param {{sum: number, cells: unknown[]}} block
 * @returns {number}
 */
function level(block) {
  return block.sum / block.cells.length;
}

/**
 * @param {Cell} cell
 * @returns {number}
 */
function middle(cell) {
  return cell.y + cell.height / 2;
}

/**
 * @param {number[]} values
 * @returns {number}
 */
function mean(values) {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
