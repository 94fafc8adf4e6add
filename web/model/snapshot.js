// The contract as types. Written by tools/write_contract.py from python/pipegen/snapshot; do not edit.

/**
 * A figure that left its usual range for some time.
 *
 * @typedef {object} Anomaly
 * @property {string} figure Dotted path of the figure, or what was watched of a field.
 * @property {string} phase Phase of the plan it happened in.
 * @property {number} value The value furthest from the usual.
 * @property {number} usual Median before.
 * @property {number} deviation Robust z-score of the value: how many scales it is off the median.
 * @property {string} since When it began (ISO 8601, UTC).
 * @property {string | null} until When it was over; null while it goes on.
 * @property {string} text The same as a sentence.
 */

/**
 * One broker.
 *
 * @typedef {object} BrokerState
 * @property {number} id Node id.
 * @property {string | null} address Advertised host and port; null for one that was never seen.
 * @property {string | null} rack Rack; null when none is configured.
 * @property {boolean} controller Whether it is the active controller, as the brokers say.
 * @property {boolean} reachable Whether it is in the cluster's metadata now.
 * @property {number} leaders Partitions it leads.
 */

/**
 * Errors of one category over time.
 *
 * @typedef {object} CategoryTrend
 * @property {number} total Errors so far.
 * @property {Array<number>} counts Errors per interval, oldest first; the last is still growing.
 */

/**
 * What makes the pipeline fall behind or stand still, from Kafka, Flink and the registry on one clock.
 *
 * @typedef {object} Cause
 * @property {"none" | "unknown" | "found"} state none: nothing to explain; unknown: something is wrong and no cause was found; found.
 * @property {string | null} kind Which cause or, without one, which symptom; null when there is none.
 * @property {"producer" | "kafka" | "flink" | "output" | "consumer" | "registry" | "system" | "pipegen" | null} component Where the cause lies; null when it is not known.
 * @property {string | null} vertex_id The Flink vertex at fault.
 * @property {string} text The cause with its evidence, as one line.
 * @property {Array<string>} evidence What was measured, one fact each.
 * @property {string | null} since Since when (ISO 8601, UTC); null when there is nothing to explain.
 */

/**
 * Checkpoint statistics of the job.
 *
 * @typedef {object} Checkpoints
 * @property {number | null} completed Completed checkpoints.
 * @property {number | null} failed Failed checkpoints.
 * @property {number | null} in_progress Checkpoints under way.
 * @property {number | null} restored Restores from a checkpoint.
 * @property {number | null} last_duration_ms Duration of the last completed one.
 * @property {number | null} last_size_bytes State size of the last completed one.
 * @property {number | null} last_persisted_bytes Bytes it really wrote (less when incremental).
 * @property {string | null} last_completed_at When it was complete (ISO 8601, UTC).
 * @property {number | null} start_delay_ms Longest start delay over the subtasks.
 * @property {number | null} alignment_ms Longest alignment over the subtasks.
 * @property {string | null} last_failure Why the last failed one failed, in Flink's words.
 * @property {string | null} last_failure_at When (ISO 8601, UTC).
 * @property {number | null} interval_ms Configured interval; null when checkpointing is off.
 */

/**
 * One consumer group.
 *
 * @typedef {object} ConsumerGroup
 * @property {string} id Group id.
 * @property {"pipegen" | "flink" | "other"} kind Whose group it is.
 * @property {string} state Kafka's own state; unknown where Kafka does not show the group.
 * @property {number | null} members Members; 0 for Flink, whose source does not join its group.
 * @property {boolean} as_of_checkpoint Whether it commits at checkpoints only: lag is a sawtooth.
 * @property {number | null} committed_total Sum of the committed offsets; null without any.
 * @property {number | null} commit_rate_per_s Growth of the committed offsets per second.
 * @property {number | null} lag Records not committed, over its partitions; null without a commit, or beyond the end offset.
 * @property {string | null} lag_note What the lag leaves out or may include beside records; null where there is nothing.
 * @property {number | null} lag_s Age of its oldest record that is not committed, by record timestamps.
 * @property {string | null} lag_s_reason Why lag_s is null.
 * @property {number | null} lag_trend_per_s Slope of the lag over the last minute, records per second.
 * @property {"ok" | "warning" | "stalled" | "rewound" | "stopped" | null} verdict Worst verdict of its partitions; null without a commit.
 * @property {Array<GroupPartition>} partitions Its first 64 partitions, those with most lag first.
 */

/**
 * PipeGen's own readers of all outputs: sums, but for the ages and verdicts, which are the worst.
 *
 * @typedef {object} ConsumerMetrics
 * @property {"running" | "starting" | "stopped" | "error" | "unknown"} status State of the part.
 * @property {string | null} status_reason Why the state is what it is.
 * @property {string} source Where the figures come from.
 * @property {number | null} age_ms Age of the figures when the snapshot was taken.
 * @property {number | null} rate Records consumed per second since the snapshot before.
 * @property {number | null} lag Records in the output topics that our consumers have not read yet.
 * @property {number | null} lag_s Age of the oldest record that one of our groups has not committed.
 * @property {number | null} lag_trend_per_s Slope of our groups' lag over the last minute.
 * @property {number | null} commit_rate_per_s Growth of our groups' committed offsets per second.
 * @property {"ok" | "warning" | "stalled" | "rewound" | "stopped" | null} verdict Burrow's verdict on our groups, the worst.
 * @property {number | null} total Records of this run consumed.
 * @property {number | null} other_runs_total Records of other runs that came out, not counted in any other figure.
 * @property {number | null} errors Records consumed that do not decode.
 * @property {number | null} unchecked Records consumed that could not be checked: the registry did not answer.
 * @property {number | null} bytes_total Bytes of values consumed.
 */

