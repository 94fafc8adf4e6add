"""What the search for a cause needs to know of one moment, and a bounded past of such moments. Decides nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from pipegen.snapshot import (
    ConsumerMetrics,
    FlinkMetrics,
    KafkaMetrics,
    Latency,
    PipelineMetrics,
    ProducerMetrics,
    RegistryMetrics,
    RunPhase,
    Snapshot,
    SystemMetrics,
    VertexMetrics,
)

WHOLE_SIGHTS: Final = 300
THINNED_SIGHTS: Final = 600


@dataclass(frozen=True, slots=True)
class Sight:
    """One moment. A figure that is not known is None.

    Attributes:
        at_s: Epoch seconds by the clock of this process; every part is placed on it.
        phase: Phase of the run.
        kafka_down: Why Kafka does not answer or cannot take records; None while all is well.
        flink_down: Why Flink's REST API does not answer.
        registry_down: Why the registry does not answer.
        rate_per_s: Records per second that should go in.
        unsent: Records due and not sent.
        delay_p99_ms: Generator delay now.
        machine_cpu_ratio: CPU of the machine.
        job_state: Flink's state of the job.
        restarts: Restarts of the job.
        root_exception: Root exception of the last failure.
        task_managers: Registered TaskManagers.
        metrics_interval_s: How often Flink refreshes its figures.
        read_total: Records that Flink's sources have read.
        unread: Records in the input that Flink's sources have not read, from two counters.
        pending: The same as Flink's sources say it; it stands still while they are held back and fetch nothing.
        under_way: Delivered records that have not come out.
        output_lag: Records of the output that our consumer has not read yet.
        checkpoints_completed: Completed checkpoints.
        checkpoints_failed: Failed checkpoints.
        checkpoint_failure: Why the last one failed.
        vertices: The job graph, sources first.
    """

    at_s: float
    phase: RunPhase
    kafka_down: str | None = None
    flink_down: str | None = None
    registry_down: str | None = None
    rate_per_s: float | None = None
    unsent: float | None = None
    delay_p99_ms: float | None = None
    machine_cpu_ratio: float | None = None
    job_state: str | None = None
    restarts: int | None = None
    root_exception: str | None = None
    task_managers: int | None = None
    metrics_interval_s: float | None = None
    read_total: int | None = None
    unread: int | None = None
    pending: int | None = None
    under_way: int | None = None
    output_lag: int | None = None
    checkpoints_completed: int | None = None
    checkpoints_failed: int | None = None
    checkpoint_failure: str | None = None
    vertices: tuple[VertexMetrics, ...] = ()


_JOB_TROUBLE: Final = {"FAILING", "FAILED", "RESTARTING"}


def sight_of(
    *,
    at_s: float,
    phase: RunPhase,
    producer: ProducerMetrics,
    kafka: KafkaMetrics,
    flink: FlinkMetrics,
    consumer: ConsumerMetrics,
    registry: RegistryMetrics,
    system: SystemMetrics,
    pipeline: PipelineMetrics,
    latency: Latency,
) -> Sight:
    """The sight of a moment from the sections of its snapshot."""
    unsent = None
    if producer.planned_total is not None and producer.sent_total is not None:
        unsent = max(0.0, producer.planned_total - producer.sent_total - (producer.skipped_total or 0))
    checkpoints = flink.checkpoints
    return Sight(
        at_s=at_s,
        phase=phase,
        kafka_down=_down(kafka.status, kafka.status_reason),
        # A job in trouble colours the section too; that Flink answers is known from the state it shows.
        flink_down=None if flink.job_state in _JOB_TROUBLE else _down(flink.status, flink.status_reason),
        registry_down=_down(registry.status, registry.status_reason),
        rate_per_s=producer.planned_rate_per_s,
        unsent=unsent,
        delay_p99_ms=latency.generator_delay.interval.p99_ms,
        machine_cpu_ratio=system.machine_cpu_ratio,
        job_state=flink.job_state,
        restarts=flink.restarts,
        root_exception=flink.root_exception,
        task_managers=flink.task_managers,
        metrics_interval_s=None if flink.metrics_interval_ms is None else flink.metrics_interval_ms / 1000,
        read_total=flink.records_in_total,
        unread=_unread(kafka, flink),
        pending=flink.pending_records,
        under_way=pipeline.lag,
        output_lag=consumer.lag,
        checkpoints_completed=checkpoints.completed if checkpoints else None,
        checkpoints_failed=checkpoints.failed if checkpoints else None,
        checkpoint_failure=checkpoints.last_failure if checkpoints else None,
        vertices=tuple(flink.vertices),
    )


def sight_of_snapshot(snapshot: Snapshot, *, at_s: float) -> Sight:
    """The sight of a snapshot that was taken at ``at_s``."""
    return sight_of(
        at_s=at_s,
        phase=snapshot.run.phase,
        producer=snapshot.producer,
        kafka=snapshot.kafka,
        flink=snapshot.flink,
        consumer=snapshot.consumer,
        registry=snapshot.registry,
        system=snapshot.system,
        pipeline=snapshot.pipeline,
        latency=snapshot.latency,
    )


def _unread(kafka: KafkaMetrics, flink: FlinkMetrics) -> int | None:
    """Counted apart and at different moments, so it is off by a constant: good for its growth only.

    A restart sets Flink's counter back, and a second source counts other topics as well: then it says nothing.
    """
    if kafka.input_total is None or flink.records_in_total is None or flink.restarts:
        return None
    return max(0, kafka.input_total - flink.records_in_total)


def _down(status: str, reason: str | None) -> str | None:
    return (reason or "it does not answer") if status == "error" else None


class Sights:
    """The past as sights: the newest 300 whole, older ones thinned, so that hours fit. One thread at a time."""

    def __init__(self) -> None:
        self._recent: list[Sight] = []
        self._older: list[Sight] = []

    def add(self, sight: Sight) -> None:
        """Appends the newest sight."""
        self._recent.append(sight)
        if len(self._recent) > WHOLE_SIGHTS + WHOLE_SIGHTS // 4:
            surplus = len(self._recent) - WHOLE_SIGHTS
            self._older.extend(self._recent[:surplus])
            del self._recent[:surplus]
        if len(self._older) > THINNED_SIGHTS:
            self._older = self._older[::2]

    def all(self) -> Sequence[Sight]:
        """Oldest first."""
        return [*self._older, *self._recent]
