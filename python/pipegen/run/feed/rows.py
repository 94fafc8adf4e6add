"""Sends the rows of a data file: event *n* is row *n*, from the start again after the last one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from pipegen.datafile import DataFile, Encoder, Spool, encoder_of, fill_spool
from pipegen.hotpath import Meters, Permits, RecordBatch

Headers = Sequence[tuple[str, bytes | None]]


class RunRecords(Protocol):
    """Makes the records of a run: those of the load, and one for the probe."""

    def batch(self, permits: Permits, meters: Meters) -> RecordBatch:
        """One record for each permit."""

    def record(self, event: int, *, due_ns: int) -> tuple[bytes, bytes | None]:
        """One record's value and key."""


class RowSource:
    """Rows of a file as records.

    Args:
        spool: The encoded rows.
        order: Event → row, where rows are not sent in the order of the file.
    """

    def __init__(self, spool: Spool, order: Sequence[int] | None) -> None:
        self._spool = spool
        self._order = order

    def batch(self, permits: Permits, meters: Meters) -> RecordBatch:
        """One row for each permit."""
        values: list[bytes | None] = []
        keys: list[bytes | None] = []
        headers: list[Headers] = []
        row = self._row
        for event in range(permits.first_event, permits.first_event + permits.count * permits.stride, permits.stride):
            value, key, its_headers = row(event)
            values.append(value)
            keys.append(key)
            headers.append(its_headers)
        return meters.batch(permits, values, keys, headers if any(headers) else None)

    def record(self, event: int, *, due_ns: int) -> tuple[bytes, bytes | None]:
        """The first row with a value from that of an event on; when it is due makes no difference."""
        del due_ns
        found = map(self._row, range(event, event + self._spool.rows))
        return next(((value, key) for value, key, _ in found if value is not None), (b"", None))

    def close(self) -> None:
        """Deletes the temporary files."""
        self._spool.close()

    def _row(self, event: int) -> tuple[bytes | None, bytes | None, Headers]:
        number = event if self._order is None else self._order[event]
        return self._spool.row(number % self._spool.rows)


def row_source(
    file: DataFile,
    schema: Mapping[str, Any],
    *,
    key_field: str | None,
    prefix: bytes,
    events: int,
    order: Sequence[int] | None,
    on_rows: Callable[[int], bool],
) -> RowSource:
    """Reads as many rows as the load needs and makes them ready to send. Blocks.

    Args:
        file: The file.
        schema: The project's schema.
        key_field: The field whose value is the Kafka key.
        prefix: Stands before every value.
        events: How many the load has.
        order: Event → row, where rows are not sent in the order of the file.
        on_rows: Told from time to time how many rows there are; False ends the reading.

    Raises:
        ProjectError: a row cannot be read or does not fit the schema.
    """
    encoder = encoder_of(file, schema, key_field=key_field)
    return encoded_source(encoder, prefix=prefix, events=events, order=order, on_rows=on_rows)


def encoded_source(
    encoder: Encoder, *, prefix: bytes, events: int, order: Sequence[int] | None, on_rows: Callable[[int], bool]
) -> RowSource:
    """As many ready-to-send rows as the load needs; see :func:`row_source`."""
    needed = max(events, 1) if order is None else max(order[:events], default=0) + 1
    return RowSource(fill_spool(encoder, prefix=prefix, max_rows=needed, on_rows=on_rows), order)
