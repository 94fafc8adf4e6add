"""What ``pipegen init`` writes runs in the real Flink: records pass with their header and timestamp intact."""

from __future__ import annotations

import asyncio
import datetime
import decimal
import io
import json
import time
import uuid
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import fastavro
import httpx2
import pytest
from confluent_kafka import Consumer, Message, Producer

from pipegen.avro import InputSchema, decode_value, frame, parse_schema_text
from pipegen.choices import ValueFormat
from pipegen.config import Settings
from pipegen.hotpath import RecordPlan
from pipegen.project import Project, open_project, orders_schema, scaffold
from pipegen.services.flink import FlinkClient
from pipegen.services.kafka import KafkaAdmin
from pipegen.services.registry import RegistryClient
from pipegen.services.sql_gateway import SqlGatewayClient
from pipegen.stack import Endpoints

pytestmark = pytest.mark.stack

_UTC = datetime.UTC
_MOMENT = datetime.datetime(2026, 3, 1, 12, 30, 15, 250_000, tzinfo=_UTC)
_ORDER = {
    "order_id": "o-1",
    "customer_id": "c-7",
    "product": "dock",
    "quantity": 3,
    "price": 9.5,
    "currency": "EUR",
    "status": "paid",
    "created_at": _MOMENT,
}
_INNER = {"select": 4, "kind": "B", "tags": [None, "x"]}
_READING = {
    "id": None,
    "due": _MOMENT,
    "local": _MOMENT.replace(tzinfo=None),
    "time": datetime.time(1, 2, 3, 4000),
    "day": datetime.date(2026, 3, 1),
    "kind": "A",
    "mac": b"\x01\x02\x03\x04",
    "cost": decimal.Decimal("12.345"),
    "rate": decimal.Decimal("0.25"),
    "order": _INNER,
    "more": [_INNER, _INNER],
    "weights": {"a": 1.5},
    "maybe": 7,
    "ok": True,
}
# One field of each kind, the difficult ones above all: enum, fixed, names used again, keywords, a field named due.
_READING_SCHEMA = """
{"type": "record", "name": "SensorReading", "namespace": "com.acme", "doc": "it's one of each", "fields": [
  {"name": "id", "type": ["null", "string"], "default": null},
  {"name": "due", "type": {"type": "long", "logicalType": "timestamp-micros"}},
  {"name": "local", "type": {"type": "long", "logicalType": "local-timestamp-millis"}},
  {"name": "time", "type": {"type": "int", "logicalType": "time-millis"}},
  {"name": "day", "type": {"type": "int", "logicalType": "date"}},
  {"name": "kind", "type": {"type": "enum", "name": "Kind", "symbols": ["A", "B"]}},
  {"name": "mac", "type": {"type": "fixed", "name": "Mac", "size": 4}},
  {"name": "cost", "type": {"type": "bytes", "logicalType": "decimal", "precision": 12, "scale": 3}},
  {"name": "rate", "type": ["null", {"type": "fixed", "name": "Rate", "size": 8, "logicalType": "decimal",
    "precision": 10, "scale": 2}]},
  {"name": "order", "type": {"type": "record", "name": "Inner", "fields": [
    {"name": "select", "type": "int"}, {"name": "kind", "type": "Kind"},
    {"name": "tags", "type": {"type": "array", "items": ["null", "string"]}}]}},
  {"name": "more", "type": {"type": "array", "items": "Inner"}},
  {"name": "weights", "type": ["null", {"type": "map", "values": "double"}]},
  {"name": "maybe", "type": ["long", "null"]},
  {"name": "ok", "type": "boolean"}
]}"""

