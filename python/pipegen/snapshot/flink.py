"""Flink in the contract: the cluster, its processes, the jobs, their vertices and checkpoints."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from pipegen.snapshot.base import ContractModel
from pipegen.snapshot.kafka import GroupVerdict
from pipegen.snapshot.limits import BACKPRESSURE
from pipegen.snapshot.section import ObservedSection

BackPressureLevel = Literal["ok", "low", "high"]


def backpressure_level(ratio: float) -> BackPressureLevel:
    """Flink's own word for a share of time."""
    if ratio > BACKPRESSURE.red_above:
        return "high"
    return "low" if ratio > BACKPRESSURE.amber_above else "ok"


class VertexMetrics(ContractModel):
    """One vertex of the Flink job graph."""

    id: str = Field(description="Vertex id in Flink's REST API.")
    name: str = Field(description="Name of the operator chain.")
    state: str = Field(description="Flink's own state.")
    parallelism: int = Field(description="Number of subtasks.")
    inputs: list[str] = Field(default_factory=list, description="Ids of the vertices it reads from.")
    records_in_total: int | None = Field(description="Records read.")
    records_out_total: int | None = Field(description="Records written.")
    records_in_per_s: float | None = Field(description="Differenced from the counter.")
    records_out_per_s: float | None = Field(description="Differenced from the counter.")
    bytes_in_total: int | None = Field(default=None, description="Bytes read from other vertices.")
    bytes_out_total: int | None = Field(default=None, description="Bytes written to other vertices.")
    bytes_in_per_s: float | None = Field(default=None, description="Differenced from the counter.")
    bytes_out_per_s: float | None = Field(default=None, description="Differenced from the counter.")
    busy_ratio: float | None = Field(description="Busy time, largest over the subtasks.")
    busy_mean_ratio: float | None = Field(default=None, description="Busy time, mean over the subtasks.")
    busy_subtasks: int | None = Field(
        default=None,
        description="Subtasks about as busy as the busiest (0.8 of it); known where that one is at 0.50 or more.",
    )
    idle_ratio: float | None = Field(default=None, description="Idle time, largest over the subtasks.")
    idle_mean_ratio: float | None = Field(default=None, description="Idle time, mean over the subtasks.")
    backpressure_ratio: float | None = Field(description="Back-pressured time, largest over the subtasks.")
    backpressure_mean_ratio: float | None = Field(
        default=None, description="Back-pressured time, mean over the subtasks."
    )
    backpressure_level: BackPressureLevel | None = Field(
        description=f"≤ {BACKPRESSURE.amber_above:.2f} ok, ≤ {BACKPRESSURE.red_above:.2f} low, else high."
    )
    watermark_ms: int | None = Field(default=None, description="Lowest watermark over the subtasks (epoch ms).")
    watermark_lag_ms: float | None = Field(description="Now less the lowest watermark.")
    late_records_dropped: int | None = Field(default=None, description="Records dropped because they came too late.")


class Checkpoints(ContractModel):
    """Checkpoint statistics of the job."""

    completed: int | None = Field(description="Completed checkpoints.")
    failed: int | None = Field(description="Failed checkpoints.")
    in_progress: int | None = Field(description="Checkpoints under way.")
    restored: int | None = Field(default=0, description="Restores from a checkpoint.")
    last_duration_ms: float | None = Field(description="Duration of the last completed one.")
    last_size_bytes: int | None = Field(description="State size of the last completed one.")
    last_persisted_bytes: int | None = Field(default=None, description="Bytes it really wrote (less when incremental).")
    last_completed_at: str | None = Field(default=None, description="When it was complete (ISO 8601, UTC).")
    start_delay_ms: float | None = Field(default=None, description="Longest start delay over the subtasks.")
    alignment_ms: float | None = Field(default=None, description="Longest alignment over the subtasks.")
    last_failure: str | None = Field(default=None, description="Why the last failed one failed, in Flink's words.")
    last_failure_at: str | None = Field(default=None, description="When (ISO 8601, UTC).")
    interval_ms: float | None = Field(description="Configured interval; null when checkpointing is off.")


