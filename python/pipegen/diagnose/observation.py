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
    SystemMetrics,
    VertexMetrics,
)
from pipegen.snapshot.section import ObservedSection

_WHOLE: Final = 300
_THINNED: Final = 600


@dataclass(frozen=True, slots=True)
class Observation:
    """One moment. A figure that is not known is None.

    Attributes:
        at_s: Epoch seconds by the clock of this process; every part is placed on it.
        phase: Phase of the run.
        kafka_down: Why Kafka does not answer; None while it does.
        kafka_leaderless: Partitions of the pipeline without a leader, in words.
        kafka_degraded: Brokers that are away and partitions short of replicas, in words.
        flink_down: Why Flink's REST API does not answer.
        flink_idle: That there is no TaskManager, in words.
        registry_down: Why the registry does not answer.
        schema_incompatible: The newest version that is not compatible, in words.
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
    kafka_leaderless: str | None = None
    kafka_degraded: str | None = None
    flink_down: str | None = None
    flink_idle: str | None = None
    registry_down: str | None = None
    schema_incompatible: str | None = None
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


def observation_of(
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
) -> Observation:
    """What is known of a moment, from the sections of its snapshot."""
    unsent = None
    if producer.planned_total is not None and producer.sent_total is not None:
        unsent = max(0.0, producer.planned_total - producer.sent_total - (producer.skipped_total or 0))
    checkpoints = flink.checkpoints
    return Observation(
        at_s=at_s,
        phase=phase,
        kafka_down=_silence(kafka),
        kafka_leaderless=_leaderless(kafka) if kafka.answers else None,
        kafka_degraded=_degraded(kafka) if kafka.answers else None,
        flink_down=_silence(flink),
        flink_idle="no TaskManager is registered" if flink.answers and flink.task_managers == 0 else None,
        registry_down=_silence(registry),
        schema_incompatible=_incompatible(registry) if registry.answers else None,
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


def _unread(kafka: KafkaMetrics, flink: FlinkMetrics) -> int | None:
    """Counted apart and at different moments, so it is off by a constant: good for its growth only.

    A restart sets Flink's counter back, and a second source counts other topics as well: then it says nothing.
    """
    if kafka.input_total is None or flink.records_in_total is None or flink.restarts:
        return None
    return max(0, kafka.input_total - flink.records_in_total)


def _silence(section: ObservedSection) -> str | None:
    return (section.status_reason or "it does not answer") if section.answers is False else None


def _leaderless(kafka: KafkaMetrics) -> str | None:
    """Of the pipeline's own topics: what happens to the topics of others is no cause of anything here."""
    own = {topic.name: topic.leaderless_partitions for topic in kafka.topic_list if topic.role != "other"}
    bad = [f"{count} of {name}" for name, count in own.items() if count]
    return ", ".join(bad) or None


def _degraded(kafka: KafkaMetrics) -> str | None:
    said = (
        (kafka.unreachable_brokers, "brokers are not reachable"),
        (kafka.leaderless_partitions, "partitions have no leader"),
        (kafka.under_replicated_partitions, "partitions are under-replicated"),
    )
    return ", ".join(f"{count} {what}" for count, what in said if count) or None


def _incompatible(registry: RegistryMetrics) -> str | None:
    bad = next((change for change in reversed(registry.changes) if change.compatible is False), None)
    return None if bad is None else f"version {bad.version} of {bad.subject}: {bad.reason}"


class Observations:
    """The past: the newest 300 observations whole, older ones thinned, so that hours fit. Not thread-safe."""

    def __init__(self) -> None:
        self._recent: list[Observation] = []
        self._older: list[Observation] = []

    def add(self, observation: Observation) -> None:
        """Appends the newest."""
        self._recent.append(observation)
        if len(self._recent) > _WHOLE + _WHOLE // 4:
            surplus = len(self._recent) - _WHOLE
            self._older.extend(self._recent[:surplus])
            del self._recent[:surplus]
        if len(self._older) > _THINNED:
            self._older = self._older[::2]

    def all(self) -> Sequence[Observation]:
        """Oldest first."""
        return [*self._older, *self._recent]
