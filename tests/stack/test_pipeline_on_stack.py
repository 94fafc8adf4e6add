"""The parts work together: Flink SQL reads and writes Kafka with schemas from the registry."""

from __future__ import annotations

import asyncio
import time
import uuid

import httpx2
import pytest
from confluent_kafka import Consumer

from pipegen.services.flink import FlinkClient
from pipegen.services.kafka import KafkaAdmin
from pipegen.services.registry import RegistryClient
from pipegen.services.sql_gateway import SqlGatewayClient
from pipegen.stack import Endpoints

pytestmark = pytest.mark.stack


def _table(name: str, topic: str, endpoints: Endpoints) -> str:
    return f"""
        CREATE TABLE {name} (id BIGINT, word STRING) WITH (
            'connector' = 'kafka',
            'topic' = '{topic}',
            'properties.bootstrap.servers' = '{endpoints.bootstrap_servers}',
            'scan.startup.mode' = 'earliest-offset',
            'format' = 'avro-confluent',
            'avro-confluent.url' = '{endpoints.schema_registry_url}'
        )"""


async def _run_copy_job(source: str, sink: str, endpoints: Endpoints) -> str:
    gateway = SqlGatewayClient(endpoints.sql_gateway_url)
    try:
        session = await gateway.open_session("copy", {})
        await gateway.execute(_table("source", source, endpoints), timeout_s=30)
        await gateway.execute(_table("sink", sink, endpoints), timeout_s=30)
        await gateway.execute("INSERT INTO source VALUES (1, 'one'), (2, 'two')", timeout_s=60)
        result = await gateway.execute("INSERT INTO sink SELECT id, UPPER(word) FROM source", timeout_s=60)
        await gateway.end_session(session)
    finally:
        await gateway.close()
    assert result.job_id is not None
    return result.job_id


def _read(topic: str, count: int, endpoints: Endpoints) -> list[bytes]:
    consumer = Consumer(
        {
            "bootstrap.servers": endpoints.bootstrap_servers,
            "group.id": f"test-{uuid.uuid4()}",
            "auto.offset.reset": "earliest",
        }
    )
    consumer.subscribe([topic])
    values: list[bytes] = []
    deadline = time.monotonic() + 120
    try:
        while len(values) < count and time.monotonic() < deadline:
            message = consumer.poll(0.5)
            if message is not None and message.error() is None:
                values.append(message.value() or b"")
    finally:
        consumer.close()
    return values


async def _schema_id(subject: str, endpoints: Endpoints) -> int:
    registry = RegistryClient(endpoints.schema_registry_url)
    try:
        latest = await registry.latest(subject)
    finally:
        await registry.close()
    assert latest is not None
    return latest.schema_id


async def _cancel(job_id: str, endpoints: Endpoints) -> None:
    flink = FlinkClient(endpoints.flink_url)
    try:
        await flink.cancel(job_id)
    finally:
        await flink.close()


def test_a_flink_sql_job_carries_avro_records_from_topic_to_topic(endpoints: Endpoints) -> None:
    source, sink = f"words-{uuid.uuid4()}", f"loud-words-{uuid.uuid4()}"
    admin = KafkaAdmin(endpoints.bootstrap_servers)
    for topic in (source, sink):
        admin.create_topic(topic, partitions=1, replication_factor=1)
    job_id = asyncio.run(_run_copy_job(source, sink, endpoints))
    try:
        values = _read(sink, 2, endpoints)
        schema_id = asyncio.run(_schema_id(f"{sink}-value", endpoints))
    finally:
        asyncio.run(_cancel(job_id, endpoints))
        admin.delete_topics([source, sink])
    # Confluent framing: a zero, the schema's id as four bytes, then Avro, here with unions of null.
    assert sorted(value[5:] for value in values) == [b"\x02\x02\x02\x06ONE", b"\x02\x04\x02\x06TWO"]
    assert {value[:5] for value in values} == {b"\x00" + schema_id.to_bytes(4, "big")}


def test_the_registry_refuses_an_incompatible_schema_as_confluents_does(endpoints: Endpoints) -> None:
    subject = f"orders-{uuid.uuid4()}-value"
    url = f"{endpoints.schema_registry_url}/subjects/{subject}/versions"
    narrow = '{"type":"record","name":"Order","fields":[{"name":"id","type":"long"}]}'
    other = '{"type":"record","name":"Order","fields":[{"name":"id","type":"string"}]}'
    with httpx2.Client(trust_env=False, timeout=10) as client:
        assert client.post(url, json={"schema": narrow}).status_code == 200
        assert client.post(url, json={"schema": other}).status_code == 409


def test_a_misspelt_topic_is_not_created_by_asking_for_it(endpoints: Endpoints) -> None:
    admin = KafkaAdmin(endpoints.bootstrap_servers)
    consumer = Consumer({"bootstrap.servers": endpoints.bootstrap_servers, "group.id": "nobody"})
    try:
        name = f"misspelt-{uuid.uuid4()}"
        assert consumer.list_topics(name, timeout=10).topics[name].error is not None
        assert name not in consumer.list_topics(timeout=10).topics
    finally:
        consumer.close()
    assert len(admin.cluster().brokers) == 1
