"""What a run tells of itself, from its first step to its exit code, when no service answers."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from pipegen.bus import ErrorSeen, Event, EventBus, PhaseChanged, RunEnded, SnapshotTaken
from pipegen.errors import EXIT_INTERRUPTED, EXIT_SERVICE, EXIT_TERMINATED, KafkaError
from pipegen.hotpath import now_ns
from pipegen.run import RunSummary
from pipegen.run.runner import Runner
from pipegen.stack import Silent
from tests.unit.record_headers import record_header
from tests.unit.run_spec import spec_in

NOBODY = {
    "bootstrap_servers": "127.0.0.1:1",
    "schema_registry_url": "http://127.0.0.1:1",
    "flink_url": "http://127.0.0.1:1",
    "sql_gateway_url": "http://127.0.0.1:1",
    "cleanup": False,
}


Prepare = Callable[[Runner], None]


def nothing(_runner: Runner) -> None:
    """Leaves the run alone."""


def run(folder: Path, prepare: Prepare = nothing, **settings: object) -> tuple[RunSummary, list[Event]]:
    """A run that finds no service, and what it said on its bus."""

    async def body() -> tuple[RunSummary, list[Event]]:
        bus = EventBus()
        heard = bus.subscribe()
        runner = Runner(spec_in(folder, **NOBODY | settings), bus=bus, progress=Silent())
        prepare(runner)
        summary = await runner.run()
        bus.close()
        return summary, [event async for event in heard]

    return asyncio.run(body())


@pytest.fixture(scope="module")
def failed(tmp_path_factory: pytest.TempPathFactory) -> tuple[RunSummary, list[Event]]:
    """A run that asked for poisson arrivals, faults on purpose and four snapshots a second."""
    settings = {"dashboard": {"update_interval": "250ms"}, "arrivals": "poisson", "faults": {"duplicates": "5%"}}
    return run(tmp_path_factory.mktemp("of_runner") / "orders", **settings)


Failed = tuple[RunSummary, list[Event]]


def test_a_run_that_fails_says_so_as_an_error_a_phase_and_an_end(failed: Failed) -> None:
    summary, events = failed
    assert (summary.outcome, summary.exit_code) == ("failed", EXIT_SERVICE)
    phases = [(event.phase, event.step) for event in events if isinstance(event, PhaseChanged)]
    assert (phases[0], phases[-1]) == (("starting", "looking for the services"), ("failed", "done"))
    (error,) = [event.error for event in events if isinstance(event, ErrorSeen)]
    assert (error.message, error.severity) == ("4 services do not answer", "critical")
    assert [entry.message for entry in summary.snapshot.errors] == [error.message]
    assert [event.exit_code for event in events if isinstance(event, RunEnded)] == [EXIT_SERVICE]
    assert isinstance(events[-1], RunEnded)
    assert summary.snapshot.run.exit_code == EXIT_SERVICE


def test_the_last_snapshot_on_the_bus_is_that_of_the_summary(failed: Failed) -> None:
    summary, events = failed
    seen = [event.snapshot for event in events if isinstance(event, SnapshotTaken)]
    assert seen[-1] == summary.snapshot
    assert (seen[-1].run.phase, seen[-1].run.step) == ("failed", "done")


def test_the_figures_of_the_plan_are_those_of_the_settings(failed: Failed) -> None:
    summary, _ = failed
    snapshot = summary.snapshot
    assert snapshot.run.update_interval_ms == 250
    assert (snapshot.run.pipeline, snapshot.run.workers, snapshot.run.duration_s) == ("orders", 1, 1)
    assert (snapshot.traffic.arrivals, snapshot.traffic.planned_total) == ("poisson", summary.planned_total)
    assert [(fault.name, fault.share) for fault in snapshot.faults.kinds] == [("duplicates", 0.05)]


def test_what_the_sql_will_do_is_known_before_it_is_submitted(failed: Failed) -> None:
    statements = failed[0].snapshot.sql
    assert {statement.state for statement in statements} == {"waiting"}
    assert [statement.kind for statement in statements].count("INSERT") == 1


def test_trouble_of_its_own_is_a_warning_that_does_not_end_the_run(tmp_path: Path) -> None:
    summary, events = run(tmp_path, lambda runner: runner.note_trouble("the disk is full", "Make room."))
    errors = {event.error.message: event.error for event in events if isinstance(event, ErrorSeen)}
    trouble = errors["the disk is full"]
    assert (trouble.component, trouble.category, trouble.severity) == ("pipegen", "processing", "warning")
    assert trouble.remedy == "Make room."
    assert summary.failure == "4 services do not answer"


def test_what_a_thread_raises_ends_the_run_and_is_raised_after_putting_away(tmp_path: Path) -> None:
    def crash(runner: Runner) -> None:
        runner._stop.crashed(ZeroDivisionError("a fault of ours"))

    with pytest.raises(ZeroDivisionError, match="a fault of ours"):
        run(tmp_path, crash)
    assert [thread.name for thread in threading.enumerate() if thread.name.startswith("pipegen-")] == []


def test_an_interruption_is_an_end_of_its_own_and_no_failure(tmp_path: Path) -> None:
    summary, events = run(tmp_path, lambda runner: runner.interrupt(EXIT_INTERRUPTED))
    assert (summary.outcome, summary.exit_code, summary.failure) == ("interrupted", EXIT_INTERRUPTED, None)
    assert [event for event in events if isinstance(event, ErrorSeen)] == []
    assert summary.snapshot.run.phase == "interrupted"


def test_an_interruption_during_the_clean_up_changes_the_exit_code_alone(tmp_path: Path) -> None:
    def interrupt_later(runner: Runner) -> None:
        runner._context.undo.services.push("a signal", runner.interrupt, EXIT_TERMINATED)

    summary, events = run(tmp_path, interrupt_later)
    assert (summary.outcome, summary.exit_code) == ("failed", EXIT_TERMINATED)
    assert [event.exit_code for event in events if isinstance(event, RunEnded)] == [EXIT_TERMINATED]


def test_what_a_thread_of_the_client_fails_with_is_told_as_the_failure_of_the_run(tmp_path: Path) -> None:
    summary, _ = run(tmp_path, lambda runner: runner._stop.crashed(KafkaError("the client can send nothing more")))
    assert (summary.outcome, summary.failure) == ("failed", "the client can send nothing more")


def test_a_single_record_of_another_run_is_told_of(tmp_path: Path) -> None:
    def read_one(runner: Runner) -> None:
        header = record_header(now_ns() // 1_000, 1, run=77)
        meters = runner._context.outputs[0].meters
        meters.consumed([header], value_bytes=[1], partitions=[0], consumed_ns=now_ns())

    summary, _ = run(tmp_path, read_one)
    (told,) = (error for error in summary.snapshot.errors if "another run" in error.message)
    assert (told.severity, told.count) == ("warning", 1)
