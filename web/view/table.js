// A table from data: columns know their title and how a cell is drawn. Rows are reused, so nothing flickers.

import { element, setAttribute, setText } from "./dom.js";
import { stateShape } from "./icons.js";

/** @typedef {import("../model/health.js").Health} Health */
/**
 * @typedef {object} Cell
 * @property {string} text
 * @property {string} [title]
 * @property {number | null} [bar] Share from 0 to 1 drawn as a bar beside the text.
 * @property {Health} [health] Colour and shape.
 * @property {boolean} [long] Text of others that may be long.
 * @property {boolean} [code] Text of a program: drawn with letters of one width.
 */
/** @typedef {{title: string, about?: string, numeric?: boolean, wide?: boolean}} Column */
/** @typedef {import("../model/snapshot.js").Snapshot} Snapshot */
/** @typedef {{label: string, columns: Column[], empty: (snapshot: Snapshot) => string,
 *   rows: (snapshot: Snapshot) => Cell[][]}} TableTab */

/**
 * @param {Column[]} columns
 * @param {string} label Name of the table for those who cannot see it.
 */
export function createTable(columns, label) {
  const head = element("tr", {}, ...columns.map(headCell));
  const body = element("tbody");
  const table = element("table", {}, element("thead", {}, head), body);
  const empty = element("p", { class: "empty-note" });
  const node = element(
    "div",
    { class: "table-scroll", tabindex: "0", role: "group", "aria-label": label },
    table,
    empty,
  );
  /** @type {Array<{node: HTMLElement, cells: ReturnType<typeof createCell>[]}>} */
  const rows = [];

  return {
    node,

    /**
     * @param {Cell[][]} data
     * @param {string} emptyText What to say when there are no rows.
     */
    update(data, emptyText) {
      while (rows.length > data.length) /** @type {any} */ (rows.pop()).node.remove();
      while (rows.length < data.length) {
        const cells = columns.map(createCell);
        const row = element("tr", {}, ...cells.map((cell) => cell.node));
        rows.push({ node: row, cells });
        body.append(row);
      }
      data.forEach((cells, at) => cells.forEach((cell, column) => rows[at].cells[column].update(cell)));
      setAttribute(table, "hidden", data.length ? null : "");
      setAttribute(empty, "hidden", data.length ? "" : null);
      setText(empty, emptyText);
    },
  };
}

/** @param {Column} column */
function headCell(column) {
  const cell = element("th", { scope: "col", class: column.numeric ? "numeric" : "" }, column.title);
  if (column.about) cell.title = column.about;
  return cell;
}

/** @param {Column} column */
function createCell(column) {
  const shape = stateShape();
  const bar = element("span", { class: "bar-fill" });
  const track = element("span", { class: "bar-track" }, bar);
  const text = element("span", { class: "cell-text" });
  const node = element(
    "td",
    { class: column.numeric ? "numeric" : column.wide ? "wide" : "" },
    shape.node,
    track,
    text,
  );
  return {
    node,

    /** @param {Cell} cell */
    update(cell) {
      setText(text, cell.text);
      setAttribute(node, "title", cell.title || null);
      setAttribute(node, "data-health", cell.health || null);
      setAttribute(node, "data-long", cell.long ? "" : null);
      setAttribute(node, "data-code", cell.code ? "" : null);
      const barred = cell.bar !== undefined && cell.bar !== null;
      setAttribute(track, "hidden", barred ? null : "");
      setAttribute(shape.node, "hidden", cell.health && !barred ? null : "");
      if (cell.health) shape.set(cell.health);
      if (barred) bar.style.transform = `scaleX(${Math.min(1, Math.max(0, Number(cell.bar))).toFixed(3)})`;
    },
  };
}
