"""The parts of a pipeline in the contract: producer, Kafka, Flink, output, consumer, registry, system.

A figure that cannot be measured is null, and ``Snapshot.reasons`` says why under its dotted path.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from pipegen.snapshot.base import ContractModel

Status = Literal["running", "starting", "stopped", "error", "unknown"]
BackPressureLevel = Literal["ok", "low", "high"]


class Section(ContractModel):
    """What every part says of itself."""

    status: Status = Field(description="State of the part.")
    status_reason: str | None = Field(default=None, description="Why the state is what it is.")
    source: str = Field(description="Where the figures come from.")
    age_ms: float | None = Field(description="Age of the figures when the snapshot was taken.")


class ProducerMetrics(Section):
    """What PipeGen sends."""

    rate: float | None = Field(description="Acknowledged records per second since the snapshot before.")
    total: int = Field(description="Records acknowledged by Kafka (delivered).")
    errors: int = Field(description="Records that Kafka refused for good (failed).")
    sent_total: int | None = Field(description="Records handed to the client library.")
    sent_rate_per_s: float | None = Field(description="Records handed over per second since the snapshot before.")
    planned_total: float | None = Field(description="Records due until now according to the plan.")
    planned_rate_per_s: float | None = Field(description="Rate of the plan at this moment.")
    late_total: int | None = Field(description="Records sent more than 10 ms after they were due.")
    skipped_total: int | None = Field(description="Overdue records left out (only with --no-catch-up).")
    bytes_total: int | None = Field(description="Bytes of keys and values handed over.")
    bytes_per_s: float | None = Field(description="Bytes of keys and values per second since the snapshot before.")


class KafkaMetrics(Section):
    """The broker side, as the admin client reports it."""

    topics: int | None = Field(description="Topics of the cluster without internal ones.")
    partitions: int | None = Field(description="Partitions of those topics.")
    brokers: int | None = Field(description="Brokers in the cluster's metadata.")
    input_topic: str | None = Field(description="Topic the load goes to.")
    input_total: int | None = Field(description="Sum of the input topic's end offsets, less the probe.")
    rate: float | None = Field(description="Growth of the input topic's end offsets per second.")
    under_replicated_partitions: int | None = Field(description="Partitions with fewer in-sync replicas than replicas.")
    leaderless_partitions: int | None = Field(description="Partitions without a leader.")


class VertexMetrics(ContractModel):
    """One vertex of the Flink job graph."""

    id: str = Field(description="Vertex id in Flink's REST API.")
    name: str = Field(description="Name of the operator chain.")
    state: str = Field(description="Flink's own state.")
    parallelism: int = Field(description="Number of subtasks.")
    records_in_total: int | None = Field(description="Records read.")
    records_out_total: int | None = Field(description="Records written.")
    records_in_per_s: float | None = Field(description="Differenced from the counter.")
    records_out_per_s: float | None = Field(description="Differenced from the counter.")
    busy_ratio: float | None = Field(description="Busy time, largest over the subtasks.")
    backpressure_ratio: float | None = Field(description="Back-pressured time, largest over the subtasks.")
    backpressure_level: BackPressureLevel | None = Field(description="≤ 0.10 ok, ≤ 0.50 low, else high.")
    watermark_lag_ms: float | None = Field(description="Flink's watermark lag.")


class Checkpoints(ContractModel):
    """Checkpoint statistics of the job."""

    completed: int = Field(description="Completed checkpoints.")
    failed: int = Field(description="Failed checkpoints.")
    in_progress: int = Field(description="Checkpoints under way.")
    last_duration_ms: float | None = Field(description="Duration of the last completed one.")
    last_size_bytes: int | None = Field(description="State size of the last completed one.")
    interval_ms: float | None = Field(description="Configured interval; null when checkpointing is off.")


class FlinkMetrics(Section):
    """The Flink job, from its REST API."""

    version: str | None = Field(description="Version of the cluster.")
    job_id: str | None = Field(description="Id of the job.")
    job_name: str | None = Field(description="Name of the job.")
    job_state: str | None = Field(description="Flink's own state of the job.")
    rate: float | None = Field(description="Records per second read by the job's sources, differenced.")
    records_in_total: int | None = Field(description="Records read by the job's sources.")
    records_out_total: int | None = Field(description="Records written by the job's sinks.")
    out_rate_per_s: float | None = Field(description="Records per second written by the job's sinks, differenced.")
    pending_records: int | None = Field(description="Records the source has not read yet (pendingRecords).")
    source_emit_lag_ms: float | None = Field(description="currentEmitEventTimeLag of the source.")
    busy_ratio: float | None = Field(description="Busy time, largest over the vertices.")
    backpressure_ratio: float | None = Field(description="Back-pressured time, largest over the vertices.")
    backpressure_level: BackPressureLevel | None = Field(description="Worst level over the vertices.")
    restarts: int | None = Field(description="Restarts of the job.")
    task_managers: int | None = Field(description="Registered TaskManagers.")
    slots_total: int | None = Field(description="Slots of the cluster.")
    slots_free: int | None = Field(description="Free slots of the cluster.")
    root_exception: str | None = Field(description="Flink's root exception of the last failure.")
    vertices: list[VertexMetrics] = Field(default_factory=list, description="The job graph, sources first.")
    checkpoints: Checkpoints | None = Field(description="Checkpoint statistics.")


class OutputMetrics(Section):
    """The output topic."""

    topic: str | None = Field(description="Topic the job writes to.")
    partitions: int | None = Field(description="Its partitions.")
    total: int | None = Field(description="Sum of its end offsets, less the probe.")
    rate: float | None = Field(description="Growth of its end offsets per second.")


class ConsumerMetrics(Section):
    """PipeGen's own reader of the output topic."""

    rate: float | None = Field(description="Records consumed per second since the snapshot before.")
    lag: int | None = Field(description="Records in the output topic that our consumer has not read yet.")
    total: int = Field(description="Records consumed.")
    errors: int = Field(description="Records consumed that do not decode.")
    unchecked: int = Field(description="Records consumed that could not be checked: the registry did not answer.")
    bytes_total: int | None = Field(description="Bytes of values consumed.")


class RegistryMetrics(Section):
    """The schema registry."""

    url: str | None = Field(description="Address without credentials.")
    response_ms: float | None = Field(description="Time of the last answer.")
    subjects: int | None = Field(description="Subjects of this pipeline.")
    input_subject: str | None = Field(description="Subject of the input records.")
    input_version: int | None = Field(description="Its newest version.")
    output_subject: str | None = Field(description="Subject of the output records.")
    output_version: int | None = Field(description="Its newest version.")
    compatibility: str | None = Field(description="Compatibility level in force for the input subject.")


class SystemMetrics(Section):
    """What PipeGen and the machine use."""

    cpu_ratio: float | None = Field(description="CPU of the PipeGen process; 1.0 is one core.")
    rss_bytes: int | None = Field(description="Resident memory of the PipeGen process.")
    machine_cpu_ratio: float | None = Field(description="CPU of the machine; 1.0 is all cores.")
    machine_memory_ratio: float | None = Field(description="Used share of the machine's memory.")
    cores: int | None = Field(description="Logical cores of the machine.")
