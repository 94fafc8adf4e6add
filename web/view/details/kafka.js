// Kafka in detail: brokers, topics with their partitions, consumer groups.

import { UNKNOWN, words } from "../format.js";

/** @typedef {import("../../model/health.js").Health} Health */
/** @typedef {import("../table.js").TableTab} TableTab */

const number = (/** @type {string} */ title, /** @type {string} */ about = "") => ({ title, about, numeric: true });

/** @type {TableTab} */
export const BROKERS = {
  label: "Brokers",
  columns: [
    { title: "Broker" },
    { title: "State" },
    { title: "Address", wide: true },
    { title: "Rack" },
    number("Partitions led"),
  ],
  empty: ({ kafka }) => kafka.status_reason || "The brokers have not been asked yet.",
  rows: ({ kafka }) =>
    kafka.broker_list.map((broker) => [
      { text: `${broker.id}${broker.controller ? " · controller" : ""}` },
      { text: broker.reachable ? "reachable" : "not reachable", health: broker.reachable ? "ok" : "error" },
      { text: broker.address || UNKNOWN, long: true },
      { text: broker.rack || UNKNOWN },
      { text: words("count", broker.leaders) },
    ]),
};

/** @type {TableTab} */
export const TOPICS = {
  label: "Topics",
  columns: [
    { title: "Topic", wide: true },
    { title: "Role" },
    number("Offsets", "End offsets less first offsets: records, and markers of transactions."),
    number("msg/s", "Growth of the end offsets."),
    number("Partitions"),
    number("Replicas"),
    { title: "Replication" },
  ],
  empty: ({ kafka }) => kafka.status_reason || "The topics have not been read yet.",
  rows: ({ kafka }) =>
    kafka.topic_list.map((topic) => {
      const trouble = topic.leaderless_partitions || topic.under_replicated_partitions;
      const records =
        topic.end_total === null || topic.begin_total === null ? null : topic.end_total - topic.begin_total;
      return [
        { text: topic.name, long: true },
        { text: topic.role },
        { text: words("count", records) },
        { text: words("number", topic.rate) },
        { text: words("count", topic.partitions) },
        { text: words("count", topic.replication_factor) },
        {
          text: topic.leaderless_partitions
            ? `${words("count", topic.leaderless_partitions)} without leader`
            : topic.under_replicated_partitions
              ? `${words("count", topic.under_replicated_partitions)} under-replicated`
              : "in sync",
          health: topic.leaderless_partitions ? "error" : trouble ? "warning" : "ok",
        },
      ];
    }),
};

/** @type {TableTab} */
export const PARTITIONS = {
  label: "Partitions of the pipeline's topics",
  columns: [
    { title: "Topic", wide: true },
    number("Partition"),
    number("Leader"),
    number("In sync"),
    number("First offset"),
    number("End offset"),
    number("msg/s"),
  ],
  empty: () => "No partitions are known yet.",
  rows: ({ kafka }) =>
    kafka.topic_list.reduce(
      (/** @type {import("../table.js").Cell[][]} */ rows, topic) =>
        rows.concat(
          topic.partition_list.map((partition) => [
            { text: topic.name, long: true },
            { text: words("count", partition.partition) },
            { text: words("count", partition.leader), health: partition.leader === null ? "error" : undefined },
            { text: `${partition.in_sync.length} of ${partition.replicas.length}` },
            { text: words("count", partition.begin_offset) },
            { text: words("count", partition.end_offset) },
            { text: words("number", partition.rate) },
          ]),
        ),
      [],
    ),
};

/** @type {Record<string, Health>} */
const VERDICTS = { ok: "ok", warning: "warning", stalled: "error", rewound: "warning", stopped: "error" };

/** @type {TableTab} */
export const GROUPS = {
  label: "Consumer groups",
  columns: [
    { title: "Group", wide: true },
    { title: "Owner" },
    { title: "State" },
    number("Members"),
    number("Committed"),
    number("Commits/s", "Growth of the committed offsets."),
    number("Lag", "Records not committed."),
    number("Lag in seconds", "Age of the oldest record that is not committed."),
    number("Trend/s", "Slope of the lag over the last minute."),
    { title: "Verdict", about: "Burrow's rules over the last commits." },
  ],
  empty: () => "No consumer group is known yet.",
  rows: ({ kafka }) =>
    kafka.groups.map((group) => [
      { text: group.id, long: true },
      { text: group.as_of_checkpoint ? `${group.kind} · as of checkpoints` : group.kind },
      { text: group.state.toLowerCase() },
      { text: words("count", group.members) },
      { text: words("count", group.committed_total) },
      { text: words("number", group.commit_rate_per_s) },
      { text: words("count", group.lag), title: group.lag_note || "" },
      { text: words("s", group.lag_s), title: group.lag_s_reason || "" },
      { text: words("number", group.lag_trend_per_s) },
      {
        text: group.verdict === null ? UNKNOWN : group.verdict,
        health: group.verdict === null ? "unknown" : VERDICTS[group.verdict],
      },
    ]),
};
