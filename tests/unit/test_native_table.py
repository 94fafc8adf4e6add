"""What the records of an output do to the rows of its table, as a reader in Python hands them over."""

from __future__ import annotations

import json
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipegen.hotpath import TableCounts, TableMeter, probe_header
from tests.unit.record_headers import record_header as header

NOW_NS = 1_790_000_000_000_000_000
RUN = 7
Record = tuple[bytes | None, bytes | None]


def taken(meter: TableMeter, records: Sequence[Record], headers: Sequence[bytes | None] | None = None) -> TableCounts:
    keys, values = [key for key, _ in records], [value for _, value in records]
    meter.take(keys, values, headers=headers or [None] * len(records), consumed_ns=NOW_NS)
    return meter.counts(NOW_NS + 2_000_000_000)


def change(before: object, after: object, operation: str) -> Record:
    return None, json.dumps({"before": before, "after": after, "op": operation}, separators=(",", ":")).encode()


@given(st.lists(st.tuples(st.integers(0, 5), st.booleans()), max_size=200))
def test_the_rows_are_those_of_a_dictionary(writes: list[tuple[int, bool]]) -> None:
    rows: dict[bytes, bytes] = {}
    counted = dict.fromkeys(("inserts", "updates", "deletes", "missing", "tombstones"), 0)
    records: list[Record] = []
    for number, written in writes:
        key = b"key-%d" % number
        records.append((key, b"row" if written else None))
        counted["tombstones"] += not written
        if written:
            counted["updates" if key in rows else "inserts"] += 1
            rows[key] = b"row"
        else:
            counted["missing" if rows.pop(key, None) is None else "deletes"] += 1
    found = taken(TableMeter(), records)
    assert found.rows == len(rows)
    assert {name: getattr(found, name) for name in counted} == counted


def test_records_of_other_runs_and_probes_are_no_rows() -> None:
    headers = [header(1, 1, run=RUN), header(1, 2, run=RUN + 1), probe_header(due_ns=1, number=0, run=RUN), b"x"]
    records = [(b"%d" % number, b"v") for number in range(4)]
    assert taken(TableMeter(run=RUN), records, headers).rows == 1
    assert taken(TableMeter(run=RUN, counts_probes=True), records, headers).rows == 2


def test_the_due_time_of_a_row_is_that_of_its_header_or_the_later_one_of_both() -> None:
    start_ms = NOW_NS // 1_000_000
    headers = [header((start_ms + due) * 1_000, number, run=RUN) for number, due in enumerate((50, 40))]
    for joint, timestamps_ms, out_of_order in (
        (False, None, 1),
        (False, [start_ms, start_ms + 60], 1),
        (True, [start_ms, start_ms + 60], 0),
    ):
        meter = TableMeter(run=RUN)
        meter.start(NOW_NS)
        meter.take(
            [b"k"] * 2, [b"v"] * 2, headers=headers, consumed_ns=NOW_NS, timestamps_ms=timestamps_ms, joint=joint
        )
        assert (meter.counts(NOW_NS).out_of_order, meter.counts(NOW_NS).timed) == (out_of_order, 2)


def test_a_changelog_is_judged_by_the_key_inside_of_its_rows() -> None:
    one, two, other = {"id": 1, "n": "a"}, {"id": 1, "n": "b"}, {"id": 2, "n": "a"}
    changes = [change(None, one, "c"), change(None, other, "c"), change(one, None, "d"), change(None, two, "c")]
    found = taken(TableMeter("debezium-json", key=["id"]), [*changes, change(other, None, "d")])
    assert (found.inserts, found.updates, found.deletes, found.rows, found.keys) == (2, 1, 1, 1, 2)
    whole = taken(TableMeter("debezium-json"), changes)
    assert (whole.inserts, whole.updates, whole.deletes, whole.rows, whole.keys) == (3, 0, 1, 2, 3)


def test_records_that_lack_the_key_are_counted_apart() -> None:
    assert taken(TableMeter(), [(None, b"v")]).unkeyed == 1
    assert taken(TableMeter("debezium-json", key=["id"]), [change(None, {"n": "a"}, "c")]).unkeyed == 1
    assert taken(TableMeter("debezium-json"), [(None, b"no JSON")]).unkeyed == 1


def test_wrong_arguments_are_refused_in_a_sentence() -> None:
    with pytest.raises(ValueError, match='"json" is no changelog format of JSON'):
        TableMeter("json")
    with pytest.raises(ValueError, match="values has 0 items, keys has 1"):
        TableMeter().take([None], [], headers=[None], consumed_ns=0)
