// Reads what the front end's tests need of an invented snapshot. Never shipped.

/** @typedef {import("../../web/model/snapshot.js").Snapshot} Snapshot */

const EMPTY = {
  count: 0,
  p50_ms: null,
  p95_ms: null,
  p99_ms: null,
  p999_ms: null,
  min_ms: null,
  mean_ms: null,
  max_ms: null,
};

/**
 * @param {number} sequence
 * @param {object} [changes]
 * @returns {Snapshot} The parts of a snapshot that the models read.
 */
export function invented(sequence, changes = {}) {
  const stage = { interval: EMPTY, total: EMPTY, uncorrected_total: null, negative_count: 0 };
  return /** @type {any} */ ({
    sequence,
    timestamp: new Date(1764000000000 + sequence * 1000).toISOString(),
    run: { id: "7f3a", phase: "running", update_interval_ms: 1000 },
    producer: { rate: 100 + sequence, planned_rate_per_s: 100 },
    flink: { backpressure_level: "ok" },
    pipeline: { lost: null, duplicated: 0, error_rate: 0 },
    latency: { generator_delay: stage, ack: stage, end_to_end: stage },
    reasons: { pipeline: "An aggregation has no account." },
    ...changes,
  });
}
