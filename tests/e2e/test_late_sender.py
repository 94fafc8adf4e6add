"""A sender that is held up: the plan stays what it was, and what was late or skipped is counted."""

from __future__ import annotations

import signal
import time
from pathlib import Path

import pytest

from tests.e2e.conftest import StartRun
from tests.e2e.pipegen_process import until

pytestmark = [pytest.mark.stack, pytest.mark.heavy]

RATE_PER_S, SECONDS, HELD_UP_S = 500, 12, 1.5


@pytest.mark.parametrize("catch_up", [True, False])
def test_a_process_that_is_stopped_for_a_while_sends_or_skips_what_was_due_meanwhile(
    project: Path, start_run: StartRun, catch_up: bool
) -> None:
    flag = "--catch-up" if catch_up else "--no-catch-up"
    run = start_run(project, f"--message-rate={RATE_PER_S}", f"--duration={SECONDS}s", flag)
    run.until_said("msg/s")
    run.signal(signal.SIGSTOP)
    resume_s = time.monotonic() + HELD_UP_S
    until(lambda: time.monotonic() >= resume_s or None, "end of the stop")
    run.signal(signal.SIGCONT)
    done = run.finish()

    assert done.exit_code == 0, done.err
    planned = done.summary["planned_total"]
    producer = done.summary["snapshot"]["producer"]
    overdue = int(RATE_PER_S * HELD_UP_S * 0.95)
    assert planned == sum(done.summary["planned_per_second"]) == RATE_PER_S * SECONDS
    if catch_up:
        assert (done.summary["sent_total"], producer["skipped_total"]) == (planned, 0)
        assert producer["late_total"] >= overdue
    else:
        assert producer["skipped_total"] >= overdue
        assert done.summary["sent_total"] == planned - producer["skipped_total"]
    assert done.summary["lost"] == 0
