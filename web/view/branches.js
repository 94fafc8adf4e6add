// Inputs and outputs: all of them small, side by side, or one with its tiles and charts. The choice outlives a reload.

import { branchPath, dueLast, lagGrows } from "../model/branches.js";
import { ways } from "../model/slowest.js";
import { branchCharts, inputTiles, outputTiles } from "./branch_panels.js";
import { element, setAttribute, setShown, setText } from "./dom.js";
import { latencyWords, show, UNKNOWN, words } from "./format.js";
import { stateShape } from "./icons.js";
import { createSparkline } from "./sparkline.js";
import { createTable } from "./table.js";
import { createTile } from "./tiles.js";

/** @typedef {import("../model/snapshot.js").Snapshot} Snapshot */
/** @typedef {import("../model/series.js").Series} Series */
/** @typedef {import("../model/branches.js").Side} Side */
/** @typedef {import("./table.js").Cell} Cell */

const SPARK_ROWS = 120;
/** So many rows of the table are shown without being asked for. */
const FEW = 8;
const number = (/** @type {string} */ title, /** @type {string} */ about = "") => ({ title, about, numeric: true });

const PATH_COLUMNS = [
  { title: "Path", wide: true },
  { title: "Shape" },
  number("Rate", "Records read back per second from the output."),
  number("p50", "End to end, since the start."),
  number("p99", "End to end, since the start."),
  number("Lag", "Records of the output that are not read yet."),
  number("Lost"),
  number("Duplicated"),
  { title: "Timed by" },
];

/**
 * @param {import("./tabs.js").Memory} memory
 * @param {ReturnType<typeof import("./charts.js").createCharts>} charts
 * @param {(id: string | null) => void} onChoose Called with what is looked at, as the topology names it.
 */
export function createBranches(memory, charts, onChoose) {
  const select = element("select", { class: "filter", "aria-label": "Input or output shown" });
  const back = element("button", { type: "button", class: "button branch-back" }, "Show all");
  const title = element("h2", {}, "Inputs and outputs");
  const head = element("div", { class: "branches-head" }, title, back, select);
  const sides = /** @type {const} */ (["inputs", "outputs"]).map((side) => {
    const grid = element("div", { class: "branch-grid" });
    const heading = element("h3", { class: "topology-title-plain" }, side === "inputs" ? "Inputs" : "Outputs");
    return { side, grid, node: element("div", {}, heading, grid) };
  });
  const all = element("div", { class: "branch-all" }, ...sides.map(({ node }) => node));
  const tiles = element("div", { class: "tiles branch-tiles" });
  const one = element("div", {}, tiles, charts.branch);
  const table = createTable(PATH_COLUMNS, "Paths from inputs to outputs");
  const paths = element(
    "details",
    { class: "branch-paths" },
    element("summary", {}, "Every path as a table"),
    table.node,
  );
  const node = element(
    "section",
    { class: "card branches", "aria-label": "Inputs and outputs" },
    head,
    all,
    one,
    paths,
  );
  let chosen = memory.get("branch") || "";
  let listed = "";
  let built = "";
  /** @type {ReturnType<typeof createTile>[]} */
  let made = [];
  /** @type {Map<string, ReturnType<typeof createSmall>>} */
  const small = new Map();
  /** @type {{snapshot: Snapshot, past: Series, sinceArrivalMs: number} | null} */
  let shown = null;
  select.addEventListener("change", () => choose(select.value));
  back.addEventListener("click", () => {
    choose("");
    select.focus();
  });

  /** @param {string} id */
  function choose(id) {
    chosen = id;
    memory.set("branch", id);
    render();
  }

  /** @param {Snapshot} snapshot */
  function list(snapshot) {
    const key = JSON.stringify([snapshot.inputs, snapshot.outputs].map((each) => each.map(({ name }) => name)));
    if (key === listed) return;
    listed = key;
    paths.open = snapshot.inputs.length + snapshot.outputs.length <= FEW;
    select.replaceChildren(
      element("option", { value: "" }, "All"),
      ...sides.map(({ side }) => {
        const options = snapshot[side].map(({ name }) => element("option", { value: idOf(side, name) }, name));
        return element("optgroup", { label: side === "inputs" ? "Inputs" : "Outputs" }, ...options);
      }),
    );
    small.clear();
    for (const { side, grid } of sides) {
      grid.replaceChildren(
        ...snapshot[side].map(({ name }) => {
          const each = createSmall(side, name, () => choose(idOf(side, name)));
          small.set(idOf(side, name), each);
          return each.node;
        }),
      );
    }
  }

  function render() {
    if (!shown) return;
    const { snapshot, past, sinceArrivalMs } = shown;
    list(snapshot);
    const found = sides
      .reduce(
        (/** @type {Array<[Side, string]>} */ every, { side }) =>
          every.concat(snapshot[side].map(({ name }) => /** @type {[Side, string]} */ ([side, name]))),
        [],
      )
      .find(([side, name]) => idOf(side, name) === chosen);
    const id = found ? chosen : "";
    select.value = id;
    setText(title, found ? `${found[0] === "inputs" ? "Input" : "Output"} ${found[1]}` : "Inputs and outputs");
    setShown(all, !found);
    setShown(one, Boolean(found));
    setShown(back, Boolean(found));
    if (id !== built) {
      built = id;
      onChoose(id || null);
      made = found ? (found[0] === "inputs" ? inputTiles : outputTiles)(found[1]).map(createTile) : [];
      tiles.replaceChildren(...made.map((tile) => tile.node));
      charts.setBranch(found ? branchCharts(found[0], found[1], snapshot) : []);
    }
    const rows = past.rows().slice(-SPARK_ROWS);
    made.forEach((tile) => tile.update(snapshot, rows, past.fields, sinceArrivalMs));
    if (!found) showAll(snapshot, past, rows);
    table.update(pathRows(snapshot), "No outputs.");
  }

  /**
   * @param {Snapshot} snapshot
   * @param {Series} past
   * @param {import("../model/series.js").Row[]} rows
   */
  function showAll(snapshot, past, rows) {
    const [slowest, ...others] = ways(snapshot, (output) => lagGrows(past, output));
    const standsOut = others.length ? slowest.output : null;
    small.forEach((each) => each.update(snapshot, past.fields, rows, standsOut));
  }

  return {
    node,

    /** @param {string} id Shows an input or output, as the topology names it. */
    open(id) {
      choose(id === chosen ? "" : id);
    },

    /**
     * @param {Snapshot} snapshot
     * @param {Series} past
     * @param {number} sinceArrivalMs
     */
    update(snapshot, past, sinceArrivalMs) {
      shown = { snapshot, past, sinceArrivalMs };
      render();
    },
  };
}

