"""Brokers and topics of a cluster, from its metadata and the offsets that were read."""

from __future__ import annotations

import pytest

from pipegen.observe.kafka_topics import OffsetBook, broker_states, leaderless, topic_states, total, under_replicated
from pipegen.services.kafka import ClusterView, PartitionView
from pipegen.services.kafka_survey import Broker

SECOND_NS = 1_000_000_000


def part(leader: int, replicas: tuple[int, ...] = (1, 2), in_sync: tuple[int, ...] | None = None) -> PartitionView:
    return PartitionView(leader=leader, replicas=replicas, in_sync=replicas if in_sync is None else in_sync)


def cluster(**topics: dict[int, PartitionView]) -> ClusterView:
    return ClusterView(brokers={1: "a:1", 2: "b:2"}, topics=topics)


def test_every_broker_that_is_there_was_seen_or_should_hold_a_replica_is_listed() -> None:
    seen = {3: "c:3"}
    topics = {"orders": {0: part(1), 1: part(1, (1, 4))}, "sums": {0: part(2)}}
    states = broker_states(cluster(**topics), [Broker(1, "a:1", "rack1", True)], seen)
    told = [(state.id, state.address, state.reachable, state.leaders) for state in states]
    assert told == [(1, "a:1", True, 2), (2, "b:2", True, 1), (3, "c:3", False, 0), (4, None, False, 0)]
    assert [(state.rack, state.controller) for state in states[:2]] == [("rack1", True), (None, False)]
    assert seen == {1: "a:1", 2: "b:2", 3: "c:3"}


def test_partitions_without_a_leader_and_with_too_few_replicas_are_counted() -> None:
    parts = [part(0), part(-1), part(1, (1, 2), (1,)), part(1, (1, 2), ())]
    assert (leaderless(parts), under_replicated(parts)) == (1, 2)


def test_topics_with_a_role_come_first_and_only_they_show_their_partitions() -> None:
    view = cluster(a={0: part(1)}, z={1: part(-1), 0: part(0, (0, 1, 2))})
    book = OffsetBook(begins={("z", 0): 5, ("z", 1): 0}, ends={("z", 0): 50, ("z", 1): 7})
    first, second = topic_states(view, {"z": "input"}, book)
    assert [(topic.name, topic.role) for topic in (first, second)] == [("z", "input"), ("a", "other")]
    assert (first.begin_total, first.end_total, first.partitions, first.replication_factor) == (5, 57, 2, 2)
    assert (first.leaderless_partitions, first.rate) == (1, None)
    assert [(each.partition, each.leader, each.end_offset) for each in first.partition_list] == [
        (0, 0, 50),
        (1, None, 7),
    ]
    assert (second.partition_list, second.end_total) == ([], None)


def test_the_rate_of_a_topic_is_the_growth_of_all_of_its_partitions() -> None:
    view, book = cluster(z={0: part(1), 1: part(2)}), OffsetBook()
    book.take_ends({("z", 0): 100, ("z", 1): 10}, SECOND_NS)
    assert topic_states(view, {}, book)[0].rate is None
    book.take_ends({("z", 0): 300}, 3 * SECOND_NS)
    assert topic_states(view, {}, book)[0].rate is None, "one of two is not known"
    book.take_ends({("z", 1): 30}, 3 * SECOND_NS)
    assert topic_states(view, {"z": "input"}, book)[0].rate == pytest.approx(110)


def test_what_belongs_to_topics_that_are_gone_is_forgotten() -> None:
    book = OffsetBook()
    book.take_ends({("a", 0): 1, ("b", 0): 2}, 0)
    book.forget_others({"b": None})
    assert (book.ends, set(book.rates), set(book.read_ns)) == ({("b", 0): 2}, {("b", 0)}, {("b", 0)})


def test_a_sum_of_offsets_needs_all_of_them() -> None:
    assert total({("a", 0): 1, ("a", 1): 2}, [("a", 0), ("a", 1)]) == 3
    assert total({("a", 0): 1}, [("a", 0), ("a", 1)]) is None
