// The one sentence, in type that can be read two metres away; long evidence waits behind a click.

import { element, setAttribute, setShown, setText } from "./dom.js";
import { timeOfDay } from "./format.js";
import { stateShape } from "./icons.js";

/** @typedef {{timestamp: string, headline: import("../model/snapshot.js").Headline}} Told Of one pipeline or of several. */

const SHORT = 150;

/**
 * @param {Told} snapshot
 * @returns {import("../model/snapshot.js").Headline}
 */
function silence(snapshot) {
  return {
    level: "unknown",
    text: `No news of the run since ${timeOfDay(snapshot.timestamp)}.`,
    detail: `The page goes on trying by itself. Last heard: ${snapshot.headline.text}`,
  };
}

export function createSentence() {
  const shape = stateShape();
  const text = element("p", { class: "sentence-text" });
  const detail = element("p", { class: "sentence-detail", id: "evidence" });
  const more = element("button", { type: "button", class: "link-button", "aria-controls": "evidence" });
  const words = element("div", { class: "sentence-words", role: "status" }, text, detail, more);
  const node = element("section", { class: "sentence", "aria-label": "State of the run" }, shape.node, words);
  let open = false;
  let foldable = false;

  function render() {
    setShown(detail, Boolean(detail.textContent) && (open || !foldable));
    setShown(more, foldable);
    setText(more, open ? "Hide evidence" : "Evidence");
    setAttribute(more, "aria-expanded", String(open));
  }
  more.addEventListener("click", () => {
    open = !open;
    render();
  });

  return {
    node,

    /**
     * @param {Told} snapshot
     * @param {boolean} old Nothing has been heard for too long: say so instead of what was true then.
     */
    update(snapshot, old) {
      const { level, text: sentence, detail: evidence } = old ? silence(snapshot) : snapshot.headline;
      setAttribute(node, "data-health", level);
      shape.set(level);
      setText(text, sentence);
      setText(detail, evidence || "");
      foldable = (evidence || "").length > SHORT;
      render();
    },
  };
}
