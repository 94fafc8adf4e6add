"""A double of Kafka: librdkafka's own mock cluster, which speaks the protocol and keeps its records in memory.

It takes and gives records, commits offsets and lets a group be joined, all over TCP. It can neither create nor delete
topics, nor delete groups, on request: :class:`StandInAdmin` does that directly.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Sequence
from functools import cache
from typing import ClassVar, NamedTuple

import confluent_kafka as ck

from pipegen.errors import KafkaError
from pipegen.services.kafka import KafkaAdmin
from pipegen.services.librdkafka import native_client

_CONTROLLER = 1
_PRODUCE = 0
_POINTERS = (
    "rd_kafka_conf_new",
    "rd_kafka_new",
    "rd_kafka_mock_cluster_new",
)


class NewTopic(NamedTuple):
    """How a topic was made."""

    partitions: int
    replication_factor: int
    time_appends: bool


class StandInKafka:
    """One broker, or a few, of this process."""

    at: ClassVar[dict[str, StandInKafka]] = {}
    """Those that are there, by their address."""

    def __init__(self, *, brokers: int = 1) -> None:
        self._client = ctypes.c_void_p(_library().rd_kafka_new(0, _quiet_configuration(), None, ctypes.c_size_t(0)))
        self._cluster = ctypes.c_void_p(_library().rd_kafka_mock_cluster_new(self._client, brokers))
        _library().rd_kafka_mock_set_controller_id(self._cluster, _CONTROLLER)
        _library().rd_kafka_mock_group_initial_rebalance_delay_ms(self._cluster, 0)
        self.bootstrap_servers: str = _library().rd_kafka_mock_cluster_bootstraps(self._cluster).decode()
        self.created: dict[str, NewTopic] = {}
        self.deleted: list[str] = []
        self.deleted_groups: list[str] = []
        self.kept: Callable[[str], bool] = lambda _name: False
        """Whether it refuses to delete a topic or a group."""
        self.at[self.bootstrap_servers] = self

    def create(self, topic: str, partitions: int) -> None:
        """Makes a topic."""
        _library().rd_kafka_mock_topic_create(self._cluster, topic.encode(), partitions, 1)

    def go_down(self, broker: int = 1) -> None:
        """The broker takes no more connections."""
        _library().rd_kafka_mock_broker_set_down(self._cluster, broker)

    def come_back(self, broker: int = 1) -> None:
        """The broker is there again."""
        _library().rd_kafka_mock_broker_set_up(self._cluster, broker)

    def reject_records(self, error: int) -> None:
        """From now on every request that brings records is answered with an error."""
        errors = (ctypes.c_int * 1_000)(*[error] * 1_000)
        _library().rd_kafka_mock_push_request_errors_array(
            self._cluster, ctypes.c_int16(_PRODUCE), ctypes.c_size_t(len(errors)), errors
        )

    def put(self, topic: str, values: Sequence[bytes], *, partition: int = 0, **more: object) -> None:
        """Appends records and waits until they are there."""
        producer = ck.Producer({"bootstrap.servers": self.bootstrap_servers, "linger.ms": 0})
        for value in values:
            producer.produce(topic, value, partition=partition, **more)  # type: ignore[arg-type]
        assert producer.flush(10) == 0

    def close(self) -> None:
        """Ends it."""
        del self.at[self.bootstrap_servers]
        _library().rd_kafka_mock_cluster_destroy(self._cluster)
        _library().rd_kafka_destroy(self._client)


class StandInAdmin(KafkaAdmin):
    """An admin client for what the mock cluster cannot be asked over TCP; finds the double by its address."""

    def create_topic(self, name: str, *, partitions: int, replication_factor: int, time_appends: bool = False) -> None:
        """Makes the topic in the double."""
        kafka = StandInKafka.at[self.bootstrap_servers]
        kafka.create(name, partitions)
        kafka.created[name] = NewTopic(partitions, replication_factor, time_appends)

    def delete_topics(self, names: Sequence[str], *, timeout_s: float = 0.0) -> dict[str, KafkaError]:
        """Notes what would be deleted."""
        assert timeout_s >= 0
        return self._delete(names, StandInKafka.at[self.bootstrap_servers].deleted)

    def topic_ids(self, names: Sequence[str], *, timeout_s: float = 5.0) -> dict[str, str]:
        """As Kafka tells them, without those that it would have deleted."""
        deleted = StandInKafka.at[self.bootstrap_servers].deleted
        return super().topic_ids([name for name in names if name not in deleted], timeout_s=timeout_s)

    def group_ids(self, *, timeout_s: float = 5.0) -> list[str]:
        """As Kafka tells them, without those that it would have deleted."""
        deleted = StandInKafka.at[self.bootstrap_servers].deleted_groups
        return [name for name in super().group_ids(timeout_s=timeout_s) if name not in deleted]

    def delete_groups(self, group_ids: Sequence[str], *, timeout_s: float = 0.0) -> dict[str, KafkaError]:
        """Notes the groups that would be deleted. librdkafka aborts where a broker does not know this request."""
        assert timeout_s >= 0
        return self._delete(group_ids, StandInKafka.at[self.bootstrap_servers].deleted_groups)

    def _delete(self, names: Sequence[str], deleted: list[str]) -> dict[str, KafkaError]:
        kept = StandInKafka.at[self.bootstrap_servers].kept
        refused = {name: KafkaError("it cannot be deleted") for name in names if kept(name)}
        deleted.extend(name for name in names if name not in refused)
        return refused


@cache
def _library() -> ctypes.CDLL:
    library = ctypes.CDLL(native_client({}).library)
    for name in _POINTERS:
        getattr(library, name).restype = ctypes.c_void_p
    library.rd_kafka_mock_cluster_bootstraps.restype = ctypes.c_char_p
    return library


def _quiet_configuration() -> ctypes.c_void_p:
    """Without it the client that owns the cluster complains on standard error that it has no brokers."""
    configuration = ctypes.c_void_p(_library().rd_kafka_conf_new())
    _library().rd_kafka_conf_set(configuration, b"log_level", b"0", None, ctypes.c_size_t(0))
    return configuration
