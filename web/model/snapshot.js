// The contract as types. Written by tools/write_contract.py from python/pipegen/snapshot; do not edit.

/**
 * Checkpoint statistics of the job.
 *
 * @typedef {object} Checkpoints
 * @property {number} completed Completed checkpoints.
 * @property {number} failed Failed checkpoints.
 * @property {number} in_progress Checkpoints under way.
 * @property {number | null} last_duration_ms Duration of the last completed one.
 * @property {number | null} last_size_bytes State size of the last completed one.
 * @property {number | null} interval_ms Configured interval; null when checkpointing is off.
 */

/**
 * PipeGen's own reader of the output topic.
 *
 * @typedef {object} ConsumerMetrics
 * @property {"running" | "starting" | "stopped" | "error" | "unknown"} status State of the part.
 * @property {string | null} status_reason Why the state is what it is.
 * @property {string} source Where the figures come from.
 * @property {number | null} age_ms Age of the figures when the snapshot was taken.
 * @property {number | null} rate Records consumed per second since the snapshot before.
 * @property {number | null} lag Records in the output topic that our consumer has not read yet.
 * @property {number} total Records consumed.
 * @property {number} errors Records consumed that do not decode.
 * @property {number} unchecked Records consumed that could not be checked: the registry did not answer.
 * @property {number | null} bytes_total Bytes of values consumed.
 */

/**
 * One kind of error, counted.
 *
 * @typedef {object} ErrorEntry
 * @property {string} id Stable key of this kind of error.
 * @property {"producer" | "kafka" | "flink" | "output" | "consumer" | "registry" | "system" | "pipegen"} component Where it happened.
 * @property {"connection" | "serialisation" | "processing" | "data_quality"} category What kind it is.
 * @property {"info" | "warning" | "error" | "critical"} severity How bad it is.
 * @property {string} message The original text; text, never HTML.
 * @property {string | null} suggestion What to do; null when nothing is known.
 * @property {number} count How often it was seen.
 * @property {string} first_at First time (ISO 8601, UTC).
 * @property {string} last_at Last time (ISO 8601, UTC).
 */

/**
 * The Flink job, from its REST API.
 *
 * @typedef {object} FlinkMetrics
 * @property {"running" | "starting" | "stopped" | "error" | "unknown"} status State of the part.
 * @property {string | null} status_reason Why the state is what it is.
 * @property {string} source Where the figures come from.
 * @property {number | null} age_ms Age of the figures when the snapshot was taken.
 * @property {string | null} version Version of the cluster.
 * @property {string | null} job_id Id of the job.
 * @property {string | null} job_name Name of the job.
 * @property {string | null} job_state Flink's own state of the job.
 * @property {number | null} rate Records per second read by the job's sources, differenced.
 * @property {number | null} records_in_total Records read by the job's sources.
 * @property {number | null} records_out_total Records written by the job's sinks.
 * @property {number | null} out_rate_per_s Records per second written by the job's sinks, differenced.
 * @property {number | null} pending_records Records the source has not read yet (pendingRecords).
 * @property {number | null} source_emit_lag_ms currentEmitEventTimeLag of the source.
 * @property {number | null} busy_ratio Busy time, largest over the vertices.
 * @property {number | null} backpressure_ratio Back-pressured time, largest over the vertices.
 * @property {"ok" | "low" | "high" | null} backpressure_level Worst level over the vertices.
 * @property {number | null} restarts Restarts of the job.
 * @property {number | null} task_managers Registered TaskManagers.
 * @property {number | null} slots_total Slots of the cluster.
 * @property {number | null} slots_free Free slots of the cluster.
 * @property {string | null} root_exception Flink's root exception of the last failure.
 * @property {Array<VertexMetrics>} vertices The job graph, sources first.
 * @property {Checkpoints | null} checkpoints Checkpoint statistics.
 */

/**
 * One sentence for a person two metres away.
 *
 * @typedef {object} Headline
 * @property {"ok" | "warning" | "error" | "unknown"} level Colour and shape of the sentence.
 * @property {string} text The sentence.
 * @property {string | null} detail The evidence.
 */

/**
 * The broker side, as the admin client reports it.
 *
 * @typedef {object} KafkaMetrics
 * @property {"running" | "starting" | "stopped" | "error" | "unknown"} status State of the part.
 * @property {string | null} status_reason Why the state is what it is.
 * @property {string} source Where the figures come from.
 * @property {number | null} age_ms Age of the figures when the snapshot was taken.
 * @property {number | null} topics Topics of the cluster without internal ones.
 * @property {number | null} partitions Partitions of those topics.
 * @property {number | null} brokers Brokers in the cluster's metadata.
 * @property {string | null} input_topic Topic the load goes to.
 * @property {number | null} input_total Sum of the input topic's end offsets, less the probe.
 * @property {number | null} rate Growth of the input topic's end offsets per second.
 * @property {number | null} under_replicated_partitions Partitions with fewer in-sync replicas than replicas.
 * @property {number | null} leaderless_partitions Partitions without a leader.
 */

