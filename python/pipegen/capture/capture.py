"""Captures topics to a file: reads a range, decodes, replaces, writes in the order of time. All or nothing."""

from __future__ import annotations

import asyncio
import contextlib
import json
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeVar

from pipegen.avro import ContainerWriter
from pipegen.capture.collected import Collected
from pipegen.capture.mask import FieldMask, Mask
from pipegen.capture.values import TopicValues, WriterSchema, joined
from pipegen.capture.wanted import Wanted, newest_part, part_before
from pipegen.datafile import TOPICS_KEY, KafkaRecord, capture_schema, captured_binary
from pipegen.errors import ProjectError
from pipegen.services.kafka import KafkaAccess
from pipegen.services.kafka_range import KafkaRanges, PartitionRange
from pipegen.services.registry import OtherSchemaError, RegistryClient
from pipegen.units import format_count
from pipegen.whole_file import writing_whole

_TELL_S: Final = 0.5
_LOOK_RECORDS: Final = 256

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class CaptureRequest:
    """What to capture.

    Attributes:
        topics: The topics.
        wanted: Which of their records.
        output: The file.
        raw: Whether values stay the bytes that they are.
        mask: Names or paths of the fields whose values are replaced.
        mask_key: Whether keys are replaced whole.
        mask_seed: Decides what values become.
    """

    topics: tuple[str, ...]
    wanted: Wanted
    output: Path
    raw: bool = False
    mask: frozenset[str] = frozenset()
    mask_key: bool = False
    mask_seed: str = ""


@dataclass(slots=True)
class Captured:
    """What was written.

    Attributes:
        records: Records of each topic.
        first_ms: The time of the first one; None where no record has any.
        last_ms: That of the last one.
    """

    records: dict[str, int]
    first_ms: int | None = None
    last_ms: int | None = None

    def note(self, record: KafkaRecord) -> None:
        """Counts a record."""
        self.records[record.topic] += 1
        if record.timestamp_ms is not None:
            self.first_ms = record.timestamp_ms if self.first_ms is None else min(self.first_ms, record.timestamp_ms)
            self.last_ms = record.timestamp_ms if self.last_ms is None else max(self.last_ms, record.timestamp_ms)


async def capture_topics(
    request: CaptureRequest, access: KafkaAccess, registry: RegistryClient, *, tell: Callable[[str], None]
) -> Captured:
    """Captures topics.

    Args:
        request: What.
        access: The brokers.
        registry: Decodes values; not asked for raw ones.
        tell: Told from time to time how far it is.

    Raises:
        KafkaError: when no broker answers, or it refuses.
        RegistryError: when the registry does not answer.
        ProjectError: when there is no such topic or nothing in the range, a value cannot be decoded, a field to be
            replaced is in no record, or the file cannot be written.
    """
    stop = threading.Event()
    progress = _Progress(tell, stop)
    collected = Collected(request.topics)
    try:
        await _in_thread(lambda: _collect(request, access, collected, progress), stop)
        if not len(collected):
            raise ProjectError(
                f"{' and '.join(request.topics)}: no records in this range",
                remedy="Widen it: --last 1d, --offsets 0.. or --count 1000.",
            )
        schemas = {} if request.raw and not request.mask else await _schemas(request, collected, registry)
        return await _in_thread(lambda: _write(request, collected, schemas, progress), stop)
    except OSError as error:
        raise ProjectError(
            f"{error.filename or request.output}: cannot be written: {error.strerror}",
            remedy="Name a file in a folder that is there and has room; TMPDIR says where records are kept meanwhile.",
        ) from None
    finally:
        collected.close()


class _Progress:
    """Tells how far it is, and says when to stop."""

    def __init__(self, tell: Callable[[str], None], stop: threading.Event) -> None:
        self._tell = tell
        self._stop = stop
        self._told_s = time.monotonic()

    def go_on(self) -> bool:
        return not self._stop.is_set()

    def told(self, doing: str, done: int, total: int) -> None:
        if time.monotonic() - self._told_s >= _TELL_S:
            self._told_s = time.monotonic()
            self._tell(f"{doing}: {format_count(done)} of {format_count(total)}")


class _StoppedError(Exception):
    """Nobody waits for the outcome any more."""


