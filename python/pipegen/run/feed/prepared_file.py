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
from pathlib import Path
from typing import TypeVar

from pipegen.avro import InputSchema, frame
from pipegen.config import Settings
from pipegen.datafile import DataFile, RowEncoder, write_flink_csv
from pipegen.run.feed.file import key_field_of
from pipegen.run.feed.rows import RowSource, row_source
from pipegen.units import format_count

_TELL_S = 2.0

T = TypeVar("T")
OnText = Callable[[str], None]


class RunInput:
    """The data file of one run.

    Args:
        file: The file; None when records are generated.
        schema: The project's schema.
        settings: The settings in force.
        events: How many records the load has.
        order: Event → row, where rows are not sent in the order of the file.
    """

    def __init__(
        self,
        file: DataFile | None,
        schema: InputSchema,
        settings: Settings,
        *,
        events: int,
        order: Sequence[int] | None,
    ) -> None:
        self._file = file
        self._schema = schema
        self._key_field = key_field_of(settings)
        self._events = events
        self._order = order
        self._source: RowSource | None = None
        self._folder: Path | None = None
        self.by_flink = file is not None and settings.feed.mode == "filesystem"
        """Whether Flink reads the file by itself, so that nothing is sent."""
        self.rows: int | None = None
        """How many rows Flink has to read; None before, and when it does not read the file."""

    async def records(self, schema_id: int, tell: OnText) -> RowSource | None:
        """The rows as records; None when there is no file to send.

        Raises:
            ProjectError: a row cannot be read or does not fit the schema.
        """
        file = self._file
        if file is None or self.by_flink:
            return None
        self._source = await _reading(
            lambda on_rows: row_source(
                file,
                self._schema.parsed,
                key_field=self._key_field,
                prefix=frame(schema_id, b""),
                events=self._events,
                order=self._order,
                on_rows=on_rows,
            ),
            tell,
        )
        return self._source

    async def file_for_flink(self, tell: OnText) -> Path | None:
        """The copy of the file that Flink reads; None when it does not.

        Raises:
            ProjectError: a row cannot be read or does not fit the schema, or the disk is full.
        """
        file = self._file
        if file is None or not self.by_flink:
            return None
        self._folder = Path(tempfile.mkdtemp(prefix="pipegen-data-"))
        self._folder.chmod(0o755)  # Flink may run as somebody else
        target = self._folder / "rows.csv"
        encoder = RowEncoder(file, self._schema.parsed, key_field=None)
        self.rows = await _reading(lambda on_rows: write_flink_csv(file, encoder, target, on_rows=on_rows), tell)
        return target

    def close(self) -> None:
        """Gives the disk back. Calling it twice is no error."""
        if self._source is not None:
            self._source.close()
            self._source = None
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
            self._folder = None


def reading(rows: int) -> str:
    """How far the reading of a file is, in words."""
    return f"reading the data file: {format_count(rows)} rows"


async def _reading(read: Callable[[Callable[[int], bool]], T], tell: OnText) -> T:
    """Reads in a thread, telling how far it is, until it is done or the caller is cancelled."""
    stop = threading.Event()
    told_s = time.monotonic()

    def on_rows(rows: int) -> bool:
        nonlocal told_s
        if time.monotonic() - told_s >= _TELL_S:
            told_s = time.monotonic()
            tell(reading(rows))
        return not stop.is_set()

    tell("reading the data file")
    try:
        return await asyncio.to_thread(read, on_rows)
    except asyncio.CancelledError:
        stop.set()
        raise
