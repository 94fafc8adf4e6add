"""Ctrl-C, SIGTERM and SIGHUP at any moment: the run ends in order, writes its summary and leaves nothing behind."""

from __future__ import annotations

import re
import signal
import time
from pathlib import Path

import pytest

from tests.e2e.conftest import StartRun
from tests.e2e.independent import Independent
from tests.e2e.pipegen_process import until

pytestmark = pytest.mark.stack


@pytest.mark.parametrize(("number", "exit_code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)])
def test_a_signal_during_the_load_stops_sending_drains_and_cleans_up(
    project: Path, start_run: StartRun, independent: Independent, number: signal.Signals, exit_code: int
) -> None:
    run = start_run(project, "--duration=100s", "--message-rate=200")
    run.until_said("running: sending the planned load")
    until(lambda: re.search(r"sent [1-9]", run.err), "a record that was sent", alive=run.process)
    run.signal(number)
    done = run.finish()
    assert done.exit_code == exit_code
    assert done.summary["outcome"] == "interrupted"
    assert 0 < done.summary["sent_total"] < 20_000
    # What was sent is still accounted for.
    assert done.summary["delivered_total"] == done.summary["sent_total"]
    assert done.summary["consumed_total"] == done.summary["delivered_total"]
    assert done.summary["lost"] == 0
    (report,) = (project / "reports").iterdir()
    assert "Interrupted" in report.read_text()
    assert_nothing_is_left(independent, done.summary["run_id"])


@pytest.mark.parametrize("step", ["creating topics", "joining the consumer group", "submitting the SQL"])
def test_a_signal_during_the_start_ends_it_at_once_and_cleans_up(
    project: Path, start_run: StartRun, independent: Independent, step: str
) -> None:
    run = start_run(project, "--duration=100s")
    run.until_said(step)
    run.signal(signal.SIGINT)
    done = run.finish()
    assert done.exit_code == 130
    assert done.summary["outcome"] == "interrupted"
    assert done.summary["sent_total"] == 0
    assert "Traceback" not in done.out + done.err
    assert_nothing_is_left(independent, done.summary["run_id"])


def test_a_signal_during_the_drain_ends_it(project: Path, start_run: StartRun, independent: Independent) -> None:
    run = start_run(project, "--duration=2s", "--expected-messages=100000")
    run.until_said("draining: waiting for the last records")
    run.signal(signal.SIGINT)
    done = run.finish()
    assert done.exit_code == 130
    assert done.summary["consumed_total"] <= 200
    assert_nothing_is_left(independent, done.summary["run_id"])


def test_a_signal_during_the_clean_up_changes_the_exit_code_alone(
    project: Path, start_run: StartRun, independent: Independent
) -> None:
    run = start_run(project, "--duration=1s")
    run.until_said("draining: waiting for the last records")
    until(lambda: independent.running_jobs("orders") == [] or None, "job that is cancelled", alive=run.process)
    run.signal(signal.SIGTERM)
    done = run.finish()
    # On a slow machine the run may have ended before the signal came.
    assert done.exit_code == done.summary["exit_code"] in {0, 143}
    assert (done.summary["outcome"], done.summary["left_behind"]) == ("finished", [])
    assert_nothing_is_left(independent, done.summary["run_id"])


def test_a_second_signal_ends_a_run_at_once_and_says_what_is_left(
    project: Path, start_run: StartRun, independent: Independent
) -> None:
    run = start_run(project, "--duration=100s", "--expected-messages=100000")
    run.until_said("running: sending the planned load")
    run.process.send_signal(signal.SIGINT)
    run.until_said("interrupted: ending in order")
    time.sleep(0.5)  # what comes sooner is the same wish
    run.signal(signal.SIGTERM)
    done = run.finish()
    assert done.exit_code == 130
    assert "ended at once" in done.err
    (run_id,) = set(re.findall(r"left: topic orders-input-(\w+)", done.err))
    (job,) = independent.running_jobs(run_id)
    assert job.endswith(run_id)
    assert re.search(rf"left: job pipegen-orders-{run_id} [0-9a-f]{{32}}\n", done.err)
    assert "pipegen clean --leftovers" in done.err
    assert "Traceback" not in done.err


def assert_nothing_is_left(independent: Independent, run_id: str) -> None:
    """No topic, subject, group or job of a run."""
    assert independent.topics(run_id) == []
    assert independent.subjects(run_id) == []
    assert independent.groups(run_id) == []
    assert independent.running_jobs(run_id) == []
