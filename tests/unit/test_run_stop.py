"""What ends a run before its time ends what is being done at that moment, and nothing twice."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from pipegen.bus import EventBus
from pipegen.errors import EXIT_INTERRUPTED, EXIT_TERMINATED
from pipegen.hotpath import Pacer, Schedule
from pipegen.run import RunSummary
from pipegen.run.progress import RunTracker
from pipegen.run.runner import Runner
from pipegen.run.stop import Stop
from pipegen.snapshot import ThresholdResult
from pipegen.stack import Silent
from tests.unit.run_spec import spec_in

FAILED = ThresholdResult.model_construct(expression="error_rate<1%", observed_text="7 %")


def on_loop(test: Callable[[Stop, RunTracker], Awaitable[None]]) -> None:
    """Runs a test where a stop can be made."""

    async def body() -> None:
        tracker = RunTracker()
        await test(Stop(tracker), tracker)

    asyncio.run(body())


def a_load() -> Pacer:
    """What a load is told to stop by, with nothing behind it."""
    return Pacer(Schedule([(0, 1_000_000_000, 10.0, 10.0)]))


def test_before_the_load_an_interruption_cancels_the_steps() -> None:
    async def test(stop: Stop, tracker: RunTracker) -> None:
        del tracker
        steps = asyncio.create_task(asyncio.sleep(60))
        stop.ends_steps(steps)
        stop.interrupt(EXIT_TERMINATED)
        with pytest.raises(asyncio.CancelledError):
            await steps
        assert (stop.exit_code, stop.asked) == (EXIT_TERMINATED, True)

    on_loop(test)


def test_from_the_load_on_an_interruption_ends_the_load_and_gives_what_is_in_flight_a_while(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("pipegen.run.stop._IN_FLIGHT_S", 0.01)

    async def test(stop: Stop, tracker: RunTracker) -> None:
        tracker.update(phase="running")
        steps, load = asyncio.create_task(stop.hurry.wait()), a_load()
        stop.ends_steps(steps)
        stop.ends_load(load)
        stop.interrupt(EXIT_INTERRUPTED)
        assert (load.stopped, stop.hurry.is_set()) == (True, False)
        stop.interrupt(EXIT_TERMINATED)
        assert (stop.exit_code, stop.hurry.is_set()) == (EXIT_INTERRUPTED, False)
        assert await steps  # not cancelled, and hurried after a while

    on_loop(test)


def test_in_the_drain_the_first_interruption_hurries() -> None:
    async def test(stop: Stop, tracker: RunTracker) -> None:
        stop.ends_load(a_load())
        tracker.update(phase="draining")
        stop.interrupt(EXIT_INTERRUPTED)
        assert stop.hurry.is_set()

    on_loop(test)


def test_a_threshold_ends_the_load_but_nothing_before_it() -> None:
    async def test(stop: Stop, tracker: RunTracker) -> None:
        steps, load = asyncio.create_task(asyncio.sleep(0.05)), a_load()
        stop.ends_steps(steps)
        stop.threshold_failed(FAILED)
        await steps
        assert (stop.asked, tracker.status.failure) == (False, None)
        stop.ends_load(load)
        await asyncio.to_thread(stop.threshold_failed, FAILED)
        await asyncio.sleep(0)
        assert (load.stopped, stop.asked, stop.exit_code) == (True, True, None)
        assert tracker.status.failure == "stopped early: the threshold error_rate<1% failed with 7 %"

    on_loop(test)


def test_a_threshold_after_an_interruption_says_nothing() -> None:
    async def test(stop: Stop, tracker: RunTracker) -> None:
        stop.ends_load(a_load())
        stop.interrupt(EXIT_INTERRUPTED)
        stop.threshold_failed(FAILED)
        await asyncio.sleep(0)
        assert tracker.status.failure is None

    on_loop(test)


def test_the_first_crash_of_a_thread_is_the_one_that_is_told() -> None:
    async def test(stop: Stop, tracker: RunTracker) -> None:
        del tracker
        unhandled: list[object] = []
        asyncio.get_running_loop().set_exception_handler(lambda _loop, problem: unhandled.append(problem))
        for text in ("first", "second"):
            thread = threading.Thread(target=stop.crashed, args=(ValueError(text),))
            thread.start()
            await asyncio.to_thread(thread.join)
        with pytest.raises(ValueError, match="first"):
            await stop.crash
        assert unhandled == []

    on_loop(test)


def test_a_run_that_was_interrupted_before_it_began_asks_no_service_and_sends_nothing(tmp_path: Path) -> None:
    async def interrupted() -> RunSummary:
        runner = Runner(spec_in(tmp_path), bus=EventBus(), progress=Silent())
        runner.interrupt(EXIT_TERMINATED)
        return await runner.run()

    summary = asyncio.run(interrupted())
    assert (summary.outcome, summary.exit_code) == ("interrupted", EXIT_TERMINATED)
    assert (summary.sent_total, summary.planned_total, summary.left_behind) == (0, 10, [])
    assert (summary.send_cpu_s, summary.read_cpu_s) == (None, None)
    assert summary.command == ["pipegen", "run"]
    assert summary.snapshot.run.phase == "interrupted"
    assert summary.snapshot.traffic.planned_total == 10
    assert summary.snapshot.registry.url is None
    assert summary.snapshot.unexplained() == []


def test_a_run_whose_services_do_not_answer_says_so_and_leaves_nothing(tmp_path: Path) -> None:
    nobody = {"bootstrap_servers": "127.0.0.1:1", "schema_registry_url": "http://127.0.0.1:1"}
    nobody |= {"flink_url": "http://127.0.0.1:1", "sql_gateway_url": "http://127.0.0.1:1"}

    async def failed() -> RunSummary:
        return await Runner(spec_in(tmp_path, cleanup=False, **nobody), bus=EventBus(), progress=Silent()).run()

    summary = asyncio.run(failed())
    assert (summary.outcome, summary.exit_code, summary.failure) == ("failed", 3, "4 services do not answer")
    assert summary.snapshot.run.phase == "failed"
    assert [thread.name for thread in threading.enumerate() if thread.name.startswith("pipegen-")] == []