/**
 * What the records are worth.
 *
 * @typedef {object} DataQualityMetrics
 * @property {number | null} score 0 to 100; null while nothing was checked.
 * @property {string} score_formula How the score comes about, with its figures.
 * @property {TopicQuality | null} output The output topics together; null where they are not read.
 * @property {TopicQuality | null} input The input topic, with --inspect-input.
 * @property {number | null} completeness_ratio Share of the outputs' field values that are there; optional fields apart.
 * @property {Array<FieldQuality>} fields Fields of the outputs' valid records, 50 at most.
 * @property {number} field_count Fields there are.
 * @property {number} distinct_error_ratio Standard error of each distinct estimate (HyperLogLog).
 * @property {number} sampled_total Records that the rules were evaluated on.
 * @property {number | null} sample_ratio Share of the valid records that these are.
 * @property {number | null} conforming_ratio Share of the sampled records that break no rule.
 * @property {number | null} intact_ratio Share of the delivered records neither lost nor duplicated.
 * @property {Array<RuleResult>} rules Business rules in CEL.
 * @property {number} rules_failed Rules broken beyond their tolerance.
 * @property {Array<string>} rule_notes What became of the registry's data contracts.
 * @property {Array<Anomaly>} anomalies The newest 20.
 * @property {number} anomalies_total Anomalies so far.
 * @property {string} anomaly_method How anomalies are found.
 */

/**
 * One kind of error, counted.
 *
 * @typedef {object} ErrorEntry
 * @property {string} id Stable key of this kind of error.
 * @property {"producer" | "kafka" | "flink" | "output" | "consumer" | "registry" | "system" | "pipegen"} component Where it happened.
 * @property {"connection" | "serialisation" | "processing" | "data_quality"} category What kind it is.
 * @property {"info" | "warning" | "error" | "critical"} severity How bad it is.
 * @property {string} message The original text without secrets; text, never HTML.
 * @property {string | null} suggestion What it means; null when nothing is known.
 * @property {string | null} remedy The command or setting that mends it; null when none is known.
 * @property {string | null} evidence What led to the suggestion.
 * @property {string | null} rule The rule of the error catalogue that fits; null when none does.
 * @property {"rule" | "model" | null} explained_by rule: the catalogue; model: a language model, unchecked; null without a suggestion from either.
 * @property {number} count How often it was seen.
 * @property {string} first_at First time (ISO 8601, UTC).
 * @property {string} last_at Last time (ISO 8601, UTC).
 */

/**
 * Errors over time, by category; at most the last 60 intervals.
 *
 * @typedef {object} ErrorTrends
 * @property {number} interval_s Length of an interval.
 * @property {CategoryTrend} connection
 * @property {CategoryTrend} serialisation
 * @property {CategoryTrend} processing
 * @property {CategoryTrend} data_quality
 */

/**
 * Faults on purpose; a record has at most one. They are never counted as loss or as duplicates of the pipeline.
 *
 * @typedef {object} FaultMetrics
 * @property {number} injected_total Records with a fault that were handed to the client library.
 * @property {number} excluded_total Acknowledged records without a readable value: not expected to come out.
 * @property {number} excluded_consumed_total Such records that came out all the same.
 * @property {Array<InjectedFault>} kinds Each fault that is asked for; empty without faults.
 */

/**
 * One field of the valid records.
 *
 * @typedef {object} FieldQuality
 * @property {string | null} output The output whose records have it; null where there is one.
 * @property {string} path Its path, joined by dots.
 * @property {string} type Its type in Avro's words.
 * @property {number} present_total Values that are there.
 * @property {number} null_total Values that are null.
 * @property {number | null} completeness_ratio present / (present + null).
 * @property {number} distinct About how many values are different; see distinct_error_ratio.
 * @property {string | null} min Smallest value as text; of bytes, arrays and maps the shortest length.
 * @property {string | null} max Greatest value as text; of bytes, arrays and maps the greatest length.
 * @property {boolean} optional Whether nulls in it take nothing from the score, as set.
 */

