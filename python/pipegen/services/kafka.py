"""Kafka through librdkafka: the only module that knows confluent_kafka.

Admin calls block; the runner calls them from threads. Producer and consumer are handed out whole, because the hot loops
must not pay for a wrapper.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

import confluent_kafka as ck
from confluent_kafka import TopicCollection
from confluent_kafka.admin import AdminClient, ConfigResource, OffsetSpec  # type: ignore[attr-defined]
from confluent_kafka.cimpl import NewTopic

from pipegen.errors import NO_CODE, FaultCode, KafkaError, SettingsError

_ADMIN_TIMEOUT_S = 10.0
_LEADERS_S = 30.0
_AWAY: Final = frozenset({"_TRANSPORT", "_TIMED_OUT", "_TIMED_OUT_QUEUE", "_ALL_BROKERS_DOWN", "_RESOLVE"})
_GONE: Final = frozenset({"UNKNOWN_TOPIC_OR_PART", "GROUP_ID_NOT_FOUND", "INVALID_GROUP_ID"})
_TIMESTAMP_TYPE, _APPEND_TIME = "message.timestamp.type", "LogAppendTime"
_REMEDY = "Start the local stack with `pipegen deploy`, or name your brokers with --bootstrap-servers."
_log = logging.getLogger("pipegen.kafka")
_log.addHandler(logging.NullHandler())
_log.propagate = False

PROPERTIES_OF_PYTHON = frozenset({"error_cb", "logger"})
"""Of those of :func:`client_config`: a client outside of Python hears faults and drops log lines in its own way."""

Producer = ck.Producer
Consumer = ck.Consumer
NO_RIGHT: Final = frozenset(
    {
        "CLUSTER_AUTHORIZATION_FAILED",
        "GROUP_AUTHORIZATION_FAILED",
        "TOPIC_AUTHORIZATION_FAILED",
        "TRANSACTIONAL_ID_AUTHORIZATION_FAILED",
    }
)
"""Kafka's error names for a missing permission."""
LOG_APPEND_TIME: Final = ck.TIMESTAMP_LOG_APPEND_TIME
"""Kind of a record's timestamp that the broker gave it."""
Message: TypeAlias = "ck.Message[bytes, bytes]"
RefusedError = ck.KafkaException
"""Raised by ``produce`` for a record that can never be sent, such as one that is too large."""
QueueFullError = BufferError
"""Raised by ``produce`` when librdkafka's queue is full: poll and try again."""


@dataclass(frozen=True, slots=True)
class ClientFault:
    """A fault that librdkafka reported by itself, such as a broker that went away."""

    name: str
    text: str
    fatal: bool


FaultListener = Callable[[ClientFault], None]


@dataclass(frozen=True, slots=True)
class PartitionView:
    """One partition: its leader (-1 for none), replicas and in-sync replicas by broker id."""

    leader: int
    replicas: tuple[int, ...]
    in_sync: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ClusterView:
    """The cluster as its metadata shows it; topics without internal ones (``__…``)."""

    brokers: dict[int, str]
    topics: dict[str, dict[int, PartitionView]] = field(default_factory=dict)

    @property
    def partitions(self) -> int:
        """Partitions of all topics."""
        return sum(len(partitions) for partitions in self.topics.values())


def _fault_callback(listener: FaultListener | None) -> Callable[[Any], None]:
    def report(error: Any) -> None:
        if listener is not None:
            listener(ClientFault(error.name(), error.str(), error.fatal()))

    return report


@dataclass(frozen=True, slots=True)
class KafkaAccess:
    """Where the brokers are and how a client proves who it is.

    Attributes:
        bootstrap_servers: Brokers, host:port,…
        security: librdkafka properties of TLS and SASL; holds secrets, so it is never printed.
    """

    bootstrap_servers: str
    security: Mapping[str, str] = field(default_factory=dict, repr=False)


def client_config(access: KafkaAccess | str, client_id: str, listener: FaultListener | None = None) -> dict[str, Any]:
    """What every client of ours is configured with; bare text is the address of brokers without security."""
    access = KafkaAccess(access) if isinstance(access, str) else access
    return {
        **access.security,
        "bootstrap.servers": access.bootstrap_servers,
        "client.id": client_id,
        "error_cb": _fault_callback(listener),
        "logger": _log,
        "log.connection.close": False,
        "reconnect.backoff.max.ms": 1000,
        "socket.connection.setup.timeout.ms": 5000,
        # librdkafka prefers IPv6 for "localhost"; brokers that listen on 127.0.0.1 only would look down.
        "broker.address.family": "any",
    }


