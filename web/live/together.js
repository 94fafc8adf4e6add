// The live page of several pipelines: socket, past and view put together. Thin; draws nothing itself.

import { createTogetherPage } from "../view/together.js";
import { connect } from "./connection.js";
import { createTheme } from "./theme.js";

/** @typedef {import("../model/snapshot.js").Together} Together */
/** @typedef {import("../model/freshness.js").Link} Link */

const MOST = 1800;

function start() {
  /** @type {Together[]} */
  let updates = [];
  let arrivedMs = 0;
  let scheduled = false;
  /** @type {Link} */
  let link = "connecting";
  const root = /** @type {HTMLElement} */ (document.getElementById("page"));
  const page = createTogetherPage(root, () => theme.next());
  const theme = createTheme(() => {
    page.updateTheme(theme.name());
    schedule();
  });

  function schedule() {
    if (scheduled || !updates.length) return;
    scheduled = true;
    window.requestAnimationFrame(() => {
      scheduled = false;
      page.update(updates);
    });
  }

  function showAge() {
    page.age(link, updates.length > 0, Date.now() - arrivedMs);
  }

  theme.apply();
  showAge();
  connect({
    onUpdate(/** @type {Together} */ update) {
      arrivedMs = Date.now();
      if (updates.length && update.sequence <= updates[updates.length - 1].sequence) updates = [];
      updates.push(update);
      if (updates.length > MOST) updates.shift();
      schedule();
      showAge();
      return { intervalMs: update.update_interval_ms, over: false };
    },
    onLink(next) {
      link = next;
      showAge();
    },
    async fill() {
      const answer = await fetch("api/history");
      if (!answer.ok) return;
      /** @type {Together[]} */
      const past = await answer.json();
      const newest = past.length ? past[past.length - 1].sequence : -1;
      updates = past.concat(updates.filter((update) => update.sequence > newest)).slice(-MOST);
      schedule();
    },
  });
  window.setInterval(showAge, 500);
}

start();