/**
 * The Flink job, from its REST API.
 *
 * @typedef {object} FlinkMetrics
 * @property {"running" | "starting" | "stopped" | "error" | "unknown"} status State of the part.
 * @property {string | null} status_reason Why the state is what it is.
 * @property {string} source Where the figures come from.
 * @property {number | null} age_ms Age of the figures when the snapshot was taken.
 * @property {boolean | null} answers Whether the newest question was answered; null before the first.
 * @property {number | null} interval_ms Time between two questions; stretched when answers get dear.
 * @property {number | null} call_ms Duration of the newest question and its answer.
 * @property {string | null} version Version of the cluster.
 * @property {string | null} job_id Id of the job.
 * @property {string | null} job_name Name of the job.
 * @property {string | null} job_state Flink's own state of the job.
 * @property {Array<JobState>} jobs The jobs of the pipeline and their states.
 * @property {number | null} rate Records of the inputs per second read by the jobs' sources, differenced.
 * @property {number | null} records_in_total Records of the inputs read by the jobs' sources: not what one job reads of another.
 * @property {number | null} records_out_total Records written by the job's sinks.
 * @property {number | null} out_rate_per_s Records per second written by the job's sinks, differenced.
 * @property {number | null} pending_records Records the source has not read yet (pendingRecords).
 * @property {number | null} source_emit_lag_ms currentEmitEventTimeLag of the source.
 * @property {number | null} watermark_lag_ms Largest watermark lag over the vertices.
 * @property {number | null} late_records_dropped Records dropped because they came too late.
 * @property {number | null} group_lag Lag of the source's consumer group, as of the last checkpoint.
 * @property {number | null} group_lag_s The same in seconds, from record timestamps.
 * @property {number | null} group_lag_trend_per_s Its slope over the last minute, records per second.
 * @property {number | null} group_commit_rate_per_s Growth of the group's committed offsets per second.
 * @property {"ok" | "warning" | "stalled" | "rewound" | "stopped" | null} group_verdict Burrow's verdict on the group.
 * @property {number | null} busy_ratio Busy time, largest over the vertices.
 * @property {number | null} backpressure_ratio Back-pressured time, largest over the vertices.
 * @property {"ok" | "low" | "high" | null} backpressure_level Worst level over the vertices.
 * @property {number | null} restarts Restarts of the job.
 * @property {number | null} task_managers Registered TaskManagers.
 * @property {number | null} slots_total Slots of the cluster.
 * @property {number | null} slots_free Free slots of the cluster.
 * @property {FlinkProcess | null} job_manager The JobManager as a process.
 * @property {Array<FlinkProcess>} task_manager_list The TaskManagers as processes; at most 32.
 * @property {number | null} task_manager_cpu_ratio CPU load of the busiest TaskManager's JVM; 1.0 is all cores of its machine.
 * @property {number | null} metrics_interval_ms How often Flink itself refreshes what it shows.
 * @property {string | null} root_exception Flink's root exception of the last failure.
 * @property {Array<VertexMetrics>} vertices The job graph, sources first.
 * @property {Checkpoints | null} checkpoints Checkpoint statistics.
 */

/**
 * JobManager or a TaskManager as a process.
 *
 * @typedef {object} FlinkProcess
 * @property {string} id Flink's id of it.
 * @property {string | null} address Host of a TaskManager; null for the JobManager.
 * @property {number | null} cpu_ratio CPU load of its JVM; 1.0 is all cores of its machine.
 * @property {number | null} heap_used_bytes Heap in use.
 * @property {number | null} heap_max_bytes Largest heap.
 * @property {number | null} non_heap_used_bytes Memory of the JVM outside its heap.
 * @property {number | null} slots_total Slots of a TaskManager; null for the JobManager.
 * @property {number | null} slots_free Free slots; null for the JobManager.
 * @property {number | null} heartbeat_age_ms Time since its last heartbeat; null for the JobManager.
 */

/**
 * What a group has committed in one partition.
 *
 * @typedef {object} GroupPartition
 * @property {string} topic Topic.
 * @property {number} partition Partition.
 * @property {number} committed_offset Committed offset.
 * @property {number} end_offset End offset, read just after the committed one.
 * @property {number | null} lag Records not committed: end offset less committed offset, less `markers` and `open_offsets`; null where the committed offset is beyond the end offset.
 * @property {number | null} markers Offsets not committed that hold no record for a reader, such as markers of transactions; null where they were not told from records.
 * @property {number} open_offsets Offsets behind the start of an open transaction: no record for a reader until it ends.
 * @property {number | null} lag_s Age of the oldest record that is not committed; 0 without lag.
 * @property {string | null} lag_s_reason Why lag_s is null.
 * @property {"ok" | "warning" | "stalled" | "rewound" | "stopped"} verdict Burrow's verdict.
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
 * One kind of fault that is injected on purpose.
 *
 * @typedef {object} InjectedFault
 * @property {string} name late, out_of_order, duplicates, nulls, corrupt, unknown_schema_id …
 * @property {number} share Share of the records that have it, as set.
 * @property {number} injected_total Records with it that were handed to the client library.
 * @property {number} delivered_total Of those, acknowledged by Kafka.
 * @property {boolean} expected_out Whether such records are expected at the far end like any other.
 */

/**
 * One input. A figure that is null has its reason in `reasons`, as `inputs.NAME.rate`.
 *
 * @typedef {object} InputState
 * @property {string} name The table's name, as in the SQL.
 * @property {string} topic The topic that its records are sent to.
 * @property {string | null} format Format of its records, as Flink calls it; null when not known.
 * @property {string | null} follows The input whose records its own come after; null for none.
 * @property {number} planned_total Records of its plan.
 * @property {number | null} due_total Records due so far according to its plan.
 * @property {number | null} loaded_total Records sent before the load, one for each key of a table; not counted in any other figure. Null for an input that is not loaded first.
 * @property {number} total Records that Kafka has acknowledged.
 * @property {number | null} rate Records acknowledged per second; null at the first snapshot.
 * @property {number} errors Records that Kafka has refused or not acknowledged.
 * @property {Percentiles | null} generator_delay How much later than due its records were sent, over the whole load.
 * @property {Percentiles | null} ack From due to Kafka's acknowledgement of its records, over the whole load.
 */