def _collect(request: CaptureRequest, access: KafkaAccess, collected: Collected, progress: _Progress) -> None:
    wanted = request.wanted
    reader = KafkaRanges(access)
    try:
        whole = [each for topic in request.topics for each in wanted.within(reader.whole(topic))]
        if wanted.last_ms is not None:
            whole = reader.since(whole, time.time_ns() // 1_000_000 - wanted.last_ms)
        if wanted.count is None:
            _read(reader, whole, collected, progress)
            return
        # Offsets may hold no record, such as the marks of transactions: then more of them are read, further back.
        bounds = {(each.topic, each.partition): each for each in whole}
        parts = [newest_part(each, wanted.count) for each in whole]
        while parts:
            _read(reader, parts, collected, progress)
            parts = [
                part_before(bounds[each.topic, each.partition], each)
                for each in parts
                if collected.of_partition(each.topic, each.partition) < wanted.count
            ]
            parts = [each for each in parts if each.start < each.end]
    finally:
        reader.close()


def _read(reader: KafkaRanges, ranges: Sequence[PartitionRange], collected: Collected, progress: _Progress) -> None:
    total = len(collected) + sum(max(each.end - each.start, 0) for each in ranges)
    for record in reader.read(ranges, go_on=progress.go_on):
        collected.add(record)
        if len(collected) % _LOOK_RECORDS == 0:
            progress.told("reading", len(collected), total)
    if not progress.go_on():
        raise _StoppedError


async def _schemas(request: CaptureRequest, collected: Collected, registry: RegistryClient) -> dict[int, WriterSchema]:
    """The schemas of all values and, where fields are replaced, of keys."""
    needed = set().union(*collected.schema_ids.values())
    asked = needed | (collected.key_ids if request.mask else set())
    found: dict[int, WriterSchema] = {}
    for schema_id in sorted(asked):
        try:
            text = await registry.schema_text(schema_id)
            if text is not None:
                found[schema_id] = WriterSchema(text)
        except (ValueError, OtherSchemaError) as error:
            if schema_id in needed and not request.raw:
                raise ProjectError(
                    f"schema {schema_id} of the registry is not Avro, or needs others: {error}",
                    remedy="Use --raw: it keeps the bytes.",
                ) from None
    return found


def _decoded(collected: Collected, schemas: dict[int, WriterSchema], topic: str) -> WriterSchema:
    """The newest of the schemas that a topic's values were written with.

    Raises:
        ProjectError: a value was written with none, or it is no record.
    """
    first = collected.unframed.get(topic)
    unknown = collected.schema_ids[topic] - set(schemas)
    remedy = "Use --raw: it keeps the bytes."
    if first is not None:
        place = f"topic {topic}, partition {first.partition}, offset {first.offset}"
        raise ProjectError(f"{place}: the value is not framed with a schema of the registry", remedy=remedy)
    if unknown:
        raise ProjectError(f"topic {topic}: the registry does not know the schema {min(unknown)}", remedy=remedy)
    if not collected.schema_ids[topic]:
        raise ProjectError(f"topic {topic}: no record has a value, so there is nothing to decode", remedy=remedy)
    newest = schemas[max(collected.schema_ids[topic])]
    if not isinstance(newest.parsed, dict) or newest.parsed.get("type") != "record":
        raise ProjectError(f"topic {topic}: its values are no records", remedy=remedy)
    return newest


def _write(
    request: CaptureRequest, collected: Collected, schemas: dict[int, WriterSchema], progress: _Progress
) -> Captured:
    present = [topic for topic in request.topics if collected.has(topic)]
    decoded = {} if request.raw else {topic: _decoded(collected, schemas, topic) for topic in present}
    mask = Mask(request.mask_seed)
    fields = FieldMask(request.mask, mask) if request.mask else None
    key_mask = mask if request.mask_key else None
    values = {
        topic: TopicValues(schemas, decoded=decoded.get(topic), fields=fields, key_mask=key_mask) for topic in present
    }
    branches = {topic: None if request.raw else number for number, topic in enumerate(present, start=1)}
    topics: dict[str, Any] = {
        topic: {"branch": branches[topic] or 1, "schema": decoded[topic].parsed if decoded else None}
        for topic in present
    }
    captured = Captured(dict.fromkeys(present, 0))
    newest = request.wanted.count
    total = len(collected) if newest is None else min(newest, len(collected))

    def binaries() -> Iterable[bytes]:
        for number, record in enumerate(collected.in_order(newest)):
            if not progress.go_on():
                raise _StoppedError
            progress.told("writing", number, total)
            captured.note(record)
            yield captured_binary(values[record.topic].made(record), branch=branches[record.topic])

    with writing_whole(request.output) as out:
        schema = capture_schema(joined(decoded) if decoded else ["bytes"])
        ContainerWriter(out, schema, {TOPICS_KEY: json.dumps(topics, ensure_ascii=False)}).write(binaries())
        if fields is not None and (missing := request.mask - fields.seen):
            raise ProjectError(
                f"--mask: no record has a field {' or '.join(sorted(missing))}",
                remedy="Name fields as the values have them; nothing was written.",
            )
    captured.records = {topic: count for topic, count in captured.records.items() if count}
    return captured


async def _in_thread(work: Callable[[], T], stop: threading.Event) -> T:
    """Runs in a thread; a caller that is cancelled waits until it has put everything away."""
    task = asyncio.ensure_future(asyncio.to_thread(work))
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        stop.set()
        with contextlib.suppress(Exception):
            await task
        raise
