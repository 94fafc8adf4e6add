"""The rows of a data file are sent in its order, from the start again after the last, or in the order of the plan."""

from __future__ import annotations

import io
import json
from array import array
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import fastavro
import pytest

from pipegen.datafile import CsvOptions, open_data_file
from pipegen.hotpath import Meters, Pacer, Permits, Schedule, now_ns
from pipegen.run.feed.rows import RowSource, row_source
from tests.unit.data_files import SCHEMA, go_on, sales, write_file

SECOND_NS = 1_000_000_000
PREFIX = b"\x00\x00\x00\x00\x07"
ROWS = 5


def source(folder: Path, *, events: int, order: Sequence[int] | None = None) -> RowSource:
    """The rows of a file of five sales."""
    file = open_data_file(write_file(folder / "sales.ndjson", ROWS), CsvOptions())
    return row_source(file, SCHEMA, key_field="shop", prefix=PREFIX, events=events, order=order, on_rows=go_on)


def permits(count: int, *, worker: int = 0, workers: int = 1) -> Permits:
    """Leave to send the first events of a plan."""
    pacer = Pacer(Schedule([(0, SECOND_NS, 1_000.0, 1_000.0)]), shard_index=worker, shard_count=workers)
    pacer.start(now_ns() - SECOND_NS)
    issued = pacer.acquire(max_events=count, timeout_ns=0)
    assert issued is not None
    return issued


def sale_of(value: bytes | None) -> int:
    """The number of the sale in a record, from 1."""
    assert value is not None
    assert value.startswith(PREFIX)
    schema: Any = fastavro.parse_schema(json.loads(json.dumps(SCHEMA)))
    row: Any = fastavro.schemaless_reader(io.BytesIO(value.removeprefix(PREFIX)), schema, None)
    return int(row["sale"])


def sent(rows: RowSource, count: int, **shard: int) -> list[int]:
    """The sales that are sent first, in order."""
    return [sale_of(value) for value, *_ in rows.batch(permits(count, **shard), Meters(worker=shard.get("worker", 0)))]


def test_the_first_record_is_the_first_row_and_after_the_last_row_comes_the_first_again(tmp_path: Path) -> None:
    rows = source(tmp_path, events=12)
    assert sent(rows, 12) == [1, 2, 3, 4, 5, 1, 2, 3, 4, 5, 1, 2]
    rows.close()


def test_each_row_is_sent_with_its_own_key(tmp_path: Path) -> None:
    rows = source(tmp_path, events=ROWS)
    keys = [key for _, key, *_ in rows.batch(permits(ROWS), Meters())]
    assert keys == [row["shop"].encode() for row in sales(ROWS)]
    rows.close()


def test_an_order_says_which_row_each_event_is(tmp_path: Path) -> None:
    rows = source(tmp_path, events=4, order=array("Q", [4, 0, 3, 1]))
    assert sent(rows, 4) == [5, 1, 4, 2]
    rows.close()


def test_of_two_processes_each_sends_every_second_row(tmp_path: Path) -> None:
    rows = source(tmp_path, events=8)
    assert sent(rows, 4, worker=1, workers=2) == [2, 4, 1, 3]
    rows.close()


def test_the_record_of_one_event_is_the_one_that_a_batch_sends(tmp_path: Path) -> None:
    rows = source(tmp_path, events=ROWS)
    for event, row in enumerate(sales(ROWS)):
        value, key = rows.record(event, due_ns=0)
        assert (sale_of(value), key) == (row["sale"], row["shop"].encode())
    rows.close()


@pytest.mark.parametrize(
    ("events", "order", "needed"),
    [(3, None, 3), (0, None, 1), (99, None, ROWS), (2, [3, 0, 4], 4), (0, [3], 1)],
)
def test_no_more_rows_are_read_than_the_load_sends(
    tmp_path: Path, events: int, order: list[int] | None, needed: int
) -> None:
    """A row that the load never reaches may be anything: the run is not refused for it."""
    path = write_file(tmp_path / "sales.ndjson", ROWS)
    if needed < ROWS:
        lines = path.read_text().splitlines()
        path.write_text("\n".join([*lines[:needed], "no JSON"]) + "\n")
    file = open_data_file(path, CsvOptions())
    rows = row_source(file, SCHEMA, key_field=None, prefix=PREFIX, events=events, order=order, on_rows=go_on)
    last, _ = rows.record(0 if order is None else order.index(max(order[: max(events, 1)])), due_ns=0)
    assert last
    rows.close()
