// Rules that the page shares with Python. Written by tools/write_contract.py from python/pipegen/snapshot/limits.py,
// health.py and stages.py; do not edit.

/** @typedef {"ok" | "warning" | "error" | "unknown" | "plain" | "busy"} Health Plain: no rule judges it. */
/** @typedef {{amber: number, red: number}} Limit A figure above it has that colour. */

/** What a latency is called in a legend or a narrow table. */
export const STAGE_WORDS = {
  generator_delay: "generator delay",
  ack: "acknowledged",
  ack_uncorrected: "acknowledged, from the actual send",
  append: "written by Flink",
  end_to_end: "end to end",
  end_to_end_uncorrected: "end to end, from the actual send",
  output_wait: "fetch",
};

/** A record that is sent so long after it was due counts as late. */
export const LATE_MS = 10;

export const LIMITS = {
  rateDeviation: { amber: 0.02, red: 0.1 },
  errorRate: { amber: 0, red: 0.01 },
  generatorDelayMs: { amber: 10, red: 100 },
  machineBusy: { amber: 0.9, red: Infinity },
  backpressure: { amber: 0.1, red: 0.5 },
  vertexBusy: { amber: 0.8, red: Infinity },
};

/** @type {Record<string, Health>} Status of a part. */
export const STATUS_HEALTH = {
  running: "ok",
  starting: "busy",
  stopped: "plain",
  error: "error",
  unknown: "unknown",
};

/** @type {Record<string, Health>} Outcome of a threshold or a verdict. */
export const OUTCOME_HEALTH = {
  pass: "ok",
  fail: "error",
  invalid: "warning",
};

/** @type {Record<string, Health>} Result of a business rule. */
export const RULE_HEALTH = {
  pass: "ok",
  fail: "error",
  no_samples: "unknown",
};

/** @type {Record<string, Health>} Severity of an error. */
export const SEVERITY_HEALTH = {
  info: "plain",
  warning: "warning",
  error: "error",
  critical: "error",
};