# The logical types that the other two records have none of; each as the number or bytes that Flink is to give back.
_TICKS = 1_772_368_215_250_000_000
_LOGICAL = {
    "micros": _TICKS // 1_000,
    "nanos": _TICKS,
    "local_micros": _TICKS // 1_000,
    "local_nanos": _TICKS,
    "time_micros": 45_015_250_001,
    "uuid": "123e4567-e89b-42d3-a456-426614174000",
    "raw_uuid": bytes(range(16)),
    "duration": bytes(range(12)),
    "huge": decimal.Decimal("-12345678901234567890123456789012.345678"),
    "maybe_day": datetime.date(1969, 7, 20),
    "maybe_time": None,
}
_LOGICAL_SCHEMA = """
{"type": "record", "name": "Logical", "fields": [
  {"name": "micros", "type": {"type": "long", "logicalType": "timestamp-micros"}},
  {"name": "nanos", "type": {"type": "long", "logicalType": "timestamp-nanos"}},
  {"name": "local_micros", "type": {"type": "long", "logicalType": "local-timestamp-micros"}},
  {"name": "local_nanos", "type": {"type": "long", "logicalType": "local-timestamp-nanos"}},
  {"name": "time_micros", "type": {"type": "long", "logicalType": "time-micros"}},
  {"name": "uuid", "type": {"type": "string", "logicalType": "uuid"}},
  {"name": "raw_uuid", "type": {"type": "fixed", "name": "RawUuid", "size": 16, "logicalType": "uuid"}},
  {"name": "duration", "type": {"type": "fixed", "name": "Duration", "size": 12, "logicalType": "duration"}},
  {"name": "huge", "type": {"type": "bytes", "logicalType": "decimal", "precision": 38, "scale": 6}},
  {"name": "maybe_day", "type": ["null", {"type": "int", "logicalType": "date"}]},
  {"name": "maybe_time", "type": ["null", {"type": "int", "logicalType": "time-millis"}]}
]}"""


def _new_project(folder: Path, schema_text: str, value_format: ValueFormat = "avro") -> Project:
    schema = parse_schema_text(schema_text, Path("input.avsc"))
    files = scaffold(
        "proof",
        schema_text=schema.text,
        schema=schema.parsed,
        schema_file=schema.path,
        value_format=value_format,
    )
    for path, text in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
    return open_project(folder, Settings())


async def _submit(project: Project, variables: Mapping[str, str], endpoints: Endpoints) -> str:
    gateway = SqlGatewayClient(endpoints.sql_gateway_url)
    try:
        session = await gateway.open_session("init-proof", {})
        results = [await gateway.execute(each.text, timeout_s=60) for each in project.render(variables)]
        await gateway.end_session(session)
    finally:
        await gateway.close()
    job_id = results[-1].job_id
    assert job_id is not None
    return job_id


async def _register(topic: str, schema: InputSchema, endpoints: Endpoints) -> int:
    registry = RegistryClient(endpoints.schema_registry_url)
    try:
        return await registry.register(f"{topic}-value", schema.text)
    finally:
        await registry.close()


def _output_schema(topic: str, endpoints: Endpoints) -> Any:
    url = f"{endpoints.schema_registry_url}/subjects/{topic}-value/versions/latest"
    with httpx2.Client(trust_env=False, timeout=10) as client:
        return json.loads(client.get(url).raise_for_status().json()["schema"])


async def _cancel(job_id: str, endpoints: Endpoints) -> None:
    flink = FlinkClient(endpoints.flink_url)
    try:
        await flink.cancel(job_id)
    finally:
        await flink.close()


def _send(topic: str, value: bytes, header: bytes, due_ms: int, endpoints: Endpoints) -> None:
    producer = Producer({"bootstrap.servers": endpoints.bootstrap_servers})
    producer.produce(topic, value, headers={"pipegen": header}, timestamp=due_ms)
    assert producer.flush(10) == 0


def _receive(topic: str, endpoints: Endpoints) -> Message:
    consumer = Consumer(
        {
            "bootstrap.servers": endpoints.bootstrap_servers,
            "group.id": f"test-{uuid.uuid4()}",
            "auto.offset.reset": "earliest",
        }
    )
    consumer.subscribe([topic])
    deadline = time.monotonic() + 60
    try:
        while time.monotonic() < deadline:
            message = consumer.poll(0.5)
            if message is not None and message.error() is None:
                return message
    finally:
        consumer.close()
    raise AssertionError(f"nothing came out of {topic}")


