"""JSON values: the same records as in Avro, in the words that Flink's ``json`` format reads."""

from __future__ import annotations

import base64
import datetime
import decimal
import json
import uuid
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from pipegen.hotpath import RecordPlan
from tests.unit.avro_oracles import DUE_NS, fastavro_value, schemas


def as_json(value: Any) -> Any:
    """What fastavro reads, as JSON is to say it."""
    if isinstance(value, dict):
        return {key: as_json(item) for key, item in value.items()}
    if isinstance(value, list):
        return [as_json(item) for item in value]
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, datetime.datetime):
        text = value.replace(tzinfo=None).isoformat(timespec="microseconds")
        return text if value.tzinfo is None else text + "Z"
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat() if isinstance(value, datetime.date) else value.isoformat(timespec="microseconds")
    return str(value) if isinstance(value, uuid.UUID) else value


def same(found: Any, expected: Any) -> bool:
    """Equal, whatever number of digits a time has, and floats as near as 32 bits are."""
    if isinstance(expected, dict):
        return found.keys() == expected.keys() and all(same(found[key], expected[key]) for key in expected)
    if isinstance(expected, list):
        return len(found) == len(expected) and all(map(same, found, expected))
    if isinstance(expected, decimal.Decimal | float):
        return abs(float(found) - float(expected)) <= 1e-6 * max(1.0, abs(float(expected)))
    if isinstance(expected, str) and isinstance(found, str) and ":" in expected:
        return found.rstrip("Z").rstrip("0") == expected.rstrip("Z").rstrip("0")
    return bool(found == expected)


@given(schema=schemas(), event=st.integers(0, 2**40))
@settings(max_examples=150, deadline=None)
def test_json_says_what_the_avro_binary_of_the_same_event_says(schema: dict[str, Any], event: int) -> None:
    text = json.dumps(schema)
    avro, _ = RecordPlan(text, seed=9).record(event, due_ns=DUE_NS)
    found, _ = RecordPlan(text, seed=9, value_format="json").record(event, due_ns=DUE_NS)
    expected = as_json(fastavro_value(schema, avro))
    assert same(json.loads(found), expected), (json.loads(found), expected)


def test_times_decimals_bytes_and_unions_have_the_form_that_the_manual_states() -> None:
    fields = [
        {"name": "at", "type": {"type": "long", "logicalType": "timestamp-millis"}},
        {"name": "local", "type": {"type": "long", "logicalType": "local-timestamp-micros"}},
        {"name": "day", "type": {"type": "int", "logicalType": "date"}},
        {"name": "clock", "type": {"type": "int", "logicalType": "time-millis"}},
        {"name": "cost", "type": {"type": "bytes", "logicalType": "decimal", "precision": 6, "scale": 2}},
        {"name": "raw", "type": {"type": "fixed", "name": "Raw", "size": 3}},
        {"name": "maybe", "type": ["null", "string"], "pipegen": {"null": 1}},
    ]
    schema = {"type": "record", "name": "R", "fields": fields}
    hints = {"cost": {"one_of": [12.5]}}
    plan = RecordPlan(
        json.dumps(schema), value_format="json", hints_json=json.dumps(hints), key_json='{"field": "day"}'
    )
    value, key = plan.record(0, due_ns=1_780_000_000_123_456_789)
    assert value.startswith(
        b'{"at":"2026-05-28T20:26:40.123Z","local":"2026-05-28T20:26:40.123456","day":"2026-05-28",'
        b'"clock":"20:26:40.123","cost":12.50,"raw":"'
    )
    assert value.endswith(b',"maybe":null}')
    assert key == b"20601"
