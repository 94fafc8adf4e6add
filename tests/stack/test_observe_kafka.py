"""What PipeGen says of Kafka is what Kafka's other clients say at the same moment."""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import Iterator

import pytest
from confluent_kafka import Consumer, ConsumerGroupTopicPartitions, Producer, TopicPartition
from confluent_kafka.admin import AdminClient

from pipegen.observe import KafkaCollector, KafkaReading
from pipegen.services.kafka import KafkaAdmin
from pipegen.stack import Endpoints

pytestmark = pytest.mark.stack
PARTITIONS = 3


@pytest.fixture
def topic(endpoints: Endpoints) -> Iterator[str]:
    admin, name = KafkaAdmin(endpoints.bootstrap_servers), f"watched-{uuid.uuid4()}"
    admin.create_topic(name, partitions=PARTITIONS, replication_factor=1)
    admin.await_leaders(name, PARTITIONS)
    yield name
    admin.delete_topics([name])


def produce(endpoints: Endpoints, topic: str, count: int, *, age_s: float = 0.0) -> None:
    producer = Producer({"bootstrap.servers": endpoints.bootstrap_servers})
    for number in range(count):
        at_ms = round((time.time() - age_s) * 1000)
        producer.produce(topic, b"x" * 100, partition=number % PARTITIONS, timestamp=at_ms)
    assert producer.flush(20) == 0


def commit(endpoints: Endpoints, topic: str, group: str, offsets: list[int]) -> Consumer:
    """A member of the group that has committed these offsets; it stays until closed."""
    consumer = Consumer(
        {"bootstrap.servers": endpoints.bootstrap_servers, "group.id": group, "enable.auto.commit": False}
    )
    consumer.subscribe([topic])
    deadline_s = time.monotonic() + 30
    while len(consumer.assignment()) < PARTITIONS and time.monotonic() < deadline_s:
        consumer.poll(0.1)
    places = [TopicPartition(topic, number, offset) for number, offset in enumerate(offsets)]
    consumer.commit(offsets=places, asynchronous=False)
    return consumer


def watch(endpoints: Endpoints, topic: str, group: str) -> KafkaCollector:
    return KafkaCollector(
        KafkaAdmin(endpoints.bootstrap_servers),
        input_topics=[topic],
        output_topics={},
        base_offsets={},
        groups={group: "other"},
    )


def look(collector: KafkaCollector) -> KafkaReading:
    reading = asyncio.run(collector.collect())
    assert reading.failure is None
    assert reading.value is not None
    return reading.value


def test_brokers_topics_and_offsets_are_those_of_a_second_client(endpoints: Endpoints, topic: str) -> None:
    produce(endpoints, topic, 1000)
    collector = watch(endpoints, topic, "nobody")
    reading = look(collector)
    admin = AdminClient({"bootstrap.servers": endpoints.bootstrap_servers})
    metadata = admin.list_topics(timeout=10)
    described = admin.describe_cluster(request_timeout=10).result()
    assert reading.brokers == len(metadata.brokers) == 1
    assert [(b.id, b.address, b.rack, b.controller, b.reachable) for b in reading.broker_list] == [
        (node.id, f"{node.host}:{node.port}", node.rack, node.id == described.controller.id, True)
        for node in described.nodes
    ]
    visible = {name: t for name, t in metadata.topics.items() if not name.startswith("__")}
    assert reading.topics == len(visible)
    assert reading.partitions == sum(len(t.partitions) for t in visible.values())
    assert reading.broker_list[0].leaders == reading.partitions
    shown = reading.topic_list[0]
    assert (shown.name, shown.role, shown.replication_factor) == (topic, "input", 1)
    client = Consumer({"bootstrap.servers": endpoints.bootstrap_servers, "group.id": "second"})
    try:
        marks = [client.get_watermark_offsets(TopicPartition(topic, n), timeout=10) for n in range(PARTITIONS)]
    finally:
        client.close()
    assert [(p.begin_offset, p.end_offset) for p in shown.partition_list] == marks
    assert shown.end_total == 1000
    assert reading.input is not None
    assert reading.input.total == 1000
    collector.close()


