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
    Consumed,
    FlinkCollector,
    FlinkReading,
    KafkaCollector,
    KafkaReading,
    PipelineSources,
    Reading,
    RegistryCollector,
    RegistryReading,
    SystemCollector,
)
from pipegen.run.connect import Clients
from pipegen.run.messages.tap import MessageTap
from pipegen.run.names import RunNames
from pipegen.run.prepare import Topics
from pipegen.run.progress import RunTracker
from pipegen.run.readings import Readings
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
        tracker: Says whether load is being sent, and which jobs the run has.
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
        self._make_tap = make_tap
        self._stack_dir: Path | None = None
        self._senders = senders
        self._system = SystemCollector(
            stack_dir=lambda: self._stack_dir, senders=self._sender_ids, on_overload=self._overloaded
        )
        self._asking: dict[Collector[Any], asyncio.Task[None]] = {}
        self._closing: list[Callable[[], None]] = []
        # Clients may tell of faults, and the sampler asks, before there is a collector.
        self._kafka: Callable[[], Reading[KafkaReading]] = Reading
        self._flink: Callable[[], Reading[FlinkReading]] = Reading
        self._registry: Callable[[], Reading[RegistryReading]] = Reading
        self._wake_kafka: Callable[[], None] = _nothing

    def sent_by(self, senders: Callable[[], Sequence[int]]) -> None:
        """Sets the sending processes, once the number of inputs is known."""
        self._senders = senders

    def _sender_ids(self) -> Sequence[int]:
        return self._senders()

    @property
    def readings(self) -> Readings:
        """The newest readings; safe from any thread, empty before a collector is started."""
        return Readings(kafka=self.kafka, flink=self.flink, registry=self.registry, system=lambda: self._system.reading)

    def kafka(self) -> Reading[KafkaReading]:
        """Newest reading of Kafka."""
        return self._kafka()

    def flink(self) -> Reading[FlinkReading]:
        """Newest reading of Flink."""
        return self._flink()

    def jobs(self) -> FlinkReading | None:
        """Newest reading of Flink once it shows every job of the run."""
        reading = self._flink().value
        shown = {job.id for job in reading.jobs} if reading is not None else set()
        return reading if shown.issuperset(self._tracker.status.job_ids) else None

    def registry(self) -> Reading[RegistryReading]:
        """Newest reading of the registry."""
        return self._registry()

    def away(self) -> str | None:
        """Why a service does not answer now; None while all do."""
        readings: list[Reading[Any]] = [self.kafka(), self.flink(), self.registry()]
        return next((reading.failure for reading in readings if reading.failure is not None), None)

    def start_system(self) -> None:
        """Begins to watch this process and the machine."""
        self._start(self._system)

    def start_services(
        self,
        clients: Clients,
        names: RunNames,
        topics: Topics,
        inputs: Sequence[str],
        outputs: Mapping[str, Callable[[], Consumed]],
        sources: PipelineSources,
    ) -> None:
        """Begins to watch Kafka, Flink and the registry.

        Args:
            clients: Clients of the services.
            names: What the run calls its things on them.
            topics: Where its topics ended before the run.
            inputs: The topics of its inputs.
            outputs: The topics of its outputs, and how far its consumer of each has read.
            sources: What the sources of its jobs read.
        """
        tracker = self._tracker
        kafka = KafkaCollector(
            clients.kafka,
            input_topics=inputs,
            output_topics=outputs,
            base_offsets=topics.base_offsets(),
            groups={
                names.flink_group: "flink",
                **dict.fromkeys(map(names.output_group, range(1, len(outputs) + 1)), "pipegen"),
            },
            checkpoint_interval_s=self._checkpoint_interval_s,
            on_failure=self.errors.of("kafka"),
        )
        flink = FlinkCollector(
            clients.flink, job_ids=lambda: tracker.status.job_ids, sources=sources, on_failure=self.errors.of("flink")
        )
        registry = RegistryCollector(
            clients.registry,
            input_subject=names.input_subject,
            output_subject=names.output_subject,
            on_failure=self.errors.of("registry"),
            on_change=self.errors.schema,
        )
        self._kafka, self._wake_kafka = lambda: kafka.reading, kafka.wake
        self._flink, self._registry = lambda: flink.reading, lambda: registry.reading
        self._closing.append(kafka.close)
        for collector in (kafka, flink, registry):
            self._start(collector)
        if self._make_tap is not None:
            tap = self._make_tap(clients, names)
            self._closing.insert(0, tap.close)
            self._start(tap)

    def _overloaded(self, key: str, sentence: str) -> None:
        """Tells of a limit; what it takes to get ready for the load bends none of its figures."""
        if key != "own_cpu" or self._tracker.status.was_loading(now_ns() - _SETTLED_NS):
            self.errors.overload(key, sentence)

    def kafka_fault(self, fault: ClientFault) -> None:
        """Counts a fault that librdkafka reported by itself, and looks at Kafka at once; from any thread."""
        self.errors.client(fault)
        self._wake_kafka()

    async def stop(self) -> None:
        """Asks every service one last time, then stops asking. Idempotent."""
        asking, self._asking = self._asking, {}
        for task in asking.values():
            task.cancel()
        for task in asking.values():
            with contextlib.suppress(asyncio.CancelledError):
                await task
        if asking:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(asyncio.gather(*map(_look_last, asking)), _LAST_LOOK_S)
        closing, self._closing = self._closing, []
        for close in closing:
            await asyncio.to_thread(close)

    def watch_disk(self, stack_dir: Path | None) -> None:
        """Says where the local stack is, once it is known."""
        self._stack_dir = stack_dir

    def _checkpoint_interval_s(self) -> float | None:
        reading = self.flink().value
        interval_ms = reading.checkpoints.interval_ms if reading and reading.checkpoints else None
        return None if interval_ms is None else interval_ms / 1000

    def _start(self, collector: Collector[Any]) -> None:
        self._asking[collector] = asyncio.create_task(collector.run(), name=f"observe {collector.name}")


def _nothing() -> None:
    """Wakes nobody."""


async def _look_last(collector: Collector[Any]) -> None:
    """Looks a second time where the first fails: a service that has just come back must not end the run in red."""
    reading = await collector.collect()
    if reading.failure is not None:
        await asyncio.sleep(_LOOK_AGAIN_S)
        await collector.collect()
