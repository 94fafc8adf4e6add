"""Records of topics between two offsets, read to the last one: joins no group, commits nothing, makes no topic."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import confluent_kafka as ck

from pipegen.datafile import KafkaRecord
from pipegen.errors import KafkaError, ProjectError
from pipegen.services.kafka import KafkaAccess, KafkaAdmin, as_kafka_error, client_config
from pipegen.services.kafka_record import record_of

_WAIT_S: Final = 10.0
_SILENCE_S: Final = 30.0
_AT_ONCE: Final = 1_000
_LOOK_S: Final = 0.2


@dataclass(frozen=True, slots=True)
class PartitionRange:
    """Offsets of one partition, the end not included."""

    topic: str
    partition: int
    start: int
    end: int


class KafkaRanges:
    """Reads committed records through a consumer of its own. Calls block. Not safe for threads.

    Args:
        access: Brokers, and how to prove who we are.

    Raises:
        KafkaError: when the client cannot start.
    """

    def __init__(self, access: KafkaAccess) -> None:
        self._admin = KafkaAdmin(access)
        self._servers = access.bootstrap_servers
        try:
            self._consumer = ck.Consumer(
                client_config(access, "pipegen-capture")
                | {
                    # librdkafka wants a name; nothing is ever committed under it, and the group never exists.
                    "group.id": "pipegen-capture",
                    "enable.auto.commit": False,
                    "enable.auto.offset.store": False,
                    "enable.partition.eof": True,
                    "auto.offset.reset": "earliest",
                    "isolation.level": "read_committed",
                    "allow.auto.create.topics": False,
                    "queued.max.messages.kbytes": 16_384,
                }
            )
        except ck.KafkaException as error:
            raise as_kafka_error("the Kafka client cannot start", error) from None

    def close(self) -> None:
        """Closes the consumer."""
        self._consumer.close()

    def whole(self, topic: str) -> list[PartitionRange]:
        """All that each partition of a topic has now, without open transactions.

        Raises:
            ProjectError: there is no such topic.
            KafkaError: when no broker answers, or it refuses.
        """
        try:
            # Of a topic that is not there the answer has an error.
            described = self._consumer.list_topics(topic, timeout=_WAIT_S).topics[topic]
            if described.error is not None:
                code = described.error.name()
                if code in {"UNKNOWN_TOPIC_OR_PART", "TOPIC_EXCEPTION"}:
                    raise ProjectError(
                        f"there is no topic {topic} on {self._servers}",
                        remedy="Name a topic that is there; --bootstrap-servers says where.",
                    )
                raise KafkaError(f"topic {topic} cannot be read: {code}")
            numbers = sorted(described.partitions)
            ends = self._admin.end_offsets(topic, numbers, stable=True, timeout_s=_WAIT_S)
            return [PartitionRange(topic, number, self._low(topic, number), ends[number]) for number in numbers]
        except ck.KafkaException as error:
            raise as_kafka_error(f"topic {topic} cannot be read", error) from None

    def since(self, ranges: Sequence[PartitionRange], moment_ms: int) -> list[PartitionRange]:
        """The parts of ranges from the first record on that is not older than a moment.

        Raises:
            KafkaError: when no broker answers, or it refuses.
        """
        asked = [ck.TopicPartition(each.topic, each.partition, moment_ms) for each in ranges]
        try:
            found = self._consumer.offsets_for_times(asked, timeout=_WAIT_S)
        except ck.KafkaException as error:
            raise as_kafka_error("the offsets of a time cannot be found", error) from None
        # Without a record of that time or later the answer is the end, which is a negative number.
        starts = {(each.topic, each.partition): each.offset for each in found if each.offset >= 0}
        return [
            PartitionRange(
                each.topic,
                each.partition,
                max(each.start, starts.get((each.topic, each.partition), each.end)),
                each.end,
            )
            for each in ranges
        ]

    def read(self, ranges: Sequence[PartitionRange], *, go_on: Callable[[], bool]) -> Iterator[KafkaRecord]:
        """The records of ranges, those of a partition in order.

        Args:
            ranges: One for each partition.
            go_on: Asked all the time; False ends the reading.

        Raises:
            KafkaError: when a broker refuses, or none sends anything any more.
        """
        left = {(each.topic, each.partition): each for each in ranges if each.start < each.end}
        try:
            self._consumer.assign([ck.TopicPartition(each.topic, each.partition, each.start) for each in left.values()])
            # A partition that was read before is still paused, whoever assigns it.
            self._consumer.resume([ck.TopicPartition(*place) for place in left])
            heard_s = time.monotonic()
            while left and go_on():
                messages = self._consumer.consume(_AT_ONCE, timeout=_LOOK_S)
                if messages:
                    heard_s = time.monotonic()
                elif time.monotonic() - heard_s > _SILENCE_S:
                    raise self._silent(next(iter(left.values())))
                for message in messages:
                    place = (message.topic() or "", message.partition() or 0)
                    if place not in left:
                        continue
                    if (record := record_of(message)) is not None and record.offset < left[place].end:
                        yield record
                    if record is None or record.offset >= left[place].end - 1:
                        del left[place]
                        self._consumer.pause([ck.TopicPartition(*place)])
            self._consumer.unassign()
        except ck.KafkaException as error:
            raise as_kafka_error("records cannot be read", error) from None

    def _low(self, topic: str, partition: int) -> int:
        low, _high = self._consumer.get_watermark_offsets(ck.TopicPartition(topic, partition), timeout=_WAIT_S)
        return int(low)

    def _silent(self, where: PartitionRange) -> KafkaError:
        return KafkaError(
            f"Kafka at {self._servers} sent nothing of topic {where.topic}, partition {where.partition}, for "
            f"{_SILENCE_S:g} s",
            remedy="Check that its leader is there, then capture again.",
        )
