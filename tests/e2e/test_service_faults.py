"""Services that fail under a run: the right part is red, the others stay alive, and nothing acknowledged is lost.

On a stack of its own, because its parts are killed. How long it took until a fault was in a snapshot is in the log.
"""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx2
import pytest

from pipegen.bus import EventBus
from pipegen.config import Settings
from pipegen.run.standalone.target import WatchedPipeline, WatchedServices
from pipegen.run.standalone.watcher import Watcher
from pipegen.snapshot import Snapshot
from pipegen.stack import Endpoints, LocalStack
from tests.e2e.independent import Independent
from tests.e2e.pipegen_process import RunningPipegen, until
from tests.e2e.test_dashboard_run import address, metrics, until_running

pytestmark = [pytest.mark.stack, pytest.mark.heavy]
_log = logging.getLogger(__name__)
# The aim is 5 s; a busy machine may be late by much, and it is no fault of the code then.
BOUND_S = 30.0
ALIVE_MS = 15_000.0


class Mortal:
    """A stack whose parts can be killed."""

    def __init__(self, stack: LocalStack) -> None:
        self._stack = stack
        self.endpoints = stack.up(auto_ports=True)

    def end(self, name: str, number: signal.Signals = signal.SIGKILL) -> float:
        """Ends a part, by itself as a crash would; returns when (epoch seconds)."""
        pid = next(part.pid for part in self._stack.status() if part.name == name)
        assert pid is not None
        os.kill(pid, number)
        return time.time()

    def revive(self) -> None:
        """Starts what is missing, at the same addresses."""
        assert self._stack.up(auto_ports=True) == self.endpoints


@pytest.fixture(scope="module")
def mortal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mortal]:
    stack = LocalStack(tmp_path_factory.mktemp("mortal") / "stack")
    try:
        yield Mortal(stack)
    finally:
        stack.down()


@pytest.fixture
def start(mortal: Mortal, project: Path, tmp_path: Path) -> Iterator[Callable[..., RunningPipegen]]:
    started: list[RunningPipegen] = []

    def run(*arguments: str) -> RunningPipegen:
        started.append(
            RunningPipegen(project, mortal.endpoints, "--dashboard-port=0", "--no-open", *arguments, folder=tmp_path)
        )
        return started[-1]

    yield run
    for one in started:
        one.close()


def first(run: RunningPipegen, url: str, event_s: float, right: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
    """The first snapshot that is right; says how long after the event it was taken."""

    def look() -> dict[str, Any] | None:
        try:
            snapshot = metrics(url)
        except httpx2.TransportError:
            return None  # it has ended: the process says so
        return snapshot if right(snapshot) else None

    snapshot = until(look, "snapshot", alive=run.process)
    told(snapshot["timestamp"], event_s)
    return snapshot


def told(timestamp: str, event_s: float) -> None:
    delay_s = datetime.fromisoformat(timestamp).timestamp() - event_s
    _log.warning("in a snapshot %.1f s after the event", delay_s)
    assert delay_s < BOUND_S


def test_a_broker_that_dies_and_comes_back_costs_no_acknowledged_record(
    mortal: Mortal, start: Callable[..., RunningPipegen]
) -> None:
    run = start("--message-rate=200", "--duration=15s", "--no-cleanup")
    url = address(run)
    until_running(url)
    red = first(run, url, mortal.end("kafka"), lambda seen: seen["kafka"]["status"] == "error")
    assert red["kafka"]["answers"] is False
    assert red["cause"]["kind"] == "kafka_down"
    assert red["headline"]["level"] == "error"
    assert {(entry["component"], entry["category"]) for entry in red["errors"]} == {("kafka", "connection")}
    # The last figures stay and grow old; those of the others go on.
    assert red["kafka"]["partitions"] > 0
    assert (red["flink"]["answers"], red["registry"]["answers"]) == (True, True)
    assert max(red["flink"]["age_ms"], red["registry"]["age_ms"], red["system"]["age_ms"]) < ALIVE_MS
    mortal.revive()
    done = run.finish()
    assert done.exit_code == 0, done.out + done.err
    assert done.summary["delivered_total"] == done.summary["sent_total"] == 3000
    assert done.summary["lost"] == 0
    snapshot = done.summary["snapshot"]
    clients = Independent(mortal.endpoints)
    try:
        for topic in (snapshot["kafka"]["input_topic"], snapshot["output"]["topic"]):
            assert len(clients.identities(topic)) == 3000
    finally:
        clients.close()
    httpx2.patch(f"{mortal.endpoints.flink_url}/jobs/{snapshot['flink']['job_id']}?mode=cancel")


def test_a_task_manager_that_dies_ends_the_run_and_its_return_is_noticed(
    mortal: Mortal, start: Callable[..., RunningPipegen]
) -> None:
    run = start("--message-rate=100", "--duration=100s")
    url = address(run)
    until_running(url)
    stopped_s = mortal.end("flink-taskmanager", signal.SIGTERM)
    red = first(run, url, stopped_s, lambda seen: seen["flink"]["status"] == "error")
    assert red["flink"]["answers"] is True
    assert red["cause"]["kind"] in {
        "job_failing",
        "no_task_manager",
    }  # which of the two is seen first is Flink's affair
    assert (red["kafka"]["status"], red["registry"]["status"]) == ("running", "running")
    assert max(red["kafka"]["age_ms"], red["registry"]["age_ms"]) < ALIVE_MS
    done = run.finish()
    assert done.exit_code == 3
    assert "no TaskManager is registered" in done.out
    assert "Traceback" not in done.out + done.err
    last = done.summary["snapshot"]
    assert {entry["component"] for entry in last["errors"] if entry["severity"] == "critical"} == {"flink"}
    assert last["flink"]["task_managers"] == 0
    # Long before the planned end.
    assert last["run"]["elapsed_s"] < 90
    asyncio.run(watch_the_return(mortal))


async def watch_the_return(mortal: Mortal) -> None:
    ends: Endpoints = mortal.endpoints
    watcher = Watcher(
        services=WatchedServices(ends.bootstrap_servers, ends.flink_url, ends.schema_registry_url),
        pipeline=WatchedPipeline("theirs"),
        groups=[],
        bus=EventBus(),
        settings=Settings(),
        period_s=0.5,
    )
    task = asyncio.create_task(watcher.run())

    async def see(right: Callable[[Snapshot], bool]) -> Snapshot:
        deadline_s = time.monotonic() + 60
        while not right(snapshot := watcher.take()):
            assert time.monotonic() < deadline_s, snapshot.flink
            await asyncio.sleep(0.1)
        return snapshot

    try:
        idle = await see(lambda seen: seen.flink.status == "error")
        assert idle.flink.status_reason == "no TaskManager is registered"
        assert (idle.cause.kind, idle.flink.answers) == ("no_task_manager", True)
        await asyncio.to_thread(mortal.revive)
        back = await see(lambda seen: seen.flink.task_managers == 1)
        assert back.flink.status == "starting"
        assert back.cause.state == "none"
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
