"""The two independent Avro readers that judge what the generator writes, and the schemas that hypothesis makes up."""

from __future__ import annotations

import io
import json
import uuid
import warnings
from typing import Any

import avro.errors
import avro.io
import avro.schema
import fastavro
from hypothesis import strategies as st

DUE_NS = 1_780_000_000_123_456_789


def fastavro_value(schema: Any, value: bytes) -> Any:
    """What fastavro reads."""
    stream = io.BytesIO(value)
    read = fastavro.schemaless_reader(stream, fastavro.parse_schema(schema), None)
    assert stream.read() == b"", "fastavro left bytes over"
    return read


def fastavro_bytes(schema: Any, value: Any) -> bytes:
    stream = io.BytesIO()
    fastavro.schemaless_writer(stream, fastavro.parse_schema(schema), value)
    return stream.getvalue()


def apache_value(schema: Any, value: bytes) -> Any:
    """What Apache's own package reads."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", avro.errors.IgnoredLogicalType)
        parsed = avro.schema.parse(json.dumps(schema))
    stream = io.BytesIO(value)
    read = avro.io.DatumReader(parsed).read(avro.io.BinaryDecoder(stream))
    assert stream.read() == b"", "avro left bytes over"
    return read


def plain(value: Any) -> Any:
    """A value without what the readers render differently: their classes for UUIDs."""
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    return str(value) if isinstance(value, uuid.UUID) else value


PRIMITIVES = ("null", "boolean", "int", "long", "float", "double", "bytes", "string")
LOGICAL = (
    {"type": "bytes", "logicalType": "decimal", "precision": 12, "scale": 3},
    {"type": "string", "logicalType": "uuid"},
    {"type": "int", "logicalType": "date"},
    {"type": "int", "logicalType": "time-millis"},
    {"type": "long", "logicalType": "time-micros"},
    {"type": "long", "logicalType": "timestamp-millis"},
    {"type": "long", "logicalType": "timestamp-micros"},
)
WORDS = ("id", "customer_id", "email", "price", "status", "created_at", "quantity", "url", "country", "note", "x")


@st.composite
def schemas(draw: st.DrawFn) -> Any:
    """A record schema of any shape; unions hold null and one other type, so that its value can be written again."""
    count = 0

    def name(prefix: str) -> str:
        nonlocal count
        count += 1
        return f"{prefix}{count}"

    def any_type(depth: int) -> Any:
        simple = ["primitive", "logical", "enum", "fixed"]
        kind = draw(st.sampled_from(simple if depth >= 3 else [*simple, "array", "map", "record", "nullable"]))
        if kind == "primitive":
            return draw(st.sampled_from(PRIMITIVES))
        if kind == "logical":
            return draw(st.sampled_from(LOGICAL))
        if kind == "enum":
            symbols = draw(st.lists(st.sampled_from("ABCDEFGH"), min_size=1, unique=True))
            return {"type": "enum", "name": name("Enum"), "symbols": symbols}
        if kind == "fixed":
            return {"type": "fixed", "name": name("Fixed"), "size": draw(st.integers(0, 20))}
        if kind == "array":
            return {"type": "array", "items": any_type(depth + 1)}
        if kind == "map":
            return {"type": "map", "values": any_type(depth + 1)}
        if kind == "nullable":
            other = any_type(depth + 1)
            branches = ["null"] if other == "null" else ["null", other]
            return other if isinstance(other, list) else draw(st.permutations(branches))
        return record(depth + 1)

    def record(depth: int) -> dict[str, Any]:
        fields = draw(st.lists(st.sampled_from(WORDS), min_size=1, max_size=5, unique=True))
        record_name = name("Record")
        return {
            "type": "record",
            "name": record_name,
            "fields": [{"name": field, "type": any_type(depth)} for field in fields],
        }

    return record(0)
