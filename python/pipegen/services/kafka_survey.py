"""What a watcher asks of Kafka beyond metadata: brokers, offsets, consumer groups, the time of single records.

Reads only: it joins no group and commits nothing. Every call blocks for at most a few seconds.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Future, wait
from dataclasses import dataclass
from typing import Any, Literal

import confluent_kafka as ck
from confluent_kafka.admin import OffsetSpec  # type: ignore[attr-defined]

from pipegen.errors import KafkaError
from pipegen.services.kafka import KafkaAdmin, as_kafka_error, client_config

_TIMEOUT_S = 3.0
_COORDINATOR_S = 300.0
"""librdkafka aborts the process where it gives up a request to a coordinator that is answered later (its issue 4605).
So such a request outlasts every connection; how long it is waited for is another matter."""
_READ_S = 1.0
_FETCH_BYTES = 16_384

Spot = tuple[str, int]
"""Topic and partition."""
WhichOffset = Literal["begin", "end", "stable"]
"""The first offset, the end (high watermark), or the end for a reader of committed records (last stable offset)."""


@dataclass(frozen=True, slots=True)
class Broker:
    """A broker of the cluster's description."""

    id: int
    address: str
    rack: str | None
    controller: bool


@dataclass(frozen=True, slots=True)
class Group:
    """A consumer group as its coordinator describes it."""

    id: str
    state: str
    members: int


@dataclass(frozen=True, slots=True)
class Stretch:
    """Offsets of one partition that are to be looked into.

    Attributes:
        start: First offset.
        end: Offset behind the last one.
        count: Whether every record of it is counted, or only the first one looked at.
    """

    start: int
    end: int
    count: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """What a stretch of a partition holds for a reader of committed records.

    Attributes:
        records: Records of it; None where there is at least one and they were not counted.
        first_offset: Offset of the first one; None without one.
        first_at_ms: Timestamp of the first one (epoch ms); None without one, and where it has none.
        until: Offset up to which this holds.
    """

    records: int | None
    first_offset: int | None
    first_at_ms: int | None
    until: int