class FlinkProcess(ContractModel):
    """JobManager or a TaskManager as a process."""

    id: str = Field(description="Flink's id of it.")
    address: str | None = Field(description="Host of a TaskManager; null for the JobManager.")
    cpu_ratio: float | None = Field(description="CPU load of its JVM; 1.0 is all cores of its machine.")
    heap_used_bytes: int | None = Field(description="Heap in use.")
    heap_max_bytes: int | None = Field(description="Largest heap.")
    non_heap_used_bytes: int | None = Field(description="Memory of the JVM outside its heap.")
    slots_total: int | None = Field(description="Slots of a TaskManager; null for the JobManager.")
    slots_free: int | None = Field(description="Free slots; null for the JobManager.")
    heartbeat_age_ms: float | None = Field(description="Time since its last heartbeat; null for the JobManager.")


class JobTransition(ContractModel):
    """A job went into a state."""

    state: str = Field(description="The state it went into.")
    at: str = Field(description="When, by Flink's clock (ISO 8601, UTC).")


class JobState(ContractModel):
    """One job."""

    id: str = Field(description="Id of the job.")
    name: str = Field(description="Name of the job.")
    state: str = Field(description="Flink's own state.")
    transitions: list[JobTransition] = Field(description="Its states in order, the newest 50.")


class FlinkMetrics(ObservedSection):
    """The Flink job, from its REST API."""

    version: str | None = Field(description="Version of the cluster.")
    job_id: str | None = Field(description="Id of the job.")
    job_name: str | None = Field(description="Name of the job.")
    job_state: str | None = Field(description="Flink's own state of the job.")
    jobs: list[JobState] = Field(default_factory=list, description="The jobs of the pipeline and their states.")
    rate: float | None = Field(description="Records of the inputs per second read by the jobs' sources, differenced.")
    records_in_total: int | None = Field(
        description="Records of the inputs read by the jobs' sources: not what one job reads of another."
    )
    records_out_total: int | None = Field(description="Records written by the job's sinks.")
    out_rate_per_s: float | None = Field(description="Records per second written by the job's sinks, differenced.")
    pending_records: int | None = Field(description="Records the source has not read yet (pendingRecords).")
    source_emit_lag_ms: float | None = Field(description="currentEmitEventTimeLag of the source.")
    watermark_lag_ms: float | None = Field(default=None, description="Largest watermark lag over the vertices.")
    late_records_dropped: int | None = Field(default=None, description="Records dropped because they came too late.")
    group_lag: int | None = Field(
        default=None, description="Lag of the source's consumer group, as of the last checkpoint."
    )
    group_lag_s: float | None = Field(default=None, description="The same in seconds, from record timestamps.")
    group_lag_trend_per_s: float | None = Field(
        default=None, description="Its slope over the last minute, records per second."
    )
    group_commit_rate_per_s: float | None = Field(
        default=None, description="Growth of the group's committed offsets per second."
    )
    group_verdict: GroupVerdict | None = Field(default=None, description="Burrow's verdict on the group.")
    busy_ratio: float | None = Field(description="Busy time, largest over the vertices.")
    backpressure_ratio: float | None = Field(description="Back-pressured time, largest over the vertices.")
    backpressure_level: BackPressureLevel | None = Field(description="Worst level over the vertices.")
    restarts: int | None = Field(description="Restarts of the job.")
    task_managers: int | None = Field(description="Registered TaskManagers.")
    slots_total: int | None = Field(description="Slots of the cluster.")
    slots_free: int | None = Field(description="Free slots of the cluster.")
    job_manager: FlinkProcess | None = Field(default=None, description="The JobManager as a process.")
    task_manager_list: list[FlinkProcess] = Field(
        default_factory=list, description="The TaskManagers as processes; at most 32."
    )
    task_manager_cpu_ratio: float | None = Field(
        default=None, description="CPU load of the busiest TaskManager's JVM; 1.0 is all cores of its machine."
    )
    metrics_interval_ms: float | None = Field(
        default=None, description="How often Flink itself refreshes what it shows."
    )
    root_exception: str | None = Field(description="Flink's root exception of the last failure.")
    vertices: list[VertexMetrics] = Field(default_factory=list, description="The job graph, sources first.")
    checkpoints: Checkpoints | None = Field(description="Checkpoint statistics.")