/**
 * @param {Side} side
 * @param {string} name
 * @returns {string} As the topology names it.
 */
function idOf(side, name) {
  return `${side === "inputs" ? "input" : "output"}:${name}`;
}

/**
 * One of many: its rate over the last minutes, and the figure that tells most.
 *
 * @param {Side} side
 * @param {string} name
 * @param {() => void} onOpen
 */
function createSmall(side, name, onOpen) {
  const shape = stateShape();
  const button = element("button", { type: "button", class: "node-open", title: name }, name);
  button.addEventListener("click", onOpen);
  const rate = element("span", { class: "figure" });
  const unit = element("span", { class: "unit" });
  const telling = element("span", { class: "branch-telling" });
  const spark = createSparkline(side === "inputs" ? "producer" : "consumer");
  const node = element(
    "article",
    { class: "branch" },
    element("div", { class: "branch-head" }, button, shape.node),
    element("div", { class: "branch-figures" }, element("span", {}, rate, unit), telling),
    spark.node,
  );
  return {
    node,

    /**
     * @param {Snapshot} snapshot
     * @param {string[]} fields
     * @param {import("../model/series.js").Row[]} rows
     * @param {string | null} slowest Name of the output that stands out.
     */
    update(snapshot, fields, rows, slowest) {
      const column = fields.indexOf(branchPath(side, name, "rate"));
      spark.update(rows.map((row) => (column < 0 ? null : row[column])));
      const input = side === "inputs" ? snapshot.inputs.find((each) => each.name === name) : undefined;
      const output = side === "outputs" ? snapshot.outputs.find((each) => each.name === name) : undefined;
      const per = show("rate", (input || output || { rate: null }).rate);
      setText(rate, per.text);
      setText(unit, per.unit);
      const wrong = input ? input.errors : output ? output.lost : 0;
      const health = wrong ? "error" : output && output.duplicated ? "warning" : "ok";
      setAttribute(node, "data-health", health);
      setAttribute(node, "data-way", output && slowest === name ? "slow" : null);
      shape.set(health);
      const whole = output ? output.end_to_end : null;
      setText(
        telling,
        output
          ? `p99 ${whole ? latencyWords(whole.p99_ms, output.bound) : UNKNOWN}`
          : `${words("short", input ? input.total : null)} sent`,
      );
      setAttribute(telling, "title", output ? output.bound_reason || output.traced_reason : null);
    },
  };
}

/**
 * @param {string | null} way
 * @param {number | null} last The share of records for which this input's record was due last; null where unknown.
 * @returns {string}
 */
function timedBy(way, last) {
  const told = way === null ? "not measurable" : way;
  return last === null ? told : `${told}, due last: ${words("share", last)}`;
}

/**
 * @param {Snapshot} snapshot
 * @returns {Cell[][]} A row for each way from an input to an output; for an output whose ways are not told apart, one.
 */
function pathRows({ outputs }) {
  return outputs.reduce((/** @type {Cell[][]} */ rows, output) => {
    const { name, rate, lag = null, paths = [] } = output;
    const uncounted = output.counts_reason || "";
    const last = dueLast(output);
    const whole = {
      path: name,
      shape: output.shape,
      lost: output.lost,
      duplicated: output.duplicated,
      by: output.traced_by,
      latency: output.end_to_end,
      why: output.traced_reason,
      rate,
      last: null,
      uncounted,
      bound: output.bound,
    };
    const told = paths.length
      ? paths.map((path) => ({
          path: `${path.input} → ${name}`,
          shape: path.shape,
          lost: path.lost,
          duplicated: path.duplicated,
          by: path.traced_by,
          latency: path.end_to_end,
          why: path.reason || "",
          last: last && last.input === path.input ? last.ratio : null,
          rate: typeof path.rate === "number" ? path.rate : paths.length > 1 ? null : rate,
          uncounted: path.reason || "",
          bound: paths.length > 1 ? null : output.bound,
        }))
      : [whole];
    return rows.concat(
      told.map((each) => [
        { text: each.path, long: true, title: each.path },
        { text: each.shape.replace(/_/g, " ") },
        { text: words("rate", each.rate), title: each.why },
        { text: latencyWords(each.latency ? each.latency.p50_ms : null, each.bound), title: each.why },
        { text: latencyWords(each.latency ? each.latency.p99_ms : null, each.bound), title: each.why },
        { text: words("count", lag) },
        { text: words("count", each.lost), title: each.uncounted },
        { text: words("count", each.duplicated), title: each.uncounted },
        { text: timedBy(each.by, each.last), title: each.why },
      ]),
    );
  }, []);
}
