"""Captured records: an Avro container file that keeps key, value, headers, timestamp, partition and offset of each.

The value comes last. It is bytes as they lay in Kafka, or a record of its topic's schema. The metadata
``pipegen.topics`` says for each topic which branch of the union its values are, and their schema, whole.
"""

from __future__ import annotations

import io
import itertools
import json
from array import array
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final

import fastavro

from pipegen.avro import long_bytes, plain_types, read_binary
from pipegen.datafile.files.avro_file import AvroFile
from pipegen.datafile.files.table import Table
from pipegen.datafile.rows.encoder import RowEncoder
from pipegen.errors import ProjectError
from pipegen.hotpath import HEADER_NAME

Headers = tuple[tuple[str, bytes | None], ...]
CAPTURE_NAME: Final = "pipegen.captured.Captured"
TOPICS_KEY: Final = "pipegen.topics"
_TELL_ROWS: Final = 10_000
_HEAD: Final[list[dict[str, Any]]] = [
    {"name": "topic", "type": "string"},
    {"name": "partition", "type": "int"},
    {"name": "offset", "type": "long"},
    {"name": "timestamp", "type": ["null", {"type": "long", "logicalType": "timestamp-millis"}]},
    {"name": "key", "type": ["null", "bytes"]},
    {
        "name": "headers",
        "type": {
            "type": "array",
            "items": {
                "type": "record",
                "name": "Header",
                "fields": [{"name": "name", "type": "string"}, {"name": "value", "type": ["null", "bytes"]}],
            },
        },
    },
]
_HEAD_SCHEMA: Final[Any] = fastavro.parse_schema(plain_types({"type": "record", "name": CAPTURE_NAME, "fields": _HEAD}))


@dataclass(frozen=True, slots=True)
class KafkaRecord:
    """A record as it lay in its topic; the timestamp is the epoch's, in milliseconds.

    Attributes:
        topic: Its topic.
        partition: Its partition.
        offset: Its offset.
        timestamp_ms: Its time; None where Kafka has none.
        key: Its key.
        value: Its value: the bytes, or the Avro binary of a decoded one.
        headers: Its headers, in order.
    """

    topic: str
    partition: int
    offset: int
    timestamp_ms: int | None
    key: bytes | None
    value: bytes | None
    headers: Headers = ()


def capture_schema(branches: list[Any]) -> str:
    """The schema of a file of captured records.

    Args:
        branches: What a value may be, besides null.
    """
    fields = [*_HEAD, {"name": "value", "type": ["null", *branches]}]
    return json.dumps({"type": "record", "name": CAPTURE_NAME, "fields": fields}, ensure_ascii=False)


def captured_binary(record: KafkaRecord, *, branch: int | None) -> bytes:
    """A captured record as Avro binary.

    Args:
        record: The record.
        branch: The branch of the union that its value is; None for bytes.
    """
    out = io.BytesIO()
    head: dict[str, Any] = {
        "topic": record.topic,
        "partition": record.partition,
        "offset": record.offset,
        "timestamp": record.timestamp_ms,
        "key": record.key,
        "headers": [{"name": name, "value": value} for name, value in record.headers],
    }
    fastavro.schemaless_writer(out, _HEAD_SCHEMA, head)
    if record.value is None:
        out.write(long_bytes(0))
    elif branch is None:
        out.write(long_bytes(1) + long_bytes(len(record.value)) + record.value)
    else:
        out.write(long_bytes(branch) + record.value)
    return out.getvalue()


def read_captured(data: IO[bytes], value_schemas: Mapping[int, Any]) -> KafkaRecord:
    """The next captured record.

    Args:
        data: Where it stands.
        value_schemas: The schema of each branch of the union, for fastavro; empty where values are bytes.
    """
    head: Any = fastavro.schemaless_reader(data, _HEAD_SCHEMA, None)
    branch: Any = fastavro.schemaless_reader(data, "long", None)
    value: Any = None
    if branch and not value_schemas:
        value = fastavro.schemaless_reader(data, "bytes", None)
    elif branch:
        start = data.tell()
        read_binary(data, value_schemas[branch])
        length = data.tell() - start
        data.seek(start)
        value = data.read(length)
    headers = tuple((each["name"], each["value"]) for each in head["headers"])
    return KafkaRecord(head["topic"], head["partition"], head["offset"], head["timestamp"], head["key"], value, headers)


