"""Watching a pipeline that PipeGen did not start, on doubles of its services."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from pipegen.bus import EventBus, MessagesSeen, SnapshotTaken
from pipegen.config import Settings
from pipegen.errors import SettingsError
from pipegen.run.standalone.target import WatchedPipeline, WatchedServices, parse_pipeline
from pipegen.run.standalone.watcher import Watcher
from pipegen.session.access import DashboardAccess
from pipegen.session.standalone import WatchRequest, pipelines_to_watch, services_to_watch, why_no_messages
from pipegen.snapshot import Snapshot
from tests.unit.stand_in_flink import JOB
from tests.unit.stand_in_services import StandIns, stand_ins

PIPELINE = WatchedPipeline("mine", "in", "out", "copy")


@pytest.fixture(scope="module")
def services() -> Iterator[StandIns]:
    """A pipeline at work: three records came in, and went out."""
    with stand_ins() as opened:
        for topic in ("in", "out", "__internal"):
            opened.kafka.create(topic, 1)
        opened.registry.register("in-value", '{"type":"string"}')
        opened.flink.statements = ["CREATE TABLE a WITH ('topic' = 'in')", "CREATE TABLE b WITH ('topic' = 'out')"]
        opened.flink._start()
        opened.kafka.put("in", [b"1", b"2", b"3"])
        yield opened


def watched(
    services: StandIns,
    pipeline: WatchedPipeline,
    enough: Callable[[Snapshot], bool],
    *,
    only: tuple[str, ...] = ("bootstrap_servers", "flink_url", "schema_registry_url"),
    messages: bool = False,
) -> tuple[Snapshot, list[Any]]:
    """The first snapshot that has enough, or the last one after a while; and all events until then."""
    addresses = {key: value if key in only else None for key, value in services.addresses().items()}
    del addresses["sql_gateway_url"]

    async def body() -> tuple[Snapshot, list[Any]]:
        bus = EventBus()
        heard = bus.subscribe()
        watcher = Watcher(
            services=WatchedServices(**addresses),  # type: ignore[arg-type]
            pipeline=pipeline,
            groups=(),
            bus=bus,
            settings=Settings(),
            period_s=0.05,
            show_messages=messages,
        )
        task = asyncio.create_task(watcher.run())
        events: list[Any] = []

        async def follow() -> Snapshot:
            async for event in heard:
                events.append(event)
                seen = not messages or any(isinstance(each, MessagesSeen) for each in events)
                if seen and isinstance(event, SnapshotTaken) and enough(event.snapshot):
                    return event.snapshot
            raise AssertionError("the bus was closed")

        try:
            return await asyncio.wait_for(follow(), 30), events
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            bus.close()

    return asyncio.run(body())


def all_known(snapshot: Snapshot) -> bool:
    return (
        snapshot.output.total == 3
        and snapshot.flink.records_in_total == 3
        and snapshot.registry.input_version is not None
    )


def test_everything_that_is_named_is_shown(services: StandIns) -> None:
    snapshot, events = watched(services, PIPELINE, all_known, messages=True)
    assert (snapshot.run.pipeline, snapshot.run.exit_code, snapshot.traffic.planned_total) == ("mine", None, 0)
    assert (snapshot.traffic.base_rate_per_s, snapshot.traffic.phases) == (0.0, [])
    assert snapshot.run.update_interval_ms == 50
    assert (snapshot.run.duration_s, snapshot.run.worker, snapshot.run.workers) == (0.0, 0, 1)
    assert (snapshot.kafka.input_total, snapshot.output.total) == (3, 3)
    assert (snapshot.flink.job_id, snapshot.flink.job_state, snapshot.flink.records_out_total) == (JOB, "RUNNING", 3)
    assert (snapshot.registry.input_version, snapshot.registry.output_version) == (1, None)
    assert snapshot.reasons["run.elapsed_s"]
    sequences = [event.snapshot.sequence for event in events if isinstance(event, SnapshotTaken)]
    assert sequences == list(range(len(sequences)))
    seen = next(event for event in events if isinstance(event, MessagesSeen))
    assert {message.direction for message in seen.messages} == {"in", "out"}


def test_a_job_of_another_name_is_not_taken_for_its_own(services: StandIns) -> None:
    other = WatchedPipeline("mine", "in", "out", "another job")
    snapshot, _ = watched(services, other, lambda snapshot: snapshot.flink.task_managers is not None)
    assert (snapshot.flink.job_id, snapshot.flink.task_managers) == (None, 1)


def test_a_service_that_is_not_named_is_not_asked(services: StandIns) -> None:
    asked = len(services.flink.rest.asked)
    snapshot, _ = watched(
        services, PIPELINE, lambda snapshot: snapshot.kafka.brokers is not None, only=("bootstrap_servers",)
    )
    assert (snapshot.kafka.brokers, snapshot.flink.task_managers, snapshot.registry.url) == (1, None, None)
    assert len(services.flink.rest.asked) == asked


@pytest.mark.parametrize(
    ("text", "pipeline"),
    [
        ("mine=in:out:job", WatchedPipeline("mine", "in", "out", "job")),
        ("mine=in:out:a:b:c", WatchedPipeline("mine", "in", "out", "a:b:c")),
        ("mine = in ", WatchedPipeline("mine", "in", None, None)),
        ("mine=:out", WatchedPipeline("mine", None, "out", None)),
        ("mine=::job", WatchedPipeline("mine", None, None, "job")),
    ],
)
def test_a_pipeline_is_read_with_what_is_named_of_it(text: str, pipeline: WatchedPipeline) -> None:
    assert parse_pipeline(text) == pipeline


@pytest.mark.parametrize("text", ["mine", "mine=", "=in:out", "mine=::", " =in"])
def test_a_pipeline_without_a_name_or_without_parts_is_refused(text: str) -> None:
    with pytest.raises(SettingsError, match="expected NAME=input:output:job"):
        parse_pipeline(text)


def test_a_job_belongs_to_a_pipeline_by_its_id_or_the_beginning_of_its_name() -> None:
    assert PIPELINE.is_its_job("x", "copy of orders")
    assert PIPELINE.is_its_job("copy", "else")
    assert not PIPELINE.is_its_job("x", "a copy")
    assert WatchedPipeline("mine").is_its_job("x", "anything")
    assert (PIPELINE.topics, WatchedPipeline("m", None, "out").topics) == ({"in": "in", "out": "out"}, {"out": "out"})


def test_without_a_pipeline_the_services_alone_are_watched() -> None:
    assert pipelines_to_watch([]) == [WatchedPipeline("watched services")]
    assert [each.name for each in pipelines_to_watch(["a=x", "b=y"])] == ["a", "b"]
    with pytest.raises(SettingsError, match="two pipelines are called a"):
        pipelines_to_watch(["a=x", "a=y"])


def test_services_that_are_named_are_watched_and_only_those() -> None:
    settings = Settings.model_validate({"flink_url": "http://mine"})
    named = services_to_watch(settings, {"flink_url": "flag"})
    assert named == WatchedServices(bootstrap_servers=None, flink_url="http://mine", schema_registry_url=None)


def test_without_a_named_service_or_a_running_stack_the_default_addresses_are_watched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PIPEGEN_STACK_DIR", str(tmp_path / "none"))
    settings = Settings()
    assert services_to_watch(settings, {}) == WatchedServices(
        settings.bootstrap_servers, settings.flink_url, settings.schema_registry_url
    )


@pytest.mark.parametrize(
    ("messages", "pipeline", "sources", "why"),
    [
        (False, PIPELINE, {"bootstrap_servers": "flag"}, "shown when asked for: start it with --messages"),
        (True, WatchedPipeline("m"), {"bootstrap_servers": "flag"}, "The topics are not known"),
        (True, PIPELINE, {"flink_url": "flag"}, "Kafka is not watched"),
        (True, PIPELINE, {"bootstrap_servers": "flag"}, None),
    ],
)
def test_why_no_records_can_be_seen(
    messages: bool, pipeline: WatchedPipeline, sources: dict[str, str], why: str | None
) -> None:
    request = WatchRequest(Settings(), sources, (), (), messages, DashboardAccess())
    told = why_no_messages(request, pipeline)
    assert (told is None) == (why is None)
    assert why is None or why in (told or "")
