// The verdict: whether the figures can be trusted, and each threshold with what was observed. Hidden while nothing is asked.

import { OUTCOME_HEALTH } from "../model/rules.js";
import { element, setAttribute, setShown, setText } from "./dom.js";
import { UNKNOWN } from "./format.js";
import { stateShape } from "./icons.js";

/** @typedef {import("../model/snapshot.js").Snapshot} Snapshot */
/** @typedef {import("../model/snapshot.js").ThresholdResult} ThresholdResult */
/** @typedef {import("../model/rules.js").Health} Health */

/** @type {Record<string, string>} */
const OUTCOMES = { pass: "passed", fail: "failed", invalid: "invalid" };

export function createVerdict() {
  const shape = stateShape();
  const word = element("h2", { class: "verdict-word" });
  const note = element("p", { class: "verdict-note" });
  const head = element("div", { class: "verdict-head" }, shape.node, word, note);
  const list = element("ul", { class: "verdict-list" });
  const node = element("section", { class: "card verdict", "aria-label": "Verdict", hidden: "" }, head, list);
  /** @type {ReturnType<typeof createRow>[]} */
  const rows = [];

  return {
    node,

    /** @param {Snapshot} snapshot */
    update({ verdict }) {
      const { outcome, final, valid, reasons, results } = verdict;
      setShown(node, results.length > 0 || valid === false || outcome === "fail");
      const [health, text] = outcome === null ? standing(results, final) : [OUTCOME_HEALTH[outcome], OUTCOMES[outcome]];
      setAttribute(node, "data-health", health);
      shape.set(health);
      setText(word, `Verdict: ${final || outcome !== "fail" ? text : "failing"}`);
      // Where every threshold holds, a run that fails all the same is incomplete.
      const told = outcome === null || results.every((result) => result.outcome === "pass");
      setText(note, valid === false || (final && told && outcome !== "pass") ? reasons.join(" · ") : counted(results));
      while (rows.length > results.length) /** @type {any} */ (rows.pop()).node.remove();
      while (rows.length < results.length) {
        const row = createRow();
        rows.push(row);
        list.append(row.node);
      }
      results.forEach((result, at) => rows[at].update(result));
      setShown(list, results.length > 0);
    },
  };
}

/**
 * @param {ThresholdResult[]} results
 * @param {boolean} final
 * @returns {[Health, string]} Where there is no outcome.
 */
function standing(results, final) {
  if (final) return ["plain", "not judged"];
  return results.every(({ outcome }) => outcome !== null) ? ["ok", "holding"] : ["unknown", "undecided"];
}

/**
 * @param {ThresholdResult[]} results
 * @returns {string}
 */
function counted(results) {
  const hold = results.filter(({ outcome }) => outcome === "pass").length;
  return `${hold} of ${results.length} threshold${results.length === 1 ? "" : "s"} hold${hold === 1 ? "s" : ""}`;
}

function createRow() {
  const shape = stateShape();
  const expression = element("code", { class: "verdict-expression" });
  const observed = element("span", { class: "verdict-observed" });
  const reason = element("span", { class: "verdict-reason" });
  const state = element("span", { class: "unseen" });
  const node = element("li", { class: "verdict-row" }, shape.node, state, expression, observed, reason);
  return {
    node,

    /** @param {ThresholdResult} result */
    update(result) {
      const health = result.outcome === null ? "unknown" : OUTCOME_HEALTH[result.outcome];
      setAttribute(node, "data-health", health);
      shape.set(health);
      setText(state, result.outcome === null ? "not known yet: " : `${OUTCOMES[result.outcome]}: `);
      setText(expression, result.expression);
      setText(observed, result.observed_text || UNKNOWN);
      setText(reason, result.reason || "");
      setAttribute(observed, "title", result.abort_on_fail ? "The run ends as soon as this one fails." : null);
    },
  };
}
