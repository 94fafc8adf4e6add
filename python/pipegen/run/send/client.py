"""Which client sends a run's records: the compiled one where it can, Python's otherwise. Sends nothing by itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from pipegen.choices import SenderChoice
from pipegen.errors import FaultCode, KafkaError, SettingsError
from pipegen.hotpath import HEADER_NAME, KafkaSender
from pipegen.run.send.interfaces import Sending, SendLoop
from pipegen.run.send.native_loop import NativeProducerThread
from pipegen.run.send.python_loop import ProducerThread
from pipegen.run.send.thread import Feed
from pipegen.services.kafka import (
    ClientFault,
    FaultListener,
    KafkaAccess,
    Producer,
    RefusedError,
    make_producer,
    producer_config,
    refused_property,
)
from pipegen.services.librdkafka import NativeClient, NoLibraryError, native_client
from pipegen.snapshot import SenderKind

OnCrash = Callable[[BaseException], None]


def open_sending(
    choice: SenderChoice,
    access: KafkaAccess | str,
    *topics: str,
    properties: Mapping[str, str | int | float | bool] | None = None,
    listener: FaultListener | None = None,
) -> Sending:
    """Starts a client.

    Args:
        choice: Which one; ``auto`` takes the compiled one where it can.
        access: Brokers, and how to prove who we are.
        *topics: Topics to send to, in the order of the feeds.
        properties: librdkafka properties that replace ours.
        listener: Called, from other threads, with faults of the connection.

    Raises:
        SettingsError: when a property is refused, or the compiled client is asked for and cannot be had.
        KafkaError: when the client cannot start.
    """
    why = "asked for with sender: python"
    if choice != "python":
        try:
            client = native_client(producer_config(access, properties=properties))
            return _NativeSending(client, topics, listener)
        except (NoLibraryError, OSError) as error:
            why = str(error)
        if choice == "native":
            raise SettingsError(
                f"sender: native cannot be used: {why}",
                remedy="Leave the setting out: records are then sent from Python.",
            )
    return _PythonSending(make_producer(access, properties=properties, listener=listener), topics, why)


class _NativeSending:
    kind: SenderKind = "native"

    def __init__(self, client: NativeClient, topics: Sequence[str], listener: FaultListener | None) -> None:
        def report(name: str, text: str, fatal: bool) -> None:
            if listener is not None:
                listener(ClientFault(name, text, fatal))

        try:
            self._sender = KafkaSender(client.library, properties=client.properties, topics=topics, on_fault=report)
        except ValueError as error:
            raise refused_property(str(error)) from None
        except RuntimeError as error:
            name, text = error.args
            raise KafkaError(f"the Kafka producer cannot start: {text}", code=FaultCode(kafka=name)) from None
        self.reason = f"librdkafka {self._sender.library_version}, the one that confluent-kafka has loaded"

    def send(
        self, value: bytes, key: bytes | None, *, timestamp_ms: int, header: bytes, timeout_s: float
    ) -> list[str | None]:
        return self._sender.send(value, key, timestamp_ms=timestamp_ms, header=header, timeout_ms=int(timeout_s * 1000))

    def loop(self, *feeds: Feed, on_crash: OnCrash) -> SendLoop:
        return NativeProducerThread(self._sender, feeds, on_crash=on_crash)


class _PythonSending:
    kind: SenderKind = "python"

    def __init__(self, producer: Producer, topics: Sequence[str], reason: str) -> None:
        self._producer = producer
        self._topics = topics
        self._outcomes: list[str | None] = []
        self.reason = reason

    def send(
        self, value: bytes, key: bytes | None, *, timestamp_ms: int, header: bytes, timeout_s: float
    ) -> list[str | None]:
        try:
            self._producer.produce(
                self._topics[0],
                value,
                key,
                timestamp=timestamp_ms,
                headers=[(HEADER_NAME, header)],
                on_delivery=lambda error, _message: self._outcomes.append(None if error is None else error.name()),
            )
        except RefusedError as refusal:
            self._outcomes.append(refusal.args[0].name())
        self._producer.flush(timeout_s)
        outcomes, self._outcomes = self._outcomes, []
        return outcomes

    def loop(self, *feeds: Feed, on_crash: OnCrash) -> SendLoop:
        return ProducerThread(self._producer, self._topics, feeds, on_crash=on_crash)
