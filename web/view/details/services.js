// What the facts behind each part of the flow are, as data.

import { figureAt } from "../../model/paths.js";
import { LATE_MS } from "../../model/rules.js";
import { tick, UNKNOWN, words } from "../format.js";

/** @typedef {import("./facts.js").Fact} Fact */
/** @typedef {import("./facts.js").Group} Group */

/**
 * @param {string} name
 * @param {string} path
 * @param {import("../format.js").Kind} kind
 * @returns {Fact} A figure of the contract.
 */
function figure(name, path, kind) {
  return { name, path, value: (snapshot) => words(kind, figureAt(snapshot, path)) };
}

/**
 * @param {import("../../model/snapshot.js").ProducerMetrics} producer
 * @returns {string} What sends, and why where it is not the faster one.
 */
function sentBy({ sender, sender_reason }) {
  if (sender === "python") return `Python: ${sender_reason}`;
  return sender === "native" ? "compiled loop" : UNKNOWN;
}

/** @type {Group[]} */
export const PRODUCER = [
  {
    title: "Against the plan",
    facts: [
      figure("Due", "producer.planned_total", "count"),
      figure("Handed to the client", "producer.sent_total", "count"),
      figure("Acknowledged", "producer.total", "count"),
      figure("Rejected", "producer.errors", "count"),
      { name: "Sent by", path: "producer.sender", value: ({ producer }) => sentBy(producer) },
    ],
  },
  {
    title: "Punctuality",
    facts: [
      figure(`Sent more than ${tick("ms", LATE_MS)} late`, "producer.late_total", "count"),
      figure("Skipped", "producer.skipped_total", "count"),
      figure("Delay p99, last interval", "latency.generator_delay.interval.p99_ms", "ms"),
      figure("Delay p99, whole run", "latency.generator_delay.total.p99_ms", "ms"),
    ],
  },
  {
    title: "Bytes and resources",
    facts: [
      figure("Bytes sent", "producer.bytes_total", "bytes"),
      {
        name: "Bytes sent per second",
        path: "producer.bytes_per_s",
        value: ({ producer }) => words("bytes", producer.bytes_per_s),
      },
      figure("CPU of PipeGen", "system.cpu_ratio", "cores"),
      figure("Memory of PipeGen", "system.rss_bytes", "bytes"),
      figure("Memory of the machine", "system.machine_memory_ratio", "share"),
    ],
  },
];

/** @type {Group[]} */
export const FAULT_FACTS = [
  {
    title: "Injected faults, total",
    facts: [
      figure("Injected", "faults.injected_total", "count"),
      figure("Unreadable, not expected in the output", "faults.excluded_total", "count"),
      figure("Of those, consumed anyway", "faults.excluded_consumed_total", "count"),
    ],
  },
];

/** @type {Group[]} */
export const CONSUMER = [
  {
    title: "Consumed",
    facts: [
      figure("Records", "consumer.total", "count"),
      figure("Failed to decode", "consumer.errors", "count"),
      figure("Could not be checked", "consumer.unchecked", "count"),
      figure("From other runs, not counted", "consumer.other_runs_total", "count"),
      figure("Bytes", "consumer.bytes_total", "bytes"),
    ],
  },
  {
    title: "Delivery",
    facts: [
      figure("Expected", "pipeline.expected_total", "count"),
      figure("In flight", "pipeline.lag", "count"),
      figure("Lost", "pipeline.lost", "count"),
      figure("Duplicated", "pipeline.duplicated", "count"),
      figure("Out of order", "pipeline.out_of_order", "count"),
    ],
  },
  {
    title: "Lag, measured in four places",
    facts: [
      figure("PipeGen’s consumer, output topic", "consumer.lag", "count"),
      figure("Flink’s source, pending", "flink.pending_records", "count"),
      figure("Flink’s group, last checkpoint", "flink.group_lag", "count"),
      figure("Pipeline, delivered − consumed", "pipeline.lag", "count"),
      figure("Pipeline in seconds", "pipeline.lag_s", "s"),
    ],
  },
];

/** @type {Group[]} */
export const KAFKA = [
  {
    title: "Cluster",
    facts: [
      figure("Brokers", "kafka.brokers", "count"),
      figure("Not reachable", "kafka.unreachable_brokers", "count"),
      figure("Controller", "kafka.controller_id", "count"),
    ],
  },
  {
    title: "Topics",
    facts: [
      figure("Topics", "kafka.topics", "count"),
      figure("Partitions", "kafka.partitions", "count"),
      figure("Without a leader", "kafka.leaderless_partitions", "count"),
      figure("Under-replicated", "kafka.under_replicated_partitions", "count"),
    ],
  },
  {
    title: "This pipeline",
    facts: [
      { name: "Input topic", value: ({ kafka }) => kafka.input_topic || UNKNOWN },
      { name: "Output topic", value: ({ output }) => output.topic || UNKNOWN },
      figure("Records in", "kafka.input_total", "count"),
      figure("Records out", "output.total", "count"),
    ],
  },
];

/** @type {Group[]} */
export const FLINK_FACTS = [
  {
    title: "Job",
    facts: [
      { name: "Job", value: ({ flink }) => flink.job_name || UNKNOWN },
      { name: "State", value: ({ flink }) => flink.job_state || UNKNOWN },
      { name: "History", value: ({ flink }) => history(flink) },
      figure("Restarts", "flink.restarts", "count"),
      figure("Pending records", "flink.pending_records", "count"),
      { name: "Root exception", value: ({ flink }) => flink.root_exception || UNKNOWN },
    ],
  },
  {
    title: "Checkpoints",
    facts: [
      figure("Completed", "flink.checkpoints.completed", "count"),
      figure("Failed", "flink.checkpoints.failed", "count"),
      figure("Last duration", "flink.checkpoints.last_duration_ms", "ms"),
      figure("State size", "flink.checkpoints.last_size_bytes", "bytes"),
      figure("Alignment", "flink.checkpoints.alignment_ms", "ms"),
      figure("Interval", "flink.checkpoints.interval_ms", "ms"),
    ],
  },
  {
    title: "Cluster",
    facts: [
      { name: "Version", value: ({ flink }) => flink.version || UNKNOWN },
      figure("TaskManagers", "flink.task_managers", "count"),
      {
        name: "Slots free",
        path: "flink.slots_free",
        value: ({ flink }) => `${words("count", flink.slots_free)} of ${words("count", flink.slots_total)}`,
      },
    ],
  },
];

/** @type {Group[]} */
export const REGISTRY = [
  {
    title: "Registry",
    facts: [
      { name: "Address", value: ({ registry }) => registry.url || UNKNOWN },
      { name: "Status", value: ({ registry }) => registry.status },
      figure("Response time", "registry.response_ms", "ms"),
      { name: "Compatibility", value: ({ registry }) => registry.compatibility || UNKNOWN },
    ],
  },
  {
    title: "Records against schemas",
    facts: [
      figure("Valid by their schema", "registry.validation_success_ratio", "percent"),
      figure("Serialised", "registry.serialisation_success_ratio", "percent"),
      figure("Schemas fetched", "registry.cache_misses", "count"),
    ],
  },
];

/**
 * @param {import("../../model/snapshot.js").FlinkMetrics} flink
 * @returns {string} The job's states in their order.
 */
function history({ jobs }) {
  const job = jobs[0];
  return job ? job.transitions.map(({ state }) => state).join(" → ") : UNKNOWN;
}
