"""Records on their way from Kafka to the file: as they come in a temporary file, out in the order of their times."""

from __future__ import annotations

import tempfile
from array import array
from collections.abc import Iterator
from typing import Final

from pipegen.avro import schema_id_of
from pipegen.datafile import KafkaRecord, captured_binary, read_captured

_NO_TIME: Final = -(2**63)


class Collected:
    """Records of topics. About 200 bytes of each are held in memory, whatever its size.

    Args:
        topics: The topics, in the order of the command line.
    """

    def __init__(self, topics: tuple[str, ...]) -> None:
        self._topics = topics
        self._numbers = {topic: number for number, topic in enumerate(topics)}
        self._file = tempfile.TemporaryFile(prefix="pipegen-capture-")  # noqa: SIM115 -- closed by close()
        self._places: list[tuple[int, int, int, int]] = []
        self._times: array[int] = array("q")
        self._partitions: dict[tuple[str, int], int] = {}
        self.schema_ids: dict[str, set[int]] = {topic: set() for topic in topics}
        self.key_ids: set[int] = set()
        self.unframed: dict[str, KafkaRecord] = {}

    def __len__(self) -> int:
        return len(self._places)

    def add(self, record: KafkaRecord) -> None:
        """Keeps a record.

        Raises:
            OSError: the disk is full.
        """
        position = self._file.tell()
        self._file.write(captured_binary(record, branch=None))
        self._places.append((self._numbers[record.topic], record.partition, record.offset, position))
        self._times.append(_NO_TIME if record.timestamp_ms is None else record.timestamp_ms)
        place = (record.topic, record.partition)
        self._partitions[place] = self._partitions.get(place, 0) + 1
        if record.value is not None:
            schema_id = schema_id_of(record.value)
            if schema_id is None:
                self.unframed.setdefault(record.topic, record)
            else:
                self.schema_ids[record.topic].add(schema_id)

        if record.key is not None and (key_id := schema_id_of(record.key)) is not None:
            self.key_ids.add(key_id)

    def has(self, topic: str) -> bool:
        """Whether there is a record of a topic."""
        return any(name == topic for name, _ in self._partitions)

    def of_partition(self, topic: str, partition: int) -> int:
        """How many records of a partition there are."""
        return self._partitions.get((topic, partition), 0)

    def in_order(self, newest: int | None = None) -> Iterator[KafkaRecord]:
        """The records in the order of their times; those of one partition stay in the order of their offsets.

        Args:
            newest: Only so many, the last ones.
        """
        by_offset = sorted(range(len(self._places)), key=self._places.__getitem__)
        times = self._times
        latest: dict[tuple[int, int], int] = {}
        for number in by_offset:
            place = self._places[number][:2]
            # A record that is late follows the one before it: it was read after that one.
            times[number] = latest[place] = max(times[number], latest.get(place, _NO_TIME))
        by_offset.sort(key=times.__getitem__)
        for number in by_offset if newest is None else by_offset[-newest:]:
            self._file.seek(self._places[number][3])
            yield read_captured(self._file, {})

    def close(self) -> None:
        """Deletes the temporary file."""
        self._file.close()
