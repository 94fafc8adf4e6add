// The traffic pattern phase by phase: what was planned, what was reached, and how the pipeline took it.

import { isOver } from "../../model/freshness.js";
import { reactions } from "../../model/phases.js";
import { clock, deviation, show, UNKNOWN, words } from "../format.js";
import { planned } from "../ribbon.js";
import { createTable } from "../table.js";

/** @typedef {import("../../model/snapshot.js").Snapshot} Snapshot */
/** @typedef {import("../../model/series.js").Series} Series */
/** @typedef {import("../../model/phases.js").Reaction} Reaction */
/** @typedef {import("../table.js").Cell} Cell */

const COLUMNS = [
  { title: "Phase", wide: true },
  { title: "From – to" },
  { title: "Planned", numeric: true },
  { title: "Reached", numeric: true, about: "Acknowledged records a second over what has passed of the phase." },
  { title: "Off the plan", numeric: true, about: "Acknowledged against due, over the same time." },
  { title: "p99, worst interval", numeric: true },
  { title: "Most on their way", numeric: true, about: "Delivered less consumed." },
  { title: "Largest lag", numeric: true },
  {
    title: "Recovered after",
    numeric: true,
    about: "From the end of the phase until the lag was back at its level before.",
  },
  { title: "Flink busy", numeric: true },
  { title: "Back-pressure", numeric: true },
  { title: "CPU PipeGen · machine", numeric: true },
];

export function createTraffic() {
  const table = createTable(COLUMNS, "Traffic phases and how the pipeline took them");
  return {
    node: table.node,

    /**
     * @param {Snapshot} snapshot
     * @param {Series} series
     */
    update(snapshot, series) {
      const { phases } = snapshot.traffic;
      const startedMs = Date.parse(snapshot.run.started_at);
      const found = reactions(
        phases,
        series.rows(),
        series.fields,
        startedMs,
        snapshot.run.elapsed_s,
        isOver(snapshot),
      );
      table.update(found.map(row), "The plan has no phases.");
    },
  };
}

/**
 * @param {Reaction} reaction
 * @returns {Cell[]}
 */
function row(reaction) {
  const { phase, when, ratePerS, plannedPerS, recoveryS } = reaction;
  const off = ratePerS !== null && plannedPerS ? ratePerS / plannedPerS - 1 : null;
  const waiting = recoveryS === "waiting";
  return [
    {
      text: phase.name,
      health: when === "current" ? "ok" : when === "past" ? "plain" : "unknown",
      title: when,
      long: true,
    },
    { text: `${clock(phase.start_s)} – ${clock(phase.end_s)}` },
    { text: planned(phase) },
    { text: words("rate", ratePerS) },
    { text: off === null ? UNKNOWN : deviation(off) },
    { text: words("ms", reaction.p99Ms) },
    { text: words("count", reaction.lag) },
    { text: words("s", reaction.lagS) },
    {
      text: waiting ? "not yet" : recoveryS === 0 ? "at once" : words("s", recoveryS),
      health: waiting ? "warning" : undefined,
    },
    { text: words("ratio", reaction.busy) },
    { text: words("ratio", reaction.pressure) },
    { text: `${show("cores", reaction.cpu).text} · ${words("share", reaction.machine)}` },
  ];
}
