"""The services as they tell of themselves, through clients that share no code with PipeGen."""

from __future__ import annotations

import json
import urllib.request
from typing import Any

from confluent_kafka import (
    TIMESTAMP_LOG_APPEND_TIME,
    Consumer,
    ConsumerGroupTopicPartitions,
    Producer,
    TopicPartition,
)
from confluent_kafka.admin import AdminClient, NewTopic

from pipegen.stack import Endpoints


def is_probe(header: bytes) -> bool:
    """Whether a `pipegen` header is a probe's: 32 bytes of version 2, with the lowest bit of the second one set."""
    return len(header) == 32 and header[0] == 2 and header[1] & 1 == 1


class Independent:
    """Kafka, Flink and the registry, asked directly."""

    def __init__(self, endpoints: Endpoints) -> None:
        self._endpoints = endpoints
        self._admin = AdminClient({"bootstrap.servers": endpoints.bootstrap_servers})
        self._consumer = Consumer(
            {
                "bootstrap.servers": endpoints.bootstrap_servers,
                "group.id": "independent",
                "enable.auto.commit": False,
                "auto.offset.reset": "earliest",
                "isolation.level": "read_committed",
                "enable.partition.eof": True,
            }
        )

    def close(self) -> None:
        """Closes the consumer."""
        self._consumer.close()

    def topics(self, containing: str) -> list[str]:
        """Names of topics with a text in them."""
        return [name for name in self._admin.list_topics(timeout=10).topics if containing in name]

    def make_topics(self, *names: str) -> None:
        """Creates topics of two partitions."""
        for made in self._admin.create_topics([NewTopic(name, 2, 1) for name in names]).values():
            made.result(10)

    def make_topic(self, name: str) -> None:
        """Makes an empty topic of one partition. Idempotent."""
        if not self.topics(name):
            self._admin.create_topics([NewTopic(name, 1, 1)])[name].result(10)

    def groups(self, containing: str) -> list[str]:
        """Names of consumer groups with a text in them."""
        listed = self._admin.list_consumer_groups().result(10)
        return [group.group_id for group in listed.valid if containing in group.group_id]

    def subjects(self, containing: str) -> list[str]:
        """Names of subjects with a text in them."""
        return [name for name in self._json(f"{self._endpoints.schema_registry_url}/subjects") if containing in name]

    def latest_schema(self, subject: str) -> Any:
        """The newest schema of a subject."""
        answer = self._json(f"{self._endpoints.schema_registry_url}/subjects/{subject}/versions/latest")
        return json.loads(answer["schema"])

    def versions(self, subject: str) -> list[int]:
        """The versions of a subject."""
        answer: list[int] = self._json(f"{self._endpoints.schema_registry_url}/subjects/{subject}/versions")
        return answer

    def register(self, subject: str, schema: str) -> None:
        """Registers an Avro schema."""
        request = urllib.request.Request(  # noqa: S310 -- the loopback
            f"{self._endpoints.schema_registry_url}/subjects/{subject}/versions",
            data=json.dumps({"schema": schema}).encode(),
            headers={"Content-Type": "application/json"},
        )
        urllib.request.urlopen(request, timeout=10).close()  # noqa: S310 -- the loopback

    def commit(self, group: str, topic: str, *, offset: int) -> None:
        """Commits an offset of the first partition, as a member of a group would."""
        member = Consumer({"bootstrap.servers": self._endpoints.bootstrap_servers, "group.id": group})
        member.commit(offsets=[TopicPartition(topic, 0, offset)], asynchronous=False)
        member.close()

    def committed(self, group: str, topic: str) -> int:
        """The offset of the first partition that a group has committed."""
        asked = ConsumerGroupTopicPartitions(group, [TopicPartition(topic, 0)])
        told = self._admin.list_consumer_group_offsets([asked])[group].result(10)
        return int(told.topic_partitions[0].offset)

    def running_jobs(self, containing: str) -> list[str]:
        """Names of jobs that have not ended, with a text in them."""
        jobs = self._json(f"{self._endpoints.flink_url}/jobs/overview")["jobs"]
        ended = {"CANCELED", "FINISHED", "FAILED"}
        return [job["name"] for job in jobs if containing in job["name"] and job["state"] not in ended]

    def flink(self, path: str) -> Any:
        """Raw REST of the JobManager."""
        return self._json(self._endpoints.flink_url + path)

    def end_offset_sum(self, topic: str) -> int:
        """Sum of a topic's end offsets."""
        return sum(self.end_offsets(topic).values())

    def end_offsets(self, topic: str) -> dict[int, int]:
        """The end offset of each partition."""
        partitions = self._admin.list_topics(topic, timeout=10).topics[topic].partitions
        return {
            number: self._consumer.get_watermark_offsets(TopicPartition(topic, number), timeout=10)[1]
            for number in partitions
        }

    def record_at(self, topic: str, partition: int, offset: int) -> bytes:
        """The value of one record."""
        self._consumer.assign([TopicPartition(topic, partition, offset)])
        message = self._consumer.poll(10)
        self._consumer.unassign()
        assert message is not None
        assert message.offset() == offset
        return bytes(message.value() or b"")

    def read_all(self, topic: str) -> tuple[int, int]:
        """Records of a topic that a read_committed client gets, as (records, probes)."""
        values, probes = self._read(topic)
        return len(values), probes

    def values(self, topic: str) -> list[bytes]:
        """Values of a topic without those of probes, in no order."""
        return self._read(topic)[0]

    def identities(self, topic: str) -> set[bytes]:
        """The different records of a topic by input, worker, number and run in their header, probes left out."""
        headers = [bytes(dict(message.headers() or {})["pipegen"]) for message in self._messages(topic)]
        return {header[2:16] + header[24:] for header in headers if not is_probe(header)}

    def dues(self, topic: str) -> list[tuple[int, int, int]]:
        """Input and due time (µs) from the header of each record of a topic, and its timestamp (ms); without probes."""
        found = []
        for message in self._messages(topic):
            header = bytes(dict(message.headers() or {})["pipegen"])
            if not is_probe(header):
                due_us = int.from_bytes(header[16:24], "big")
                found.append((int.from_bytes(header[2:4], "big"), due_us, message.timestamp()[1]))
        return found

    def values_due(self, topic: str) -> list[tuple[bytes, int]]:
        """Each value of a topic and the due time (µs) in its header; probes left out."""
        found = []
        for message in self._messages(topic):
            header = bytes(dict(message.headers() or {})["pipegen"])
            if not is_probe(header):
                found.append((bytes(message.value()), int.from_bytes(header[16:24], "big")))
        return found

    def append_latencies_ms(self, topic: str) -> list[int]:
        """Time of the append by the broker's own stamp, less the due time in the header; sorted, probes left out."""
        found = []
        for message in self._messages(topic):
            header = bytes(dict(message.headers() or {})["pipegen"])
            if not is_probe(header):
                kind, at_ms = message.timestamp()
                assert kind == TIMESTAMP_LOG_APPEND_TIME
                found.append(at_ms - int.from_bytes(header[16:24], "big") // 1000)
        return sorted(found)

    def appended(self, topic: str) -> list[tuple[bytes, int]]:
        """Each value of a topic and when the broker appended it, in ms."""
        messages = self._messages(topic)
        assert {message.timestamp()[0] for message in messages} == {TIMESTAMP_LOG_APPEND_TIME}
        return [(bytes(message.value()), message.timestamp()[1]) for message in messages]

    def _read(self, topic: str) -> tuple[list[bytes], int]:
        values: list[bytes] = []
        probes = 0
        for message in self._messages(topic):
            if is_probe(dict(message.headers() or []).get("pipegen", b"")):
                probes += 1
            else:
                values.append(message.value())
        return values, probes

    def _messages(self, topic: str) -> list[Any]:
        partitions = self._admin.list_topics(topic, timeout=10).topics[topic].partitions
        self._consumer.assign([TopicPartition(topic, number, 0) for number in partitions])
        open_partitions = set(partitions)
        found: list[Any] = []
        while open_partitions:
            for message in self._consumer.consume(10_000, 1.0):
                if message.error():
                    open_partitions.discard(message.partition())
                else:
                    found.append(message)
        self._consumer.unassign()
        return found

    def send(self, topic: str, value: bytes) -> None:
        """Sends one record of our own."""
        producer = Producer({"bootstrap.servers": self._endpoints.bootstrap_servers})
        producer.produce(topic, value)
        assert producer.flush(10) == 0

    def _json(self, url: str) -> Any:
        with urllib.request.urlopen(url, timeout=10) as answer:  # noqa: S310 -- the loopback
            return json.load(answer)