/**
 * One reason why values were no records.
 *
 * @typedef {object} InvalidReason
 * @property {string} reason wrong_magic_byte, unknown_schema_id, truncated, trailing_bytes, bad_… or not_json.
 * @property {number} count Values with it.
 * @property {string} example What was wrong with one of them, and where; text, never HTML.
 */

/**
 * One job.
 *
 * @typedef {object} JobState
 * @property {string} id Id of the job.
 * @property {string} name Name of the job.
 * @property {string} state Flink's own state.
 * @property {Array<JobTransition>} transitions Its states in order, the newest 50.
 */

/**
 * A job went into a state.
 *
 * @typedef {object} JobTransition
 * @property {string} state The state it went into.
 * @property {string} at When, by Flink's clock (ISO 8601, UTC).
 */

/**
 * The broker side, as the admin client reports it.
 *
 * @typedef {object} KafkaMetrics
 * @property {"running" | "starting" | "stopped" | "error" | "unknown"} status State of the part.
 * @property {string | null} status_reason Why the state is what it is.
 * @property {string} source Where the figures come from.
 * @property {number | null} age_ms Age of the figures when the snapshot was taken.
 * @property {boolean | null} answers Whether the newest question was answered; null before the first.
 * @property {number | null} interval_ms Time between two questions; stretched when answers get dear.
 * @property {number | null} call_ms Duration of the newest question and its answer.
 * @property {number | null} topics Topics of the cluster without internal ones.
 * @property {number | null} partitions Partitions of those topics.
 * @property {number | null} brokers Brokers in the cluster's metadata.
 * @property {number | null} unreachable_brokers Brokers that were seen or hold replicas, but are not there.
 * @property {number | null} controller_id Broker that is the controller, as the brokers say.
 * @property {string | null} input_topic Topic the load goes to; the first of several.
 * @property {number | null} input_total Sum of the end offsets of all input topics, less the probe.
 * @property {number | null} rate Growth of the end offsets of all input topics per second.
 * @property {number | null} under_replicated_partitions Partitions with fewer in-sync replicas than replicas.
 * @property {number | null} leaderless_partitions Partitions without a leader.
 * @property {Array<BrokerState>} broker_list The brokers.
 * @property {Array<TopicState>} topic_list Topics, those of the pipeline first; at most 100.
 * @property {Array<ConsumerGroup>} groups Consumer groups of the pipeline, or those asked for.
 * @property {number | null} groups_total Consumer groups of the cluster; null where they are not counted.
 */

/**
 * Stages, each from the time a record was due, and the parts of the last one.
 *
 * @typedef {object} Latency
 * @property {LatencyStage} generator_delay Sent minus due.
 * @property {LatencyStage} ack Acknowledged by Kafka minus due.
 * @property {LatencyStage | null} end_to_end Consumed minus due; null when the SQL carries no due time.
 * @property {LatencyPart | null} append Appended to the output by Flink's sink, by the broker's clock, minus due.
 * @property {LatencyPart | null} output_wait Consumed minus appended: the fetch and, for an exactly-once sink, the wait for its checkpoint.
 * @property {boolean} exactly_once Whether the output can be read at checkpoints only (sink.delivery-guarantee).
 */

/**
 * A part of the way that has no uncorrected twin; in whole milliseconds, as Kafka's timestamps are.
 *
 * @typedef {object} LatencyPart
 * @property {Percentiles} interval Since the snapshot before.
 * @property {Percentiles} total Since the start of the load.
 * @property {number} negative_count Samples below zero: the broker's clock and ours disagree.
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
 * @property {"upper" | null} bound upper: the true latencies are at most these; null: they are exact.
 * @property {string | null} bound_reason Why the latencies are only upper bounds; null where they are exact.
 */

/**
 * The output topics together; each on its own is in `outputs`.
 *
 * @typedef {object} OutputMetrics
 * @property {"running" | "starting" | "stopped" | "error" | "unknown"} status State of the part.
 * @property {string | null} status_reason Why the state is what it is.
 * @property {string} source Where the figures come from.
 * @property {number | null} age_ms Age of the figures when the snapshot was taken.
 * @property {string | null} topic Topic the job writes to; the first of several.
 * @property {number | null} partitions Partitions of all output topics.
 * @property {number | null} total Records written to all of them, without the probe. Where PipeGen does not read them, they are counted by offsets and include markers of transactions.
 * @property {number | null} rate Records written to all of them per second.
 */

/**
 * One path from an input to an output.
 *
 * @typedef {object} OutputPath
 * @property {string} input The input that it begins at.
 * @property {"one_to_one" | "filter" | "join" | "aggregate"} shape What becomes of the input's records on the way.
 * @property {string | null} traced_by What records on this path are timed by: header, timestamp, or trace and the column, as in trace:order_id.
 * @property {number | null} total Records consumed on this path.
 * @property {number | null} rate Records consumed on this path per second; null at the first snapshot.
 * @property {number | null} lost Records delivered to the input that never came out on this path.
 * @property {number | null} duplicated Records that came out on this path more than once.
 * @property {Percentiles | null} end_to_end End-to-end latency of the records on this path, each from its own due time.
 * @property {number | null} last_total Records consumed for which this input's record was due last of all that they combine.
 * @property {string | null} reason Why a figure of it is null; null where all are known.
 */

