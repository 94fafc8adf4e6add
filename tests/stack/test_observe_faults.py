"""Services that go away while they are watched: the right part is red, of the right category, and its return seen."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import ExitStack

import pytest

from pipegen.bus import EventBus
from pipegen.config import Settings
from pipegen.run.watched import WatchedPipeline, WatchedServices
from pipegen.run.watcher import Watcher
from pipegen.services.kafka import KafkaAdmin
from pipegen.snapshot import Snapshot
from pipegen.stack import Endpoints, LocalStack
from tests.brokers import OwnBroker, free_ports, running
from tests.front_door import front_door

pytestmark = pytest.mark.stack
NOTICED_S = 5.0


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


def watch(services: WatchedServices, body: Callable[[Watcher], Awaitable[None]]) -> None:
    async def run() -> None:
        watcher = Watcher(
            services=services,
            pipeline=WatchedPipeline("theirs", "their-in", "their-out"),
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


def test_a_broker_that_dies_is_red_and_its_return_is_noticed(broker: OwnBroker, endpoints: Endpoints) -> None:
    KafkaAdmin(broker.address).create_topic("their-in", partitions=2, replication_factor=1)
    services = WatchedServices(broker.address, endpoints.flink_url, endpoints.schema_registry_url)

    async def body(watcher: Watcher) -> None:
        def well(snapshot: Snapshot) -> bool:
            return {snapshot.kafka.status, snapshot.flink.status, snapshot.registry.status} <= {"running", "starting"}

        await until(watcher, well)
        broker.stop()
        red, waited_s = await until(watcher, lambda snapshot: snapshot.kafka.status == "error")
        assert waited_s < NOTICED_S
        assert {entry.component for entry in red.errors} == {"kafka"}
        assert {entry.category for entry in red.errors} == {"connection"}
        assert red.headline.level == "error"
        # The last figures stay, and grow old; those of the others stay fresh.
        assert red.kafka.partitions == 2
        old, _ = await until(watcher, lambda snapshot: (snapshot.kafka.age_ms or 0) > 6000)
        assert old.flink.age_ms is not None
        assert old.flink.age_ms < 6000
        assert (old.flink.status, old.registry.status) == ("starting", "running")
        broker.start()
        await until(watcher, well)

    watch(services, body)


def test_a_registry_and_a_flink_that_go_away_are_red_each_for_itself(endpoints: Endpoints) -> None:
    with ExitStack() as registry, ExitStack() as flink:
        services = WatchedServices(
            None,
            flink.enter_context(front_door(endpoints.flink_url)),
            registry.enter_context(front_door(endpoints.schema_registry_url)),
        )

        async def body(watcher: Watcher) -> None:
            await until(
                watcher, lambda snapshot: snapshot.registry.status == "running" and snapshot.flink.version == "2.3.0"
            )
            await asyncio.to_thread(registry.close)
            red, waited_s = await until(watcher, lambda snapshot: snapshot.registry.status == "error")
            assert waited_s < NOTICED_S
            assert red.flink.status != "error"
            assert [(entry.component, entry.category) for entry in red.errors] == [("registry", "connection")]
            await asyncio.to_thread(flink.close)
            both, waited_s = await until(watcher, lambda snapshot: snapshot.flink.status == "error")
            assert waited_s < NOTICED_S
            assert {entry.component for entry in both.errors} == {"registry", "flink"}

        watch(services, body)
