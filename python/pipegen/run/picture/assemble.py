"""Builds one snapshot from what meters, collectors and tracker say. Pure: it asks nobody and keeps nothing.

Every figure that is not known becomes null with its reason.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from pipegen.config.settings import ArrivalKind
from pipegen.diagnose import Sight, find_cause, headline, sight_of
from pipegen.hotpath import Totals
from pipegen.observe import FlinkReading, KafkaReading, Reading, RegistryReading, SystemReading
from pipegen.quality import Inspection
from pipegen.run.drain import expected_to_come_out
from pipegen.run.names import RunNames
from pipegen.run.picture import job_sections, service_sections
from pipegen.run.picture import own_sections as sections
from pipegen.run.picture.faults import fault_metrics
from pipegen.run.picture.job_sections import RecordChecks
from pipegen.run.picture.own_sections import ProducerState, Rates
from pipegen.run.picture.traffic import traffic_state
from pipegen.run.progress import Standing, iso_now
from pipegen.snapshot import (
    ErrorEntry,
    ErrorTrends,
    Latency,
    PipelineMetrics,
    RunState,
    Snapshot,
    TrafficState,
)
from pipegen.traffic import TrafficPlan
from pipegen.units import NS_PER_S

Shape = Literal["one_to_one", "filter", "aggregate"]

_AGAINST_THE_SCHEMA = ("corrupt", "unknown_schema_id")


@dataclass(frozen=True, slots=True)
class RunFacts:
    """What does not change during a run.

    Attributes:
        pipeline: Name of the pipeline.
        names: Names of topics, subjects and groups.
        shape: Shape of the pipeline.
        plan: The traffic plan.
        arrivals: How records are spread along the plan.
        planned_total: Events of the plan that are this worker's.
        latency_source: What output records are timed by; None when end-to-end latency is not measurable.
        latency_reason: Why, in words.
        fault_shares: Share of each fault that is injected on purpose.
        update_interval_ms: Time between two snapshots.
        workers: Sending processes.
        exactly_once: Whether the output can be read at checkpoints only.
    """

    pipeline: str
    names: RunNames
    shape: Shape
    plan: TrafficPlan
    arrivals: ArrivalKind
    planned_total: int
    latency_source: Literal["header", "timestamp"] | None
    latency_reason: str
    fault_shares: Mapping[str, float]
    update_interval_ms: float
    workers: int = 1
    exactly_once: bool = False

    @property
    def sent_known(self) -> bool:
        """Whether the actual send time of a record that comes out is known: the header has only its due time."""
        return self.workers == 1 and self.latency_source == "header"


@dataclass(frozen=True, slots=True)
class Moment:
    """Everything measured at one moment."""

    now_ns: int
    standing: Standing
    totals: Totals
    producer: ProducerState
    latency: Latency
    rates: Rates
    kafka: Reading[KafkaReading]
    flink: Reading[FlinkReading]
    registry: Reading[RegistryReading]
    system: Reading[SystemReading]
    errors: Sequence[ErrorEntry]
    error_trends: ErrorTrends
    past: Sequence[Sight]
    inspection: Inspection


def assemble(sequence: int, facts: RunFacts, moment: Moment) -> Snapshot:
    """The snapshot of a moment."""
    standing, totals = moment.standing, moment.totals
    reasons: dict[str, str] = {}
    offset_ns = None if standing.load_start_ns is None else moment.now_ns - standing.load_start_ns
    run = _run_state(facts, standing, offset_ns, reasons)
    traffic = _traffic(facts, standing, offset_ns, reasons)
    producer = sections.producer(moment.producer, totals, moment.rates, standing, reasons)
    flink = job_sections.flink(
        moment.flink,
        moment.kafka,
        reasons,
        group_id=facts.names.flink_group,
        no_job=None if standing.job_ids else "no job is submitted yet",
    )
    pipeline = _pipeline(facts, moment, reasons)
    errors = list(moment.errors)
    _latency_reasons(facts, moment.latency, standing, reasons)
    kafka = service_sections.kafka(moment.kafka, reasons, input_topic=facts.names.input_topic, probes=standing.probes)
    consumer = sections.consumer(
        moment.kafka, totals, moment.rates, standing, reasons, group_id=facts.names.consumer_group
    )
    registry = job_sections.registry(
        moment.registry,
        reasons,
        url=standing.registry_url,
        input_subject=facts.names.input_subject,
        output_subject=facts.names.output_subject,
        checks=RecordChecks(
            checked=totals.consumed - standing.unchecked_total,
            invalid=totals.undecodable,
            made=totals.sent,
            broken=sum(totals.injected.get(name, 0) for name in _AGAINST_THE_SCHEMA),
            cache_misses=standing.schema_lookups,
        ),
    )
    system = service_sections.system(moment.system, reasons)
    sight = sight_of(
        at_s=moment.now_ns / NS_PER_S,
        phase=run.phase,
        producer=producer,
        kafka=kafka,
        flink=flink,
        consumer=consumer,
        registry=registry,
        system=system,
        pipeline=pipeline,
        latency=moment.latency,
    )
    cause = find_cause([*moment.past, sight])
    return Snapshot(
        sequence=sequence,
        timestamp=iso_now(),
        run=run,
        traffic=traffic,
        headline=headline(
            run=run,
            failure=standing.failure,
            producer=producer,
            flink=flink,
            pipeline=pipeline,
            latency=moment.latency,
            errors=errors,
            cause=cause,
            now_s=moment.now_ns / NS_PER_S,
        ),
        cause=cause,
        producer=producer,
        kafka=kafka,
        flink=flink,
        output=service_sections.output(
            moment.kafka, reasons, output_topic=facts.names.output_topic, probes=totals.probes
        ),
        consumer=consumer,
        registry=registry,
        system=system,
        pipeline=pipeline,
        data_quality=moment.inspection.section(pipeline, totals.delivered, reasons),
        faults=fault_metrics(facts.fault_shares, totals),
        latency=moment.latency,
        errors=errors,
        error_trends=moment.error_trends,
        sql=list(standing.statements),
        reasons=reasons,
    )


def _run_state(facts: RunFacts, standing: Standing, offset_ns: int | None, reasons: dict[str, str]) -> RunState:
    elapsed_s = None
    if offset_ns is not None and standing.load_start_ns is not None:
        end_ns = standing.load_end_ns
        elapsed_ns = offset_ns if end_ns is None else end_ns - standing.load_start_ns
        elapsed_s = max(0.0, round(elapsed_ns / NS_PER_S, 3))
    else:
        reasons["run.elapsed_s"] = "the load has not started yet"
    if standing.exit_code is None:
        reasons["run.exit_code"] = "the run goes on"
    return RunState(
        id=facts.names.run_id,
        pipeline=facts.pipeline,
        phase=standing.phase,
        step=standing.step,
        shape=facts.shape,
        started_at=standing.started_at,
        elapsed_s=elapsed_s,
        duration_s=facts.plan.duration_ns / NS_PER_S,
        worker=0,
        workers=facts.workers,
        update_interval_ms=facts.update_interval_ms,
        exit_code=standing.exit_code,
    )


def _traffic(facts: RunFacts, standing: Standing, offset_ns: int | None, reasons: dict[str, str]) -> TrafficState:
    if offset_ns is not None and (not 0 <= offset_ns < facts.plan.duration_ns or standing.load_end_ns is not None):
        offset_ns = None
    if offset_ns is None:
        reasons["traffic.phase_index"] = reasons["traffic.next_in_s"] = "no load is being sent"
    return traffic_state(facts.plan, arrivals=facts.arrivals, planned_total=facts.planned_total, offset_ns=offset_ns)


def _pipeline(facts: RunFacts, moment: Moment, reasons: dict[str, str]) -> PipelineMetrics:
    totals, standing = moment.totals, moment.standing
    one_to_one = facts.shape == "one_to_one"
    attempted = totals.delivered + totals.failed
    not_comparable = f"a pipeline of shape {facts.shape} does not bring out one record for each that goes in"
    lost = lag = lag_s = duplicated = out_of_order = None
    if one_to_one and facts.latency_source == "header":
        duplicated, out_of_order = totals.duplicated, totals.out_of_order
        lag = max(0, expected_to_come_out(totals) - totals.distinct)
        if standing.drained:
            lost = lag
        else:
            reasons["pipeline.lost"] = (
                "known once the pipeline is drained"
                if standing.exit_code is None
                else "the run ended before the pipeline was drained"
            )
        if totals.newest_due_ns is not None:
            lag_s = 0.0 if lag == 0 else round(max(0, moment.now_ns - totals.newest_due_ns) / NS_PER_S, 3)
        else:
            reasons["pipeline.lag_s"] = "no record has come out yet"
    else:
        why = not_comparable
        if one_to_one:
            no_header = "the SQL does not carry it" if facts.latency_source else facts.latency_reason
            why = f"records are only recognised by their header: {no_header}"
        for name in ("lost", "duplicated", "out_of_order", "lag", "lag_s"):
            reasons[f"pipeline.{name}"] = why
    if standing.expected_total is None:
        reasons["pipeline.expected_total"] = (
            "known once everything is sent" if one_to_one else f"{not_comparable}; set --expected-messages"
        )
    if not attempted:
        reasons["pipeline.error_rate"] = reasons["pipeline.success_rate"] = "no record was acknowledged or refused yet"
    return PipelineMetrics(
        expected_total=standing.expected_total,
        lost=lost,
        duplicated=duplicated,
        out_of_order=out_of_order,
        lag=lag,
        lag_s=lag_s,
        error_rate=totals.failed / attempted if attempted else None,
        success_rate=totals.delivered / attempted if attempted else None,
    )


def _latency_reasons(facts: RunFacts, latency: Latency, standing: Standing, reasons: dict[str, str]) -> None:
    for twin in ("uncorrected_interval", "uncorrected_total"):
        reasons[f"latency.generator_delay.{twin}"] = "the generator delay is the correction itself"
    if latency.end_to_end is None:
        reasons["latency.end_to_end"] = facts.latency_reason
    elif not facts.sent_known:
        why = (
            "the actual send time is known to the sending process alone: the header carries the due time"
            if facts.latency_source == "header"
            else "a record is timed by its due time alone, which does not tell which one it was"
        )
        for twin in ("uncorrected_interval", "uncorrected_total"):
            reasons[f"latency.end_to_end.{twin}"] = why
    if latency.append is None:
        reasons["latency.append"] = reasons["latency.output_wait"] = _no_append(facts, standing)


def _no_append(facts: RunFacts, standing: Standing) -> str:
    if facts.latency_source is None:
        return facts.latency_reason
    if facts.latency_source == "timestamp":
        return (
            "the output's timestamps carry the due time, so they do not say when a record was appended: "
            "carry the headers instead"
        )
    if standing.phase == "starting":
        return "the output topic is not there yet"
    return (
        "the output topic was there before and keeps its writer's timestamps: "
        "create it with message.timestamp.type=LogAppendTime"
    )
