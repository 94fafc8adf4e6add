"""The validator accepts what a reader can read and names what is wrong with the rest."""

from __future__ import annotations

import io
import json
from typing import Any

import fastavro
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipegen.hotpath import RecordPlan, SchemaValidator
from tests.unit.avro_oracles import DUE_NS, fastavro_value, schemas

ORDER = {
    "type": "record",
    "name": "Order",
    "fields": [
        {"name": "id", "type": "string"},
        {"name": "paid", "type": "boolean"},
        {"name": "state", "type": {"type": "enum", "name": "State", "symbols": ["A", "B"]}},
        {"name": "note", "type": ["null", "string"]},
        {
            "name": "lines",
            "type": {
                "type": "array",
                "items": {"type": "record", "name": "Line", "fields": [{"name": "count", "type": "int"}]},
            },
        },
    ],
}
VALID = bytes([4]) + b"ab" + bytes([1, 2, 0, 4, 10, 12, 0])


def validator(schema: Any = ORDER, **options: int) -> SchemaValidator:
    return SchemaValidator(json.dumps(schema), **options)


def test_a_sound_value_passes() -> None:
    assert fastavro_value(ORDER, VALID)["lines"] == [{"count": 5}, {"count": 6}]
    assert validator().check(VALID) is None
    assert validator(skip_bytes=5).check(b"\x00\x00\x00\x00\x09" + VALID) is None


@pytest.mark.parametrize(
    ("value", "fault"),
    [
        (b"", "the bytes end too early at byte 0 in field id"),
        (VALID[:-1], "the bytes end too early at byte 9 in field lines"),
        (VALID + b"x", "bytes are left over after the value at byte 10"),
        (b"\x04ab\x02" + VALID[4:], "a boolean is neither 0 nor 1 at byte 3 in field paid"),
        (b"\x04ab\x01\x04" + VALID[5:], "the enum has no such symbol at byte 4 in field state"),
        (b"\x04ab\x01\x02\x04" + VALID[6:], "the union has no such branch at byte 5 in field note"),
        (b"\x04ab\x01\x02\x01" + VALID[6:], "the union has no such branch at byte 5 in field note"),
        (b"\x04\xff\xfe" + VALID[3:], "a string is not UTF-8 at byte 0 in field id"),
        (b"\x03" + VALID[1:], "a length is negative or greater than the bytes there are at byte 0 in field id"),
        (b"\x7e" + VALID[1:], "a length is negative or greater than the bytes there are at byte 0 in field id"),
        (
            VALID[:7] + b"\x80\x80\x80\x80\x10\x00",
            "an integer is too large for its type at byte 7 in field lines.count",
        ),
    ],
)
def test_a_fault_is_named_with_its_byte_and_field(value: bytes, fault: str) -> None:
    assert validator().check(value) == fault


def test_blocks_with_their_size_in_bytes_are_read_and_checked() -> None:
    schema = {"type": "array", "items": "int"}
    assert validator(schema).check(b"\x03\x04\x02\x04\x00") is None
    assert "length" in str(validator(schema).check(b"\x03\x02\x02\x04\x00"))


def test_hostile_bytes_neither_exhaust_stack_nor_time() -> None:
    node = {"type": "record", "name": "N", "fields": [{"name": "next", "type": ["null", "N"]}]}
    assert "nested too deeply" in str(validator(node).check(b"\x02" * 100_000))
    nulls = {"type": "array", "items": "null"}
    assert validator(nulls).check(b"\xfe\xff\xff\xff\xff\xff\xff\xff\xff\x01\x00") is not None


@given(schema=schemas(), seed=st.integers(0, 1_000), data=st.data())
@settings(max_examples=150, deadline=None)
def test_what_it_accepts_after_damage_a_reader_can_read(schema: dict[str, Any], seed: int, data: st.DataObject) -> None:
    value = bytearray(RecordPlan(json.dumps(schema), seed=seed).record(0, due_ns=DUE_NS)[0])
    for _ in range(data.draw(st.integers(0, 2)) if value else 0):
        value[data.draw(st.integers(0, len(value) - 1))] = data.draw(st.integers(0, 255))
    without_logical = json.loads(json.dumps(schema).replace('"logicalType"', '"was"'))
    if validator(schema).check(bytes(value)) is None:
        stream = io.BytesIO(bytes(value))
        fastavro.schemaless_reader(stream, fastavro.parse_schema(without_logical), None)
        assert stream.read() == b""


def test_a_batch_is_counted_by_reason_and_its_first_fault_shown() -> None:
    outcome = validator().check_batch([VALID, None, VALID[:-1], VALID + b"x", VALID[:-2]] * 20)
    assert (outcome.valid, outcome.nulls, outcome.invalid) == (20, 20, 60)
    assert outcome.reasons == {"truncated": 40, "trailing_bytes": 20}
    assert outcome.first_fault == (2, "the bytes end too early at byte 9 in field lines")


def test_a_value_shorter_than_its_framing_is_truncated() -> None:
    assert validator(skip_bytes=5).check(b"\x00") == "the bytes end too early at byte 1"