/**
 * One output. A figure that is null has its reason in `reasons`, as `outputs.NAME.lost`.
 *
 * @typedef {object} OutputState
 * @property {string} name The table's name, as in the SQL.
 * @property {string} topic The topic it is read back from.
 * @property {string | null} format Format of its records, as Flink calls it.
 * @property {"one_to_one" | "filter" | "aggregate"} shape How its records relate to the input's.
 * @property {string | null} shape_reason Where its shape comes from: Flink's plan, or a setting.
 * @property {boolean} joined Whether a join or an aggregate combines records of several inputs.
 * @property {number} total Records consumed, probes left out.
 * @property {number | null} rate Records consumed per second; null at the first snapshot.
 * @property {number | null} lag Records in its topic that its reader has not read yet.
 * @property {number | null} lost Delivered records that never came out; null where that cannot be known.
 * @property {number | null} duplicated Records that came out more than once; null where not measurable.
 * @property {number | null} invalid_total Records consumed that are no record of a schema.
 * @property {number | null} unchecked_total Records consumed that could not be checked.
 * @property {number | null} completeness_ratio Share of its field values that are there.
 * @property {number | null} rules_failed Rules about it that are broken beyond tolerance.
 * @property {string | null} counts_reason Why lost or duplicated is null.
 * @property {string | null} traced_by What its records are timed by: header, timestamp, or trace and the columns, as in trace:order_id.
 * @property {Percentiles | null} end_to_end End-to-end latency over the whole load, from the latest due time of all records that a record combines; null if not traced.
 * @property {Percentiles | null} end_to_end_interval End-to-end latency since the previous snapshot; null if not traced.
 * @property {"upper" | null} bound upper: the true latencies are at most these; null: they are exact.
 * @property {string | null} bound_reason Why the latencies are only upper bounds; null where they are exact.
 * @property {string} traced_reason Why its records are timed so, or cannot be.
 * @property {TableState | null} table The table that its changelog adds up to; null where its records only insert rows.
 * @property {number | null} repeated_total Records consumed of which every traced record had come out before: rows that are written again, which are not timed; null where no trace tells.
 * @property {number | null} repeated_rate The same per second; null at the first snapshot, and where no trace tells.
 * @property {number | null} foreign_total Records consumed with a value in a traced column that PipeGen did not make; null without a trace.
 * @property {string | null} drain What its drain waits for, or how it ended; null before.
 * @property {string | null} failure Why a job that feeds it is in trouble; null while none is.
 * @property {Array<OutputPath>} paths Each path from an input to it.
 */

/**
 * One partition of a topic of the pipeline.
 *
 * @typedef {object} PartitionState
 * @property {number} partition Its number.
 * @property {number | null} leader Broker that leads it; null when none does.
 * @property {Array<number>} replicas Brokers that should hold it.
 * @property {Array<number>} in_sync Brokers that hold all of it.
 * @property {number | null} begin_offset First offset that is still there.
 * @property {number | null} end_offset Offset of the next record (high watermark).
 * @property {number | null} rate Growth of the end offset per second.
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
 * @property {number | null} min_ms Smallest, known of negative ones alone too: then clocks disagree.
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
 * @property {number | null} lag Delivered minus consumed: records in flight.
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
 * @property {number | null} total Records acknowledged by Kafka (delivered); of the topic where PipeGen only watches.
 * @property {number | null} errors Records that Kafka refused for good (failed).
 * @property {number | null} sent_total Records handed to the client library.
 * @property {number | null} sent_rate_per_s Records handed over per second since the snapshot before.
 * @property {number | null} planned_total Records due until now according to the plan.
 * @property {number | null} planned_rate_per_s Rate of the plan at this moment.
 * @property {number | null} late_total Records sent more than 10 ms after they were due.
 * @property {number | null} skipped_total Overdue records left out (only with --no-catch-up).
 * @property {number | null} bytes_total Bytes of keys and values handed over.
 * @property {number | null} bytes_per_s Bytes of keys and values per second since the snapshot before.
 * @property {"native" | "python" | null} sender What sends: native, the compiled loop, or python, the Kafka client itself.
 * @property {string | null} sender_reason Why it is this one.
 */

/**
 * The schema registry.
 *
 * @typedef {object} RegistryMetrics
 * @property {"running" | "starting" | "stopped" | "error" | "unknown"} status State of the part.
 * @property {string | null} status_reason Why the state is what it is.
 * @property {string} source Where the figures come from.
 * @property {number | null} age_ms Age of the figures when the snapshot was taken.
 * @property {boolean | null} answers Whether the newest question was answered; null before the first.
 * @property {number | null} interval_ms Time between two questions; stretched when answers get dear.
 * @property {number | null} call_ms Duration of the newest question and its answer.
 * @property {string | null} url Address without credentials.
 * @property {number | null} response_ms Time of the last answer.
 * @property {number | null} subjects Subjects of this pipeline.
 * @property {string | null} input_subject Subject of the input records.
 * @property {number | null} input_version Its newest version.
 * @property {string | null} output_subject Subject of the output records.
 * @property {number | null} output_version Its newest version.
 * @property {string | null} compatibility Compatibility level in force for the input subject.
 * @property {Array<SubjectState>} subject_list The pipeline's subjects.
 * @property {Array<SchemaChange>} changes Versions added during the run, the newest 50.
 * @property {number | null} validation_success_ratio Valid share of the output records that were checked.
 * @property {number | null} serialisation_success_ratio Share of the records made that kept their schema.
 * @property {number | null} cache_misses Schemas that had to be asked of the registry, not known already.
 */