class KafkaSurvey:
    """Asks through the connections of an admin client, and reads single records through a consumer of its own.

    Args:
        admin: Whose connections and settings are used.
    """

    def __init__(self, admin: KafkaAdmin) -> None:
        self._access = admin.access
        self._kafka = admin
        self._admin = admin.client
        self._reader: ck.Consumer | None = None
        self._asked: dict[tuple[str, str], Future[Any]] = {}
        """Requests to coordinators that have had no answer yet: none is sent twice."""

    def brokers(self) -> list[Broker]:
        """The brokers that are there now, with their racks.

        Raises:
            KafkaError: when no broker answers.
        """
        answer = self._result(
            "the cluster cannot be described", self._admin.describe_cluster(request_timeout=_TIMEOUT_S)
        )
        controller = answer.controller.id if answer.controller is not None else None
        return [Broker(node.id, f"{node.host}:{node.port}", node.rack, node.id == controller) for node in answer.nodes]

    def offsets(self, spots: Iterable[Spot], which: WhichOffset) -> dict[Spot, int]:
        """First or end offsets; a partition that has no leader at this moment is left out.

        Raises:
            KafkaError: when no broker answers.
        """
        wanted = list(spots)
        if not wanted:
            return {}
        spec = OffsetSpec.earliest() if which == "begin" else OffsetSpec.latest()  # type: ignore[no-untyped-call]
        request = {ck.TopicPartition(topic, partition): spec for topic, partition in wanted}
        level = ck.IsolationLevel.READ_COMMITTED if which == "stable" else ck.IsolationLevel.READ_UNCOMMITTED
        try:
            futures = self._admin.list_offsets(request, isolation_level=level, request_timeout=_TIMEOUT_S)
        except ck.KafkaException as error:
            raise as_kafka_error("offsets cannot be read", error) from None
        found: dict[Spot, int] = {}
        failure: KafkaError | None = None
        for part, future in futures.items():
            try:
                found[part.topic, part.partition] = int(self._result("offsets cannot be read", future).offset)
            except KafkaError as error:
                failure = error
        if failure is not None and not found:
            raise failure
        return found

    def group_ids(self) -> list[str]:
        """Every consumer group of the cluster.

        Raises:
            KafkaError: when the brokers do not answer.
        """
        return self._kafka.group_ids(timeout_s=_TIMEOUT_S)

    def groups(self, ids: Sequence[str]) -> tuple[dict[str, Group], dict[str, KafkaError]]:
        """The groups that can be described now, and why the others cannot."""
        if not ids:
            return {}, {}
        wanted = [each for each in dict.fromkeys(ids) if ("group", each) not in self._asked]
        if wanted:
            futures = self._admin.describe_consumer_groups(wanted, request_timeout=_COORDINATOR_S)
            self._asked |= {("group", group_id): future for group_id, future in futures.items()}
        wait([self._asked["group", each] for each in ids], _TIMEOUT_S)
        found: dict[str, Group] = {}
        refused: dict[str, KafkaError] = {}
        for group_id in dict.fromkeys(ids):
            try:
                answer = self._coordinated(f"group {group_id} cannot be described", ("group", group_id))
            except KafkaError as error:
                refused[group_id] = error  # its coordinator is moving or its ACL forbids it
                continue
            found[group_id] = Group(group_id, answer.state.name.lower(), len(answer.members))
        return found, refused

    def committed(self, group_id: str) -> dict[Spot, int]:
        """Committed offsets of a group; partitions without one are left out.

        Raises:
            KafkaError: when the coordinator does not answer or refuses.
        """
        asked = ("offsets", group_id)
        if asked not in self._asked:
            request = [ck.ConsumerGroupTopicPartitions(group_id)]
            futures = self._admin.list_consumer_group_offsets(request, request_timeout=_COORDINATOR_S)
            self._asked[asked] = futures[group_id]
        wait([self._asked[asked]], _TIMEOUT_S)
        answer = self._coordinated(f"committed offsets of group {group_id} cannot be read", asked)
        return {(part.topic, part.partition): part.offset for part in answer.topic_partitions or [] if part.offset >= 0}

    def _coordinated(self, what: str, asked: tuple[str, str]) -> Any:
        """What a coordinator has answered by now; one that has not is asked no second time.

        Raises:
            KafkaError: there is no answer yet, or it is a refusal.
        """
        future = self._asked[asked]
        if future.done():
            del self._asked[asked]
        return self._kafka.answer(what, future, timeout_s=-1)

    def look_into(self, stretches: Mapping[Spot, Stretch]) -> dict[Spot, Found]:
        """What stretches of partitions hold: markers of transactions and aborted records are no records.

        Costs about a millisecond a partition, more where records are counted: the caller keeps both small. A partition
        that does not answer within a second is left out.

        Raises:
            KafkaError: when the reader cannot be made.
        """
        if not stretches:
            return {}
        reader = self._reader or self._make_reader()
        self._reader = reader
        looks = {spot: _Look(stretch) for spot, stretch in stretches.items()}
        deadline_s = time.monotonic() + _READ_S
        try:
            reader.assign([ck.TopicPartition(topic, number, it.start) for (topic, number), it in stretches.items()])
            waiting = set(looks)
            while waiting and (left_s := deadline_s - time.monotonic()) > 0:
                for message in reader.consume(1 if len(looks) == 1 else 500, min(left_s, 0.05)):
                    spot = (message.topic() or "", message.partition() or 0)
                    if spot in waiting and looks[spot].take(message):
                        waiting.discard(spot)
            reader.unassign()
        except ck.KafkaException as error:
            raise as_kafka_error("single records cannot be read", error) from None
        return {spot: look.found for spot, look in looks.items() if look.found is not None}

    def close(self) -> None:
        """Closes the reader; the admin client is its owner's."""
        if self._reader is not None:
            self._reader.close()
            self._reader = None

    def _make_reader(self) -> ck.Consumer:
        config = client_config(self._access, "pipegen-survey") | {
            # librdkafka wants a name; nothing is ever committed under it, and the group never exists.
            "group.id": "pipegen-survey",
            "enable.auto.commit": False,
            "enable.auto.offset.store": False,
            "auto.offset.reset": "earliest",
            "isolation.level": "read_committed",
            # Where the end comes without a record before it, there is none.
            "enable.partition.eof": True,
            "fetch.message.max.bytes": _FETCH_BYTES,
            "queued.min.messages": 1,
            "queued.max.messages.kbytes": 64,
            "fetch.queue.backoff.ms": 10,
            "fetch.wait.max.ms": 100,
            "allow.auto.create.topics": False,
        }
        try:
            return ck.Consumer(config)
        except ck.KafkaException as error:
            raise as_kafka_error("single records cannot be read", error) from None

    def _result(self, what: str, future: Any) -> Any:
        return self._kafka.answer(what, future, timeout_s=_TIMEOUT_S)


class _Look:
    """The look into one stretch: takes messages until it is known what the stretch holds."""

    def __init__(self, stretch: Stretch) -> None:
        self._stretch = stretch
        self._records = 0
        self._first_offset: int | None = None
        self._first_at_ms: int | None = None
        self.found: Found | None = None

    def take(self, message: Any) -> bool:
        """Takes a message of the partition, in their order; returns whether nothing more is needed."""
        error, offset = message.error(), message.offset() or 0
        if error is not None:
            if error.code() == ck.KafkaError._PARTITION_EOF:  # noqa: SLF001 -- its public name
                self._found(self._records, offset)
            return self.found is not None  # any other error may pass
        if offset >= self._stretch.end:
            self._found(self._records, offset)
            return True
        if self._records == 0:
            kind, at_ms = message.timestamp()
            self._first_offset = offset
            self._first_at_ms = None if kind == ck.TIMESTAMP_NOT_AVAILABLE else at_ms
        self._records += 1
        if not self._stretch.count:
            self._found(None, self._stretch.end)
        elif offset + 1 == self._stretch.end:
            self._found(self._records, self._stretch.end)
        return self.found is not None

    def _found(self, records: int | None, until: int) -> None:
        self.found = Found(records, self._first_offset, self._first_at_ms, until)