/**
 * Stages, each from the time a record was due.
 *
 * @typedef {object} Latency
 * @property {LatencyStage} generator_delay Sent minus due.
 * @property {LatencyStage} ack Acknowledged by Kafka minus due.
 * @property {LatencyStage | null} end_to_end Consumed minus due; null when the SQL carries no due time.
 */

/**
 * One stage from the due time, and its uncorrected twin from the actual send.
 *
 * @typedef {object} LatencyStage
 * @property {Percentiles} interval Since the snapshot before.
 * @property {Percentiles} total Since the start of the load.
 * @property {Percentiles | null} uncorrected_interval From the actual send, since the snapshot before.
 * @property {Percentiles | null} uncorrected_total From the actual send, since the start of the load.
 * @property {number} negative_count Samples below zero: clocks that disagree.
 */

/**
 * The output topic.
 *
 * @typedef {object} OutputMetrics
 * @property {"running" | "starting" | "stopped" | "error" | "unknown"} status State of the part.
 * @property {string | null} status_reason Why the state is what it is.
 * @property {string} source Where the figures come from.
 * @property {number | null} age_ms Age of the figures when the snapshot was taken.
 * @property {string | null} topic Topic the job writes to.
 * @property {number | null} partitions Its partitions.
 * @property {number | null} total Sum of its end offsets, less the probe.
 * @property {number | null} rate Growth of its end offsets per second.
 */

/**
 * A distribution in milliseconds; every figure is null when `count` is 0.
 *
 * @typedef {object} Percentiles
 * @property {number} count Samples in the distribution.
 * @property {number | null} p50_ms Median.
 * @property {number | null} p95_ms 95th percentile.
 * @property {number | null} p99_ms 99th percentile.
 * @property {number | null} p999_ms 99.9th percentile.
 * @property {number | null} min_ms Smallest; below zero means that clocks disagree.
 * @property {number | null} mean_ms Arithmetic mean.
 * @property {number | null} max_ms Largest.
 */

/**
 * One stretch of the traffic plan.
 *
 * @typedef {object} PhasePlan
 * @property {string} name Name: steady, peak1, peak2 … or as given; the turns of a repetition share one.
 * @property {"hold" | "ramp" | "sine" | "steps" | "spike"} shape How the rate goes.
 * @property {number} start_s Start, seconds of load.
 * @property {number} end_s End, seconds of load.
 * @property {number} start_rate_per_s Planned rate at its start.
 * @property {number} end_rate_per_s Planned rate at its end.
 * @property {number} min_rate_per_s Lowest planned rate.
 * @property {number} max_rate_per_s Highest planned rate.
 * @property {number | null} percent Constant rate in percent of the base rate; null when given otherwise.
 * @property {Array<Array<number>>} points Seconds of load and planned rate, to join by straight lines; of fast waves only some crests.
 */

/**
 * Accounts over the whole pipeline.
 *
 * @typedef {object} PipelineMetrics
 * @property {number | null} expected_total Output records expected in the end.
 * @property {number | null} lost Delivered records that never came out; null until the drain has ended.
 * @property {number | null} duplicated Records that came out more than once.
 * @property {number | null} out_of_order Records behind a later one of the same output partition and worker.
 * @property {number | null} lag Delivered minus consumed: records on their way through the pipeline.
 * @property {number | null} lag_s Age of the newest consumed record's due time: seconds behind.
 * @property {number | null} error_rate failed / (delivered + failed).
 * @property {number | null} success_rate delivered / (delivered + failed).
 */

/**
 * What PipeGen sends.
 *
 * @typedef {object} ProducerMetrics
 * @property {"running" | "starting" | "stopped" | "error" | "unknown"} status State of the part.
 * @property {string | null} status_reason Why the state is what it is.
 * @property {string} source Where the figures come from.
 * @property {number | null} age_ms Age of the figures when the snapshot was taken.
 * @property {number | null} rate Acknowledged records per second since the snapshot before.
 * @property {number} total Records acknowledged by Kafka (delivered).
 * @property {number} errors Records that Kafka refused for good (failed).
 * @property {number | null} sent_total Records handed to the client library.
 * @property {number | null} sent_rate_per_s Records handed over per second since the snapshot before.
 * @property {number | null} planned_total Records due until now according to the plan.
 * @property {number | null} planned_rate_per_s Rate of the plan at this moment.
 * @property {number | null} late_total Records sent more than 10 ms after they were due.
 * @property {number | null} skipped_total Overdue records left out (only with --no-catch-up).
 * @property {number | null} bytes_total Bytes of keys and values handed over.
 * @property {number | null} bytes_per_s Bytes of keys and values per second since the snapshot before.
 */

/**
 * The schema registry.
 *
 * @typedef {object} RegistryMetrics
 * @property {"running" | "starting" | "stopped" | "error" | "unknown"} status State of the part.
 * @property {string | null} status_reason Why the state is what it is.
 * @property {string} source Where the figures come from.
 * @property {number | null} age_ms Age of the figures when the snapshot was taken.
 * @property {string | null} url Address without credentials.
 * @property {number | null} response_ms Time of the last answer.
 * @property {number | null} subjects Subjects of this pipeline.
 * @property {string | null} input_subject Subject of the input records.
 * @property {number | null} input_version Its newest version.
 * @property {string | null} output_subject Subject of the output records.
 * @property {number | null} output_version Its newest version.
 * @property {string | null} compatibility Compatibility level in force for the input subject.
 */

