// The live page: puts socket, series and view together. Thin; draws nothing itself.

import { createBranchSeries } from "../model/branches.js";
import { createSeries } from "../model/series.js";
import { createPage } from "../view/page.js";
import { seriesPaths } from "../view/panels.js";
import { connect } from "./connection.js";
import { askMessages, askPercentile, fillBranches, fillFrom } from "./past.js";
import * as memory from "./memory.js";
import { createTheme } from "./theme.js";

/** @typedef {import("../model/snapshot.js").Snapshot} Snapshot */
/** @typedef {import("../model/freshness.js").Link} Link */

const AGE_EVERY_MS = 500;

function start() {
  const series = createSeries(seriesPaths());
  const branches = createBranchSeries();
  /** @type {Snapshot | null} */
  let newest = null;
  /** @type {Snapshot | null} */
  let held = null;
  let arrivedMs = 0;
  let paused = false;
  let scheduled = false;
  /** @type {Link} */
  let link = "connecting";

  const root = /** @type {HTMLElement} */ (document.getElementById("page"));
  const page = createPage(root, {
    onPause: togglePause,
    onTheme: () => theme.next(),
    memory,
    percentiles: askPercentile,
    messages: askMessages,
  });
  const theme = createTheme(() => {
    page.header.updateTheme(theme.name());
    schedule(true);
  });

  function sinceArrivalMs() {
    return Date.now() - arrivedMs;
  }

  function togglePause() {
    paused = !paused;
    held = paused ? newest : null;
    page.header.updatePause(paused);
    schedule(false);
  }

  /**
   * Draws with the next frame; many reasons to draw make one drawing.
   *
   * @param {boolean} evenPaused
   */
  function schedule(evenPaused) {
    if (scheduled || newest === null || (paused && !evenPaused)) return;
    scheduled = true;
    window.requestAnimationFrame(() => {
      scheduled = false;
      const shown = held || newest;
      if (shown) page.update(shown, series, branches.current(), sinceArrivalMs());
    });
  }

  function showAge() {
    page.age(link, newest, sinceArrivalMs());
  }

  theme.apply();
  page.header.updatePause(false);
  showAge();
  connect({
    onUpdate(/** @type {Snapshot} */ snapshot) {
      newest = snapshot;
      arrivedMs = Date.now();
      series.add(snapshot);
      branches.add(snapshot);
      schedule(false);
      showAge();
      return { intervalMs: snapshot.run.update_interval_ms, over: snapshot.run.exit_code !== null };
    },
    onLink(next) {
      link = next;
      showAge();
    },
    async fill() {
      await Promise.all([fillFrom(series), fillBranches(branches)]);
      schedule(false);
    },
  });
  window.setInterval(showAge, AGE_EVERY_MS);
}

start();