class CaptureFile(AvroFile):
    """A file of captured records, of which those of one topic are taken.

    Args:
        path: The file.
        topic: The topic; None where the file has one.

    Raises:
        ProjectError: it cannot be read, or the topic has to be named.
    """

    def __init__(self, path: Path, topic: str | None = None) -> None:
        super().__init__(path)
        try:
            topics: dict[str, dict[str, Any]] = json.loads(self.meta[TOPICS_KEY])
            self.topics = tuple(topics)
            self._schemas = {
                int(each["branch"]): self._parsed(each["schema"])
                for each in topics.values()
                if each["schema"] is not None
            }
        except (KeyError, ValueError, TypeError, AttributeError) as error:
            raise ProjectError(f"{path}: not a file of pipegen capture: {error}", remedy="Capture it again.") from None
        if topic is None and len(topics) > 1:
            raise ProjectError(
                f"{path}: holds records of {' and '.join(topics)}, and a project's input is one topic",
                remedy="Name it as feed.topic.",
            )
        self.topic = self.topics[0] if topic is None else topic
        if self.topic not in topics:
            raise ProjectError(
                f"{path}: holds no records of the topic {topic}", remedy=f"feed.topic: name one of {', '.join(topics)}."
            )
        schema = topics[self.topic]["schema"]
        self.raw = schema is None
        self.avro_schema = schema or {}

    def captured(self) -> Iterator[KafkaRecord]:
        """The topic's records.

        Raises:
            ProjectError: the file is damaged.
        """
        found = self.read(lambda data: read_captured(data, self._schemas))
        return (record for record in found if record.topic == self.topic)

    def check_decoded(self) -> None:
        """Refuses a file whose values are bytes.

        Raises:
            ProjectError: they are.
        """
        if self.raw:
            raise ProjectError(
                f"{self.path}: captured with --raw: its values are bytes, and no schema says what they are",
                remedy="Capture it without --raw, or set feed.file in a project that has a schema.",
            )

    def records(self) -> Iterator[dict[str, Any]]:
        """The decoded values, without nulls.

        Raises:
            ProjectError: the file is damaged, or its values are not decoded.
        """
        self.check_decoded()
        schema: Any = self._parsed(self.avro_schema)
        for record in self.captured():
            if record.value is not None:
                value: Any = read_binary(io.BytesIO(record.value), schema)
                yield value

    def count(self, limit: int) -> int:
        """How many records the topic has, counted up to a limit."""
        return sum(1 for _ in itertools.islice(self.captured(), limit))

    def times_us(self, *, on_rows: Callable[[int], bool]) -> array[int]:
        """The time of each record, in µs since the epoch. It never goes back: a late record follows the one before.

        Args:
            on_rows: Told from time to time how many there are; False ends the reading.

        Raises:
            ProjectError: the file is damaged, or no record has a time.
        """
        times: array[int] = array("q")
        missing = 0
        for record in self.captured():
            if record.timestamp_ms is None and not times:
                missing += 1
                continue
            last = times[-1] if times else 0
            own = last if record.timestamp_ms is None else max(last, record.timestamp_ms * 1_000)
            times.extend([own] * (missing + 1))
            missing = 0
            if len(times) % _TELL_ROWS == 0 and not on_rows(len(times)):
                break
        if not times:
            raise ProjectError(
                f"{self.path}: no record of {self.topic} has a time, so nobody knows when it is due",
                remedy="Leave out --speed: records are then sent in the shape of the traffic.",
            )
        return times


class CaptureEncoder:
    """Makes the records of a capture ready to send: keys and headers as they were.

    Values that were captured raw stay as they are. Decoded ones get the schema of the project.

    Args:
        file: The file.
        schema: The project's schema, parsed and valid.
    """

    def __init__(self, file: CaptureFile, schema: Mapping[str, Any]) -> None:
        self._file = file
        self._schema = schema

    def rows(self, prefix: bytes) -> Iterator[tuple[bytes | None, bytes | None, Headers]]:
        """Value, key and headers of each record.

        Args:
            prefix: Stands before every value that is not raw.

        Raises:
            ProjectError: the file is damaged, or a value does not fit the project's schema.
        """
        as_it_is = self._file.raw or self._schema == self._file.avro_schema
        made = iter(()) if as_it_is else RowEncoder(self._file, self._schema, key_field=None).encoded()
        before = b"" if self._file.raw else prefix
        for record in self._file.captured():
            value = record.value
            if value is not None:
                value = before + (value if as_it_is else next(made)[0])
            headers = tuple(each for each in record.headers if each[0] != HEADER_NAME)
            yield value, record.key, headers

    def no_rows(self) -> ProjectError:
        """The sentence for a file without records."""
        return ProjectError(
            f"{self._file.path}: no records of {self._file.topic}", remedy="Capture a range that has some."
        )


def encoder_of(
    file: Table | AvroFile, schema: Mapping[str, Any], *, key_field: str | None
) -> RowEncoder | CaptureEncoder:
    """What makes the rows of a file ready to send.

    Args:
        file: The file.
        schema: The project's schema, parsed and valid.
        key_field: The field whose value is the Kafka key, where the rows have none of their own.
    """
    if isinstance(file, CaptureFile):
        return CaptureEncoder(file, schema)
    return RowEncoder(file, schema, key_field=key_field)
