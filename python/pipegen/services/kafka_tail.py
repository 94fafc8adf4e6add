"""The newest records of a topic, for looking at: read from its end without joining a group, a few at a time."""

from __future__ import annotations

import time
from typing import Final

import confluent_kafka as ck

from pipegen.datafile import KafkaRecord
from pipegen.services.kafka import KafkaAccess, as_kafka_error, client_config
from pipegen.services.kafka_record import record_of

_READ_S: Final = 0.5
_WAIT_S: Final = 3.0
_MOST_PARTITIONS: Final = 4
_FETCH_BYTES: Final = 16_384
_TAIL_BASE: Final = -2000
"""librdkafka's RD_KAFKA_OFFSET_TAIL: so many records before the end."""


class KafkaTail:
    """Reads the ends of topics through a consumer of its own, which commits nothing.

    Every call blocks for a few seconds at most. Not safe for threads.

    Args:
        access: Brokers, and how to prove who we are.
    """

    def __init__(self, access: KafkaAccess) -> None:
        self._access = access
        self._reader: ck.Consumer | None = None
        self._turn = 0

    def newest(self, topic: str, count: int) -> list[KafkaRecord]:
        """The newest records of up to four partitions, which take turns; oldest first. Empty without such a topic.

        Args:
            topic: The topic.
            count: Most records of each partition.

        Raises:
            KafkaError: when no broker answers.
        """
        try:
            reader = self._reader or self._make_reader()
            self._reader = reader
            partitions = self._choose(reader, topic)
            if not partitions:
                return []
            reader.assign([ck.TopicPartition(topic, number, _TAIL_BASE - count) for number in partitions])
            found = _read(reader, count, len(partitions))
            reader.unassign()
        except ck.KafkaException as error:
            raise as_kafka_error(f"the newest records of topic {topic} cannot be read", error) from None
        return sorted(found, key=lambda record: (record.timestamp_ms or 0, record.offset))

    def close(self) -> None:
        """Closes the consumer."""
        reader, self._reader = self._reader, None
        if reader is not None:
            reader.close()

    def _choose(self, reader: ck.Consumer, topic: str) -> list[int]:
        described = reader.list_topics(topic, timeout=_WAIT_S).topics.get(topic)
        numbers = sorted(described.partitions) if described is not None and described.error is None else []
        self._turn += 1
        first = self._turn * _MOST_PARTITIONS % len(numbers) if len(numbers) > _MOST_PARTITIONS else 0
        return (numbers[first:] + numbers[:first])[:_MOST_PARTITIONS]

    def _make_reader(self) -> ck.Consumer:
        return ck.Consumer(
            client_config(self._access, "pipegen-tail")
            | {
                # librdkafka wants a name; nothing is ever committed under it, and the group never exists.
                "group.id": "pipegen-tail",
                "enable.auto.commit": False,
                "enable.auto.offset.store": False,
                "enable.partition.eof": True,
                "isolation.level": "read_committed",
                "fetch.message.max.bytes": _FETCH_BYTES,
                # Room for the ends of all partitions: a full queue would let the others wait.
                "queued.min.messages": 10_000,
                "queued.max.messages.kbytes": 256,
                "fetch.queue.backoff.ms": 10,
                "fetch.wait.max.ms": 50,
                "allow.auto.create.topics": False,
            }
        )


def _read(reader: ck.Consumer, count: int, partitions: int) -> list[KafkaRecord]:
    """What arrives until each partition has given its count or has no more."""
    found: dict[int, list[KafkaRecord]] = {}
    ended: set[int] = set()
    deadline_s = time.monotonic() + _READ_S
    while len(ended) < partitions and (left_s := deadline_s - time.monotonic()) > 0:
        message = reader.poll(min(left_s, 0.1))
        if message is None:
            continue
        number = message.partition() or 0
        record = record_of(message)
        if record is None:
            ended.add(number)
            continue
        records = found.setdefault(number, [])
        if len(records) < count:
            records.append(record)
        if len(records) == count:
            ended.add(number)
    return [record for records in found.values() for record in records]
