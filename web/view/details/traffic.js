// The traffic pattern phase by phase: what was planned, what was reached, and how the pipeline took it.

import { isOver } from "../../model/freshness.js";
import { reactions } from "../../model/phases.js";
import { element } from "../dom.js";
import { clock, deviation, UNKNOWN, words } from "../format.js";
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
  { title: "Reached", numeric: true, about: "Acknowledged records per second over what has passed of the phase." },
  { title: "Deviation from plan", numeric: true, about: "Acknowledged against due, over the same time." },
  { title: "p99, worst interval", numeric: true },
  { title: "Most in flight", numeric: true, about: "Delivered less consumed." },
  { title: "Largest lag", numeric: true },
  {
    title: "Recovered after",
    numeric: true,
    about: "From the end of the phase until the lag was back at its level before.",
  },
  { title: "Flink busy", numeric: true },
  { title: "Back-pressure", numeric: true },
];

const CPU_COLUMNS = [
  { title: "Phase", wide: true },
  { title: "PipeGen", numeric: true, about: "100 % is one core." },
  { title: "Kafka", numeric: true, about: "The local stack's broker; 100 % is one core." },
  { title: "JobManager", numeric: true, about: "Load of its JVM; 100 % is all cores of its machine." },
  { title: "TaskManager", numeric: true, about: "Load of the busiest one's JVM; 100 % is all cores of its machine." },
  { title: "Machine", numeric: true, about: "100 % is all cores." },
];
const CPU_LABEL = "CPU of each component, largest in the phase";

export function createTraffic() {
  const table = createTable(COLUMNS, "Traffic phases and how the pipeline handled them");
  const cpu = createTable(CPU_COLUMNS, CPU_LABEL);
  const block = element("section", { class: "block" }, element("h3", {}, CPU_LABEL), cpu.node);
  return {
    node: element("div", {}, table.node, block),

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
      cpu.update(found.map(cpuRow), "The plan has no phases.");
    },
  };
}

/**
 * @param {Reaction} reaction
 * @returns {Cell[]}
 */
function row(reaction) {
  const { phase, ratePerS, plannedPerS, recoveryS } = reaction;
  const off = ratePerS !== null && plannedPerS ? ratePerS / plannedPerS - 1 : null;
  const waiting = recoveryS === "waiting";
  return [
    phaseCell(reaction),
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
  ];
}

/**
 * @param {Reaction} reaction
 * @returns {Cell[]}
 */
function cpuRow(reaction) {
  const { cpu, kafkaCpu, jobManagerCpu, taskManagerCpu, machine } = reaction;
  const shares = [cpu, kafkaCpu, jobManagerCpu, taskManagerCpu, machine].map((share) => ({
    text: words("share", share),
  }));
  return [phaseCell(reaction), ...shares];
}

/**
 * @param {Reaction} reaction
 * @returns {Cell}
 */
function phaseCell({ phase, when }) {
  const health = when === "current" ? "ok" : when === "past" ? "plain" : "unknown";
  return { text: phase.name, health, title: when, long: true };
}