def _pass_through(project: Project, record: Mapping[str, Any], endpoints: Endpoints) -> dict[str, Any]:
    """Sends one Avro record through the project's SQL and returns the output record."""
    schema = project.input_schema
    body = io.BytesIO()
    fastavro.schemaless_writer(body, fastavro.parse_schema(json.loads(schema.text)), dict(record))

    def framed(topic: str) -> bytes:
        return frame(asyncio.run(_register(topic, schema, endpoints)), body.getvalue())

    def decoded(topic: str, value: bytes) -> Any:
        return decode_value(value, _output_schema(topic, endpoints))

    output = _through_flink(project, framed, decoded, endpoints)
    assert isinstance(output, dict)
    return output


def _through_flink(
    project: Project,
    value_for: Callable[[str], bytes],
    read: Callable[[str, bytes], Any],
    endpoints: Endpoints,
) -> Any:
    """Sends one value through the project's SQL; checks header and timestamp; returns what came out, read."""
    run_id = uuid.uuid4().hex[:8]
    source, sink = f"proof-input-{run_id}", f"proof-output-{run_id}"
    header = b"\x00\x01\xfe\xffpipegen"
    due_ms = time.time_ns() // 1_000_000 - 5_000  # recent: retention goes by it
    variables = {
        "INPUT_TOPIC": source,
        "OUTPUT_TOPIC": sink,
        "BOOTSTRAP_SERVERS": endpoints.bootstrap_servers,
        "SCHEMA_REGISTRY_URL": endpoints.schema_registry_url,
        "GROUP_ID": f"proof-{run_id}",
        "RUN_ID": run_id,
    }
    admin = KafkaAdmin(endpoints.bootstrap_servers)
    for topic in (source, sink):
        admin.create_topic(topic, partitions=1, replication_factor=1)
    _send(source, value_for(source), header, due_ms, endpoints)
    job_id = asyncio.run(_submit(project, variables, endpoints))
    try:
        message = _receive(sink, endpoints)
        value = message.value()
        assert value is not None
        output = read(sink, value)
    finally:
        asyncio.run(_cancel(job_id, endpoints))
        admin.delete_topics([source, sink])
    assert message.headers() == [("pipegen", header)]
    assert message.timestamp()[1] == due_ms
    return output


def test_the_orders_example_computes_the_amount_and_keeps_header_and_timestamp(
    tmp_path: Path, endpoints: Endpoints
) -> None:
    project = _new_project(tmp_path, orders_schema())
    output = _pass_through(project, _ORDER, endpoints)
    assert output == {**_ORDER, "amount": 28.5}


def test_a_schema_with_every_kind_of_type_is_read_as_it_was_written(tmp_path: Path, endpoints: Endpoints) -> None:
    project = _new_project(tmp_path, _READING_SCHEMA)
    output = _pass_through(project, _READING, endpoints)
    assert isinstance(output.pop("processed_at"), datetime.datetime)
    as_microseconds = round(_MOMENT.timestamp() * 1_000_000)
    assert output == {**_READING, "due": as_microseconds, "local": _MOMENT}


def test_logical_types_that_the_format_has_no_column_for_come_back_as_their_numbers_and_bytes(
    tmp_path: Path, endpoints: Endpoints
) -> None:
    project = _new_project(tmp_path, _LOGICAL_SCHEMA)
    output = _pass_through(project, _LOGICAL, endpoints)
    assert isinstance(output.pop("processed_at"), datetime.datetime)
    assert output == _LOGICAL


@pytest.mark.parametrize("schema_text", [_READING_SCHEMA, _LOGICAL_SCHEMA], ids=["every kind", "logical types"])
def test_what_is_sent_as_json_is_read_and_written_again(tmp_path: Path, endpoints: Endpoints, schema_text: str) -> None:
    project = _new_project(tmp_path, schema_text, "json")
    # A moment without zeros at the end, which Flink would leave out.
    sent, _key = RecordPlan(schema_text, value_format="json").record(1, due_ns=_TICKS + 123_456_789)
    output = _through_flink(project, lambda _topic: sent, lambda _topic, value: json.loads(value), endpoints)
    assert datetime.datetime.fromisoformat(output.pop("processed_at"))
    # Numbers with all their digits: as JSON writes them, without zeros at the end.
    expected = json.loads(sent, parse_float=decimal.Decimal)
    assert json.loads(json.dumps(output), parse_float=decimal.Decimal) == expected