def test_the_rate_is_the_growth_between_two_looks(endpoints: Endpoints, topic: str) -> None:
    collector = watch(endpoints, topic, "nobody")
    first = look(collector)
    produce(endpoints, topic, 5000)
    second = look(collector)
    assert first.input is not None
    assert second.input is not None
    seconds = (second.input.measured_ns - first.input.measured_ns) / 1e9
    assert second.input.rate_per_s == pytest.approx(5000 / seconds)
    assert second.topic_list[0].rate == pytest.approx(5000 / seconds, abs=0.01)
    collector.close()


def test_a_groups_lag_is_that_of_kafkas_own_description_in_records_and_in_seconds(
    endpoints: Endpoints, topic: str
) -> None:
    group = f"group-{uuid.uuid4()}"
    produce(endpoints, topic, 300, age_s=90)
    produce(endpoints, topic, 300, age_s=30)
    # One partition has read all, one stands among the old records, one among the young ones.
    member = commit(endpoints, topic, group, [200, 50, 150])
    collector = watch(endpoints, topic, group)
    try:
        reading = look(collector)
        admin = AdminClient({"bootstrap.servers": endpoints.bootstrap_servers})
        described = admin.describe_consumer_groups([group], request_timeout=10)[group].result()
        committed = admin.list_consumer_group_offsets([ConsumerGroupTopicPartitions(group)])[group].result()
        seen = reading.groups[0]
        assert (seen.id, seen.state, seen.members) == (group, described.state.name.lower(), len(described.members))
        offsets = {part.partition: part.offset for part in committed.topic_partitions}
        assert {part.partition: part.committed_offset for part in seen.partitions} == offsets
        assert {part.partition: part.lag for part in seen.partitions} == {0: 0, 1: 150, 2: 50}
        assert (seen.lag, seen.committed_total) == (200, 400)
        seconds = {part.partition: part.lag_s for part in seen.partitions}
        assert seconds[0] == 0
        assert seconds[1] == pytest.approx(90, abs=15)
        assert seconds[2] == pytest.approx(30, abs=15)
        assert seen.lag_s == seconds[1]
        assert seen.verdict == "ok"
        assert reading.groups_total == len(admin.list_consumer_groups(request_timeout=10).result().valid)
    finally:
        collector.close()
        member.close()


def test_the_commit_rate_is_the_growth_of_the_committed_offsets(endpoints: Endpoints, topic: str) -> None:
    group = f"group-{uuid.uuid4()}"
    produce(endpoints, topic, 300)
    member = commit(endpoints, topic, group, [10, 10, 10])
    collector = watch(endpoints, topic, group)
    try:
        began_s = time.monotonic()
        assert look(collector).groups[0].commit_rate_per_s is None
        first_s = time.monotonic()
        member.commit(offsets=[TopicPartition(topic, number, 60) for number in range(PARTITIONS)], asynchronous=False)
        committing_s = time.monotonic()
        # Groups are looked at every other time.
        seen = [look(collector).groups[0] for _ in range(2)][-1]
        longest_s, shortest_s = time.monotonic() - began_s, committing_s - first_s
        assert seen.committed_total == 180
        assert seen.commit_rate_per_s is not None
        assert 150 / longest_s <= seen.commit_rate_per_s <= 150 / shortest_s
    finally:
        collector.close()
        member.close()


def test_beyond_the_cap_lag_in_seconds_is_null_with_the_reason(endpoints: Endpoints, topic: str) -> None:
    group = f"group-{uuid.uuid4()}"
    produce(endpoints, topic, 300)
    member = commit(endpoints, topic, group, [10, 20, 30])
    collector = watch(endpoints, topic, group)
    collector._watch._book.most_reads = 1
    try:
        first = look(collector).groups[0]
        # The partition with most lag comes first; what was read is kept, so the others follow at the next looks.
        assert [part.lag_s is not None for part in first.partitions] == [True, False, False]
        assert first.lag_s is None
        assert first.lag_s_reason is not None
        assert "at most 1 partitions" in first.lag_s_reason
        deadline_s = time.monotonic() + 60
        while (last := look(collector).groups[0]).lag_s is None:
            assert time.monotonic() < deadline_s, last
    finally:
        collector.close()
        member.close()


def test_a_group_that_is_not_there_is_not_shown_and_costs_no_failure(endpoints: Endpoints, topic: str) -> None:
    collector = watch(endpoints, topic, f"never-{uuid.uuid4()}")
    assert look(collector).groups == ()
    collector.close()


