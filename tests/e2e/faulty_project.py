"""A project whose records have every fault, and what an independent reader makes of its input topic."""

from __future__ import annotations

import datetime
import io
import json
from collections import Counter
from pathlib import Path
from typing import Any

import fastavro
from confluent_kafka import Consumer, Message, TopicPartition

from pipegen.stack import Endpoints
from tests.e2e.independent import is_probe

SCHEMA: dict[str, Any] = {
    "type": "record",
    "name": "Order",
    "fields": [
        {"name": "order_id", "type": "string"},
        {"name": "quantity", "type": "int", "pipegen": {"min": 1, "max": 9}},
        {"name": "coupon", "type": ["null", "string"], "pipegen": {"null": 0}},
        {"name": "note", "type": "string"},
        {"name": "created_at", "type": {"type": "long", "logicalType": "timestamp-millis"}},
    ],
}
FAULTS = ("late", "out_of_order", "duplicates", "nulls", "corrupt", "rule_violations", "oversized", "tombstones")
OVERSIZED = 20_000
COMMON = "'connector' = 'kafka', 'properties.bootstrap.servers' = '${BOOTSTRAP_SERVERS}'"
METADATA = "hdr MAP<STRING, BYTES> METADATA FROM 'headers', due TIMESTAMP_LTZ(3) METADATA FROM 'timestamp'"


def write_project(
    folder: Path, *, value_format: str, columns: str, source: str, sink: str, faults: tuple[str, ...]
) -> Path:
    """Writes a one-to-one project that carries `columns` from a source of one format to a sink of another."""
    project = folder / f"faulty-{value_format}"
    (project / "schemas").mkdir(parents=True)
    (project / "sql").mkdir()
    (project / "schemas" / "input.avsc").write_text(json.dumps(SCHEMA))
    shares = "".join(f"  {name}: 2%\n" for name in faults)
    (project / ".pipegen.yaml").write_text(
        f"name: faulty-{value_format}\npipeline:\n  value_format: {value_format}\n  key: {{hot: 0.3, pool: 50}}\n"
        f"faults:\n{shares}  oversized_size: {OVERSIZED}\n"
    )
    names = ", ".join(column.split()[0] for column in columns.split(", "))
    tables = (
        f"CREATE TABLE s ({columns}, {METADATA}) WITH ({COMMON}, 'topic' = '${{INPUT_TOPIC}}', "
        f"'properties.group.id' = '${{GROUP_ID}}', 'scan.startup.mode' = 'earliest-offset', {source});\n"
        f"CREATE TABLE t ({columns}, {METADATA}) WITH ({COMMON}, 'topic' = '${{OUTPUT_TOPIC}}', {sink});\n"
    )
    insert = "INSERT INTO t SELECT @names, hdr, due FROM s;\n".replace("@names", names)
    (project / "sql" / "01.sql").write_text(tables + insert)
    return project


def read_topic(topic: str, endpoints: Endpoints) -> list[Message]:
    """Every record of a topic that is no probe, in the order of each partition."""
    consumer = Consumer(
        {
            "bootstrap.servers": endpoints.bootstrap_servers,
            "group.id": "faults-reader",
            "enable.auto.commit": False,
            "enable.partition.eof": True,
        }
    )
    partitions = consumer.list_topics(topic, timeout=10).topics[topic].partitions
    consumer.assign([TopicPartition(topic, number, 0) for number in partitions])
    found, open_partitions = [], set(partitions)
    while open_partitions:
        for message in consumer.consume(10_000, 1.0):
            if message.error():
                open_partitions.discard(message.partition())
            elif not is_probe(bytes(dict(message.headers() or [])["pipegen"] or b"")):  # type: ignore[arg-type]
                found.append(message)
    consumer.close()
    return found


def count_faults(messages: list[Message], *, value_format: str, schema_id: int | None) -> Counter[str]:
    """How many records have which fault, judged by their bytes alone."""
    counts: Counter[str] = Counter()
    seen: set[bytes] = set()
    for message in messages:
        value = message.value()
        if value is None:
            counts["tombstones"] += 1
        elif schema_id is not None and int.from_bytes(value[1:5], "big") != schema_id:
            counts["unknown_schema_id"] += 1
        elif value in seen:
            counts["duplicates"] += 1
        else:
            record = _read(value, value_format)
            if record is None:
                counts["corrupt"] += 1
                continue
            seen.add(value)
            counts.update(_faults_of(record, message.timestamp()[1]))
    return counts


def _read(value: bytes, value_format: str) -> dict[str, Any] | None:
    if value_format == "json":
        try:
            record: dict[str, Any] = json.loads(value)
        except ValueError:
            return None
        return {**record, "created_at": record["created_at"].replace("Z", "+00:00")}
    stream = io.BytesIO(value[5:])
    try:
        found = fastavro.schemaless_reader(stream, SCHEMA, None)
    except (EOFError, IndexError):
        return None
    assert isinstance(found, dict)
    return {**found, "created_at": found["created_at"].isoformat()}


def _faults_of(record: dict[str, Any], due_ms: int) -> list[str]:
    behind_ms = due_ms - round(datetime.datetime.fromisoformat(record["created_at"]).timestamp() * 1000)
    found = [name for name, by_ms in (("late", 60_000), ("out_of_order", 2_000)) if behind_ms == by_ms]
    if record["coupon"] is None:
        found.append("nulls")
    if not 1 <= record["quantity"] <= 9:
        found.append("rule_violations")
    if len(record["note"]) == OVERSIZED:
        found.append("oversized")
    return found
