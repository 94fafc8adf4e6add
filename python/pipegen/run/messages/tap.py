"""Looks every few seconds at the newest records of the pipeline's topics, for the page. Takes nothing from the load.

It reads the topics by itself instead of copying what is sent and consumed: it sees what really lies in Kafka, whoever
sent it, and costs the send and read loops nothing.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from pipegen.avro import schema_id_of
from pipegen.bus import EventBus, MessagesSeen
from pipegen.config import Settings
from pipegen.datafile import KafkaRecord
from pipegen.errors import KafkaError, RegistryError, ServiceError
from pipegen.moment import iso_now
from pipegen.observe import Collector
from pipegen.run.connect import Clients
from pipegen.run.messages.view import MessageView
from pipegen.run.names import RunNames
from pipegen.services.kafka import KafkaAccess
from pipegen.services.kafka_tail import KafkaTail
from pipegen.services.registry import OtherSchemaError, RegistryClient
from pipegen.snapshot.messages import Direction, SeenMessage

_INTERVAL_S: Final = 2.0
_EACH_PARTITION: Final = 2


class MessageTap(Collector[int]):
    """Reads, decodes and publishes.

    Args:
        run_id: The run, or the watch in its place.
        topics: The topics to look at.
        access: Brokers, and how to prove who we are.
        registry: Asked once for each schema; null without one.
        view: How records are shown.
        publish: Takes what was seen.
        on_failure: Called with the error of a topic that could not be read.
    """

    name = "messages"

    def __init__(
        self,
        *,
        run_id: str,
        topics: Mapping[Direction, str],
        access: KafkaAccess,
        registry: RegistryClient | None,
        view: MessageView,
        publish: Callable[[MessagesSeen], None],
        on_failure: Callable[[ServiceError], None] | None = None,
    ) -> None:
        super().__init__(interval_s=_INTERVAL_S, on_failure=on_failure)
        self._run_id = run_id
        self._topics = topics
        self._registry = registry
        self._view = view
        self._publish = publish
        self._tail = KafkaTail(access)
        self._schemas: dict[int, Any] = {}
        self._other: dict[int, str] = {}

    async def measure(self) -> int:
        """Looks once; returns how many records it showed.

        Raises:
            KafkaError: a topic cannot be read; records of the others are published anyway.
        """
        seen: list[SeenMessage] = []
        failure: KafkaError | None = None
        for direction, topic in self._topics.items():
            try:
                records = await asyncio.to_thread(self._tail.newest, topic, _EACH_PARTITION)
            except KafkaError as error:
                failure = error  # the other topic is still shown
                continue
            seen += [await self._show(record, direction) for record in records]
        self._publish(MessagesSeen(self._run_id, iso_now(), tuple(seen)))
        if failure is not None:
            raise failure
        return len(seen)

    def close(self) -> None:
        """Gives the consumer back."""
        self._tail.close()

    async def _show(self, record: KafkaRecord, direction: Direction) -> SeenMessage:
        schema_id = None if record.value is None else schema_id_of(record.value)
        if schema_id is None or self._registry is None:
            return self._view.show(record, direction, None, None)
        if schema_id in self._other:
            return self._view.show(record, direction, None, self._other[schema_id])
        try:
            schema = await self._schema(self._registry, schema_id)
        except OtherSchemaError as error:
            self._other[schema_id] = error.message
            return self._view.show(record, direction, None, error.message)
        except RegistryError:
            return self._view.show(record, direction, None, f"the registry did not show schema {schema_id}")
        except ValueError:
            return self._view.show(record, direction, None, f"schema {schema_id} of the registry is not an Avro schema")
        missing = None if schema is not None else f"the registry has no schema with id {schema_id}"
        return self._view.show(record, direction, schema, missing)

    async def _schema(self, registry: RegistryClient, schema_id: int) -> Any:
        if schema_id not in self._schemas:
            text = await registry.schema_text(schema_id)
            self._schemas[schema_id] = None if text is None else json.loads(text)
        return self._schemas[schema_id]


def tap_maker(
    settings: Settings,
    secrets: Sequence[str],
    bus: EventBus,
    on_failure: Callable[[ServiceError], None] | None = None,
) -> Callable[[Clients, RunNames], MessageTap]:
    """Makes the tap of a run once its services and topics are known.

    Args:
        settings: The settings in force.
        secrets: What may stand in no text.
        bus: Where what was seen goes.
        on_failure: Called with the error of a topic that could not be read.
    """
    view = message_view(settings, secrets)

    def make(clients: Clients, names: RunNames) -> MessageTap:
        return MessageTap(
            run_id=names.run_id,
            topics={"in": names.input_topic, "out": names.output_topic},
            access=clients.kafka.access,
            registry=clients.registry,
            view=view,
            publish=bus.publish,
            on_failure=on_failure,
        )

    return make


def message_view(settings: Settings, secrets: Sequence[str]) -> MessageView:
    """How the settings want records shown; ``secrets`` may stand in no text."""
    key = settings.pipeline.key
    field = key.get("field") if isinstance(key, dict) else settings.pipeline.key_field
    return MessageView(
        settings.dashboard.redact_fields, key_field=field if isinstance(field, str) else None, secrets=secrets
    )
