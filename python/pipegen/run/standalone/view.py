"""Builds the snapshot of services that are only watched; what needs a run is null with the reason.

Pure: it asks nobody and keeps nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

from pipegen.diagnose import Observation, find_cause, observation_of
from pipegen.observe import FlinkReading, KafkaReading, Reading, RegistryReading, SystemReading
from pipegen.quality import unmeasured
from pipegen.run.picture import job_sections, service_sections
from pipegen.run.progress import iso_now
from pipegen.run.standalone.target import WatchedPipeline, WatchedServices
from pipegen.snapshot import (
    ConsumerGroup,
    ConsumerMetrics,
    ErrorEntry,
    ErrorTrends,
    FaultMetrics,
    FlinkMetrics,
    Headline,
    KafkaMetrics,
    Latency,
    LatencyStage,
    OutputMetrics,
    Percentiles,
    PipelineMetrics,
    ProducerMetrics,
    RegistryMetrics,
    RunState,
    Section,
    Snapshot,
    Status,
    TrafficState,
)
from pipegen.units import format_count, format_rate

S = TypeVar("S", bound=Section)

NEEDS_RUN: Final = "PipeGen only watches: this needs a run of its own (`pipegen run`)"
_NO_INPUT: Final = "the input topic is not known: name it with --pipeline NAME=input:output:job"
_NO_GROUP: Final = "no group is known that reads the output: name it with --group"


@dataclass(frozen=True, slots=True)
class WatchFacts:
    """What does not change while watching.

    Attributes:
        id: Id of this watch, in place of a run's.
        pipeline: The pipeline; its parts are None where they were not named.
        services: Addresses.
        registry_shown_url: The registry's address without credentials; None when it is not watched.
        started_at: When watching began (ISO 8601).
        update_interval_ms: Time between two snapshots.
    """

    id: str
    pipeline: WatchedPipeline
    services: WatchedServices
    registry_shown_url: str | None
    started_at: str
    update_interval_ms: float


@dataclass(frozen=True, slots=True)
class WatchMoment:
    """Everything that is known at one moment.

    Attributes:
        at_s: Epoch seconds.
        kafka: Newest reading of Kafka.
        flink: Newest reading of Flink.
        registry: Newest reading of the registry.
        system: Newest reading of the operating system.
        errors: Errors so far.
        error_trends: Errors over time.
        past: Earlier moments, for the cause line.
    """

    at_s: float
    kafka: Reading[KafkaReading]
    flink: Reading[FlinkReading]
    registry: Reading[RegistryReading]
    system: Reading[SystemReading]
    errors: Sequence[ErrorEntry]
    error_trends: ErrorTrends
    past: Sequence[Observation]


def watch_snapshot(sequence: int, facts: WatchFacts, moment: WatchMoment) -> Snapshot:
    """The snapshot of a moment."""
    reasons: dict[str, str] = {"run.elapsed_s": NEEDS_RUN, "run.exit_code": "watching goes on"}
    pipeline = facts.pipeline
    groups = moment.kafka.value.groups if moment.kafka.value else ()
    readers = _readers(groups, pipeline.output_topic)
    feeders = _readers(groups, pipeline.input_topic)
    kafka = service_sections.kafka(moment.kafka, reasons, input_topic=pipeline.input_topic)
    output = service_sections.output(moment.kafka, reasons, output_topic=pipeline.output_topic)
    flink = job_sections.flink(
        moment.flink,
        moment.kafka,
        reasons,
        group_id=feeders[0].id if feeders else None,
        no_job="no job is running" if pipeline.job is None else f"no job “{pipeline.job}” is running",
    )
    registry = job_sections.registry(
        moment.registry,
        reasons,
        url=facts.registry_shown_url,
        input_subject=f"{pipeline.input_topic}-value" if pipeline.input_topic else None,
        output_subject=f"{pipeline.output_topic}-value" if pipeline.output_topic else None,
    )
    system = service_sections.system(moment.system, reasons)
    kafka, output, flink, registry = _unwatched(facts.services, kafka, output, flink, registry, reasons)
    producer = _producer(moment.kafka, pipeline, reasons)
    consumer = _consumer(moment.kafka, readers[0] if readers else None, reasons)
    accounts, latency, run = _pipeline(reasons), _latency(reasons), _run(facts)
    sight = observation_of(
        at_s=moment.at_s,
        phase=run.phase,
        producer=producer,
        kafka=kafka,
        flink=flink,
        consumer=consumer,
        registry=registry,
        system=system,
        pipeline=accounts,
        latency=latency,
    )
    return Snapshot(
        sequence=sequence,
        timestamp=iso_now(),
        run=run,
        traffic=_traffic(reasons),
        headline=_headline(kafka, flink, registry),
        cause=find_cause([*moment.past, sight]),
        producer=producer,
        kafka=kafka,
        flink=flink,
        output=output,
        consumer=consumer,
        registry=registry,
        system=system,
        pipeline=accounts,
        data_quality=unmeasured(NEEDS_RUN, reasons),
        faults=FaultMetrics(injected_total=0, excluded_total=0, excluded_consumed_total=0, kinds=[]),
        latency=latency,
        errors=list(moment.errors),
        error_trends=moment.error_trends,
        sql=[],
        reasons=reasons,
    )


def _readers(groups: Sequence[ConsumerGroup], topic: str | None) -> list[ConsumerGroup]:
    """The groups that have committed offsets of a topic; those with members first."""
    found = [group for group in groups if any(part.topic == topic for part in group.partitions)]
    return sorted(found, key=lambda group: not group.members)


def _run(facts: WatchFacts) -> RunState:
    return RunState(
        id=facts.id,
        pipeline=facts.pipeline.name,
        phase="running",
        step="watching services that PipeGen did not start",
        shape=None,
        started_at=facts.started_at,
        elapsed_s=None,
        duration_s=0.0,
        worker=0,
        workers=1,
        update_interval_ms=facts.update_interval_ms,
        exit_code=None,
    )


def _traffic(reasons: dict[str, str]) -> TrafficState:
    reasons["traffic"] = "no load is sent"
    return TrafficState(
        base_rate_per_s=0.0,
        pattern=None,
        arrivals="uniform",
        planned_total=0,
        phases=[],
        phase=None,
        phase_index=None,
        next_in_s=None,
    )


def _producer(reading: Reading[KafkaReading], pipeline: WatchedPipeline, reasons: dict[str, str]) -> ProducerMetrics:
    """Whoever writes to the input topic, as far as its end offsets tell."""
    end = reading.value.input if reading.value else None
    status, why = service_sections.status_of(reading)
    metrics = ProducerMetrics(
        status=status if end else "unknown",
        status_reason=why if end or pipeline.input_topic else _NO_INPUT,
        source="end offsets of the input topic",
        age_ms=reading.age_ms(),
        rate=end.rate_per_s if end else None,
        total=end.total if end else None,
        errors=None,
        sent_total=None,
        sent_rate_per_s=None,
        planned_total=None,
        planned_rate_per_s=None,
        late_total=None,
        skipped_total=None,
        bytes_total=None,
        bytes_per_s=None,
    )
    missing = _NO_INPUT if pipeline.input_topic is None else "the input topic is not there"
    if reading.value is None:
        missing = reading.failure or service_sections.NOT_ASKED
    own = dict.fromkeys(ProducerMetrics.model_fields, NEEDS_RUN)
    own |= {"total": missing, "age_ms": missing, "rate": service_sections.NO_INTERVAL if end else missing}
    service_sections.explain("producer", metrics, own, reasons)
    return metrics


def _consumer(reading: Reading[KafkaReading], group: ConsumerGroup | None, reasons: dict[str, str]) -> ConsumerMetrics:
    """Whoever reads the output topic, as far as its committed offsets tell."""
    status: Status = "unknown" if group is None else "error" if group.verdict in {"stopped", "stalled"} else "running"
    metrics = ConsumerMetrics(
        status=status,
        status_reason=_NO_GROUP if group is None else f"group {group.id}: {group.state}, {group.verdict}",
        source="committed offsets of the group that reads the output",
        age_ms=reading.age_ms(),
        rate=group.commit_rate_per_s if group else None,
        lag=group.lag if group else None,
        lag_s=group.lag_s if group else None,
        lag_trend_per_s=group.lag_trend_per_s if group else None,
        commit_rate_per_s=group.commit_rate_per_s if group else None,
        verdict=group.verdict if group else None,
        total=group.committed_total if group else None,
        errors=None,
        unchecked=None,
        bytes_total=None,
    )
    own = dict.fromkeys(("age_ms", "rate", "total", "lag", "lag_s", "lag_trend_per_s", "commit_rate_per_s"), _NO_GROUP)
    if group is not None:
        own |= service_sections.group_reasons(group) | {"rate": "a rate needs two commits"}
    own |= {"errors": NEEDS_RUN, "unchecked": NEEDS_RUN, "bytes_total": NEEDS_RUN}
    service_sections.explain("consumer", metrics, own, reasons)
    return metrics


def _pipeline(reasons: dict[str, str]) -> PipelineMetrics:
    reasons["pipeline"] = NEEDS_RUN
    return PipelineMetrics.model_validate(dict.fromkeys(PipelineMetrics.model_fields))


def _latency(reasons: dict[str, str]) -> Latency:
    reasons["latency"] = NEEDS_RUN
    figures = dict.fromkeys(name for name in Percentiles.model_fields if name != "count")
    empty = Percentiles.model_validate({"count": 0, **figures})
    stage = LatencyStage(
        interval=empty, total=empty, uncorrected_interval=None, uncorrected_total=None, negative_count=0
    )
    return Latency(generator_delay=stage, ack=stage, end_to_end=None)


def _unwatched(
    services: WatchedServices,
    kafka: KafkaMetrics,
    output: OutputMetrics,
    flink: FlinkMetrics,
    registry: RegistryMetrics,
    reasons: dict[str, str],
) -> tuple[KafkaMetrics, OutputMetrics, FlinkMetrics, RegistryMetrics]:
    """Says of services without an address that they are not watched, instead of not yet asked."""
    if services.bootstrap_servers is None:
        why = "not watched: name it with --bootstrap-servers"
        kafka, output = _said("kafka", kafka, why, reasons), _said("output", output, why, reasons)
    if services.flink_url is None:
        flink = _said("flink", flink, "not watched: name it with --flink-url", reasons)
    if services.schema_registry_url is None:
        registry = _said("registry", registry, "not watched: name it with --schema-registry-url", reasons)
    return kafka, output, flink, registry


def _said(name: str, section: S, why: str, reasons: dict[str, str]) -> S:
    for path in [path for path in reasons if path == name or path.startswith(f"{name}.")]:
        del reasons[path]
    reasons[name] = why
    return section.model_copy(update={"status": "unknown", "status_reason": why})


def _headline(kafka: KafkaMetrics, flink: FlinkMetrics, registry: RegistryMetrics) -> Headline:
    for name, section in (("Kafka", kafka), ("Flink", flink), ("Schema registry", registry)):
        if section.status == "error":
            return Headline(level="error", text=f"{name}: {section.status_reason}.")
    parts = [f"{format_rate(kafka.rate)} into the input"] if kafka.rate is not None else []
    if flink.pending_records is not None:
        parts.append(f"{format_count(flink.pending_records)} pending in Flink")
    bad = next((group for group in kafka.groups if group.verdict not in {None, "ok"}), None)
    if bad is not None:
        lag = f"{format_count(bad.lag or 0)} records behind"
        return Headline(level="warning", text=f"Consumer group {bad.id} is {_WORDS[str(bad.verdict)]}.", detail=lag)
    if kafka.status == flink.status == registry.status == "unknown":
        return Headline(level="unknown", text="Waiting for the first answers of the services.")
    return Headline(level="ok", text="Every watched service answers.", detail=", ".join(parts) or None)


_WORDS: Final = {
    "warning": "falling behind",
    "stalled": "stalled",
    "rewound": "going back",
    "stopped": "stopped",
}
