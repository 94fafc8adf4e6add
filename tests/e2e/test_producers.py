"""Several sending processes share one plan, and the run's accounts are as whole as with one."""

from __future__ import annotations

import signal
from pathlib import Path

import psutil
import pytest

from pipegen.run import RunSummary
from tests.e2e.conftest import StartRun
from tests.e2e.independent import Independent
from tests.e2e.pipegen_process import until

pytestmark = pytest.mark.stack


@pytest.mark.heavy
def test_three_processes_send_the_plan_once(project: Path, start_run: StartRun, independent: Independent) -> None:
    run = start_run(project, "--producers=3", "--message-rate=700", "--duration=4s", "--no-cleanup")
    done = run.finish()
    assert done.exit_code == 0, done.out + done.err
    summary, snapshot = done.summary, done.summary["snapshot"]
    assert summary["planned_total"] == summary["sent_total"] == summary["delivered_total"] == 2800
    assert sum(summary["sent_per_second"]) == 2800
    assert summary["lost"] == summary["duplicated"] == 0
    assert snapshot["latency"]["ack"]["total"]["count"] == 2800
    assert snapshot["latency"]["end_to_end"]["total"]["count"] == 2800
    assert snapshot["run"]["workers"] == 3
    assert snapshot["latency"]["end_to_end"]["uncorrected_total"] is None
    assert "the sending process alone" in snapshot["reasons"]["latency.end_to_end.uncorrected_total"]
    assert RunSummary.model_validate(summary).snapshot.unexplained() == []
    records, probes = independent.read_all(snapshot["kafka"]["input_topic"])
    assert (records, probes >= 1) == (2800, True)


@pytest.mark.heavy
def test_an_interrupt_ends_every_process(project: Path, start_run: StartRun) -> None:
    run = start_run(project, "--producers=2", "--message-rate=200", "--duration=100s")
    run.until_said("running: sending the planned load")
    own = psutil.Process(run.process.pid)
    children = until(lambda: own.children(recursive=True) or None, "sending processes", alive=run.process)
    run.signal(signal.SIGINT)
    done = run.finish()
    assert done.exit_code == 130
    assert done.summary["lost"] == 0
    assert done.summary["delivered_total"] == done.summary["sent_total"] == done.summary["consumed_total"]
    until(lambda: True if not any(alive(child) for child in children) else None, "end of every sending process")


def alive(process: psutil.Process) -> bool:
    """Whether a process still does anything; one that only waits to be reaped does not."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
