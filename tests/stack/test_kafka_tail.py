"""The newest records of a topic, read from a real broker without joining a group."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from confluent_kafka import Producer

from pipegen.services.kafka import KafkaAccess, KafkaAdmin
from pipegen.services.kafka_tail import KafkaTail
from pipegen.stack import Endpoints

pytestmark = pytest.mark.stack
TOPIC = "kafka-tail"


@pytest.fixture
def tail(endpoints: Endpoints) -> Iterator[KafkaTail]:
    admin = KafkaAdmin(endpoints.bootstrap_servers)
    admin.create_topic(TOPIC, partitions=4, replication_factor=1)
    admin.await_leaders(TOPIC, 4)
    reader = KafkaTail(KafkaAccess(endpoints.bootstrap_servers))
    yield reader
    reader.close()
    admin.delete_topics([TOPIC])


def test_each_partition_gives_its_newest_records_and_an_empty_one_none(tail: KafkaTail, endpoints: Endpoints) -> None:
    assert tail.newest(TOPIC, 2) == []
    assert tail.newest("no-such-topic", 2) == []
    producer = Producer({"bootstrap.servers": endpoints.bootstrap_servers})
    for number in range(300):
        producer.produce(TOPIC, str(number).encode(), key=b"k", partition=number % 3, timestamp=1_000 + number)
    assert producer.flush(30) == 0
    found = tail.newest(TOPIC, 2)
    assert [(record.partition, record.offset, record.value) for record in found] == [
        (number % 3, number // 3, str(number).encode()) for number in range(294, 300)
    ]
    assert {(record.key, record.topic) for record in found} == {(b"k", TOPIC)}