/**
 * One business rule and how the sampled records stand to it.
 *
 * @typedef {object} RuleResult
 * @property {string} name Its name.
 * @property {string} expression The CEL expression; text, never HTML.
 * @property {"input" | "output"} side Whose records it is about.
 * @property {string | null} output The output that it is about; null where there is one.
 * @property {"project" | "registry"} origin The project's settings, or a data contract.
 * @property {number} tolerance_ratio Share of violations that is tolerated.
 * @property {number} evaluated_total Sampled records for which it had an answer.
 * @property {number} violations_total Records that break it.
 * @property {number} errors_total Records for which the expression failed, such as a null compared with 1.
 * @property {number | null} violation_ratio violations / evaluated.
 * @property {"pass" | "fail" | "no_samples"} result pass, fail (beyond its tolerance) or no_samples.
 * @property {string | null} last_error Why the expression failed the last time; text, never HTML.
 */

/**
 * One event, with the record that was sent for it.
 *
 * @typedef {object} RunEvent
 * @property {"lost" | "duplicated" | "out_of_order" | "late"} kind What happened to it.
 * @property {string} input The input that it was sent to.
 * @property {string | null} output The output; null for an event that was sent late.
 * @property {number | null} number Its number in the input's plan, from 0; null where that is not known.
 * @property {string | null} key The record's Kafka key; null without one, or where it is not known.
 * @property {string | null} value The record's value as JSON, made once more; null where it is not known.
 * @property {number | null} partition Its partition in the output's topic; null for one that is not there.
 * @property {number | null} offset Its offset there.
 * @property {number | null} due_ms When it was due, in ms since the epoch.
 * @property {number | null} seen_ms When it came out, or was sent, in ms since the epoch.
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
 * @property {string | null} drain What the drain waits for, or how it ended, in words; null before it begins.
 */

/**
 * A version that was added during the run.
 *
 * @typedef {object} SchemaChange
 * @property {string} subject Subject.
 * @property {number} version The new version.
 * @property {number} schema_id Id of its schema.
 * @property {string} at When it was seen (ISO 8601, UTC).
 * @property {boolean | null} compatible Whether it can read what the version before wrote; null if not told.
 * @property {string | null} reason Why it is not compatible, or why that is not known.
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
 * One subject of the pipeline.
 *
 * @typedef {object} SubjectState
 * @property {string} subject Its name.
 * @property {"input" | "output"} role Whose records it describes.
 * @property {Array<number>} versions Its versions; empty when it is not there.
 * @property {number | null} schema_id Id of the newest version; null when it is not there.
 * @property {string | null} compatibility Compatibility level in force for it; null where not told.
 * @property {boolean} own_compatibility Whether it differs from the level of the registry.
 */

/**
 * What PipeGen and the machine use.
 *
 * @typedef {object} SystemMetrics
 * @property {"running" | "starting" | "stopped" | "error" | "unknown"} status State of the part.
 * @property {string | null} status_reason Why the state is what it is.
 * @property {string} source Where the figures come from.
 * @property {number | null} age_ms Age of the figures when the snapshot was taken.
 * @property {boolean | null} answers Whether the newest question was answered; null before the first.
 * @property {number | null} interval_ms Time between two questions; stretched when answers get dear.
 * @property {number | null} call_ms Duration of the newest question and its answer.
 * @property {number | null} cpu_ratio CPU of PipeGen's processes together; 1.0 is one core.
 * @property {number | null} rss_bytes Resident memory of PipeGen's processes together.
 * @property {number | null} processes PipeGen's processes: this one and those that send (--producers).
 * @property {number | null} machine_cpu_ratio CPU of the machine; 1.0 is all cores.
 * @property {number | null} machine_memory_ratio Used share of the machine's memory.
 * @property {number | null} cores Logical cores of the machine.
 * @property {number | null} stack_disk_bytes Disk that the local stack uses, logs and data.
 * @property {number | null} stack_disk_free_bytes Disk that is free where the local stack is.
 * @property {number | null} kafka_cpu_ratio CPU of the local stack's broker; 1.0 is one core.
 * @property {number | null} registry_cpu_ratio CPU of the local stack's registry; 1.0 is one core.
 */

/**
 * One table. A figure that is null has its reason in `reasons`, as `outputs.NAME.table.rows`.
 *
 * @typedef {object} TableState
 * @property {Array<string>} key The columns that identify a row; empty where all columns together do.
 * @property {number | null} rows Current rows.
 * @property {number | null} keys Distinct keys seen; without a key, distinct rows.
 * @property {number | null} inserts_total Rows written under a key that had none; without a key, rows written.
 * @property {number | null} updates_total Rows that replaced one with the same key.
 * @property {number | null} deletes_total Rows deleted and not written again within a second.
 * @property {number | null} tombstones_total Records with a null value.
 * @property {number | null} returned_total Rows written after the row of the same key was deleted.
 * @property {number | null} missing Deletes of rows that did not exist; without a key, rows deleted and not written so far.
 * @property {number | null} out_of_order Rows that were due before a row of the same key that came earlier, to the millisecond.
 * @property {number | null} updates_per_key Updates divided by keys seen.
 * @property {number | null} same_second_total Updates within the same second as the previous write to the same key: the most that mini-batch with an allowed latency of 1 s would combine.
 * @property {number | null} same_second_ratio Share of them among all updates.
 * @property {string | null} advice Which setting would write fewer updates; null where none would help much.
 */

