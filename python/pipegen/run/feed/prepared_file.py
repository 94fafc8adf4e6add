"""The data file of a run made ready: its rows encoded to be sent, or a copy for Flink to read.

Reading a long file takes its time: it happens in a thread of its own, and ends when the run is interrupted.
"""

from __future__ import annotations

import asyncio
import shutil
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from pipegen.avro import frame
from pipegen.datafile import DataFile, RowEncoder, write_flink_csv
from pipegen.journal import Journal
from pipegen.project import InputFacts
from pipegen.run.feed.file import key_field_of
from pipegen.run.feed.generated import SchemaIds
from pipegen.run.feed.rows import RowSource, encoded_source, row_source
from pipegen.run.feed.table_rows import TableRows
from pipegen.run.spec import RunSpec
from pipegen.run.undo import Steps
from pipegen.units import format_count

_TELL_S = 2.0

T = TypeVar("T")
OnText = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class FlinkFile:
    """The copy of a data file that Flink reads, and how many rows it has."""

    path: Path
    rows: int


async def encoded_rows(
    spec: RunSpec,
    file: DataFile,
    facts: InputFacts,
    *,
    ids: SchemaIds,
    events: int,
    order: Sequence[int] | None,
    tell: OnText,
    undo: Steps,
) -> RowSource:
    """The rows of a file as records.

    Args:
        spec: The run.
        file: The data file of an input.
        facts: The input.
        ids: The ids of its schemas in the registry.
        events: How many records the load has.
        order: Event → row, if rows are not sent in file order.
        tell: Told how far the reading is.
        undo: Deletes the temporary files.

    Raises:
        ProjectError: a row cannot be read or does not fit the schema.
    """

    def read(on_rows: Callable[[int], bool]) -> RowSource:
        if facts.record is not None:
            rows = TableRows(file, facts, spec.settings, ids=ids)
            return encoded_source(rows, prefix=b"", events=events, order=order, on_rows=on_rows)
        return row_source(
            file,
            facts.schema.parsed,
            key_field=key_field_of(spec.settings),
            prefix=frame(ids.value or 0, b""),
            events=events,
            order=order,
            on_rows=on_rows,
        )

    source = await _reading(read, tell)
    undo.push("the rows of the data file", source.close)
    return source


async def file_for_flink(spec: RunSpec, file: DataFile, *, tell: OnText, undo: Steps, journal: Journal) -> FlinkFile:
    """The copy of a file that Flink reads.

    Args:
        spec: The run.
        file: Its data file.
        tell: Told how far the reading is.
        undo: Deletes the copy.
        journal: Told of its folder before it is made.

    Raises:
        ProjectError: a row cannot be read or does not fit the schema, or the disk is full.
    """
    folder = _folder(undo, journal)
    target = folder / "rows.csv"
    schema = spec.project.input_schema.parsed
    encoder = RowEncoder(file, schema, key_field=None)
    rows = await _reading(lambda on_rows: write_flink_csv(encoder, schema, target, on_rows=on_rows), tell)
    return FlinkFile(target, rows)


def _folder(undo: Steps, journal: Journal) -> Path:
    folder = Path(tempfile.gettempdir()) / f"pipegen-data-{journal.head.run_id}"
    journal.making("folder", str(folder))
    undo.push("the copy of the data file", shutil.rmtree, folder)
    folder.mkdir()
    folder.chmod(0o755)  # Flink may run as somebody else
    return folder


async def _reading(read: Callable[[Callable[[int], bool]], T], tell: OnText) -> T:
    """Reads in a thread, telling how far it is, until it is done or the caller is cancelled."""
    stop = threading.Event()
    told_s = time.monotonic()

    def on_rows(rows: int) -> bool:
        nonlocal told_s
        if time.monotonic() - told_s >= _TELL_S:
            told_s = time.monotonic()
            tell(f"reading the data file: {format_count(rows)} rows")
        return not stop.is_set()

    tell("reading the data file")
    try:
        return await asyncio.to_thread(read, on_rows)
    except asyncio.CancelledError:
        stop.set()
        raise