def producer_config(
    access: KafkaAccess | str,
    *,
    properties: Mapping[str, str | int | float | bool] | None = None,
    listener: FaultListener | None = None,
) -> dict[str, Any]:
    """What a producer is configured with: idempotent, unless ``properties`` say otherwise.

    Args:
        access: Brokers, and how to prove who we are.
        properties: librdkafka properties that replace ours.
        listener: Called from ``poll`` with faults of the connection.
    """
    config = client_config(access, "pipegen-producer", listener) | {
        "acks": "all",
        "enable.idempotence": True,
        "linger.ms": 5,
        "compression.type": "lz4",
        "queue.buffering.max.messages": 500_000,
        "queue.buffering.max.kbytes": 1_048_576,
        "delivery.timeout.ms": 60_000,
    }
    properties = properties or {}
    if str(properties.get("acks", "all")) not in {"all", "-1"}:
        config["enable.idempotence"] = False  # librdkafka refuses it without acks from all replicas
    return config | dict(properties)


def make_producer(
    access: KafkaAccess | str,
    *,
    properties: Mapping[str, str | int | float | bool] | None = None,
    listener: FaultListener | None = None,
) -> Producer:
    """A producer as :func:`producer_config` says: what Kafka acknowledges is there once and in order.

    Raises:
        SettingsError: when librdkafka does not know a property or refuses its value.
        KafkaError: when the producer cannot start.
    """
    try:
        return ck.Producer(producer_config(access, properties=properties, listener=listener))
    except ck.KafkaException as error:
        if error.args and error.args[0].code() == ck.KafkaError._INVALID_ARG:  # noqa: SLF001 -- its public name
            raise refused_property(error.args[0].str()) from None
        raise as_kafka_error("the Kafka producer cannot start", error) from None


def refused_property(text: str) -> SettingsError:
    """The error for a property of the producer that librdkafka refuses, with its own words."""
    return SettingsError(
        f"producer_config: {text}", remedy="librdkafka's CONFIGURATION.md lists the properties and their values."
    )


def make_consumer(
    access: KafkaAccess | str,
    *,
    group_id: str,
    topic: str,
    start_offsets: Mapping[int, int],
    on_assigned: Callable[[Sequence[int]], None],
    listener: FaultListener | None = None,
) -> Consumer:
    """A read_committed consumer of one topic.

    Args:
        access: Brokers, and how to prove who we are.
        group_id: Consumer group.
        topic: The topic.
        start_offsets: Where to begin in each partition at the first assignment; others begin at their beginning.
        on_assigned: Called from ``poll`` with the partitions, at each assignment.
        listener: Called from ``poll`` with faults of the connection.

    Raises:
        KafkaError: when librdkafka refuses the configuration.
    """
    config = client_config(access, "pipegen-consumer", listener) | {
        "group.id": group_id,
        "auto.offset.reset": "earliest",
        "isolation.level": "read_committed",
        "enable.auto.commit": True,
        "auto.commit.interval.ms": 1000,
        "fetch.min.bytes": 1,
        "topic.metadata.refresh.interval.ms": 5000,
        "allow.auto.create.topics": False,
    }

    begun: set[int] = set()

    def assigned(consumer: ck.Consumer, partitions: list[ck.TopicPartition]) -> None:
        for partition in partitions:
            # Later assignments go on from the committed offsets, as any member of a group does.
            if partition.partition not in begun and partition.partition in start_offsets:
                partition.offset = start_offsets[partition.partition]
            begun.add(partition.partition)
        consumer.assign(partitions)
        on_assigned([partition.partition for partition in partitions])

    try:
        consumer = ck.Consumer(config)
        consumer.subscribe([topic], on_assign=assigned)
    except ck.KafkaException as error:
        raise as_kafka_error("the Kafka consumer cannot start", error) from None
    return consumer


def positions_of(consumer: Consumer, topic: str, partitions: Iterable[int]) -> dict[int, int]:
    """The offset that a consumer reads next in each partition, where it has read anything.

    Behind markers of transactions and aborted records that it has passed, which no record tells of. No I/O; call it
    from the thread that polls.
    """
    asked = [ck.TopicPartition(topic, number) for number in partitions]
    return {part.partition: part.offset for part in consumer.position(asked) if part.offset >= 0}