/**
 * One threshold as of the snapshot.
 *
 * @typedef {object} ThresholdResult
 * @property {string} expression The threshold as it was given.
 * @property {"pass" | "fail" | null} outcome How it stands; null while it cannot be judged yet.
 * @property {number | null} observed What was measured, in the unit of the metric (ms for latencies); null without a sample.
 * @property {string | null} observed_text The same for people, like “182 ms”; null without a sample.
 * @property {string | null} reason Why it cannot be judged, where the worst was seen, or what else has to be known.
 * @property {boolean} abort_on_fail Whether it ends the run as soon as it fails.
 */

/**
 * The values of one topic, every one of them checked.
 *
 * @typedef {object} TopicQuality
 * @property {string} topic Its name; the names of several outputs.
 * @property {number} valid_total Values of the topic that are exactly one record of a schema the registry knows.
 * @property {number} invalid_total Values of the topic that are no such record.
 * @property {number} unchecked_total Values of the topic that could not be checked, such as without the registry's answer.
 * @property {number} tombstones_total Records without a value: neither valid nor invalid.
 * @property {number | null} valid_ratio Valid share of the topic's values: valid / (valid + invalid).
 * @property {Array<InvalidReason>} reasons Why values are invalid, the most frequent reason first.
 */

/**
 * One topic.
 *
 * @typedef {object} TopicState
 * @property {string} name Its name.
 * @property {"input" | "output" | "other"} role What it is to this pipeline.
 * @property {number} partitions Its partitions.
 * @property {number} replication_factor Replicas of a partition; the smallest where they differ.
 * @property {number} under_replicated_partitions Partitions with fewer in-sync replicas than replicas.
 * @property {number} leaderless_partitions Partitions without a leader.
 * @property {number | null} begin_total Sum of the first offsets; null until read.
 * @property {number | null} end_total Sum of the end offsets; null until read.
 * @property {number | null} rate Growth of the end offsets per second; null before the second reading.
 * @property {Array<PartitionState>} partition_list Its first 64 partitions, for the pipeline's own topics.
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
 * The judgement on a run: the validity of its figures first, then its thresholds.
 *
 * @typedef {object} Verdict
 * @property {"pass" | "fail" | "invalid" | null} outcome As it stands; pass only once the run is over. Null without thresholds in a valid run, and for a run that was interrupted or failed.
 * @property {boolean} final Whether the run is over and nothing of this will change.
 * @property {boolean | null} valid Whether the figures can be trusted; null before there are enough of them.
 * @property {Array<string>} reasons Why it is invalid, why it failed, or why there is no outcome.
 * @property {Array<ThresholdResult>} results The thresholds in the order given.
 */

/**
 * One vertex of the Flink job graph.
 *
 * @typedef {object} VertexMetrics
 * @property {string} id Vertex id in Flink's REST API.
 * @property {string} name Name of the operator chain.
 * @property {string} state Flink's own state.
 * @property {number} parallelism Number of subtasks.
 * @property {Array<string>} inputs Ids of the vertices it reads from.
 * @property {number | null} records_in_total Records read.
 * @property {number | null} records_out_total Records written.
 * @property {number | null} records_in_per_s Differenced from the counter.
 * @property {number | null} records_out_per_s Differenced from the counter.
 * @property {number | null} bytes_in_total Bytes read from other vertices.
 * @property {number | null} bytes_out_total Bytes written to other vertices.
 * @property {number | null} bytes_in_per_s Differenced from the counter.
 * @property {number | null} bytes_out_per_s Differenced from the counter.
 * @property {number | null} busy_ratio Busy time, largest over the subtasks.
 * @property {number | null} busy_mean_ratio Busy time, mean over the subtasks.
 * @property {number | null} busy_subtasks Subtasks about as busy as the busiest (0.8 of it); known where that one is at 0.50 or more.
 * @property {number | null} idle_ratio Idle time, largest over the subtasks.
 * @property {number | null} idle_mean_ratio Idle time, mean over the subtasks.
 * @property {number | null} backpressure_ratio Back-pressured time, largest over the subtasks.
 * @property {number | null} backpressure_mean_ratio Back-pressured time, mean over the subtasks.
 * @property {"ok" | "low" | "high" | null} backpressure_level ≤ 0.10 ok, ≤ 0.50 low, else high.
 * @property {number | null} watermark_ms Lowest watermark over the subtasks (epoch ms).
 * @property {number | null} watermark_lag_ms Now less the lowest watermark.
 * @property {number | null} late_records_dropped Records dropped because they came too late.
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
 * @property {Cause} cause
 * @property {ProducerMetrics} producer
 * @property {KafkaMetrics} kafka
 * @property {FlinkMetrics} flink
 * @property {OutputMetrics} output
 * @property {ConsumerMetrics} consumer
 * @property {RegistryMetrics} registry
 * @property {SystemMetrics} system
 * @property {PipelineMetrics} pipeline
 * @property {DataQualityMetrics} data_quality
 * @property {FaultMetrics} faults
 * @property {Latency} latency
 * @property {Array<ErrorEntry>} errors
 * @property {ErrorTrends} error_trends
 * @property {Array<SqlStatement>} sql
 * @property {Array<InputState>} inputs Each input on its own, the first one first.
 * @property {Array<OutputState>} outputs Each output on its own, the first one first.
 * @property {Array<RunEvent>} events The first events that were lost, doubled, out of order or late, once the run is over: at most 10 of each kind and output. More are in the recording: pipegen events.
 * @property {Verdict} verdict
 * @property {Record<string, string>} reasons Dotted path of a null figure → why it is not known.
 */

