"""Services that go away while they are watched: the right part is red, of the right category, and its return seen."""

from __future__ import annotations

import asyncio
import json
import logging
import time
import uuid
from collections.abc import Awaitable, Callable, Iterator
from contextlib import ExitStack

import httpx2
import pytest

from pipegen.bus import EventBus
from pipegen.config import Settings
from pipegen.run.standalone.target import WatchedPipeline, WatchedServices
from pipegen.run.standalone.watcher import Watcher
from pipegen.services.kafka import KafkaAdmin
from pipegen.snapshot import Snapshot
from pipegen.stack import Endpoints, LocalStack
from tests.brokers import OwnBroker, free_ports, running
from tests.front_door import front_door

pytestmark = [pytest.mark.stack, pytest.mark.heavy]
_log = logging.getLogger(__name__)
# Looks of a collector after a fault until it is seen: the one that was under way, and the next.
NOTICED_LOOKS = 2


@pytest.fixture
def broker(local_stack: LocalStack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[OwnBroker]:
    port, controller = free_ports(2)
    own = OwnBroker(
        local_stack,
        tmp_path_factory.mktemp("mortal") / "broker",
        node_id=1,
        settings={
            "controller.quorum.voters": f"1@127.0.0.1:{controller}",
            "listeners": f"PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller}",
            "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
        },
        address=f"127.0.0.1:{port}",
    )
    with running([own]):
        yield own


def watch(
    services: WatchedServices, body: Callable[[Watcher], Awaitable[None]], *, input_topic: str = "their-in"
) -> None:
    async def run() -> None:
        watcher = Watcher(
            services=services,
            pipeline=WatchedPipeline("theirs", input_topic, "their-out"),
            groups=[],
            bus=EventBus(),
            settings=Settings(),
            period_s=0.5,
        )
        task = asyncio.create_task(watcher.run())
        try:
            await body(watcher)
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    asyncio.run(run())


async def until(watcher: Watcher, right: Callable[[Snapshot], bool], deadline_s: float = 60) -> tuple[Snapshot, float]:
    started_s = time.monotonic()
    while True:
        snapshot = watcher.take()
        assert snapshot.unexplained() == []
        waited_s = time.monotonic() - started_s
        if right(snapshot):
            return snapshot, waited_s
        assert waited_s < deadline_s, snapshot.model_dump_json(indent=1)
        await asyncio.sleep(0.1)


def looks(watcher: Watcher, part: str) -> int:
    collector = {"kafka": watcher._kafka, "flink": watcher._flink, "registry": watcher._registry}[part]
    assert collector is not None
    return collector.reading.attempts


async def until_red(watcher: Watcher, part: str, before: int) -> Snapshot:
    """The first snapshot in which a part does not answer; the fault was after ``before`` looks at it."""
    red, waited_s = await until(watcher, lambda snapshot: getattr(snapshot, part).status == "error")
    _log.warning("%s: red %.1f s after it went away", part, waited_s)
    assert looks(watcher, part) - before <= NOTICED_LOOKS
    assert getattr(red, part).answers is False
    assert red.headline.level == "error"
    return red


def test_a_broker_that_dies_is_red_and_its_return_is_noticed(broker: OwnBroker, endpoints: Endpoints) -> None:
    KafkaAdmin(broker.address).create_topic("their-in", partitions=2, replication_factor=1)
    services = WatchedServices(broker.address, endpoints.flink_url, endpoints.schema_registry_url)

    async def body(watcher: Watcher) -> None:
        def well(snapshot: Snapshot) -> bool:
            return {snapshot.kafka.status, snapshot.flink.status, snapshot.registry.status} <= {"running", "starting"}

        await until(watcher, well)
        before = looks(watcher, "kafka")
        broker.stop()
        red = await until_red(watcher, "kafka", before)
        assert {entry.component for entry in red.errors} == {"kafka"}
        assert {entry.category for entry in red.errors} == {"connection"}
        assert red.cause.kind == "kafka_down"
        # The last figures stay, and grow old; those of the others stay fresh.
        assert red.kafka.partitions == 2
        old, _ = await until(watcher, lambda snapshot: (snapshot.kafka.age_ms or 0) > 6000)
        assert old.flink.age_ms is not None
        assert old.flink.age_ms < 6000
        assert (old.flink.status, old.registry.status) == ("starting", "running")
        broker.start()
        await until(watcher, well)

    watch(services, body)


def test_a_registry_and_a_flink_that_go_away_are_red_each_for_itself_and_their_return_is_noticed(
    endpoints: Endpoints,
) -> None:
    with ExitStack() as registry, ExitStack() as flink:
        doors = {"registry": (registry, endpoints.schema_registry_url), "flink": (flink, endpoints.flink_url)}
        urls = {part: stack.enter_context(front_door(upstream)) for part, (stack, upstream) in doors.items()}
        services = WatchedServices(None, urls["flink"], urls["registry"])

        async def body(watcher: Watcher) -> None:
            def well(snapshot: Snapshot) -> bool:
                return bool(snapshot.registry.answers and snapshot.flink.answers and snapshot.flink.version)

            async def cut(part: str) -> Snapshot:
                before = looks(watcher, part)
                await asyncio.to_thread(doors[part][0].close)
                return await until_red(watcher, part, before)

            await until(watcher, well)
            red = await cut("registry")
            assert red.flink.status != "error"
            assert (red.flink.age_ms or 0) < 6000
            assert [(entry.component, entry.category) for entry in red.errors] == [("registry", "connection")]
            assert red.cause.kind == "registry_down"
            both = await cut("flink")
            assert {entry.component for entry in both.errors} == {"registry", "flink"}
            assert both.cause.kind == "flink_down"
            for part, (stack, upstream) in doors.items():
                stack.enter_context(front_door(upstream, port=int(urls[part].rpartition(":")[2])))
            back, waited_s = await until(watcher, well)
            _log.warning("both back in a snapshot after %.1f s", waited_s)
            assert back.cause.state == "none"
            assert (back.flink.age_ms or 0) < 6000

        watch(services, body)


def test_an_incompatible_schema_is_an_error_of_the_registry_which_still_answers(endpoints: Endpoints) -> None:
    url, subject = endpoints.schema_registry_url, f"their-{uuid.uuid4()}-in"

    def register(kind: str) -> None:
        schema = {"type": "record", "name": "Theirs", "fields": [{"name": "id", "type": kind}]}
        body = {"schema": json.dumps(schema)}
        answer = httpx2.post(f"{url}/subjects/{subject}-value/versions", json=body, trust_env=False)
        assert answer.status_code == 200, answer.text

    async def body(watcher: Watcher) -> None:
        register("long")
        await until(watcher, lambda snapshot: snapshot.registry.input_version == 1)
        # Only where the level is NONE does the registry let an incompatible version through.
        httpx2.put(f"{url}/config/{subject}-value", json={"compatibility": "NONE"}, trust_env=False)
        before = looks(watcher, "registry")
        register("string")
        red, waited_s = await until(watcher, lambda snapshot: snapshot.registry.status == "error")
        _log.warning("incompatible schema: red after %.1f s", waited_s)
        assert looks(watcher, "registry") - before <= NOTICED_LOOKS
        assert red.registry.answers is True
        (error,) = red.errors
        assert (error.component, error.category) == ("registry", "serialisation")
        assert error.rule == "registry.incompatible"
        assert "long was written, string is read" in error.message
        assert (red.cause.kind, red.cause.component) == ("schema_incompatible", "registry")
        assert "not answer" not in red.cause.text
        assert red.flink.status != "error"

    try:
        watch(WatchedServices(None, endpoints.flink_url, url), body, input_topic=subject)
    finally:
        httpx2.delete(f"{url}/subjects/{subject}-value", trust_env=False)
