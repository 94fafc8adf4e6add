"""Kafka: brokers, topics, offsets and consumer groups, each at a pace that its cost allows."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeVar

from pipegen.errors import KafkaError, ServiceError
from pipegen.observe.collector import Collector, rate_per_s
from pipegen.observe.kafka_groups import MOST_GROUPS, GroupWatch, unseen_group
from pipegen.observe.kafka_topics import OffsetBook, broker_states, leaderless, topic_states, under_replicated
from pipegen.services.kafka import NO_RIGHT, ClusterView, KafkaAdmin
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
_NO_SUCH_GROUP: Final = frozenset({"GROUP_ID_NOT_FOUND", "INVALID_GROUP_ID"})


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
    """What Kafka says at one moment.

    Attributes:
        input: The ends of all input topics, summed; None where one is not known.
        output: The same of the output topics.
        outputs: The ends of each output topic that is known.
    """

    brokers: int
    topics: int
    partitions: int
    under_replicated: int
    leaderless: int
    input: TopicOffsets | None
    output: TopicOffsets | None
    outputs: Mapping[str, TopicOffsets] = field(default_factory=dict)
    unreachable: int = 0
    controller_id: int | None = None
    broker_list: tuple[BrokerState, ...] = ()
    topic_list: tuple[TopicState, ...] = ()
    groups: tuple[ConsumerGroup, ...] = ()
    groups_total: int | None = None


N = TypeVar("N", int, float)
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
    unseen: tuple[ConsumerGroup, ...] = ()
    ends: dict[Spot, int] = field(default_factory=dict)


class KafkaCollector(Collector[KafkaReading]):
    """Reads the cluster, the ends of the inputs' and the outputs' topics, and consumer groups.

    Args:
        admin: Client to ask with.
        input_topics: Topics the load goes to.
        output_topics: Topics the jobs write to, and how far our consumer of each is; None without one.
        base_offsets: For each topic the sum of its end offsets before the run.
        groups: Groups to follow and whose they are; None follows the first 20 of the cluster.
        tell_missing: Whether to list a requested group that Kafka does not show, with the reason. False for groups
            that the run is about to create.
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
        input_topics: Sequence[str],
        output_topics: Mapping[str, ReadSoFar | None],
        base_offsets: Mapping[str, int],
        groups: Mapping[str, GroupKind] | None = None,
        tell_missing: bool = False,
        other_topics: Mapping[str, TopicRole] | None = None,
        checkpoint_interval_s: Callable[[], float | None] = lambda: None,
        interval_s: float = 1.0,
        on_failure: Callable[[ServiceError], None] | None = None,
    ) -> None:
        super().__init__(interval_s=interval_s, timeout_s=_TIMEOUT_S, on_failure=on_failure)
        self._admin = admin
        self._survey = KafkaSurvey(admin)
        self._input_topics = input_topics
        self._output_topics = output_topics
        self._base = base_offsets
        self._ends_before: dict[str, TopicOffsets] = {}
        self._wanted_groups = groups
        self._tell_missing = tell_missing and groups is not None
        self._roles: dict[str, TopicRole] = {
            **(other_topics or {}),
            **dict.fromkeys(output_topics, "output"),
            **dict.fromkeys(input_topics, "input"),
        }
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
        # Positions first: the lag may then be a little too high, never too low.
        consumed = {topic: so_far() for topic, so_far in self._output_topics.items() if so_far is not None}
        self._read_offsets(cluster, turn)
        readable = self._readable(cluster, consumed) if consumed else {}
        if turn % _DETAILS_EVERY == 0:
            known.brokers = self._survey.brokers()
            known.group_ids = self._survey.group_ids()
            known.described = self._described(known.group_ids)
        if turn % _GROUPS_EVERY == 0:
            known.groups = self._watch.look(known.described)
        brokers = broker_states(cluster, known.brokers, known.seen)
        every = [part for topic in cluster.topics.values() for part in topic.values()]
        self._turn = turn + 1
        inputs = self._ends(cluster, self._input_topics)
        outputs = self._ends(cluster, self._output_topics, consumed, readable)
        self._ends_before = inputs | outputs
        return KafkaReading(
            brokers=len(cluster.brokers),
            topics=len(cluster.topics),
            partitions=len(every),
            under_replicated=under_replicated(every),
            leaderless=leaderless(every),
            input=_sum(self._input_topics, inputs),
            output=_sum(self._output_topics, outputs),
            outputs=outputs,
            unreachable=sum(1 for broker in brokers if not broker.reachable),
            controller_id=next((broker.id for broker in brokers if broker.controller), None),
            broker_list=brokers,
            topic_list=topic_states(cluster, self._roles, self._book),
            groups=known.groups + known.unseen,
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
        self._tell_made_anew(ends)
        if turn % _ALL_OFFSETS_EVERY == 0:
            self._book.begins.update(self._survey.offsets(spots, "begin"))
        elif turn % _DETAILS_EVERY == 0:
            self._book.begins.update(self._survey.offsets(_led(cluster, self._roles), "begin"))

    def _tell_made_anew(self, ends: Mapping[Spot, int]) -> None:
        """Reports once per topic that its end offset went back, as after deleting and recreating it."""
        fallen: dict[str, tuple[int, int, int]] = {}
        # Kept beside the book, which forgets a topic that is gone for a while.
        ours = {spot: end for spot, end in ends.items() if spot[0] in self._roles}
        for spot, end in ours.items():
            before = self._known.ends.get(spot, 0)
            if end < before:
                fallen.setdefault(spot[0], (spot[1], before, end))
        self._known.ends.update(ours)
        for topic, (number, before, end) in fallen.items():
            if self._on_failure is not None:
                text = f"topic {topic} was recreated or truncated: partition {number} ends at {end} instead of {before}"
                self._on_failure(KafkaError(text, remedy="Check its topic id with `kafka-topics --describe`."))

    def _described(self, every: Sequence[str]) -> list[Group]:
        listed = set(every)
        wanted = list(every[:MOST_GROUPS]) if self._wanted_groups is None else list(self._wanted_groups)
        # A requested group that is not listed may be hidden from us: describing it tells which.
        asked = [group for group in wanted if group in listed or self._tell_missing]
        described, refused = self._survey.groups(asked)
        if self._tell_missing:
            self._known.unseen = tuple(
                unseen_group(group, (self._wanted_groups or {}).get(group, "other"), why)
                for group in asked
                if (why := _why_unseen(group, described.get(group), refused.get(group), group in listed)) is not None
            )
        missing = {group.id for group in self._known.unseen}
        return [described[group] for group in wanted if group in described and group not in missing]

    def _readable(self, cluster: ClusterView, topics: Iterable[str]) -> Mapping[Spot, int]:
        """The ends of output topics for a reader of committed records, which our consumers are."""
        return self._survey.offsets(_led(cluster, topics), "stable")

    def _ends(
        self,
        cluster: ClusterView,
        topics: Iterable[str],
        consumed: Mapping[str, Consumed] | None = None,
        readable: Mapping[Spot, int] | None = None,
    ) -> dict[str, TopicOffsets]:
        """The ends of those topics that are there and whose leaders have answered."""
        found = {topic: self._topic(cluster, topic, (consumed or {}).get(topic), readable) for topic in topics}
        return {topic: ends for topic, ends in found.items() if ends is not None}

    def _topic(
        self, cluster: ClusterView, topic: str, consumed: Consumed | None, readable: Mapping[Spot, int] | None
    ) -> TopicOffsets | None:
        if topic not in cluster.topics:
            return None
        before = self._ends_before.get(topic)
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


def _why_unseen(group_id: str, described: Group | None, refused: KafkaError | None, listed: bool) -> str | None:
    """Why a requested group cannot be shown; None if it can."""
    if refused is not None and refused.code.kafka in NO_RIGHT:
        return f"this user lacks DESCRIBE on group {group_id}"
    if refused is not None and refused.code.kafka not in _NO_SUCH_GROUP:
        return refused.message
    if refused is not None or (not listed and (described is None or described.state == "dead")):
        return f"Kafka has no group of this name, or this user lacks DESCRIBE on group {group_id}"
    return None


def _sum(topics: Collection[str], ends: Mapping[str, TopicOffsets]) -> TopicOffsets | None:
    """The ends of several topics as if they were one; None without a topic, or where one is not known."""
    if not topics or any(topic not in ends for topic in topics):
        return None
    every = [ends[topic] for topic in topics]
    return TopicOffsets(
        total=sum(each.total for each in every),
        partitions=sum(each.partitions for each in every),
        rate_per_s=_all_known([each.rate_per_s for each in every]),
        measured_ns=min(each.measured_ns for each in every),
        lag=_all_known([each.lag for each in every]),
        open=_all_known([each.open for each in every]),
    )


def _all_known(figures: Sequence[N | None]) -> N | None:
    """Their sum; None where one is not known."""
    known = [figure for figure in figures if figure is not None]
    return sum(known[1:], known[0]) if known and len(known) == len(figures) else None


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
