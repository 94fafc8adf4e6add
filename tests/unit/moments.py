"""Invented moments of runs and of watching in which figures are missing at random, the same for the same seed."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

from pipegen.avro import parse_schema_text
from pipegen.diagnose import ErrorLog
from pipegen.hotpath import Meters, TableCounts, TableMeter
from pipegen.observe import FlinkReading, KafkaReading, Reading, RegistryReading, SystemReading, TopicOffsets
from pipegen.project import InputFacts, OutputFacts, PathFacts
from pipegen.project.table_facts import TableFacts
from pipegen.quality import Inspection, InspectionSettings, OutputQuality
from pipegen.run.names import RunNames
from pipegen.run.picture.inputs import InputSight, input_states
from pipegen.run.picture.latency import LatencyReader
from pipegen.run.picture.moment import Moment, ProducerState, Rates, RunFacts, upper_bound
from pipegen.run.picture.output_sight import OutputSight
from pipegen.run.picture.outputs import output_states
from pipegen.run.progress import RunStatus
from pipegen.run.standalone.target import WatchedPipeline, WatchedServices
from pipegen.run.standalone.view import WatchFacts, WatchMoment
from pipegen.services.flink import ClusterOverview
from pipegen.snapshot import Checkpoints, ConsumerGroup, GroupPartition
from pipegen.traffic import parse_pattern
from pipegen.units import NS_PER_S
from tests.unit.cause_figures import START_S, vertex

T = TypeVar("T")

NOW_NS = round(START_S) * NS_PER_S
PLAN = parse_pattern("10s-20s:400%", base_rate_per_s=100, duration_ns=60 * NS_PER_S)
NAMES = RunNames("abc234", "in", "out", "reader", "job-reader", "job")


class Chance:
    """What is known of a moment.

    Args:
        seed: Where the choices start.
        missing: Share of the figures that are not known.
    """

    def __init__(self, seed: int, missing: float) -> None:
        self._random = random.Random(seed)  # noqa: S311 -- the same moments for the same seed
        self._missing = missing

    def of(self, *values: T) -> T:
        return self._random.choice(values)

    def maybe(self, value: T) -> T | None:
        return None if self._random.random() < self._missing else value

    def reading(self, value: T) -> Reading[T]:
        """One of a service that was never asked, that never answered, that is gone, and that answers."""
        measured_ns = time.monotonic_ns()
        asked: dict[str, Any] = {"attempts": 2, "call_ms": 1.0, "interval_ms": 1000.0}
        return self.of(
            Reading(),
            Reading(failure="it refuses", **asked),
            Reading(value=value, measured_ns=measured_ns, failure="it is gone", **asked),
            Reading(value=value, measured_ns=measured_ns, **asked),
        )


def run_facts(chance: Chance) -> RunFacts:
    return RunFacts(
        pipeline="orders",
        names=NAMES,
        shape=chance.of("one_to_one", "one_to_one", "filter"),
        plan=PLAN,
        arrivals="uniform",
        planned_total=6000,
        fault_shares={},
        update_interval_ms=1000.0,
        workers=chance.of(1, 2),
    )


def run_moment(chance: Chance, facts: RunFacts) -> Moment:
    meters = Meters()
    if chance.of(False, True):
        meters.consumed([None], value_bytes=[1], partitions=[0], consumed_ns=NOW_NS)  # a record without the header
    sights = [output_sight(chance, facts, meters, name) for name in chance.of(("out",), ("out", "a.b", "c-d"))]
    start_ns = chance.maybe(NOW_NS - chance.of(1, 30, 90) * NS_PER_S)
    sender = chance.maybe("native")
    status = RunStatus(
        phase=chance.of("starting", "running", "draining", "finished", "failed"),
        load_start_ns=start_ns,
        load_end_ns=None if start_ns is None else chance.maybe(start_ns + NS_PER_S),
        drained=chance.of(True, False),
        expected_total=chance.maybe(5),
        sender=sender,
        sender_reason=sender and "it is there",
        exit_code=chance.maybe(0),
        job_ids=chance.of((), ("j",)),
        append_times=chance.of(True, False),
    )
    loading = start_ns is not None
    return Moment(
        now_ns=NOW_NS,
        status=status,
        totals=meters.totals(),
        producer=ProducerState(7 if loading else None, 100.0 if loading else None, 0, 0),
        latency=LatencyReader(meters).read(facts.latency_gaps(status, sights), upper_bound=upper_bound(sights)),
        rates=chance.of(Rates(None, None, None, None), Rates(1.0, 2.0, 3.0, 4.0)),
        kafka=chance.reading(kafka(chance)),
        flink=chance.reading(flink(chance)),
        registry=chance.reading(registry(chance)),
        system=chance.reading(system(chance)),
        errors=(),
        error_trends=ErrorLog().trends(),
        past=(),
        inspection=inspection(chance),
        inputs=input_states([input_sight(chance, meters)], before={}, seconds=chance.maybe(1.0)),
        outputs=output_states(sights, before={}, seconds=chance.maybe(1.0)),
        sights=sights,
    )


def output_sight(chance: Chance, facts: RunFacts, meters: Meters, name: str) -> OutputSight:
    paths = (PathFacts("in", facts.shape), PathFacts("other", "join"), PathFacts("rates", "join", loaded_before=True))
    return OutputSight(
        OutputFacts(
            name,
            name,
            "json",
            facts.shape,
            chance.of("header", "timestamp", None),
            "the SQL carries no due time",
            paths=paths[: chance.of(0, 1, 2, 3)],
            table=chance.of(None, TableFacts(), TableFacts("debezium-json"), TableFacts("ogg-json", ("id",), "it may")),
        ),
        topic=name,
        expected=chance.of(0, 5),
        totals=meters.totals(),
        end_to_end=meters.histogram("end_to_end"),
        drained=chance.of(True, False),
        drain=chance.maybe("all 5 expected records came out"),
        quality=OutputQuality(0, 0, chance.maybe(1.0), "no record was checked yet", 0),
        lag=chance.maybe(3),
        table=chance.maybe(table_counts(chance)),
    )


def table_counts(chance: Chance) -> TableCounts:
    """Of a table of one key, written twice where it is not empty."""
    meter = TableMeter()
    key = chance.maybe(b"k")
    for _ in range(chance.of(0, 2)):
        meter.take([key], [b"v"], headers=[None], consumed_ns=NOW_NS, timestamps_ms=[chance.of(-1, NOW_NS // 10**6)])
    return meter.counts(NOW_NS)


def input_sight(chance: Chance, meters: Meters) -> InputSight:
    schema = parse_schema_text(
        '{"type": "record", "name": "R", "fields": [{"name": "id", "type": "int"}]}', Path("in.avsc")
    )
    facts = InputFacts("in", "in", chance.maybe("json"), schema)
    empty = meters.histogram("ack")
    return InputSight(facts, "in", 6000, chance.maybe(3), meters.totals(), chance.maybe(3), empty, empty)


def watch_facts(chance: Chance) -> WatchFacts:
    return WatchFacts(
        id="watch-abc234",
        pipeline=WatchedPipeline("orders", chance.maybe("in"), chance.maybe("out"), chance.maybe("job")),
        services=WatchedServices(
            chance.maybe("kafka:1"), chance.maybe("http://flink"), chance.maybe("http://registry")
        ),
        registry_shown_url=None,
        started_at="2026-11-24T08:00:00.000Z",
        update_interval_ms=1000.0,
    )


def watch_moment(chance: Chance, facts: WatchFacts) -> WatchMoment:
    services = facts.services

    def reading(address: str | None, make: Callable[[Chance], T]) -> Reading[T]:
        return Reading() if address is None else chance.reading(make(chance))

    return WatchMoment(
        at_s=START_S,
        kafka=reading(services.bootstrap_servers, kafka),
        flink=reading(services.flink_url, flink),
        registry=reading(services.schema_registry_url, registry),
        system=chance.reading(system(chance)),
        errors=(),
        error_trends=ErrorLog().trends(),
        past=(),
    )


def kafka(chance: Chance) -> KafkaReading:
    groups = [group(chance, "reader", "out"), group(chance, "job-reader", "in"), group(chance, "else", "elsewhere")]
    return KafkaReading(
        brokers=1,
        topics=2,
        partitions=2,
        under_replicated=0,
        leaderless=0,
        input=chance.maybe(offsets(chance)),
        output=chance.maybe(offsets(chance)),
        controller_id=chance.maybe(1),
        groups=tuple(each for each in groups if chance.maybe(each)),
        groups_total=chance.maybe(3),
    )


def offsets(chance: Chance) -> TopicOffsets:
    return TopicOffsets(total=9, partitions=1, rate_per_s=chance.maybe(1.0), measured_ns=0, lag=chance.maybe(2))


def group(chance: Chance, name: str, topic: str) -> ConsumerGroup:
    part = GroupPartition(
        topic=topic,
        partition=0,
        committed_offset=1,
        end_offset=2,
        lag=1,
        lag_s=None,
        lag_s_reason="not read",
        verdict="ok",
    )
    return ConsumerGroup(
        id=name,
        kind="other",
        state="Stable",
        members=1,
        as_of_checkpoint=False,
        committed_total=chance.maybe(1),
        commit_rate_per_s=chance.maybe(1.0),
        lag=chance.maybe(1),
        lag_s=chance.maybe(1.0),
        lag_s_reason=chance.maybe("not read"),
        lag_trend_per_s=chance.maybe(0.0),
        verdict=chance.of("ok", "stalled", None),
        partitions=[part],
    )


def flink(chance: Chance) -> FlinkReading:
    cluster = FlinkReading(cluster=ClusterOverview("2.0", chance.of(0, 1), 4, 2))
    if chance.maybe("job") is None:
        return cluster
    figures: dict[str, Any] = {
        "records_in": 1,
        "records_out": 1,
        "rate_in_per_s": 1.0,
        "rate_out_per_s": 1.0,
        "pending_records": 1,
        "source_emit_lag_ms": 1.0,
        "watermark_lag_ms": 1.0,
        "late_dropped": 0,
        "restarts": 0,
        "metrics_interval_ms": 1000.0,
        "checkpoints": checkpoints(chance),
    }
    return replace(
        cluster,
        job_id="j",
        job_name="job",
        job_state=chance.of("RUNNING", "RESTARTING", "FINISHED"),
        vertices=chance.of((), (vertex("Source", chance.maybe(0.5), chance.maybe(0.1)),)),
        **{name: chance.maybe(value) for name, value in figures.items()},
    )


def checkpoints(chance: Chance) -> Checkpoints:
    return Checkpoints(
        completed=chance.of(0, 2),
        failed=0,
        in_progress=0,
        last_duration_ms=chance.maybe(1.0),
        last_size_bytes=chance.maybe(1),
        start_delay_ms=chance.maybe(1.0),
        alignment_ms=chance.maybe(1.0),
        interval_ms=chance.maybe(1000.0),
    )


def registry(chance: Chance) -> RegistryReading:
    return RegistryReading(
        response_ms=1.0, input_version=chance.maybe(1), output_version=chance.maybe(1), compatibility=None
    )


def system(chance: Chance) -> SystemReading:
    return SystemReading(
        cpu_ratio=chance.maybe(0.1),
        rss_bytes=1,
        machine_cpu_ratio=chance.maybe(0.1),
        machine_memory_ratio=0.5,
        cores=2,
        stack_disk_bytes=chance.maybe(1),
        stack_disk_free_bytes=chance.maybe(1),
        kafka_cpu_ratio=chance.maybe(0.1),
        registry_cpu_ratio=chance.maybe(0.1),
    )


def inspection(chance: Chance) -> Inspection:
    settings = InspectionSettings(
        outputs={None: "out"},
        input_topic=chance.maybe("in"),
        optional_fields=frozenset(),
        rules=(),
        rule_cpu_ratio=1.0,
    )
    found = Inspection(settings, on_crash=lambda _error: None)
    found.outputs[None].tally.add(valid=chance.of(0, 2), invalid=0, unchecked=chance.of(0, 2), tombstones=0, faults={})
    return found
