"""Joins sections to one snapshot, for runs and for watching alike."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields
from typing import Any

from pipegen.diagnose import Observation, find_cause, observation_of
from pipegen.moment import iso_now
from pipegen.snapshot import (
    Cause,
    ConsumerMetrics,
    DataQualityMetrics,
    ErrorEntry,
    ErrorTrends,
    Explained,
    FaultMetrics,
    FlinkMetrics,
    Headline,
    InputState,
    KafkaMetrics,
    Latency,
    OutputMetrics,
    OutputState,
    PipelineMetrics,
    ProducerMetrics,
    RegistryMetrics,
    RunState,
    Snapshot,
    SqlStatement,
    SystemMetrics,
    TrafficState,
)
from pipegen.snapshot.events import RunEvent


@dataclass(frozen=True, slots=True)
class Sections:
    """The sections of a snapshot, each under its name there."""

    run: Explained[RunState]
    traffic: Explained[TrafficState]
    producer: Explained[ProducerMetrics]
    kafka: Explained[KafkaMetrics]
    flink: Explained[FlinkMetrics]
    output: Explained[OutputMetrics]
    consumer: Explained[ConsumerMetrics]
    registry: Explained[RegistryMetrics]
    system: Explained[SystemMetrics]
    pipeline: Explained[PipelineMetrics]
    data_quality: Explained[DataQualityMetrics]
    faults: Explained[FaultMetrics]
    latency: Explained[Latency]

    def named(self) -> Iterator[tuple[str, Explained[Any]]]:
        """Each section with its name."""
        return ((each.name, getattr(self, each.name)) for each in fields(self))


@dataclass(frozen=True, slots=True)
class Picture:
    """A snapshot, and what the next ones need to know of it to find a cause."""

    snapshot: Snapshot
    observation: Observation


def compose(
    sequence: int,
    sections: Sections,
    *,
    at_s: float,
    past: Sequence[Observation],
    errors: Sequence[ErrorEntry],
    error_trends: ErrorTrends,
    sql: Sequence[SqlStatement],
    headline: Callable[[Cause], Headline],
    inputs: Sequence[Explained[InputState]] = (),
    outputs: Sequence[Explained[OutputState]] = (),
    events: Sequence[RunEvent] = (),
) -> Picture:
    """The snapshot with these sections.

    Args:
        sequence: Its number.
        sections: Its sections with their reasons.
        at_s: Epoch seconds at which they were taken.
        past: Earlier observations, oldest first.
        errors: Errors so far.
        error_trends: Errors over time.
        sql: The project's SQL statements and their state.
        headline: Makes the sentence about this moment, once its cause is known.
        inputs: Each input on its own.
        outputs: Each output on its own.
        events: The first events that were lost, doubled, out of order or late.
    """
    observation = observation_of(
        at_s=at_s,
        phase=sections.run.section.phase,
        producer=sections.producer.section,
        kafka=sections.kafka.section,
        flink=sections.flink.section,
        consumer=sections.consumer.section,
        registry=sections.registry.section,
        system=sections.system.section,
        pipeline=sections.pipeline.section,
        latency=sections.latency.section,
    )
    cause = find_cause([*past, observation])
    explained: list[tuple[str, Explained[Any]]] = [
        *sections.named(),
        *((f"inputs.{each.section.name}", each) for each in inputs),
        *((f"outputs.{each.section.name}", each) for each in outputs),
    ]
    snapshot = Snapshot(
        sequence=sequence,
        timestamp=iso_now(),
        headline=headline(cause),
        cause=cause,
        **{name: each.section for name, each in sections.named()},
        errors=list(errors),
        error_trends=error_trends,
        sql=list(sql),
        inputs=[each.section for each in inputs],
        outputs=[each.section for each in outputs],
        events=list(events),
        reasons={path: why for name, each in explained for path, why in each.reasons_under(name).items()},
    )
    return Picture(snapshot, observation)