/**
 * What all pipelines read back.
 *
 * @typedef {object} ConsumerSum
 * @property {number | null} rate Sum of the consumed records per second.
 * @property {number | null} lag Sum of the lags; null while one that answers does not know its own.
 * @property {number | null} total Sum of the consumed records.
 */

/**
 * Facts of clusters, which pipelines may share: known for one pipeline alone.
 *
 * @typedef {object} KafkaSum
 * @property {number | null} topics Topics, when one pipeline is followed.
 * @property {number | null} partitions Partitions, when one pipeline is followed.
 * @property {number | null} brokers Brokers, when one pipeline is followed.
 */

/**
 * Stages, from the time a record was due; merged from histograms, never averaged.
 *
 * @typedef {object} MergedLatency
 * @property {MergedStage} ack Acknowledged by Kafka minus due.
 * @property {MergedStage} end_to_end Consumed minus due, of the pipelines that can measure it.
 */

/**
 * One stage of the latency over all pipelines.
 *
 * @typedef {object} MergedStage
 * @property {Percentiles} interval Newest whole second that all answering pipelines have.
 * @property {Percentiles} total Since the start of each load.
 * @property {"upper" | null} bound upper where those of any pipeline are upper bounds; null where all are exact.
 */

/**
 * One of the pipelines. Of one that is down the last figures stay, with their age.
 *
 * @typedef {object} PipelineView
 * @property {string} name Name of the pipeline; its address until it has answered.
 * @property {string} url Address of its own dashboard.
 * @property {"up" | "waiting" | "down"} status waiting: it answers, but has no figures yet.
 * @property {string | null} reason Why it is not up.
 * @property {number | null} age_ms Age of its figures; null before the first.
 * @property {string | null} run_id Its run.
 * @property {"starting" | "probing" | "running" | "draining" | "finished" | "failed" | "interrupted" | null} phase Where its run stands.
 * @property {number | null} elapsed_s Seconds of load so far.
 * @property {number | null} duration_s Planned seconds of load.
 * @property {Headline | null} headline Its sentence.
 * @property {number | null} producer_rate Acknowledged records per second.
 * @property {number | null} planned_rate_per_s Planned rate.
 * @property {number | null} producer_total Acknowledged records.
 * @property {number | null} producer_errors Refused records.
 * @property {number | null} consumer_rate Consumed records per second.
 * @property {number | null} consumer_total Consumed records.
 * @property {number | null} consumer_lag Lag of its consumer.
 * @property {number | null} lag_s Seconds behind.
 * @property {number | null} error_rate failed / (delivered + failed).
 * @property {Percentiles | null} end_to_end Consumed minus due, since the snapshot before.
 */

/**
 * What all pipelines send.
 *
 * @typedef {object} ProducerSum
 * @property {number | null} rate Sum of the acknowledged records per second.
 * @property {number | null} planned_rate_per_s Sum of the planned rates.
 * @property {number | null} total Sum of the acknowledged records.
 * @property {number | null} errors Sum of the refused records.
 */

/**
 * All pipelines at one moment.
 *
 * @typedef {object} Together
 * @property {1} version Version of the contract.
 * @property {number} sequence Number of the update, from 0.
 * @property {string} timestamp When it was put together (ISO 8601, UTC).
 * @property {Headline} headline
 * @property {ProducerSum} producer
 * @property {ConsumerSum} consumer
 * @property {KafkaSum} kafka
 * @property {MergedLatency} latency
 * @property {number | null} error_rate Failed over delivered and failed records of all pipelines.
 * @property {Array<PipelineView>} pipelines
 * @property {number} update_interval_ms Planned time between two updates.
 * @property {Record<string, string>} reasons Dotted path of a null figure → why it is not known.
 */

/**
 * One record.
 *
 * @typedef {object} SeenMessage
 * @property {"in" | "out"} direction in: of the input topic; out: of the output topic.
 * @property {string} topic Its topic.
 * @property {number} partition Its partition.
 * @property {number} offset Its offset.
 * @property {string | null} at Its timestamp (ISO 8601, UTC).
 * @property {string | null} key Its key as text; null for none.
 * @property {string | null} value Its decoded value as JSON; null for none, or when it is not readable.
 * @property {number | null} value_bytes Size of its value; null for none.
 * @property {number | null} schema_id Id of its schema in the registry; null without Confluent framing.
 * @property {string | null} note Why there is no value, or what was left out of it.
 */

/**
 * What `/api/messages` answers.
 *
 * @typedef {object} RecentMessages
 * @property {string | null} run_id The run; null before the first look.
 * @property {string | null} at When it was looked last (ISO 8601, UTC).
 * @property {Array<SeenMessage>} messages The newest first.
 * @property {string | null} reason Why there are none.
 */

export {};
