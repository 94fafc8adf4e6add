"""The fuzz target that compares bytes: schemas of any shape, and fastavro writing again what it has read.

It runs with the other tests. More examples: ``PIPEGEN_FUZZ_EXAMPLES=20000 pytest tests/unit/test_records_bytes.py``.
"""

from __future__ import annotations

import json
import os
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipegen.hotpath import RecordPlan, SchemaValidator
from tests.unit.avro_oracles import DUE_NS, fastavro_bytes, fastavro_value, schemas

EXAMPLES = int(os.environ.get("PIPEGEN_FUZZ_EXAMPLES", "150"))


@given(schema=schemas(), seed=st.integers(0, 2**63 - 1), event=st.integers(0, 2**50))
@settings(max_examples=EXAMPLES, deadline=None)
def test_fastavro_writes_the_same_bytes_for_the_values_it_reads(schema: dict[str, Any], seed: int, event: int) -> None:
    text = json.dumps(schema)
    value, _key = RecordPlan(text, seed=seed).record(event, due_ns=DUE_NS)
    assert fastavro_bytes(schema, fastavro_value(schema, value)) == value


@given(schema=schemas(), seed=st.integers(0, 2**63 - 1), event=st.integers(0, 2**50))
@settings(max_examples=EXAMPLES, deadline=None)
def test_what_is_cut_off_on_purpose_can_never_be_read(schema: dict[str, Any], seed: int, event: int) -> None:
    text = json.dumps(schema)
    plan = RecordPlan(text, seed=seed, faults_json='{"corrupt": 1}', value_prefix=b"\x00\x00\x00\x00\x07")
    [(value, _key, fault)] = plan.outgoing(first_event=event, count=1, due_ns=DUE_NS)
    assert fault == "corrupt"
    assert value is not None
    assert len(value) < 5 or SchemaValidator(text, skip_bytes=5).check(value) is not None


@given(schema=schemas(), seed=st.integers(0, 2**32), event=st.integers(0, 2**20))
def test_a_record_made_elsewhere_is_encoded_like_the_plans_own(schema: dict[str, Any], seed: int, event: int) -> None:
    text = json.dumps({"type": "record", "name": "around", "fields": [{"name": "a", "type": schema}]})
    binary, _ = RecordPlan(text, seed=seed).record(event, due_ns=DUE_NS)
    for value_format in ("avro", "json", "json-sql"):
        plan = RecordPlan(text, seed=seed, value_format=value_format, value_prefix=b"p", key_json=KEY)
        assert plan.written(binary, event=event) == plan.record(event, due_ns=DUE_NS)
    with pytest.raises(ValueError, match="no record of the schema"):
        plan.written(binary + b"\0", event=event)


KEY = json.dumps({"zipf": 1.1, "pool": 9})
