"""The collectors of one run: started when their service is known, asked one last time at the end."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from pipegen.diagnose import ErrorLog
from pipegen.errors import FaultCode, ServiceError
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
    SystemReading,
)
from pipegen.run.connect import Clients
from pipegen.run.message_tap import MessageTap
from pipegen.run.names import RunNames
from pipegen.run.prepare import Prepared
from pipegen.run.sampler import Readings
from pipegen.run.tracker import RunTracker
from pipegen.services.kafka import ClientFault
from pipegen.snapshot import SchemaChange
from pipegen.snapshot.run import Component

_LAST_LOOK_S = 3.0
MakeTap = Callable[[Clients, RunNames], MessageTap]


class Observers:
    """Owns the collectors and says what they read.

    Args:
        errors: Where failures of a service are counted.
        make_tap: Makes what looks at the newest records, where somebody may look at them.
    """

    def __init__(self, errors: ErrorLog, *, make_tap: MakeTap | None = None) -> None:
        self._errors = errors
        self._tasks: list[asyncio.Task[None]] = []
        self._stack_dir: Path | None = None
        self._system = SystemCollector(stack_dir=lambda: self._stack_dir, on_overload=self._overloaded)
        self._kafka: KafkaCollector | None = None
        self._flink: FlinkCollector | None = None
        self._registry: RegistryCollector | None = None
        self._make_tap = make_tap
        self._tap: MessageTap | None = None

    @property
    def readings(self) -> Readings:
        """The newest readings; safe from any thread, empty before a collector is started."""
        return Readings(kafka=self.kafka, flink=self.flink, registry=self.registry, system=lambda: self._system.reading)

    def kafka(self) -> Reading[KafkaReading]:
        """Newest reading of Kafka."""
        return self._kafka.reading if self._kafka else Reading()

    def flink(self) -> Reading[FlinkReading]:
        """Newest reading of Flink."""
        return self._flink.reading if self._flink else Reading()

    def registry(self) -> Reading[RegistryReading]:
        """Newest reading of the registry."""
        return self._registry.reading if self._registry else Reading()

    def system(self) -> Reading[SystemReading]:
        """Newest reading of the operating system."""
        return self._system.reading

    def start_system(self) -> None:
        """Begins to watch this process and the machine."""
        self._run(self._system)

    def start_services(
        self,
        clients: Clients,
        names: RunNames,
        prepared: Prepared,
        tracker: RunTracker,
        positions: Callable[[], Mapping[int, int]],
    ) -> None:
        """Begins to watch Kafka, Flink and the registry."""
        self._kafka = KafkaCollector(
            clients.kafka,
            input_topic=names.input_topic,
            output_topic=names.output_topic,
            base_offsets=prepared.base_offsets(),
            positions=positions,
            groups={names.flink_group: "flink", names.consumer_group: "pipegen"},
            checkpoint_interval_s=self._checkpoint_interval_s,
            on_failure=self._reporter("kafka"),
        )
        self._flink = FlinkCollector(
            clients.flink, job_ids=lambda: tracker.standing.job_ids, on_failure=self._reporter("flink")
        )
        self._registry = RegistryCollector(
            clients.registry,
            input_subject=names.input_subject,
            output_subject=names.output_subject,
            on_failure=self._reporter("registry"),
            on_change=self._schema_changed,
        )
        for collector in (self._kafka, self._flink, self._registry):
            self._run(collector)
        if self._make_tap is not None:
            self._tap = self._make_tap(clients, names)
            self._run(self._tap)

    def kafka_fault(self, fault: ClientFault) -> None:
        """Counts a fault that librdkafka reported by itself; from any thread."""
        self._errors.report(
            key=fault.name,
            component="kafka",
            category="connection",
            severity="critical" if fault.fatal else None,
            message=fault.text,
            code=FaultCode(kafka=fault.name),
        )

    async def stop(self) -> None:
        """Asks every service one last time, then stops asking. Calling it twice is no error."""
        for task in self._tasks:
            task.cancel()
        for task in self._tasks:
            with contextlib.suppress(asyncio.CancelledError):
                await task
        self._tasks.clear()
        every: list[Collector[Any] | None] = [self._kafka, self._flink, self._registry, self._system, self._tap]
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(
                asyncio.gather(*(collector.collect() for collector in every if collector is not None)), _LAST_LOOK_S
            )
        tap, self._tap = self._tap, None
        if tap is not None:
            await asyncio.to_thread(tap.close)

    def watch_disk(self, stack_dir: Path | None) -> None:
        """Says where the local stack is, once it is known."""
        self._stack_dir = stack_dir

    def _checkpoint_interval_s(self) -> float | None:
        reading = self.flink().value
        interval_ms = reading.checkpoints.interval_ms if reading and reading.checkpoints else None
        return None if interval_ms is None else interval_ms / 1000

    def _overloaded(self, key: str, sentence: str) -> None:
        self._errors.report(key=key, component="system", category="processing", severity="warning", message=sentence)

    def _schema_changed(self, change: SchemaChange) -> None:
        if change.compatible is not False:
            return
        self._errors.report(
            key="incompatible_schema",
            component="registry",
            category="serialisation",
            message=f"version {change.version} of subject {change.subject} is not compatible: {change.reason}",
        )

    def _run(self, collector: Collector[Any]) -> None:
        self._tasks.append(asyncio.create_task(collector.run(), name=f"observe {collector.name}"))

    def _reporter(self, component: Component) -> Callable[[ServiceError], None]:
        def report(error: ServiceError) -> None:
            self._errors.report(
                component=component,
                category="connection",
                message=error.message,
                remedy=error.remedy,
                detail=error.detail,
                code=error.code,
            )

        return report