class KafkaAdmin:
    """Topics, offsets and metadata. Every method blocks for at most ``timeout_s``."""

    def __init__(self, access: KafkaAccess | str, *, listener: FaultListener | None = None) -> None:
        self.access = KafkaAccess(access) if isinstance(access, str) else access
        self.bootstrap_servers = self.access.bootstrap_servers
        self._listener = listener
        try:
            self._admin = AdminClient(client_config(self.access, "pipegen-admin", listener))
        except ck.KafkaException as error:
            raise as_kafka_error("the Kafka client cannot start", error) from None

    @property
    def client(self) -> AdminClient:
        """The client of librdkafka's own, for the modules beside this one."""
        return self._admin

    def cluster(self, *, timeout_s: float = 5.0) -> ClusterView:
        """Brokers, topics and partitions.

        Raises:
            KafkaError: when no broker answers.
        """
        try:
            metadata = self._admin.list_topics(timeout=timeout_s)
        except ck.KafkaException as error:
            raise as_kafka_error(
                f"Kafka at {self.bootstrap_servers} cannot be reached", error, remedy=_REMEDY
            ) from None
        return ClusterView(
            brokers={broker.id: f"{broker.host}:{broker.port}" for broker in metadata.brokers.values()},
            topics={
                name: {
                    number: PartitionView(part.leader, tuple(part.replicas), tuple(part.isrs))
                    for number, part in topic.partitions.items()
                }
                for name, topic in metadata.topics.items()
                if not name.startswith("__")
            },
        )

    def create_topic(self, name: str, *, partitions: int, replication_factor: int, time_appends: bool = False) -> None:
        """Creates a topic and waits until the broker says it is there.

        Args:
            name: Its name.
            partitions: Its partitions.
            replication_factor: Replicas of each.
            time_appends: Whether the broker gives each record the time at which it appends it.

        Raises:
            KafkaError: with the broker's message when it refuses.
        """
        topic = NewTopic(
            name,
            num_partitions=partitions,
            replication_factor=replication_factor,
            config={_TIMESTAMP_TYPE: _APPEND_TIME} if time_appends else {},
        )
        futures = self._admin.create_topics(
            [topic], operation_timeout=_ADMIN_TIMEOUT_S, request_timeout=_ADMIN_TIMEOUT_S
        )
        self.answer(f"topic {name} cannot be created", futures[name], timeout_s=_ADMIN_TIMEOUT_S)

    def topic_setting(self, topic: str, name: str) -> str | None:
        """A setting of a topic, such as ``cleanup.policy``; None if the broker does not return it to us."""
        resource = ConfigResource(ConfigResource.Type.TOPIC, topic)
        try:
            future = self._admin.describe_configs([resource], request_timeout=_ADMIN_TIMEOUT_S)[resource]
            answer = self.answer(f"topic {topic} cannot be described", future, timeout_s=_ADMIN_TIMEOUT_S)
        except KafkaError:
            return None  # then only a detail of a message is missing
        entry = answer.get(name)
        return None if entry is None or entry.value is None else str(entry.value)

    def times_appends(self, topic: str) -> bool:
        """Whether the broker stamps each record of a topic with its append time; False if it does not say."""
        return self.topic_setting(topic, _TIMESTAMP_TYPE) == _APPEND_TIME

    def await_leaders(self, topic: str, partitions: int) -> None:
        """Waits until every partition of a new topic answers: for a moment brokers do not know what they lead.

        Raises:
            KafkaError: when one still does not answer after 30 s.
        """
        deadline_s = time.monotonic() + _LEADERS_S
        asking = self
        while True:
            try:
                asking.end_offsets(topic, range(partitions), timeout_s=_LEADERS_S / 6)
            except KafkaError:
                if time.monotonic() > deadline_s:
                    raise
                # A client that asked too early can go on believing that the topic has no leader: ask with a new one.
                asking = KafkaAdmin(self.access, listener=self._listener)
                time.sleep(0.1)
            else:
                return

    def topic_ids(self, names: Sequence[str], *, timeout_s: float = 5.0) -> dict[str, str]:
        """Kafka's own id of each topic that is there: a topic that is made again has another one.

        Raises:
            KafkaError: when no broker answers, or it refuses.
        """
        if not names:
            return {}
        futures = self._admin.describe_topics(TopicCollection(list(names)), request_timeout=timeout_s)
        found: dict[str, str] = {}
        for name, future in futures.items():
            try:
                found[name] = str(
                    self.answer(f"topic {name} cannot be described", future, timeout_s=timeout_s).topic_id
                )
            except KafkaError as error:
                if error.code.kafka not in _GONE:
                    raise
        return found

    def delete_topics(self, names: Sequence[str], *, timeout_s: float = _ADMIN_TIMEOUT_S) -> dict[str, KafkaError]:
        """Deletes topics; one that is gone already is fine. Returns why each that stays could not be deleted."""
        if not names:
            return {}
        futures = self._admin.delete_topics(list(names), operation_timeout=timeout_s, request_timeout=timeout_s)
        return self._refusals(futures, timeout_s=timeout_s)

    def delete_groups(self, group_ids: Sequence[str], *, timeout_s: float = _ADMIN_TIMEOUT_S) -> dict[str, KafkaError]:
        """Deletes consumer groups; one that is gone or was never there is fine. Returns why each other one stays."""
        if not group_ids:
            return {}
        # By a client of its own: after a restart of the broker, one that has lived through it may wait in vain.
        client = AdminClient(client_config(self.access, "pipegen-clean-up", None))
        futures = client.delete_consumer_groups(list(group_ids), request_timeout=timeout_s)
        return self._refusals(futures, timeout_s=timeout_s)

    def group_ids(self, *, timeout_s: float = 5.0) -> list[str]:
        """Every consumer group of the cluster.

        Raises:
            KafkaError: when the brokers do not answer.
        """
        future = self._admin.list_consumer_groups(request_timeout=timeout_s)
        answer = self.answer("groups cannot be listed", future, timeout_s=timeout_s)
        return sorted(listing.group_id for listing in answer.valid)

    def end_offsets(
        self, topic: str, partitions: Sequence[int], *, stable: bool = False, timeout_s: float = 5.0
    ) -> dict[int, int]:
        """The end offset (high watermark) of each partition, from the broker.

        Args:
            topic: The topic.
            partitions: Its partitions.
            stable: The end for a reader of committed records instead: where the first open transaction starts.
            timeout_s: How long to wait.

        Raises:
            KafkaError: when the broker does not answer or refuses.
        """
        request = {ck.TopicPartition(topic, partition): OffsetSpec.latest() for partition in partitions}  # type: ignore[no-untyped-call]
        what = f"the end offsets of topic {topic} cannot be read"
        try:
            level = ck.IsolationLevel.READ_COMMITTED if stable else ck.IsolationLevel.READ_UNCOMMITTED
            futures = self._admin.list_offsets(request, isolation_level=level, request_timeout=timeout_s)
        except ck.KafkaException as error:
            raise as_kafka_error(what, error) from None
        return {
            part.partition: int(self.answer(what, future, timeout_s=timeout_s).offset)
            for part, future in futures.items()
        }

    def answer(self, what: str, future: Future[Any], *, timeout_s: float) -> Any:
        """What a request gave that librdkafka was told to end within ``timeout_s``.

        Args:
            what: What did not work if it is refused, as the beginning of a sentence.
            future: The request.
            timeout_s: When librdkafka gives up by itself; it is waited for a moment longer.

        Raises:
            KafkaError: when no broker answers, or it refuses.
        """
        try:
            return future.result(timeout=timeout_s + 1)
        except ck.KafkaException as error:
            refused = as_kafka_error(what, error)
            if refused.code.kafka not in _AWAY:
                raise refused from None
            code = refused.code
        except TimeoutError:
            code = FaultCode(kafka="_TIMED_OUT")
        raise KafkaError(f"Kafka at {self.bootstrap_servers} cannot be reached", remedy=_REMEDY, code=code)

    def _refusals(self, futures: Mapping[str, Future[Any]], *, timeout_s: float) -> dict[str, KafkaError]:
        """Which of several requests were refused, by name; what is gone already is no refusal."""
        refused: dict[str, KafkaError] = {}
        for name, future in futures.items():
            try:
                self.answer("it cannot be deleted", future, timeout_s=timeout_s)
            except KafkaError as error:
                if error.code.kafka not in _GONE:
                    refused[name] = error
        return refused


def fault_text(name: str) -> str:
    """The words librdkafka has for the name of one of its errors; the name itself where it has none."""
    code = getattr(ck.KafkaError, name, None)
    return ck.KafkaError(code).str() if isinstance(code, int) else name


def client_version() -> str:
    """The version of librdkafka, which is our client."""
    return str(ck.libversion()[0])


def as_kafka_error(what: str, error: ck.KafkaException, *, remedy: str | None = None) -> KafkaError:
    """Turns librdkafka's exception into ours."""
    cause = error.args[0] if error.args else error
    text = cause.str() if isinstance(cause, ck.KafkaError) else str(cause)
    code = FaultCode(kafka=cause.name()) if isinstance(cause, ck.KafkaError) else NO_CODE
    return KafkaError(f"{what}: {text}", remedy=remedy, code=code)
