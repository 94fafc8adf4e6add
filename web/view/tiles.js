// The tiles: one figure each, with unit, context, spark line, state, and age and source on hover.

import { isOver, staleAgeMs } from "../model/freshness.js";
import { HEALTH } from "../model/health.js";
import { figureAt, reasonFor } from "../model/paths.js";
import { element, setAttribute, setText } from "./dom.js";
import { age, show } from "./format.js";
import { stateShape } from "./icons.js";
import { TILES } from "./panels.js";
import { createSparkline } from "./sparkline.js";

/** @typedef {import("../model/snapshot.js").Snapshot} Snapshot */
/** @typedef {import("../model/snapshot.js").ProducerMetrics} Section */
/** @typedef {import("../model/series.js").Series} Series */
/** @typedef {import("./panels.js").Tile} Tile */

const SPARK_ROWS = 120;

export function createTiles() {
  const tiles = TILES.map(createTile);
  const node = element("section", { class: "tiles", "aria-label": "Key figures" }, ...tiles.map((tile) => tile.node));
  return {
    node,

    /**
     * @param {Snapshot} snapshot
     * @param {Series} series
     * @param {number} sinceArrivalMs
     */
    update(snapshot, series, sinceArrivalMs) {
      const rows = series.rows().slice(-SPARK_ROWS);
      tiles.forEach((tile) => tile.update(snapshot, rows, series.fields, sinceArrivalMs));
    },
  };
}

/** @param {Tile} tile */
export function createTile(tile) {
  const shape = stateShape();
  const title = element("h3", { class: "tile-title" }, element("span", {}, tile.title), shape.node);
  const figures = tile.figures.map(() => ({
    number: element("span", { class: "figure" }),
    unit: element("span", { class: "unit" }),
  }));
  const value = element("div", { class: "tile-value" });
  figures.forEach((figure, at) => {
    if (at) value.append(element("span", { class: "tile-dot" }, "·"));
    value.append(figure.number, figure.unit);
  });
  const context = element("p", { class: "tile-context" });
  const spark = createSparkline(tile.colour);
  const node = element("article", { class: "tile", id: `tile-${tile.id}` }, title, value, context, spark.node);

  return {
    node,

    /**
     * @param {Snapshot} snapshot
     * @param {Array<Array<number | null>>} rows
     * @param {string[]} fields
     * @param {number} sinceArrivalMs
     */
    update(snapshot, rows, fields, sinceArrivalMs) {
      const health = typeof tile.health === "string" ? HEALTH[tile.health](snapshot) : tile.health(snapshot);
      setAttribute(node, "data-health", health);
      shape.set(health);
      tile.figures.forEach(({ path: livePath, finalPath, kind, why }, at) => {
        const path = finalPath && isOver(snapshot) ? finalPath : livePath;
        const known = figureAt(snapshot, path);
        const shown = show(kind, known);
        setText(figures[at].number, shown.text);
        setText(figures[at].unit, shown.unit);
        setAttribute(figures[at].number, "data-unknown", known === null ? "" : null);
        const reason = known !== null ? null : (why && why(snapshot)) || reasonFor(snapshot, path);
        setAttribute(figures[at].number, "title", reason);
      });
      setText(context, tile.context(snapshot));
      const column = fields.indexOf(tile.series);
      spark.update(column < 0 ? [] : rows.map((row) => row[column]));
      const section = /** @type {Section} */ (snapshot[/** @type {"producer"} */ (tile.section)]);
      const staleMs = staleAgeMs(snapshot, section.age_ms, sinceArrivalMs);
      setAttribute(node, "data-stale", staleMs === null ? null : age(staleMs));
      const ageMs = section.age_ms === null ? "unknown" : age(section.age_ms);
      setAttribute(node, "title", `${tile.about}\nSource: ${section.source}; age ${ageMs}`);
    },
  };
}
