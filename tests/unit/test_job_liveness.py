"""A job that circles between RUNNING and RESTARTING is a failure; one that came back is not."""

from __future__ import annotations

import pytest

from pipegen.run.job.liveness import JobSight, JobWatch

RUNNING = JobSight("RUNNING", None, None)


def failed(state: str, at_ms: int) -> JobSight:
    return JobSight(state, "Magic number does not match", at_ms)


def test_a_running_job_is_fine_for_ever() -> None:
    watch = JobWatch()
    assert all(watch.see(RUNNING, now_s=float(second)) is None for second in range(1000))
    assert not watch.in_trouble


@pytest.mark.parametrize("state", ["INITIALIZING", "CREATED"])
def test_a_job_that_is_still_starting_is_not_in_trouble(state: str) -> None:
    watch = JobWatch()
    assert all(watch.see(JobSight(state, None, None), now_s=float(second)) is None for second in range(60))
    assert not watch.in_trouble


@pytest.mark.parametrize(
    ("state", "word"), [("FAILED", "failed"), ("CANCELED", "was cancelled"), ("FINISHED", "ended by itself")]
)
def test_a_job_that_has_ended_ends_the_run_at_once(state: str, word: str) -> None:
    assert word in (JobWatch().see(JobSight(state, None, None), now_s=0.0) or "")


def test_a_job_that_circles_ends_the_run_within_fifteen_seconds() -> None:
    watch = JobWatch()
    watch.see(RUNNING, now_s=0.0)
    verdict, second = None, 0
    while verdict is None and second < 60:
        second += 1
        circling = failed("RUNNING" if second % 3 else "RESTARTING", at_ms=1000 * (second // 3))
        verdict = watch.see(circling, now_s=float(second))
    assert verdict is not None
    assert "keeps restarting" in verdict
    assert second <= 15


def test_a_job_that_does_not_come_back_ends_the_run_within_fifteen_seconds() -> None:
    watch = JobWatch()
    watch.see(RUNNING, now_s=0.0)
    verdicts = [watch.see(failed("RESTARTING", 5), now_s=float(second)) for second in range(1, 16)]
    assert any(verdicts)


def test_a_job_that_flink_calls_running_while_its_tasks_wait_for_slots_ends_the_run() -> None:
    watch = JobWatch()
    waiting = JobSight("RUNNING", "Connection refused", 5, waiting=True)
    # At its start every job waits for a while.
    assert all(watch.see(JobSight("RUNNING", None, None, waiting=True), now_s=float(s)) is None for s in range(60))
    watch.see(RUNNING, now_s=60.0)
    verdicts = [watch.see(waiting, now_s=61.0 + second) for second in range(15)]
    assert next(filter(None, verdicts)) == "the Flink job does not come back: its tasks wait for slots"


def test_a_job_that_failed_once_and_came_back_is_forgiven() -> None:
    watch = JobWatch()
    watch.see(RUNNING, now_s=0.0)
    assert watch.see(failed("RESTARTING", 5), now_s=1.0) is None
    assert watch.in_trouble
    assert all(watch.see(failed("RUNNING", 5), now_s=float(second)) is None for second in range(2, 100))
    assert not watch.in_trouble
