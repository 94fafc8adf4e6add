"""Two independent readers read every generated record, and writing what they read gives the same bytes."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

import avro
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipegen.hotpath import RecordPlan, SchemaValidator
from tests.unit.avro_oracles import DUE_NS, apache_value, fastavro_bytes, fastavro_value, plain, schemas

DUE = datetime.fromtimestamp(DUE_NS // 1_000_000_000, UTC)
NODE = {
    "type": "record",
    "name": "Node",
    "fields": [
        {"name": "label", "type": "string"},
        {"name": "children", "type": {"type": "array", "items": "Node"}},
        {"name": "next", "type": ["null", "Node"]},
    ],
}


@given(schema=schemas(), seed=st.integers(0, 2**63 - 1))
@settings(max_examples=150, deadline=None)
def test_both_readers_agree_on_records_of_any_schema(schema: dict[str, Any], seed: int) -> None:
    plan = RecordPlan(json.dumps(schema), seed=seed)
    validator = SchemaValidator(json.dumps(schema))
    for value, _key in plan.records(first_event=0, count=5, due_ns=DUE_NS, due_step_ns=1_000_000):
        read = fastavro_value(schema, value)
        assert plain(read) == plain(apache_value(schema, value))
        assert fastavro_bytes(schema, read) == value
        assert validator.check(value) is None


def read_one(field_type: Any, *, name: str = "x", event: int = 0) -> Any:
    schema = {"type": "record", "name": "R", "fields": [{"name": name, "type": field_type}]}
    value, _key = RecordPlan(json.dumps(schema), seed=3).record(event, due_ns=DUE_NS)
    read = fastavro_value(schema, value)
    assert fastavro_bytes(schema, read) == value
    return plain(read)[name]


@pytest.mark.parametrize(
    ("field_type", "expected"),
    [
        ({"type": "int", "logicalType": "date"}, DUE.date()),
        ({"type": "int", "logicalType": "time-millis"}, DUE.time().replace(microsecond=123_000)),
        ({"type": "long", "logicalType": "time-micros"}, DUE.time().replace(microsecond=123_456)),
        ({"type": "long", "logicalType": "timestamp-millis"}, DUE.replace(microsecond=123_000)),
        ({"type": "long", "logicalType": "timestamp-micros"}, DUE.replace(microsecond=123_456)),
        ({"type": "long", "logicalType": "timestamp-nanos"}, DUE_NS),
        ({"type": "long", "logicalType": "local-timestamp-millis"}, DUE.replace(tzinfo=None, microsecond=123_000)),
        ({"type": "long", "logicalType": "local-timestamp-micros"}, DUE.replace(tzinfo=None, microsecond=123_456)),
        ({"type": "long", "logicalType": "local-timestamp-nanos"}, DUE_NS),
    ],
)
def test_temporal_types_hold_the_due_time(field_type: dict[str, str], expected: date | time | int) -> None:
    assert read_one(field_type) == expected


@pytest.mark.parametrize(
    "field_type",
    [
        {"type": "bytes", "logicalType": "decimal", "precision": 6, "scale": 2},
        {"type": "fixed", "name": "D", "size": 3, "logicalType": "decimal", "precision": 6, "scale": 2},
        {"type": "fixed", "name": "D", "size": 20, "logicalType": "decimal", "precision": 40, "scale": 2},
        {"type": "bytes", "logicalType": "decimal", "precision": 40, "scale": 30},
    ],
)
def test_decimals_keep_precision_and_scale(field_type: dict[str, Any]) -> None:
    for event in range(50):
        number = read_one(field_type, name="price", event=event)
        assert isinstance(number, Decimal)
        assert number.as_tuple().exponent == -field_type["scale"]
        assert 0 <= number < Decimal(10) ** (field_type["precision"] - field_type["scale"])


def test_uuids_are_version_4_in_text_and_in_bytes() -> None:
    text = read_one({"type": "string", "logicalType": "uuid"})
    assert (text[14], text[19] in "89ab", len(text)) == ("4", True, 36)
    raw = read_one({"type": "fixed", "name": "U", "size": 16, "logicalType": "uuid"})
    if isinstance(raw, bytes):
        assert (raw[6] >> 4, raw[8] >> 6) == (4, 2)
    else:
        assert raw[14] == "4"


def test_a_duration_has_months_days_and_milliseconds_in_range() -> None:
    schema = {"type": "fixed", "name": "D", "size": 12, "logicalType": "duration"}
    value, _key = RecordPlan(json.dumps(schema)).record(0, due_ns=DUE_NS)
    months, days, millis = (int.from_bytes(value[at : at + 4], "little") for at in (0, 4, 8))
    assert (months < 12, days < 30, millis < 86_400_000, len(value)) == (True, True, True, 12)


def test_recursive_records_end() -> None:
    plan = RecordPlan(json.dumps(NODE))
    sizes = set()
    for value, _key in plan.records(first_event=0, count=200, due_ns=DUE_NS):
        read = fastavro_value(NODE, value)
        assert fastavro_bytes(NODE, read) == value
        sizes.add(len(value))
    assert max(sizes) < 5_000
    assert len(sizes) > 20


def test_many_references_to_large_types_are_refused_and_not_unfolded_for_ever() -> None:
    inner: Any = {"type": "record", "name": "R0", "fields": [{"name": "x", "type": "int"}]}
    for level in range(1, 30):
        fields = [{"name": "a", "type": inner}, {"name": "b", "type": f"R{level - 1}"}]
        inner = {"type": "record", "name": f"R{level}", "fields": fields}
    with pytest.raises(ValueError, match="unfolds to more than"):
        RecordPlan(json.dumps(inner))


def test_the_interop_schema_of_apache_avro_is_generated() -> None:
    schema = json.loads(Path(avro.__file__).with_name("interop.avsc").read_text(encoding="utf-8"))
    plan = RecordPlan(json.dumps(schema))
    for value, _key in plan.records(first_event=0, count=100, due_ns=DUE_NS):
        assert plain(fastavro_value(schema, value)) == plain(apache_value(schema, value))


def test_every_branch_of_a_union_comes_up() -> None:
    schema = ["null", "boolean", "string", {"type": "array", "items": "long"}]
    plan = RecordPlan(json.dumps(schema))
    values = [fastavro_value(schema, value) for value, _key in plan.records(first_event=0, count=400, due_ns=DUE_NS)]
    assert {type(value) for value in values} == {type(None), bool, str, list}
    assert 5 <= values.count(None) <= 40
