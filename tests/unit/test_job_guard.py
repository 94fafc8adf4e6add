"""Which of a run's jobs may end, and when: one that leads from the input to the output only once it has read it."""

from __future__ import annotations

import asyncio
import time

import pytest

from pipegen.diagnose import ErrorLog
from pipegen.errors import PipelineError
from pipegen.observe import FlinkReading, Reading, SourceState
from pipegen.run.job.guard import JobGuard
from pipegen.run.observers import Observers
from pipegen.run.progress import RunTracker
from pipegen.services.flink import ClusterOverview
from pipegen.snapshot import JobState, SqlStatement

LEADING, BESIDE = 1, 0


def statement(job_id: str | None) -> SqlStatement:
    return SqlStatement(file="a.sql:1", kind="INSERT", summary="", state="running", error=None, job_id=job_id)


def guard_of(
    states: dict[str, str],
    *sources: SourceState,
    may_finish: bool = False,
    bounded: bool = False,
    loaded: bool = False,
    job_ids: tuple[str | None, ...] = ("beside", "leading"),
) -> JobGuard:
    """The guard of a run whose statement 0 started the job “beside” and whose statement 1 started “leading”."""
    tracker = RunTracker()
    tracker.update(statements=tuple(map(statement, job_ids)), load_start_ns=1 if loaded else None)
    observers = Observers(ErrorLog(), tracker)
    running = [state for state in states.values() if state != "FINISHED"]
    reading = FlinkReading(
        ClusterOverview("2.3", 1, 4, 2),
        job_state=running[0] if running else "FINISHED",
        jobs=tuple(JobState(id=name, name=name, state=state, transitions=[]) for name, state in states.items()),
        all_running="RUNNING" in running,
        sources=sources,
    )
    observers._flink = lambda: Reading(reading, measured_ns=time.monotonic_ns())
    return JobGuard(observers, tracker, leading=frozenset({LEADING}), may_finish=may_finish, bounded=bounded)


def told(guard: JobGuard, to_read: int | None = None) -> str | None:
    """What ends the run within a moment; None when nothing does."""

    async def look() -> None:
        await asyncio.wait_for(guard.watch(to_read=to_read), 0.05)

    with pytest.raises((PipelineError, TimeoutError)) as raised:
        asyncio.run(look())
    return raised.value.message if isinstance(raised.value, PipelineError) else None


def source(state: str, records: int = 0, *, of_pipeline: bool = True) -> SourceState:
    return SourceState("orders", state, None, of_pipeline, records=records)


def test_a_job_beside_the_pipeline_is_done_when_it_has_finished() -> None:
    guard = guard_of({"beside": "FINISHED", "leading": "RUNNING"})
    assert told(guard) is None
    assert guard.job_runs
    assert not guard.finished


def test_a_job_beside_the_pipeline_that_fails_ends_the_run() -> None:
    assert "failed" in (told(guard_of({"beside": "FAILED", "leading": "RUNNING"})) or "")


def test_the_pipelines_job_must_not_finish_before_or_during_the_load() -> None:
    finished = {"beside": "RUNNING", "leading": "FINISHED"}
    assert told(guard_of(finished)) == "the sources of the Flink job are bounded: the job ends before the load"
    during = told(guard_of(finished, bounded=True, loaded=True))
    assert during == "the source is bounded (scan.bounded.mode): the job ended during the load"


def test_a_source_that_ends_is_as_bad_although_the_job_goes_on_with_another() -> None:
    guard = guard_of({"leading": "RUNNING"}, source("FINISHED"), source("RUNNING", of_pipeline=False), bounded=True)
    assert told(guard) == "the source is bounded (scan.bounded.mode): the job ends before the load"
    assert told(guard_of({"leading": "RUNNING"}, source("RUNNING"), source("FINISHED", of_pipeline=False))) is None


def test_once_everything_is_sent_a_source_may_end_that_has_read_it_all() -> None:
    running = {"leading": "RUNNING"}
    early = told(guard_of(running, source("FINISHED", 280), bounded=True, loaded=True), to_read=400)
    assert early == "the source is bounded (scan.bounded.mode): it ended after 280 of 400 records"
    assert told(guard_of(running, source("FINISHED", 400), bounded=True, loaded=True), to_read=400) is None
    assert told(guard_of({"leading": "FINISHED"}, source("FINISHED", 400), loaded=True), to_read=400) is None


def test_a_job_that_reads_a_file_may_finish_at_any_time() -> None:
    guard = guard_of({"beside": "RUNNING", "leading": "FINISHED"}, source("FINISHED"), may_finish=True)
    assert told(guard) is None
    assert guard.finished


def test_without_a_job_that_is_known_to_lead_every_job_counts() -> None:
    assert not guard_of({"other": "FINISHED", "another": "RUNNING"}, job_ids=(None, None)).finished
    assert guard_of({"other": "FINISHED", "another": "FINISHED"}, job_ids=(None, None)).finished


def test_a_job_that_flink_has_not_told_of_yet_is_not_taken_for_one_that_has() -> None:
    guard = guard_of({"beside": "FINISHED"})
    assert told(guard) is None
    assert not guard.finished
