"""The picture of services that are only watched; what needs a run is null with the reason.

Pure: no I/O and no state.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from pipegen.diagnose import Observation
from pipegen.observe import FlinkReading, KafkaReading, Reading, RegistryReading, SystemReading
from pipegen.quality import unmeasured
from pipegen.run.picture.compose import Picture, Sections, compose
from pipegen.run.picture.flink import flink
from pipegen.run.picture.kafka import kafka
from pipegen.run.picture.output import output
from pipegen.run.picture.registry import registry
from pipegen.run.picture.system import system
from pipegen.run.standalone.ends import consumer, producer, readers
from pipegen.run.standalone.headline import watch_headline
from pipegen.run.standalone.target import NEEDS_RUN, WatchedPipeline, WatchedServices
from pipegen.snapshot import (
    ErrorEntry,
    ErrorTrends,
    Explained,
    FaultMetrics,
    Latency,
    LatencyStage,
    Percentiles,
    PipelineMetrics,
    RunState,
    Section,
    TrafficState,
    all_null,
)

S = TypeVar("S", bound=Section)


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
        past: Earlier observations, for the cause line.
    """

    at_s: float
    kafka: Reading[KafkaReading]
    flink: Reading[FlinkReading]
    registry: Reading[RegistryReading]
    system: Reading[SystemReading]
    errors: Sequence[ErrorEntry]
    error_trends: ErrorTrends
    past: Sequence[Observation]


def watch_picture(sequence: int, facts: WatchFacts, moment: WatchMoment) -> Picture:
    """The picture of a moment."""
    sections = _sections(facts, moment)
    sentence = watch_headline(sections.kafka.section, sections.flink.section, sections.registry.section)
    return compose(
        sequence,
        sections,
        at_s=moment.at_s,
        past=moment.past,
        errors=moment.errors,
        error_trends=moment.error_trends,
        sql=[],
        headline=lambda _cause: sentence,
    )


def _sections(facts: WatchFacts, moment: WatchMoment) -> Sections:
    pipeline, services = facts.pipeline, facts.services
    feeder = next(iter(readers(moment.kafka, pipeline.input_topic)), None)
    reader = next(iter(readers(moment.kafka, pipeline.output_topic)), None)

    def of_kafka(section: Explained[S]) -> Explained[S]:
        return _watched(section, services.bootstrap_servers, "--bootstrap-servers")

    return Sections(
        run=_run(facts),
        traffic=_no_traffic(),
        producer=of_kafka(producer(moment.kafka, input_topic=pipeline.input_topic)),
        kafka=of_kafka(kafka(moment.kafka, input_topic=pipeline.input_topic)),
        flink=_watched(
            flink(
                moment.flink,
                moment.kafka,
                group_id=feeder.id if feeder else None,
                no_job="no job is running" if pipeline.job is None else f"no job “{pipeline.job}” is running",
            ),
            services.flink_url,
            "--flink-url",
        ),
        output=of_kafka(output(moment.kafka, output_topic=pipeline.output_topic)),
        consumer=of_kafka(consumer(moment.kafka, reader)),
        registry=_watched(
            registry(
                moment.registry,
                url=facts.registry_shown_url,
                input_subject=_subject(pipeline.input_topic),
                output_subject=_subject(pipeline.output_topic),
            ),
            services.schema_registry_url,
            "--schema-registry-url",
        ),
        system=system(moment.system),
        pipeline=Explained.unknown(PipelineMetrics, NEEDS_RUN),
        data_quality=unmeasured(NEEDS_RUN),
        faults=Explained.known(FaultMetrics(injected_total=0, excluded_total=0, excluded_consumed_total=0, kinds=[])),
        latency=_no_latency(),
    )


def _subject(topic: str | None) -> str | None:
    return None if topic is None else f"{topic}-value"


def _run(facts: WatchFacts) -> Explained[RunState]:
    section = all_null(
        RunState,
        id=facts.id,
        pipeline=facts.pipeline.name,
        phase="running",
        step="watching services that PipeGen did not start",
        started_at=facts.started_at,
        duration_s=0.0,
        worker=0,
        workers=1,
        update_interval_ms=facts.update_interval_ms,
    )
    return Explained.known(section, {"elapsed_s": NEEDS_RUN, "exit_code": "watching goes on", "drain": NEEDS_RUN})


def _no_traffic() -> Explained[TrafficState]:
    return Explained.unknown(
        TrafficState, "no load is sent", base_rate_per_s=0.0, arrivals="uniform", planned_total=0, phases=[]
    )


def _no_latency() -> Explained[Latency]:
    empty = all_null(Percentiles, count=0)
    stage = all_null(LatencyStage, interval=empty, total=empty, negative_count=0)
    return Explained.unknown(Latency, NEEDS_RUN, generator_delay=stage, ack=stage)


def _watched(section: Explained[S], address: str | None, option: str) -> Explained[S]:
    """The section of a service; without an address it is not watched, which says more than not asked yet."""
    if address is not None:
        return section
    why = f"not watched: name it with {option}"
    return section.replaced(why, status="unknown", status_reason=why)