class Transactions:
    """A writer of transactions to every partition of a topic."""

    def __init__(self, endpoints: Endpoints, topic: str) -> None:
        self._topic = topic
        self._producer = Producer({"bootstrap.servers": endpoints.bootstrap_servers, "transactional.id": topic})
        self._producer.init_transactions(20)

    def begin(self, each: int) -> None:
        """Writes so many records to each partition and leaves the transaction open."""
        self._producer.begin_transaction()
        for number in range(each * PARTITIONS):
            self._producer.produce(self._topic, b"x", partition=number % PARTITIONS)
        assert self._producer.flush(20) == 0

    def commit(self) -> None:
        """Ends the transaction."""
        self._producer.commit_transaction(20)

    def abort(self) -> None:
        """Takes its records back."""
        self._producer.abort_transaction(20)


def looks(collector: KafkaCollector, count: int) -> KafkaReading:
    """So many looks at the groups, each at another time, and the last one."""
    for _ in range(2 * count):  # groups are asked every second time
        reading = look(collector)
    return reading


def test_markers_of_transactions_are_no_lag_of_a_group_that_has_read_everything(
    endpoints: Endpoints, topic: str
) -> None:
    writer = Transactions(endpoints, topic)
    for each in (7, 3):
        writer.begin(each)
        writer.commit()
    group = f"group-{uuid.uuid4()}"
    # Offsets 0 to 6, a marker, 8 to 10, a marker: what a reader commits that goes by its last record.
    member = commit(endpoints, topic, group, [11, 11, 11])
    collector = watch(endpoints, topic, group)
    try:
        seen = looks(collector, 2).groups[0]
        assert [(part.end_offset, part.lag, part.markers, part.lag_s) for part in seen.partitions] == [
            (12, 0, 1, 0)
        ] * 3
        assert (seen.lag, seen.lag_s, seen.verdict) == (0, 0, "ok")
        assert seen.lag_note == "3 offsets without a record, such as markers of transactions, are left out"
        # Standing still for longer than any window is no trouble either.
        collector._watch._histories[group].judges[topic, 0].shortest_window_s = -1.0
        assert looks(collector, 1).groups[0].verdict == "ok"
    finally:
        collector.close()
        member.close()


def test_records_behind_markers_are_lag_and_markers_among_them_are_not(endpoints: Endpoints, topic: str) -> None:
    writer = Transactions(endpoints, topic)
    writer.begin(2)
    writer.commit()
    writer.begin(5)
    writer.abort()
    writer.begin(4)
    writer.commit()
    group = f"group-{uuid.uuid4()}"
    member = commit(endpoints, topic, group, [2, 3, 14])
    collector = watch(endpoints, topic, group)
    try:
        seen = looks(collector, 2).groups[0]
        lags = {part.partition: (part.lag, part.markers) for part in seen.partitions}
        # Offsets: 2 records, marker, 5 aborted ones, marker, 4 records, marker.
        assert lags == {0: (4, 8), 1: (4, 7), 2: (0, 0)}
        assert seen.lag == 8
    finally:
        collector.close()
        member.close()


def test_what_an_open_transaction_holds_is_told_and_is_no_lag_before_it_ends(endpoints: Endpoints, topic: str) -> None:
    writer = Transactions(endpoints, topic)
    writer.begin(2)
    writer.commit()
    writer.begin(4)
    group, other = (f"group-{uuid.uuid4()}" for _ in range(2))
    member = commit(endpoints, topic, group, [2, 2, 2])
    dirty = commit(endpoints, topic, other, [5, 5, 5])
    collector = KafkaCollector(
        KafkaAdmin(endpoints.bootstrap_servers),
        input_topics=[topic],
        output_topics={},
        base_offsets={},
        groups={group: "other", other: "other"},
    )
    try:
        waits, reads_all = looks(collector, 2).groups
        assert (waits.lag, waits.lag_s, waits.verdict) == (0, 0, "ok")
        assert "12 more offsets belong to open transactions" in (waits.lag_note or "")
        # A group that is past the start of the open transaction does not wait for its end.
        assert (reads_all.lag, reads_all.partitions[0].open_offsets) == (6, 0)
        writer.commit()
        after = looks(collector, 2).groups[0]
        assert (after.lag, [part.markers for part in after.partitions]) == (12, [2, 2, 2])
        assert "open" not in (after.lag_note or "")
    finally:
        collector.close()
        member.close()
        dirty.close()
