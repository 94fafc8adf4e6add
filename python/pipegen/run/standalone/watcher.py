"""Watches services that PipeGen did not start: it starts nothing, sends nothing, changes nothing.

Runs on the dashboard's loop and publishes the same snapshots as a run.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Sequence
from typing import Any, Final

from pipegen.bus import ErrorSeen, EventBus, SnapshotTaken
from pipegen.config import Settings, secret_values
from pipegen.diagnose import ErrorLog, Observations
from pipegen.errors import ServiceError
from pipegen.moment import iso_now
from pipegen.observe import (
    Collector,
    FlinkCollector,
    FlinkReading,
    KafkaCollector,
    KafkaReading,
    Reading,
    RegistryCollector,
    RegistryReading,
    SystemCollector,
)
from pipegen.run.messages.tap import MessageTap, message_view
from pipegen.run.names import new_run_id
from pipegen.run.service_errors import ServiceErrors
from pipegen.run.standalone.target import WatchedPipeline, WatchedServices
from pipegen.run.standalone.view import WatchFacts, WatchMoment, watch_picture
from pipegen.services.flink import FlinkClient
from pipegen.services.http_access import http_access
from pipegen.services.kafka import ClientFault, KafkaAdmin
from pipegen.services.kafka_access import kafka_access
from pipegen.services.registry import RegistryClient
from pipegen.snapshot import Snapshot

_MOST_JOBS: Final = 8


class Watcher:
    """Watches what is named.

    Args:
        services: Addresses; a service without one is not watched.
        pipeline: The pipeline between them.
        groups: Consumer groups to follow; the first 20 of the cluster when empty.
        bus: Where snapshots go.
        settings: How to reach the services.
        period_s: Time between two snapshots.
        show_messages: Whether to read and show some of the newest records of the pipeline's topics.
    """

    def __init__(
        self,
        *,
        services: WatchedServices,
        pipeline: WatchedPipeline,
        groups: Sequence[str],
        bus: EventBus,
        settings: Settings,
        period_s: float,
        show_messages: bool = False,
    ) -> None:
        self._bus = bus
        self._period_s = period_s
        self._pipeline = pipeline
        self._errors = ErrorLog(
            on_new=lambda entry: bus.publish(ErrorSeen(entry)), secrets=tuple(secret_values(settings))
        )
        self._reports = ServiceErrors(self._errors, since_ms=round(time.time() * 1000))
        self._past = Observations()
        self._sequence = 0
        self._flink_client = _flink_client(services.flink_url, settings)
        self._registry_client = _registry_client(services.schema_registry_url, settings)
        self._kafka: KafkaCollector | None = None  # its client may tell of faults before there is a collector
        self._kafka = self._kafka_collector(services.bootstrap_servers, settings, groups)
        self._flink = self._flink_collector()
        self._registry = self._registry_collector()
        self._system = SystemCollector(on_overload=self._reports.overload)
        self._facts = WatchFacts(
            id=f"watch-{new_run_id()}",
            pipeline=pipeline,
            services=services,
            registry_shown_url=self._registry_client.shown_url if self._registry_client else None,
            started_at=iso_now(),
            update_interval_ms=period_s * 1000,
        )
        self._tap = self._message_tap(services.bootstrap_servers, settings) if show_messages else None

    async def run(self) -> None:
        """Watches until cancelled; a service that does not answer is shown, and noticed when it is back."""
        every: list[Collector[Any] | None] = [self._kafka, self._flink, self._registry, self._system, self._tap]
        tasks = [asyncio.create_task(collector.run()) for collector in every if collector is not None]
        try:
            while True:
                self.take()
                await asyncio.sleep(self._period_s)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await self._close()

    def take(self) -> Snapshot:
        """Takes and publishes one snapshot now."""
        kafka: Reading[KafkaReading] = self._kafka.reading if self._kafka else Reading()
        flink: Reading[FlinkReading] = self._flink.reading if self._flink else Reading()
        registry: Reading[RegistryReading] = self._registry.reading if self._registry else Reading()
        self._reports.job(flink.value)
        moment = WatchMoment(
            at_s=time.time(),
            kafka=kafka,
            flink=flink,
            registry=registry,
            system=self._system.reading,
            errors=self._errors.entries(),
            error_trends=self._errors.trends(),
            past=self._past.all(),
        )
        picture = watch_picture(self._sequence, self._facts, moment)
        self._past.add(picture.observation)
        self._sequence += 1
        self._bus.publish(SnapshotTaken(picture.snapshot))
        return picture.snapshot

    def _kafka_collector(
        self, bootstrap_servers: str | None, settings: Settings, groups: Sequence[str]
    ) -> KafkaCollector | None:
        if bootstrap_servers is None:
            return None
        return KafkaCollector(
            KafkaAdmin(kafka_access(bootstrap_servers, settings.kafka.security), listener=self._kafka_fault),
            input_topics=[self._pipeline.input_topic] if self._pipeline.input_topic is not None else [],
            output_topics={self._pipeline.output_topic: None} if self._pipeline.output_topic is not None else {},
            base_offsets={},
            groups=dict.fromkeys(groups, "other") if groups else None,
            tell_missing=bool(groups),
            checkpoint_interval_s=self._checkpoint_interval_s,
            on_failure=self._reports.of("kafka"),
        )

    def _kafka_fault(self, fault: ClientFault) -> None:
        """Librdkafka's threads see a broken connection first: Kafka is looked at at once."""
        self._reports.client(fault)
        if self._kafka is not None:
            self._kafka.wake()

    def _flink_collector(self) -> FlinkCollector | None:
        client = self._flink_client
        if client is None:
            return None

        async def find_jobs() -> Sequence[str]:
            jobs = await client.running_jobs()
            return [job_id for job_id, name, _ in jobs if self._pipeline.is_its_job(job_id, name)][:_MOST_JOBS]

        return FlinkCollector(client, find_jobs=find_jobs, on_failure=self._reports.of("flink"))

    def _registry_collector(self) -> RegistryCollector | None:
        if self._registry_client is None:
            return None
        topics = (self._pipeline.input_topic, self._pipeline.output_topic)
        incoming, outgoing = (f"{topic}-value" if topic else None for topic in topics)
        return RegistryCollector(
            self._registry_client,
            input_subject=incoming,
            output_subject=outgoing,
            on_failure=self._reports.of("registry"),
            on_change=self._reports.schema,
        )

    def _message_tap(self, bootstrap_servers: str | None, settings: Settings) -> MessageTap | None:
        if bootstrap_servers is None or not self._pipeline.topics:
            return None
        return MessageTap(
            run_id=self._facts.id,
            topics=self._pipeline.topics,
            access=kafka_access(bootstrap_servers, settings.kafka.security),
            registry=self._registry_client,
            view=message_view(settings, tuple(secret_values(settings))),
            publish=self._bus.publish,
            on_failure=self._reports.of("kafka"),
        )

    def _checkpoint_interval_s(self) -> float | None:
        value = self._flink.reading.value if self._flink else None
        interval_ms = value.checkpoints.interval_ms if value and value.checkpoints else None
        return None if interval_ms is None else interval_ms / 1000

    async def _close(self) -> None:
        for collector in (self._kafka, self._tap):
            if collector is not None:
                await asyncio.to_thread(collector.close)
        for client in (self._flink_client, self._registry_client):
            if client is not None:
                with contextlib.suppress(ServiceError):
                    await client.close()


def _flink_client(url: str | None, settings: Settings) -> FlinkClient | None:
    if url is None:
        return None
    return FlinkClient(url, access=http_access(settings.flink.security, section="flink", proxy=settings.proxy))


def _registry_client(url: str | None, settings: Settings) -> RegistryClient | None:
    if url is None:
        return None
    return RegistryClient(
        url, access=http_access(settings.schema_registry.security, section="schema_registry", proxy=settings.proxy)
    )
