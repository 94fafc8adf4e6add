"""Three brokers, one of them stopped: what is missing is shown, and that it is back is noticed."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator

import pytest

from pipegen.observe import KafkaCollector, KafkaReading
from pipegen.run.picture.kafka import kafka
from pipegen.services.kafka import KafkaAdmin, PartitionView
from pipegen.stack import LocalStack
from tests.brokers import OwnBroker, free_ports, running

pytestmark = [pytest.mark.stack, pytest.mark.heavy]
RACKS = {1: "cellar", 2: "attic", 3: "yard"}


@pytest.fixture(scope="module")
def cluster(local_stack: LocalStack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[int, OwnBroker]]:
    ports = free_ports(6)
    voters = ",".join(f"{number}@127.0.0.1:{ports[number + 2]}" for number in RACKS)
    folder = tmp_path_factory.mktemp("three")
    brokers = {
        number: OwnBroker(
            local_stack,
            folder / str(number),
            node_id=number,
            settings={
                "controller.quorum.voters": voters,
                "listeners": f"PLAINTEXT://127.0.0.1:{ports[number - 1]},CONTROLLER://127.0.0.1:{ports[number + 2]}",
                "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
                "broker.rack": rack,
                "broker.session.timeout.ms": 3000,
                "broker.heartbeat.interval.ms": 500,
            },
            address=f"127.0.0.1:{ports[number - 1]}",
        )
        for number, rack in RACKS.items()
    }
    with running(list(brokers.values())):
        yield brokers


def whole_again(reading: KafkaReading) -> bool:
    return reading.partitions == 12 and reading.leaderless == reading.under_replicated == 0


def look_until(collector: KafkaCollector, right: Callable[[KafkaReading], bool]) -> KafkaReading:
    deadline_s = time.monotonic() + 60
    while time.monotonic() < deadline_s:
        reading = asyncio.run(collector.collect())
        if reading.failure is None and reading.value is not None and right(reading.value):
            return reading.value
    raise AssertionError(collector.reading)


def topic_when_known(admin: KafkaAdmin, name: str) -> dict[int, PartitionView]:
    """A topic's partitions, once the broker that is asked knows the topic."""
    deadline_s = time.monotonic() + 60
    while time.monotonic() < deadline_s:
        found = admin.cluster().topics.get(name)
        if found is not None and len(found) == 6:
            return found
    raise AssertionError(f"no broker knows topic {name}")


def test_a_stopped_broker_leaves_partitions_under_replicated_and_leaderless(cluster: dict[int, OwnBroker]) -> None:
    admin = KafkaAdmin(",".join(broker.address for broker in cluster.values()))
    admin.create_topic("safe", partitions=6, replication_factor=3)
    admin.create_topic("alone", partitions=6, replication_factor=1)
    collector = KafkaCollector(admin, input_topics=["safe"], output_topics={"alone": None}, base_offsets={})
    try:
        whole = look_until(collector, whole_again)
        assert (whole.brokers, whole.unreachable, whole.partitions) == (3, 0, 12)
        assert {broker.id: broker.rack for broker in whole.broker_list} == RACKS
        alone = topic_when_known(admin, "alone")
        alone_on_2 = sum(1 for view in alone.values() if view.replicas == (2,))
        cluster[2].stop()
        hurt = look_until(collector, lambda reading: reading.leaderless > 0 and reading.under_replicated >= 6)
        assert (hurt.brokers, hurt.unreachable) == (2, 1)
        assert [broker.reachable for broker in hurt.broker_list] == [True, False, True]
        assert hurt.leaderless == alone_on_2
        states = {topic.name: topic for topic in hurt.topic_list}
        assert states["safe"].under_replicated_partitions == 6
        assert all(sorted(part.in_sync) == [1, 3] for part in states["safe"].partition_list)
        assert sum(1 for part in states["alone"].partition_list if part.leader is None) == alone_on_2
        section = kafka(collector.reading, input_topic="safe").section
        assert (section.status, section.status_reason) == ("error", f"{alone_on_2} partitions have no leader")
        cluster[2].start()
        healed = look_until(collector, whole_again)
        assert (healed.brokers, healed.unreachable) == (3, 0)
    finally:
        collector.close()
