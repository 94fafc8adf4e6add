// Facts about the services as data, and how they are drawn: groups of names and values side by side.

import { element, setAttribute, setText } from "./dom.js";
import { UNKNOWN, words } from "./format.js";

/** @typedef {import("../model/snapshot.js").Snapshot} Snapshot */
/** @typedef {{name: string, value: (snapshot: Snapshot) => string}} Fact */
/** @typedef {{title: string, facts: Fact[]}} Group */

/** @type {Group[]} */
export const SERVICES = [
  {
    title: "Kafka",
    facts: [
      { name: "Input topic", value: ({ kafka }) => kafka.input_topic || UNKNOWN },
      { name: "Output topic", value: ({ output }) => output.topic || UNKNOWN },
      { name: "Brokers", value: ({ kafka }) => words("count", kafka.brokers) },
      { name: "Topics", value: ({ kafka }) => words("count", kafka.topics) },
      { name: "Partitions", value: ({ kafka }) => words("count", kafka.partitions) },
      { name: "Without leader", value: ({ kafka }) => words("count", kafka.leaderless_partitions) },
      { name: "Under-replicated", value: ({ kafka }) => words("count", kafka.under_replicated_partitions) },
    ],
  },
  {
    title: "Flink",
    facts: [
      { name: "Version", value: ({ flink }) => flink.version || UNKNOWN },
      { name: "Job", value: ({ flink }) => flink.job_name || UNKNOWN },
      { name: "Job state", value: ({ flink }) => flink.job_state || UNKNOWN },
      { name: "Restarts", value: ({ flink }) => words("count", flink.restarts) },
      {
        name: "Slots free",
        value: ({ flink }) => `${words("count", flink.slots_free)} of ${words("count", flink.slots_total)}`,
      },
      { name: "Checkpoints", value: ({ flink }) => checkpoints(flink.checkpoints) },
      { name: "Last checkpoint", value: ({ flink }) => lastCheckpoint(flink.checkpoints) },
    ],
  },
  {
    title: "Schema registry",
    facts: [
      { name: "Address", value: ({ registry }) => registry.url || UNKNOWN },
      { name: "Status", value: ({ registry }) => registry.status },
      { name: "Last answer", value: ({ registry }) => words("ms", registry.response_ms) },
      { name: "Compatibility", value: ({ registry }) => registry.compatibility || UNKNOWN },
      { name: "Input subject", value: ({ registry }) => subject(registry.input_subject, registry.input_version) },
      { name: "Output subject", value: ({ registry }) => subject(registry.output_subject, registry.output_version) },
    ],
  },
];

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
          setAttribute(values[at], "title", value);
        });
      }
    },
  };
}

/**
 * @param {string | null} name
 * @param {number | null} version
 * @returns {string}
 */
function subject(name, version) {
  return name === null ? UNKNOWN : `${name} · version ${words("count", version)}`;
}

/**
 * @param {import("../model/snapshot.js").Checkpoints | null} stats
 * @returns {string}
 */
function checkpoints(stats) {
  return stats === null
    ? UNKNOWN
    : `${words("count", stats.completed)} completed, ${words("count", stats.failed)} failed`;
}

/**
 * @param {import("../model/snapshot.js").Checkpoints | null} stats
 * @returns {string}
 */
function lastCheckpoint(stats) {
  return stats === null ? UNKNOWN : `${words("ms", stats.last_duration_ms)}, ${words("bytes", stats.last_size_bytes)}`;
}
