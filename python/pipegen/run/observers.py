"""The collectors of one run: started when their service is known, asked one last time at the end."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from pipegen.diagnose import ErrorLog
from pipegen.hotpath import now_ns
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
from pipegen.run.messages.tap import MessageTap
from pipegen.run.names import RunNames
from pipegen.run.prepare import Prepared
from pipegen.run.progress import RunTracker
from pipegen.run.sampler import Readings
from pipegen.run.service_errors import ServiceErrors
from pipegen.services.kafka import ClientFault
from pipegen.units import NS_PER_S

_LAST_LOOK_S = 3.0
_LOOK_AGAIN_S = 1.0
_SETTLED_NS = 2 * NS_PER_S
MakeTap = Callable[[Clients, RunNames], MessageTap]


class Observers:
    """Owns the collectors and says what they read.

    Args:
        errors: Where failures of a service are counted.
        tracker: Says whether the load is under way.
        senders: Process ids of the sending processes.
        make_tap: Makes what looks at the newest records, where somebody may look at them.
    """

    def __init__(
        self,
        errors: ErrorLog,
        tracker: RunTracker,
        *,
        senders: Callable[[], Sequence[int]] = tuple,
        make_tap: MakeTap | None = None,
    ) -> None:
        self.errors = ServiceErrors(errors)
        self._tracker = tracker
        self._tasks: list[asyncio.Task[None]] = []
        self._stack_dir: Path | None = None
        self._system = SystemCollector(stack_dir=lambda: self._stack_dir, senders=senders, on_overload=self._overloaded)
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
            on_failure=self.errors.of("kafka"),
        )
        self._flink = FlinkCollector(
            clients.flink, job_ids=lambda: tracker.standing.job_ids, on_failure=self.errors.of("flink")
        )
        self._registry = RegistryCollector(
            clients.registry,
            input_subject=names.input_subject,
            output_subject=names.output_subject,
            on_failure=self.errors.of("registry"),
            on_change=self.errors.schema,
        )
        for collector in (self._kafka, self._flink, self._registry):
            self._run(collector)
        if self._make_tap is not None:
            self._tap = self._make_tap(clients, names)
            self._run(self._tap)

    def _overloaded(self, key: str, sentence: str) -> None:
        """Tells of a limit; what it takes to get ready for the load bends none of its figures."""
        if key != "own_cpu" or self._tracker.standing.was_loading(now_ns() - _SETTLED_NS):
            self.errors.overload(key, sentence)

    def kafka_fault(self, fault: ClientFault) -> None:
        """Counts a fault that librdkafka reported by itself, and looks at Kafka at once; from any thread."""
        self.errors.client(fault)
        if self._kafka is not None:
            self._kafka.wake()

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
                asyncio.gather(*(_look_last(collector) for collector in every if collector is not None)), _LAST_LOOK_S
            )
        tap, self._tap = self._tap, None
        if tap is not None:
            await asyncio.to_thread(tap.close)
        if self._kafka is not None:
            await asyncio.to_thread(self._kafka.close)

    def watch_disk(self, stack_dir: Path | None) -> None:
        """Says where the local stack is, once it is known."""
        self._stack_dir = stack_dir

    def _checkpoint_interval_s(self) -> float | None:
        reading = self.flink().value
        interval_ms = reading.checkpoints.interval_ms if reading and reading.checkpoints else None
        return None if interval_ms is None else interval_ms / 1000

    def _run(self, collector: Collector[Any]) -> None:
        self._tasks.append(asyncio.create_task(collector.run(), name=f"observe {collector.name}"))


async def _look_last(collector: Collector[Any]) -> None:
    """Looks a second time where the first fails: a service that has just come back must not end the run in red."""
    reading = await collector.collect()
    if reading.failure is not None:
        await asyncio.sleep(_LOOK_AGAIN_S)
        await collector.collect()
