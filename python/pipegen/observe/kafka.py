"""Kafka: brokers, topics, offsets and consumer groups, each at a pace that its cost allows."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from pipegen.errors import ServiceError
from pipegen.observe.collector import Collector, rate_per_s
from pipegen.observe.kafka_groups import MOST_GROUPS, GroupWatch
from pipegen.observe.kafka_topics import OffsetBook, broker_states, leaderless, topic_states, under_replicated
from pipegen.services.kafka import ClusterView, KafkaAdmin
from pipegen.services.kafka_survey import Broker, Group, KafkaSurvey, Spot
from pipegen.snapshot import BrokerState, ConsumerGroup, TopicState
from pipegen.snapshot.kafka import GroupKind, TopicRole

_METADATA_S: Final = 2.0
_TIMEOUT_S: Final = 20.0
_CLOSE_S: Final = 2.0
_FEW_PARTITIONS: Final = 200
# Looks between two readings of each kind.
_GROUPS_EVERY: Final = 2
_DETAILS_EVERY: Final = 5
_LARGE_METADATA_EVERY: Final = 5
_ALL_OFFSETS_EVERY: Final = 20


@dataclass(frozen=True, slots=True)
class TopicOffsets:
    """The end of a topic.

    Attributes:
        total: Records since ``base``: the sum of the end offsets less ``base``, less the offsets without a record that
            our consumer has passed. Without a consumer of ours it may include markers of transactions.
        partitions: Number of partitions.
        rate_per_s: Growth since the reading before; None at the first.
        measured_ns: Monotonic time of the reading.
        lag: What our consumer can read and has not read; None where there is no consumer.
        open: Offsets behind the start of an open transaction, which nobody can read yet; None without a consumer.
    """

    total: int
    partitions: int
    rate_per_s: float | None
    measured_ns: int
    lag: int | None
    open: int | None = None


@dataclass(frozen=True, slots=True)
class Consumed:
    """How far our consumer has read the output topic.

    Attributes:
        positions: For each partition the offset it reads next: behind markers of transactions that it has passed.
        gaps: Offsets it has passed that held no record.
    """

    positions: Mapping[int, int]
    gaps: int


@dataclass(frozen=True, slots=True)
class KafkaReading:
    """What Kafka says at one moment."""

    brokers: int
    topics: int
    partitions: int
    under_replicated: int
    leaderless: int
    input: TopicOffsets | None
    output: TopicOffsets | None
    unreachable: int = 0
    controller_id: int | None = None
    broker_list: tuple[BrokerState, ...] = ()
    topic_list: tuple[TopicState, ...] = ()
    groups: tuple[ConsumerGroup, ...] = ()
    groups_total: int | None = None


ReadSoFar = Callable[[], Consumed]


@dataclass(slots=True)
class _Known:
    """What was read at an earlier look and is still shown."""

    cluster: ClusterView | None = None
    brokers: list[Broker] = field(default_factory=list)
    seen: dict[int, str] = field(default_factory=dict)
    group_ids: list[str] | None = None
    groups: tuple[ConsumerGroup, ...] = ()
    described: list[Group] = field(default_factory=list)


class KafkaCollector(Collector[KafkaReading]):
    """Reads the cluster, the ends of the input and the output topic, and consumer groups.

    Args:
        admin: Client to ask with.
        input_topic: Topic the load goes to; None when not known.
        output_topic: Topic the job writes to; None when not known.
        base_offsets: For each topic the sum of its end offsets before the run.
        consumed: How far our consumer of the output topic is; None without one.
        groups: Groups to follow and whose they are; None follows the first 20 of the cluster.
        other_topics: Further topics of the pipeline, with their roles.
        checkpoint_interval_s: How often Flink commits; None when not known.
        interval_s: Time between two readings.
        on_failure: Called with the error of a failed attempt.
    """

    name = "kafka"

    def __init__(
        self,
        admin: KafkaAdmin,
        *,
        input_topic: str | None,
        output_topic: str | None,
        base_offsets: Mapping[str, int],
        consumed: ReadSoFar | None = None,
        groups: Mapping[str, GroupKind] | None = None,
        other_topics: Mapping[str, TopicRole] | None = None,
        checkpoint_interval_s: Callable[[], float | None] = lambda: None,
        interval_s: float = 1.0,
        on_failure: Callable[[ServiceError], None] | None = None,
    ) -> None:
        super().__init__(interval_s=interval_s, timeout_s=_TIMEOUT_S, on_failure=on_failure)
        self._admin = admin
        self._survey = KafkaSurvey(admin)
        self._input_topic = input_topic
        self._output_topic = output_topic
        self._base = base_offsets
        self._consumed = consumed
        self._wanted_groups = groups
        self._roles: dict[str, TopicRole] = dict(other_topics or {})
        if output_topic is not None:
            self._roles[output_topic] = "output"
        if input_topic is not None:
            self._roles[input_topic] = "input"
        self._watch = GroupWatch(self._survey, kinds=groups or {}, checkpoint_interval_s=checkpoint_interval_s)
        self._book = OffsetBook()
        self._known = _Known()
        self._turn = 0
        self._looking = threading.Lock()

    async def measure(self) -> KafkaReading:
        """One look at the cluster. Runs librdkafka's blocking calls in a thread."""
        return await asyncio.to_thread(self._measure)

    def close(self) -> None:
        """Closes the reader of single records; where a look is still under way, which Kafka may hold up, it is left."""
        if self._looking.acquire(timeout=_CLOSE_S):
            self._survey.close()
            self._looking.release()

    def _measure(self) -> KafkaReading:
        with self._looking:
            return self._look()

    def _look(self) -> KafkaReading:
        turn, known = self._turn, self._known
        cluster = self._metadata(turn)
        before = self._reading.value
        # Positions first: the lag may then be a little too high, never too low.
        consumed = self._consumed() if self._consumed is not None else None
        self._read_offsets(cluster, turn)
        readable = self._readable(cluster) if consumed is not None else {}
        if turn % _DETAILS_EVERY == 0:
            known.brokers = self._survey.brokers()
            known.group_ids = self._survey.group_ids()
            known.described = self._described(known.group_ids)
        if turn % _GROUPS_EVERY == 0:
            known.groups = self._watch.look(known.described)
        brokers = broker_states(cluster, known.brokers, known.seen)
        every = [part for topic in cluster.topics.values() for part in topic.values()]
        self._turn = turn + 1
        return KafkaReading(
            brokers=len(cluster.brokers),
            topics=len(cluster.topics),
            partitions=len(every),
            under_replicated=under_replicated(every),
            leaderless=leaderless(every),
            input=self._topic(cluster, self._input_topic, before.input if before else None),
            output=self._topic(cluster, self._output_topic, before.output if before else None, consumed, readable),
            unreachable=sum(1 for broker in brokers if not broker.reachable),
            controller_id=next((broker.id for broker in brokers if broker.controller), None),
            broker_list=brokers,
            topic_list=topic_states(cluster, self._roles, self._book),
            groups=known.groups,
            groups_total=None if known.group_ids is None else len(known.group_ids),
        )

    def _metadata(self, turn: int) -> ClusterView:
        """The metadata; of a large cluster only now and then, because it costs with the number of partitions."""
        cluster = self._known.cluster
        if cluster is None or cluster.partitions <= _FEW_PARTITIONS or turn % _LARGE_METADATA_EVERY == 0:
            cluster = self._admin.cluster(timeout_s=_METADATA_S)
            self._known.cluster = cluster
            self._book.forget_others(cluster.topics)
        return cluster

    def _read_offsets(self, cluster: ClusterView, turn: int) -> None:
        topics: Iterable[str] = cluster.topics if turn % _ALL_OFFSETS_EVERY == 0 else self._roles
        spots = _led(cluster, topics)
        ends = self._survey.offsets(spots, "end")
        self._book.take_ends(ends, time.monotonic_ns())
        if turn % _ALL_OFFSETS_EVERY == 0:
            self._book.begins.update(self._survey.offsets(spots, "begin"))
        elif turn % _DETAILS_EVERY == 0:
            self._book.begins.update(self._survey.offsets(_led(cluster, self._roles), "begin"))

    def _described(self, every: Sequence[str]) -> list[Group]:
        wanted = list(every[:MOST_GROUPS]) if self._wanted_groups is None else self._wanted_groups
        described = self._survey.groups([group for group in wanted if group in set(every)])
        return [described[group] for group in wanted if group in described]

    def _readable(self, cluster: ClusterView) -> Mapping[Spot, int]:
        """The ends of the output topic for a reader of committed records, which our consumer is."""
        return self._survey.offsets(_led(cluster, [self._output_topic] if self._output_topic else []), "stable")

    def _topic(
        self,
        cluster: ClusterView,
        topic: str | None,
        before: TopicOffsets | None,
        consumed: Consumed | None = None,
        readable: Mapping[Spot, int] | None = None,
    ) -> TopicOffsets | None:
        if topic is None or topic not in cluster.topics:
            return None
        ends = {number: self._book.ends.get((topic, number)) for number in cluster.topics[topic]}
        known = {number: end for number, end in ends.items() if end is not None}
        if len(known) < len(ends):
            return None
        measured_ns = max((self._book.read_ns[topic, number] for number in known), default=0)
        total = sum(known.values()) - self._base.get(topic, 0)
        if consumed is None:
            return TopicOffsets(total, len(known), _growth(total, measured_ns, before), measured_ns, None)
        total -= consumed.gaps
        # The high watermark was read first: where it is the smaller one, nothing was open at that moment.
        ends_to_read = {part: min(end, (readable or {}).get((topic, part), end)) for part, end in known.items()}
        lag = sum(max(0, end - consumed.positions.get(part, 0)) for part, end in ends_to_read.items())
        held = sum(known.values()) - sum(ends_to_read.values())
        return TopicOffsets(total, len(known), _growth(total, measured_ns, before), measured_ns, lag, held)


def _growth(total: int, measured_ns: int, before: TopicOffsets | None) -> float | None:
    """Growth since the reading before; a marker that was not yet known to be one makes no negative growth."""
    if before is None:
        return None
    return rate_per_s(max(total, before.total), measured_ns, before.total, before.measured_ns)


def _led(cluster: ClusterView, topics: Iterable[str]) -> list[Spot]:
    """The partitions of topics that have a leader to ask."""
    return [
        (topic, number)
        for topic in topics
        for number, part in cluster.topics.get(topic, {}).items()
        if part.leader >= 0
    ]
