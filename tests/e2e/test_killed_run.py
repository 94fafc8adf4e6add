"""`kill -9` at any moment: what was recorded until then gives a report whose totals agree with Kafka's own offsets."""

from __future__ import annotations

import json
import random
import re
import time
import urllib.request
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx2
import pytest

from pipegen.stack import Endpoints
from pipegen.units import format_count
from tests.e2e.conftest import StartRun
from tests.e2e.independent import Independent
from tests.e2e.pipegen_process import pipegen, until

pytestmark = pytest.mark.stack
RATE_PER_S = 300
_PROBES = 50


def kill_and_report(
    project: Path, start_run: StartRun, independent: Independent, endpoints: Endpoints, seconds: float
) -> None:
    """Kills a run so many seconds into its load, and compares its report with what Kafka has."""
    run = start_run(project, "--duration=100s", f"--message-rate={RATE_PER_S}", "--dashboard-port=0", "--no-open")
    run.until_said("running: sending the planned load")
    url = re.findall(r"dashboard: (\S+)", run.err)[0]
    seen: dict[str, Any] = {}

    def far_enough() -> dict[str, Any] | None:
        with urllib.request.urlopen(f"{url}/api/metrics", timeout=20) as answer:  # noqa: S310
            seen.update(json.loads(answer.read()))
        return seen if (seen["run"]["elapsed_s"] or 0) >= int(seconds) and seen["producer"]["total"] else None

    until(far_enough, "figures of the load", alive=run.process)
    time.sleep(seconds % 1)  # a moment between two snapshots
    run.process.kill()
    run.process.wait()
    killed_s = time.time()
    cancel_jobs(endpoints, seen["run"]["id"])

    made = pipegen("report", "last", "--format=json", f"--project-dir={project}")
    assert made.exit_code == 0, made.err
    told = json.loads(made.out)
    recorded = told["snapshot"]
    assert told["summary"]["ending"] == "cut_off"
    # What a viewer had seen is on the disk; only what was being written at that moment may be missing.
    assert recorded["run"]["id"] == seen["run"]["id"]
    assert recorded["sequence"] >= seen["sequence"] - 1
    in_kafka = independent.end_offset_sum(f"orders-input-{seen['run']['id']}")
    delivered = recorded["producer"]["total"]
    # Never more than Kafka has; and Kafka has nothing beyond what was due between the last snapshot and the end.
    assert delivered <= in_kafka
    started_s = datetime.fromisoformat(recorded["run"]["started_at"]).timestamp()
    assert in_kafka - _PROBES <= (killed_s - started_s) * RATE_PER_S + 1
    assert in_kafka - delivered - _PROBES <= (
        recorded["producer"]["planned_total"]
        - delivered
        + (killed_s - datetime.fromisoformat(recorded["timestamp"]).timestamp()) * RATE_PER_S
        + RATE_PER_S
    )
    page = pipegen("report", "last", f"--project-dir={project}")
    assert page.exit_code == 0, page.err
    report = max((project / "reports").iterdir())
    assert "Cut off" in report.read_text()
    assert format_count(delivered) in report.read_text()


def cancel_jobs(endpoints: Endpoints, run_id: str) -> None:
    """Ends what the killed run left in Flink: its slots are few."""
    for job in httpx2.get(f"{endpoints.flink_url}/jobs/overview").json()["jobs"]:
        if run_id in job["name"]:
            httpx2.patch(f"{endpoints.flink_url}/jobs/{job['jid']}?mode=cancel")


@pytest.mark.parametrize("seconds", [0.2, 2.7])
def test_a_killed_run_has_a_report_that_agrees_with_kafka(
    project: Path, start_run: StartRun, independent: Independent, endpoints: Endpoints, seconds: float
) -> None:
    kill_and_report(project, start_run, independent, endpoints, seconds)


@pytest.mark.heavy
@pytest.mark.parametrize("number", range(20))
def test_kills_at_random_moments_all_leave_such_a_report(
    project: Path, start_run: StartRun, independent: Independent, endpoints: Endpoints, number: int
) -> None:
    moment = random.Random(number)  # noqa: S311 - a moment, not a secret
    kill_and_report(project, start_run, independent, endpoints, moment.uniform(0, 8))
