"""Doubles of all services of a run: a pipeline that copies its records, with nothing started but threads."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from unittest.mock import patch

from pipegen.bus import ErrorSeen, Event, EventBus, PhaseChanged, SnapshotTaken
from pipegen.config import ResolvedSettings, Settings
from pipegen.run import RunSummary
from pipegen.run.planning import plan_run
from pipegen.run.runner import Runner
from pipegen.run.spec import RunSpec
from pipegen.snapshot import ErrorEntry, Snapshot
from pipegen.stack import Silent
from tests.unit.project_folder import write_orders
from tests.unit.stand_in_flink import Change, StandInFlink, as_it_is
from tests.unit.stand_in_kafka import StandInAdmin, StandInKafka
from tests.unit.stand_in_registry import StandInRegistry

_TOO_BUSY = re.compile(r"(do|does|did) not answer|was not ready within|gave us no partition")

LENIENT = {"generator_delay": "1h", "achieved_ratio": 0.01, "send_cpu_ratio": 1000}
"""Limits of a valid run that no machine misses, however busy."""


@dataclass(frozen=True, slots=True)
class StandIns:
    """The doubles."""

    kafka: StandInKafka
    registry: StandInRegistry
    flink: StandInFlink

    def addresses(self) -> dict[str, object]:
        """Settings that name them."""
        return {
            "bootstrap_servers": self.kafka.bootstrap_servers,
            "schema_registry_url": self.registry.url,
            "flink_url": self.flink.rest.url,
            "sql_gateway_url": self.flink.gateway.url,
        }


@contextmanager
def stand_ins(change: Change = as_it_is) -> Iterator[StandIns]:
    """The doubles, until the end of the block."""
    kafka, registry = StandInKafka(), StandInRegistry()
    flink = StandInFlink(kafka.bootstrap_servers, change)
    try:
        yield StandIns(kafka, registry, flink)
    finally:
        flink.close()
        registry.close()
        kafka.close()


@contextmanager
def admin_stands_in() -> Iterator[None]:
    """Runs make their topics in the doubles, until the end of the block."""
    with patch("pipegen.run.connect.KafkaAdmin", StandInAdmin):
        yield


@dataclass
class Scene:
    """One run of the orders example on doubles of its own.

    Attributes:
        change: Makes what the job does with a record, anew for each time that the scene is played.
        settings: Settings of the run; without others it sends 10 records in one second.
        prepare: Changes the doubles, or the project's folder, before the run.
        on_phase: Called with each phase, and what can be told to happen then.
    """

    change: Callable[[], Change] = lambda: as_it_is
    settings: dict[str, object] = field(default_factory=dict)
    prepare: Callable[[StandIns, Path], None] = lambda _services, _folder: None
    on_phase: Callable[[str, StandIns, Runner], None] = lambda _phase, _services, _runner: None
    never_ready: bool = False
    """Whether the pipeline is not to get ready."""


@dataclass(frozen=True, slots=True)
class Played:
    """What came of a scene."""

    summary: RunSummary
    events: Sequence[Event]
    services: StandIns

    @property
    def snapshot(self) -> Snapshot:
        """The last snapshot."""
        return self.summary.snapshot

    @property
    def snapshots(self) -> list[Snapshot]:
        """Every snapshot."""
        return [event.snapshot for event in self.events if isinstance(event, SnapshotTaken)]

    @property
    def steps(self) -> list[tuple[str, str]]:
        """Every phase and step."""
        return [(event.phase, event.step) for event in self.events if isinstance(event, PhaseChanged)]

    @property
    def errors(self) -> list[ErrorEntry]:
        """Every error that was told, but that this machine was busy."""
        errors = [event.error for event in self.events if isinstance(event, ErrorSeen)]
        return [error for error in errors if error.component != "system"]


def play(folder: Path, scenes: dict[str, Scene]) -> dict[str, Played]:
    """Plays the scenes side by side, most of a run is waiting; but no two begin at the same time."""

    async def body() -> dict[str, Played]:
        beginning = asyncio.Lock()
        played = await asyncio.gather(*(_played(folder / name, scene, beginning) for name, scene in scenes.items()))
        return dict(zip(scenes, played, strict=True))

    with admin_stands_in():
        return asyncio.run(body())


def planned_run(folder: Path, settings: dict[str, object]) -> RunSpec:
    """The run of a project that the command line would plan."""
    chosen = {"name": "orders", "stack": "none", "duration": "1s", "message_rate": 10, "validity": LENIENT} | settings
    resolved = ResolvedSettings(Settings.model_validate(chosen), {})
    return plan_run(folder, resolved, command=("pipegen", "run"), on_rows=lambda _rows: True)


async def _played(folder: Path, scene: Scene, beginning: asyncio.Lock) -> Played:
    """A scene that was played; once more where the machine was too busy for the doubles to answer in time."""
    tries = 3
    for left in reversed(range(tries)):
        async with beginning:
            begun = asyncio.Event()
            playing = asyncio.create_task(_play(folder / str(left), scene, begun))
            await asyncio.wait({playing, asyncio.create_task(begun.wait())}, return_when=asyncio.FIRST_COMPLETED)
        begun.set()
        played = await playing
        if left == 0 or scene.never_ready or not _TOO_BUSY.search(played.summary.failure or ""):
            return played
    raise AssertionError


async def _play(folder: Path, scene: Scene, begun: asyncio.Event) -> Played:
    with stand_ins(scene.change()) as services:
        write_orders(folder)
        scene.prepare(services, folder)
        bus = EventBus()
        heard, followed = bus.subscribe(), bus.subscribe()
        runner = Runner(planned_run(folder, services.addresses() | scene.settings), bus=bus, progress=Silent())

        async def follow() -> None:
            async for event in followed:
                if isinstance(event, PhaseChanged):
                    if event.step == "joining the consumer group":
                        begun.set()
                    scene.on_phase(event.phase, services, runner)

        following = asyncio.create_task(follow())
        summary = await runner.run()
        bus.close()
        await following
        return Played(summary, [event async for event in heard], services)
