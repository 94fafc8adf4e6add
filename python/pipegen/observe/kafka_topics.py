"""Brokers and topics of a cluster as the contract shows them, with rates between one look and the next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from pipegen.observe.collector import rate_per_s
from pipegen.services.kafka import ClusterView, PartitionView
from pipegen.services.kafka_survey import Broker, Spot
from pipegen.snapshot import BrokerState, PartitionState, TopicState
from pipegen.snapshot.kafka import TopicRole

_MOST_TOPICS: Final = 100
_MOST_PARTITIONS: Final = 64


@dataclass(slots=True)
class OffsetBook:
    """Offsets as they were last read, and the growth of the ends since the time before."""

    begins: dict[Spot, int] = field(default_factory=dict)
    ends: dict[Spot, int] = field(default_factory=dict)
    rates: dict[Spot, float | None] = field(default_factory=dict)
    read_ns: dict[Spot, int] = field(default_factory=dict)

    def take_ends(self, ends: Mapping[Spot, int], now_ns: int) -> None:
        """Takes newly read end offsets."""
        for spot, end in ends.items():
            before = self.ends.get(spot)
            self.rates[spot] = None if before is None else rate_per_s(end, now_ns, before, self.read_ns[spot])
            self.ends[spot] = end
            self.read_ns[spot] = now_ns

    def forget_others(self, topics: Mapping[str, object]) -> None:
        """Drops what belongs to topics that are gone."""
        for kept in (self.begins, self.ends, self.rates, self.read_ns):
            for spot in [spot for spot in kept if spot[0] not in topics]:
                del kept[spot]


def broker_states(cluster: ClusterView, described: list[Broker], seen: dict[int, str]) -> tuple[BrokerState, ...]:
    """Every broker that is there, was seen before, or should hold a replica.

    Args:
        cluster: The metadata of this moment.
        described: The newest description, for rack and controller.
        seen: Addresses of brokers seen so far; added to.
    """
    seen.update(cluster.brokers)
    leaders: dict[int, int] = {}
    replicas: set[int] = set()
    for part in _partitions(cluster):
        leaders[part.leader] = leaders.get(part.leader, 0) + 1
        replicas.update(part.replicas)
    details = {broker.id: broker for broker in described}
    return tuple(
        BrokerState(
            id=number,
            address=seen.get(number),
            rack=details[number].rack if number in details else None,
            controller=number in details and details[number].controller,
            reachable=number in cluster.brokers,
            leaders=leaders.get(number, 0),
        )
        for number in sorted(replicas | set(seen))
    )


def under_replicated(partitions: list[PartitionView]) -> int:
    """Partitions with fewer in-sync replicas than replicas."""
    return sum(1 for part in partitions if len(part.in_sync) < len(part.replicas))


def leaderless(partitions: list[PartitionView]) -> int:
    """Partitions without a leader."""
    return sum(1 for part in partitions if part.leader < 0)


def topic_states(cluster: ClusterView, roles: Mapping[str, TopicRole], book: OffsetBook) -> tuple[TopicState, ...]:
    """The topics, those with a role first; at most 100."""
    names = sorted(cluster.topics, key=lambda name: (name not in roles, name))
    return tuple(_topic(name, cluster.topics[name], roles, book) for name in names[:_MOST_TOPICS])


def _topic(
    name: str, partitions: Mapping[int, PartitionView], roles: Mapping[str, TopicRole], book: OffsetBook
) -> TopicState:
    views = list(partitions.values())
    spots = [(name, number) for number in partitions]
    role = roles.get(name, "other")
    shown = sorted(partitions)[:_MOST_PARTITIONS] if name in roles else []
    rates = [book.rates.get(spot) for spot in spots]
    known_rates = [rate for rate in rates if rate is not None]
    return TopicState(
        name=name,
        role=role,
        partitions=len(views),
        replication_factor=min((len(view.replicas) for view in views), default=0),
        under_replicated_partitions=under_replicated(views),
        leaderless_partitions=leaderless(views),
        begin_total=total(book.begins, spots),
        end_total=total(book.ends, spots),
        rate=round(sum(known_rates), 3) if rates and len(known_rates) == len(rates) else None,
        partition_list=[_partition(name, number, partitions[number], book) for number in shown],
    )


def _partition(name: str, number: int, view: PartitionView, book: OffsetBook) -> PartitionState:
    rate = book.rates.get((name, number))
    return PartitionState(
        partition=number,
        leader=view.leader if view.leader >= 0 else None,
        replicas=list(view.replicas),
        in_sync=list(view.in_sync),
        begin_offset=book.begins.get((name, number)),
        end_offset=book.ends.get((name, number)),
        rate=None if rate is None else round(rate, 3),
    )


def total(offsets: Mapping[Spot, int], spots: list[Spot]) -> int | None:
    """Sum of the offsets; None while one is missing."""
    known = [offsets[spot] for spot in spots if spot in offsets]
    return sum(known) if len(known) == len(spots) else None


def _partitions(cluster: ClusterView) -> list[PartitionView]:
    return [part for topic in cluster.topics.values() for part in topic.values()]
