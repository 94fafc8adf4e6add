"""Schemas whose names no newer Avro library takes, and the same with names that all of them take."""

from __future__ import annotations

import io
import json
from typing import Any

import fastavro
import pytest

from pipegen.avro.plain_names import plain_names

INNER = {"type": "record", "name": "Line", "fields": [{"name": "sku", "type": "string"}]}
OLD = {
    "type": "record",
    "name": "Order",
    "namespace": "com.acme-corp.2go",
    "fields": [
        {"name": "id", "type": "long"},
        {"name": "first", "type": INNER},
        {"name": "others", "type": {"type": "array", "items": "com.acme-corp.2go.Line"}, "doc": "com.acme-corp"},
        {"name": "note", "type": ["null", "string"], "default": None},
        {"name": "state", "type": {"type": "enum", "name": "com.other-corp.State", "symbols": ["NEW"]}},
    ],
}


def test_names_and_what_refers_to_them_change_alike_and_nothing_else_does() -> None:
    made = json.loads(plain_names(json.dumps(OLD)) or "")
    assert made["namespace"] == "com.acme_corp._2go"
    assert made["fields"][2]["type"]["items"] == "com.acme_corp._2go.Line"
    assert made["fields"][2]["doc"] == "com.acme-corp"
    assert made["fields"][3] == OLD["fields"][3]
    assert made["fields"][4]["type"]["name"] == "com.other_corp.State"


def test_bytes_of_one_schema_are_read_with_the_other() -> None:
    made: Any = fastavro.parse_schema(json.loads(plain_names(json.dumps(OLD)) or ""))
    row = {"id": 7, "first": {"sku": "a"}, "others": [{"sku": "b"}], "note": None, "state": "NEW"}
    out = io.BytesIO()
    fastavro.schemaless_writer(out, made, row)
    # id 7, first "a", one other "b" and the end of the array, the null branch, the first symbol
    assert out.getvalue() == b"\x0e\x02a\x02\x02b\x00\x00\x00"


@pytest.mark.parametrize(
    "schema", ['"string"', json.dumps(INNER), '["null", {"type": "fixed", "name": "a.B_1", "size": 2}]']
)
def test_names_that_every_library_takes_stay(schema: str) -> None:
    assert plain_names(schema) is None