/**
 * Which run this is and how far it is.
 *
 * @typedef {object} RunState
 * @property {string} id Id of the run, also the suffix of topics and subjects.
 * @property {string} pipeline Name of the pipeline.
 * @property {"starting" | "probing" | "running" | "draining" | "finished" | "failed" | "interrupted"} phase Where the run stands.
 * @property {string} step What is being done at this moment, in words.
 * @property {"one_to_one" | "filter" | "aggregate" | null} shape Shape of the pipeline.
 * @property {string} started_at Start of the load (ISO 8601, UTC); of the run before there is load.
 * @property {number | null} elapsed_s Seconds of load so far; null before it starts.
 * @property {number} duration_s Planned seconds of load.
 * @property {number} worker Number of this worker, from 0.
 * @property {number} workers Workers of the run.
 * @property {number} update_interval_ms Planned time between two snapshots.
 * @property {number | null} exit_code Exit code; null while the run goes on.
 */

/**
 * One SQL statement of the project.
 *
 * @typedef {object} SqlStatement
 * @property {string} file File and line, relative to the project.
 * @property {string} kind CREATE TABLE, INSERT, SET …
 * @property {string} summary Its first line, as text.
 * @property {"waiting" | "running" | "done" | "error"} state State at the gateway.
 * @property {string | null} error The gateway's or the job's message.
 * @property {string | null} job_id The job it started.
 */

/**
 * What PipeGen and the machine use.
 *
 * @typedef {object} SystemMetrics
 * @property {"running" | "starting" | "stopped" | "error" | "unknown"} status State of the part.
 * @property {string | null} status_reason Why the state is what it is.
 * @property {string} source Where the figures come from.
 * @property {number | null} age_ms Age of the figures when the snapshot was taken.
 * @property {number | null} cpu_ratio CPU of the PipeGen process; 1.0 is one core.
 * @property {number | null} rss_bytes Resident memory of the PipeGen process.
 * @property {number | null} machine_cpu_ratio CPU of the machine; 1.0 is all cores.
 * @property {number | null} machine_memory_ratio Used share of the machine's memory.
 * @property {number | null} cores Logical cores of the machine.
 */

/**
 * The plan and where the run stands in it.
 *
 * @typedef {object} TrafficState
 * @property {number} base_rate_per_s Base rate.
 * @property {string | null} pattern The pattern as given; null without one or for a list of phases.
 * @property {"uniform" | "poisson"} arrivals Evenly spaced, or at random along the plan.
 * @property {number} planned_total Records the whole plan holds for this worker.
 * @property {Array<PhasePlan>} phases The plan.
 * @property {string | null} phase Name of the current phase; null outside the load.
 * @property {number | null} phase_index Index of the current phase in the plan; null outside the load.
 * @property {number | null} next_in_s Seconds to the next phase or to the end; null outside the load.
 */

/**
 * One vertex of the Flink job graph.
 *
 * @typedef {object} VertexMetrics
 * @property {string} id Vertex id in Flink's REST API.
 * @property {string} name Name of the operator chain.
 * @property {string} state Flink's own state.
 * @property {number} parallelism Number of subtasks.
 * @property {number | null} records_in_total Records read.
 * @property {number | null} records_out_total Records written.
 * @property {number | null} records_in_per_s Differenced from the counter.
 * @property {number | null} records_out_per_s Differenced from the counter.
 * @property {number | null} busy_ratio Busy time, largest over the subtasks.
 * @property {number | null} backpressure_ratio Back-pressured time, largest over the subtasks.
 * @property {"ok" | "low" | "high" | null} backpressure_level ≤ 0.10 ok, ≤ 0.50 low, else high.
 * @property {number | null} watermark_lag_ms Flink's watermark lag.
 */

/**
 * One moment of one run. A numeric figure that is null has a sentence in `reasons` under its dotted path, or under the path of a section above it. Percentiles of an empty distribution need none: their `count` of 0 says it.
 *
 * @typedef {object} Snapshot
 * @property {1} version Version of the contract.
 * @property {number} sequence Number of the snapshot in its run, from 0.
 * @property {string} timestamp When it was taken (ISO 8601, UTC).
 * @property {RunState} run
 * @property {TrafficState} traffic
 * @property {Headline} headline
 * @property {ProducerMetrics} producer
 * @property {KafkaMetrics} kafka
 * @property {FlinkMetrics} flink
 * @property {OutputMetrics} output
 * @property {ConsumerMetrics} consumer
 * @property {RegistryMetrics} registry
 * @property {SystemMetrics} system
 * @property {PipelineMetrics} pipeline
 * @property {Latency} latency
 * @property {Array<ErrorEntry>} errors
 * @property {Array<SqlStatement>} sql
 * @property {Record<string, string>} reasons Dotted path of a null figure → why it is not known.
 */

export {};
