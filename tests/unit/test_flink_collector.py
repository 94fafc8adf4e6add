"""A look at Flink puts together what the JobManager says, on a double that answers as Flink does."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from pipegen.observe import FlinkCollector, FlinkReading
from pipegen.services.flink import FlinkClient
from tests.unit.stand_in_flink import JOB, StandInFlink
from tests.unit.stand_in_http import Answer, Asked, StandInHttp


@pytest.fixture
def flink() -> Iterator[StandInFlink]:
    opened = StandInFlink()
    yield opened
    opened.close()


def looked(url: str, *changes: Callable[[], object], **how: Any) -> list[FlinkReading | None]:
    """A look, and one more after each change."""

    async def body() -> list[FlinkReading | None]:
        client = FlinkClient(url)
        collector = FlinkCollector(client, **{"job_ids": lambda: [JOB]} | how)
        found = [(await collector.collect()).value]
        for change in changes:
            change()
            found.append((await collector.collect()).value)
        await client.close()
        return found

    return asyncio.run(body())


def test_without_a_job_the_cluster_alone_is_shown(flink: StandInFlink) -> None:
    (seen,) = looked(flink.rest.url, job_ids=tuple)
    assert seen is not None
    assert (seen.job_id, seen.cluster.slots_total, seen.metrics_interval_ms) == (None, 4, 1000.0)
    assert seen.job_manager is not None
    assert (seen.job_manager.cpu_ratio, seen.job_manager.address) == (0.25, None)
    assert [worker.slots_free for worker in seen.task_managers] == [3]


def test_jobs_are_found_where_none_is_named(flink: StandInFlink) -> None:
    flink._start()

    async def find() -> list[str]:
        return [JOB]

    (seen,) = looked(flink.rest.url, job_ids=tuple, find_jobs=find)
    assert seen is not None
    assert (seen.job_id, seen.job_state, seen.all_running) == (JOB, "RUNNING", True)


def test_restarts_and_the_newest_failure_are_asked_for_when_the_job_changes(flink: StandInFlink) -> None:
    flink._start()
    before, after = looked(flink.rest.url, lambda: flink.fail("java.lang.IllegalStateException: it broke"))
    assert before is not None
    assert after is not None
    assert (before.restarts, before.root_exception) == (0, None)
    assert (after.job_state, after.root_exception) == ("FAILED", "it broke")
    assert after.root_exception_classes == "java.lang.IllegalStateException"
    assert (after.root_exception_at_ms or 0) > 0


def test_while_a_job_stands_its_failures_are_asked_for_every_fifth_look_only(flink: StandInFlink) -> None:
    flink._start()

    def restart() -> None:
        flink.restarts += 1

    seen = looked(flink.rest.url, restart, restart, restart, restart, restart)
    assert [look.restarts if look else None for look in seen] == [0, 0, 0, 0, 4, 4]


def test_tasks_that_wait_for_a_slot_are_named(flink: StandInFlink) -> None:
    flink._start()
    flink.tasks_run = False
    (seen,) = looked(flink.rest.url)
    assert seen is not None
    assert (seen.all_running, seen.waiting) == (False, ("Source: order_in", "Sink: order_out"))


def test_a_checkpoint_interval_is_asked_for_until_there_is_one(flink: StandInFlink) -> None:
    flink._start()

    def configure() -> None:
        flink.checkpoint_interval_ms = 3000

    before, after, later = looked(flink.rest.url, configure, lambda: None)
    intervals = [look.checkpoints.interval_ms for look in (before, after, later) if look and look.checkpoints]
    assert intervals == [None, 3000.0, 3000.0]
    assert flink.rest.paths("GET").count(f"/jobs/{JOB}/checkpoints/config") == 2


def test_restarts_that_flink_does_not_tell_are_not_known(flink: StandInFlink) -> None:
    flink._start()

    def answer(asked: Asked) -> Any:
        return [] if asked.path == f"/jobs/{JOB}/metrics" else flink._rest(asked)

    silent = StandInHttp(answer)
    (seen,) = looked(silent.url)
    silent.close()
    assert seen is not None
    assert (seen.restarts, seen.job_state) == (None, "RUNNING")


def test_a_task_manager_that_went_away_is_shown_with_nothing_known(flink: StandInFlink) -> None:
    def answer(asked: Asked) -> Any:
        gone = asked.path.startswith("/taskmanagers/")
        return Answer(404, {"errors": ["gone"]}) if gone else flink._rest(asked)

    without = StandInHttp(answer)
    (seen,) = looked(without.url, job_ids=tuple)
    without.close()
    assert seen is not None
    assert [(worker.address, worker.cpu_ratio) for worker in seen.task_managers] == [("10.0.0.0", None)]


def test_only_the_first_32_task_managers_are_shown(flink: StandInFlink) -> None:
    flink.task_managers = 33
    (seen,) = looked(flink.rest.url, job_ids=tuple)
    assert seen is not None
    assert (len(seen.task_managers), seen.cluster.task_managers) == (32, 33)
