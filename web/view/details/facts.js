// Facts: groups of names and values side by side.

import { reasonFor } from "../../model/paths.js";
import { element, setAttribute, setText } from "../dom.js";
import { UNKNOWN } from "../format.js";

/** @typedef {import("../../model/snapshot.js").Snapshot} Snapshot */
/** @typedef {{name: string, path?: string, value: (snapshot: Snapshot) => string}} Fact Its path finds the reason of a dash. */
/** @typedef {{title: string, facts: Fact[]}} Group */

/** @param {Group[]} groups */
export function createFacts(groups) {
  const drawn = groups.map(({ title, facts }) => {
    const values = facts.map(() => element("dd"));
    const list = element("dl");
    facts.forEach((fact, at) => list.append(element("dt", {}, fact.name), values[at]));
    return { facts, values, node: element("section", {}, element("h3", {}, title), list) };
  });
  const node = element("div", { class: "facts" }, ...drawn.map((group) => group.node));
  return {
    node,

    /** @param {Snapshot} snapshot */
    update(snapshot) {
      for (const { facts, values } of drawn) {
        facts.forEach((fact, at) => {
          const value = fact.value(snapshot);
          setText(values[at], value);
          setAttribute(values[at], "title", value === UNKNOWN && fact.path ? reasonFor(snapshot, fact.path) : value);
        });
      }
    },
  };
}
