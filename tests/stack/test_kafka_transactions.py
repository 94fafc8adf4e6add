"""Transactions that somebody who is gone has left open: found, ended, and nobody else's touched."""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import Iterator

import pytest
from confluent_kafka import Consumer, Producer, TopicPartition

from pipegen.config import Settings
from pipegen.journal import Resource
from pipegen.run.connect import make_clients
from pipegen.run.take_away import Claim, Remains, take_away
from pipegen.services.kafka import KafkaAdmin
from pipegen.services.kafka_transactions import KafkaTransactions
from pipegen.stack import Endpoints

pytestmark = pytest.mark.stack


@pytest.fixture
def topic(endpoints: Endpoints) -> Iterator[str]:
    """A topic that was there before the run and stays."""
    name = f"orders-{uuid.uuid4().hex[:8]}"
    admin = KafkaAdmin(endpoints.bootstrap_servers)
    admin.create_topic(name, partitions=1, replication_factor=1)
    admin.await_leaders(name, 1)
    yield name
    admin.delete_topics([name])


def begun(endpoints: Endpoints, topic: str, transactional_id: str) -> Producer:
    """A producer with an open transaction, as that of a Flink sink that is gone."""
    producer = Producer({"bootstrap.servers": endpoints.bootstrap_servers, "transactional.id": transactional_id})
    producer.init_transactions(30)
    producer.begin_transaction()
    producer.produce(topic, b"never committed")
    assert producer.flush(30) == 0
    return producer


def committed_end(endpoints: Endpoints, topic: str) -> int:
    """How far a reader of committed records gets."""
    consumer = Consumer(
        {"bootstrap.servers": endpoints.bootstrap_servers, "group.id": "x", "isolation.level": "read_committed"}
    )
    try:
        return int(consumer.get_watermark_offsets(TopicPartition(topic, 0), timeout=20)[1])
    finally:
        consumer.close()


def cleared(endpoints: Endpoints, topic: str, prefix: str, run_id: str, since_ms: int) -> Remains:
    async def body() -> Remains:
        clients = make_clients(endpoints, Settings(), on_kafka_fault=lambda _fault: None)
        claim = Claim(
            run_id=run_id,
            made=[Resource("transactional_ids", prefix)],
            used=frozenset({topic}),
            since_ms=since_ms,
            services=endpoints.model_dump(),
        )
        try:
            return await take_away(clients, claim)
        finally:
            await clients.close()

    return asyncio.run(body())


def test_an_open_transaction_of_the_run_is_ended_and_its_id_is_said_to_expire(endpoints: Endpoints, topic: str) -> None:
    since_ms = int(time.time() * 1000) - 1000
    producer = begun(endpoints, topic, f"tx-{topic}-0-1")
    theirs = begun(endpoints, topic, f"theirs-{topic}-0-1")
    assert committed_end(endpoints, topic) == 0
    remains = cleared(endpoints, topic, f"tx-{topic}", "k3m9xa", since_ms)
    assert remains.left == []
    (sentence,) = remains.expiring
    assert f"transactional ids tx-{topic}-0-1: Kafka forgets them by itself on 20" in sentence
    transactions = KafkaTransactions(KafkaAdmin(endpoints.bootstrap_servers))
    states = transactions.states([f"tx-{topic}", f"theirs-{topic}"], since_ms=since_ms, timeout_s=20)
    assert {name: state.ongoing for name, state in states.items()} == {
        f"tx-{topic}-0-1": False,
        f"theirs-{topic}-0-1": True,
    }
    theirs.abort_transaction(30)
    # What remains of the run's own was aborted: the reader gets past it.
    assert committed_end(endpoints, topic) > 1
    with pytest.raises(Exception, match=r"(?i)fenced|epoch|invalid"):
        producer.commit_transaction(30)


def test_transactions_of_a_prefix_that_others_use_too_count_only_on_the_runs_topics(
    endpoints: Endpoints, topic: str
) -> None:
    since_ms = int(time.time() * 1000) - 1000
    theirs = begun(endpoints, topic, f"shared-{topic}-0-1")
    remains = cleared(endpoints, "another-topic", f"shared-{topic}", "k3m9xa", since_ms)
    assert remains == Remains()
    theirs.commit_transaction(30)
    assert committed_end(endpoints, topic) > 0


def test_ids_are_kept_for_as_long_as_the_broker_says(endpoints: Endpoints) -> None:
    transactions = KafkaTransactions(KafkaAdmin(endpoints.bootstrap_servers))
    assert transactions.expiration_ms(timeout_s=20) == 7 * 24 * 3600 * 1000
