"""One of several sending processes: sends a shard of each input's plan with the usual loop, and reports.

Ends by itself when the run's process is gone, and hears no signals. Prints nothing.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any, Final

from pipegen.config import Settings
from pipegen.hotpath import Meters, Pacer
from pipegen.project import InputFacts
from pipegen.run.feed.generated import SchemaIds, input_plan
from pipegen.run.feed.input_schedules import input_schedules
from pipegen.run.send.all_paces import AllPaces
from pipegen.run.send.client import open_sending
from pipegen.run.send.thread import Feed
from pipegen.services.kafka import KafkaAccess
from pipegen.snapshot.stages import STAGES
from pipegen.traffic import TrafficPlan

SUMMED: Final = ("sent", "sent_bytes", "delivered", "failed", "excluded_delivered")
SUMMED_BY_NAME: Final = ("failures", "injected", "injected_delivered")
SEND_LATENCIES: Final = tuple(stage.name for stage in STAGES if stage.at_sender)
_REPORT_S: Final = 0.2


@dataclass(frozen=True, slots=True)
class WorkerSpec:
    """What one sending process is to do.

    Attributes:
        index: Number of the process, from 0; also its shard of the plan and the worker in every header.
        count: Number of processes.
        access: Brokers, and how to prove who we are.
        topics: Topic of each input.
        inputs: What is known about each.
        ids: Ids of each one's schemas in the registry.
        settings: The settings in force.
        plan: The traffic plan of all processes together.
        run_mark: The run in every record's header.
    """

    index: int
    count: int
    access: KafkaAccess | str
    topics: tuple[str, ...]
    inputs: tuple[InputFacts, ...]
    ids: tuple[SchemaIds, ...]
    settings: Settings
    plan: TrafficPlan
    run_mark: int


@dataclass(frozen=True, slots=True)
class InputReport:
    """What one sending process has sent to one input so far; histograms as base64 HdrHistogram V2."""

    totals: dict[str, int]
    totals_by_name: dict[str, dict[str, int]]
    histograms: dict[str, str]
    sent_per_second: list[int]


@dataclass(frozen=True, slots=True)
class WorkerReport:
    """What one sending process has done so far, for each input in their order and for all."""

    inputs: tuple[InputReport, ...]
    late_total: int
    skipped_total: int
    sending_done: bool
    cpu_s: float | None


def worker_main(spec: WorkerSpec, connection: Connection) -> None:
    """Body of the process."""
    with contextlib.suppress(BrokenPipeError, EOFError, ConnectionResetError):
        try:
            _Worker(spec, connection).run()
        except Exception as error:  # noqa: BLE001 -- whatever it is, the run's process must hear of it
            connection.send(error)


class _Worker:
    def __init__(self, spec: WorkerSpec, connection: Connection) -> None:
        self._connection = connection
        settings = spec.settings
        schedules = input_schedules(spec.inputs, spec.plan, settings)
        self._pacers = [
            Pacer(schedule, shard_index=spec.index, shard_count=spec.count, catch_up=settings.catch_up)
            for schedule in schedules
        ]
        self._pace = AllPaces(self._pacers)
        self._meters = [
            Meters(worker=spec.index, run=spec.run_mark, input_index=number) for number, _ in enumerate(schedules)
        ]
        self._crashes: list[BaseException] = []
        sending = open_sending(settings.sender, spec.access, *spec.topics, properties=settings.producer_config)
        records = [
            input_plan(facts, settings, ids=ids, schedule=schedule)
            for facts, ids, schedule in zip(spec.inputs, spec.ids, schedules, strict=True)
        ]
        feeds = map(Feed, records, self._pacers, self._meters)
        self._thread = sending.loop(*feeds, on_crash=self._crashes.append)

    def run(self) -> None:
        self._connection.send("ready")
        started = False
        while not (started and not self._thread.is_alive()):
            if self._connection.poll(_REPORT_S):
                try:
                    order = self._connection.recv()
                except EOFError:
                    self._thread.abandon()
                    return
                started = self._obey(order, started)
            if started:
                self._connection.send(self._report())
            elif self._pace.stopped:
                break
        if self._crashes:
            raise self._crashes[0]
        self._connection.send(self._report())

    def _obey(self, order: int | str, started: bool) -> bool:
        """Carries out an order: an epoch time to start at, ``stop`` or ``abandon``."""
        if isinstance(order, int):
            for meters in self._meters:
                meters.start(order)
            self._pace.start(order)
            self._thread.start()
            return True
        if order == "abandon":
            self._thread.abandon()
        else:
            self._thread.stop()
        return started

    def _report(self) -> WorkerReport:
        # Read before the totals: once sending is done the totals of this report are whole.
        done = all(pacer.exhausted or pacer.stopped for pacer in self._pacers)
        return WorkerReport(
            inputs=tuple(map(_report, self._meters)),
            late_total=self._pace.late_total,
            skipped_total=self._pace.skipped_total,
            sending_done=done,
            cpu_s=self._thread.cpu_s,
        )


def _report(meters: Meters) -> InputReport:
    totals: Any = meters.totals()
    return InputReport(
        totals={name: getattr(totals, name) for name in SUMMED},
        totals_by_name={name: dict(getattr(totals, name)) for name in SUMMED_BY_NAME},
        histograms={name: meters.histogram(name).to_hdr_base64() for name in SEND_LATENCIES},
        sent_per_second=meters.sent_per_second(),
    )
