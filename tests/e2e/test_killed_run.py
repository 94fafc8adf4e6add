"""`kill -9` at any moment: the report of what was recorded agrees with Kafka, and what was left can be removed."""

from __future__ import annotations

import itertools
import json
import random
import re
import subprocess
import time
import urllib.request
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx2
import psutil
import pytest

from pipegen.journal import journals
from pipegen.services.kafka import KafkaAdmin
from pipegen.stack import Endpoints
from pipegen.units import format_count
from tests.e2e.conftest import StartRun
from tests.e2e.independent import Independent
from tests.e2e.pipegen_process import LENIENT, command, environment, pipegen, until
from tests.e2e.test_data_files import project_of
from tests.e2e.test_own_stack import alive

pytestmark = [pytest.mark.stack, pytest.mark.heavy]
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


STAGES = (
    "looking for the services",
    "starting: asking the services",
    "starting: creating topics",
    "starting: joining the consumer group",
    "starting: submitting the SQL",
    "probing: waiting for the Flink job",
    "probing: waiting for a probe",
    "running: sending",
    "draining: waiting",
    "recording:",
)


def what_is_there(independent: Independent, temporary: Path) -> dict[str, set[str]]:
    """Everything that a user, or a run, may have on the services and on this machine."""
    return {
        "topics": {name for name in independent.topics("") if not name.startswith("__")},
        "groups": set(independent.groups("")),
        "subjects": set(independent.subjects("")),
        "jobs": set(independent.running_jobs("")),
        "files": {path.name for path in temporary.iterdir()},
        "processes": {str(process.pid) for process in psutil.process_iter() if _uses(process, temporary)},
    }


def _uses(process: psutil.Process, temporary: Path) -> bool:
    """Whether it was started by a run that has this folder for temporary files."""
    try:
        return process.environ().get("TMPDIR") == str(temporary)
    except psutil.Error:
        return False


@pytest.mark.heavy
@pytest.mark.parametrize("round_of_five", range(4))
def test_what_runs_left_that_were_killed_at_any_stage_is_removed_and_nothing_else(
    tmp_path: Path,
    project: Path,
    start_run: StartRun,
    independent: Independent,
    endpoints: Endpoints,
    round_of_five: int,
) -> None:
    moments = random.Random(round_of_five)  # noqa: S311 - a moment, not a secret
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    from_file = project_of(tmp_path, "sales.csv", 700, "--csv-mode", "filesystem")
    kinds = [(project, ["--duration=3s"]), (project, ["--duration=3s", "--producers=2"]), (from_file, [])]
    # What a user has: it looks like a run's, and no journal names it.
    theirs = f"orders-input-{round_of_five}theirs"
    KafkaAdmin(endpoints.bootstrap_servers).create_topic(theirs, partitions=1, replication_factor=1)
    assert pipegen("clean", "--leftovers").exit_code == 0
    before = what_is_there(independent, temporary)
    for number in range(round_of_five * 5, round_of_five * 5 + 5):
        of, arguments = kinds[number % len(kinds)]
        run = start_run(of, *arguments, env=LENIENT | {"TMPDIR": str(temporary)})
        stage = STAGES[number % len(STAGES)]
        until(lambda: True if stage in run.err or run.process.poll() is not None else None, stage)  # noqa: B023
        time.sleep(moments.uniform(0, 1.5))  # a moment within the stage
        run.process.kill()
        run.process.wait()
    sessions = [made.ids for journal in journals() for made in journal.made if made.kind == "session"]
    cleaned = pipegen("clean", "--leftovers")
    assert cleaned.exit_code == 0, cleaned.out + cleaned.err
    assert what_is_there(independent, temporary) == before
    assert journals() == []
    for handle in itertools.chain.from_iterable(sessions):
        assert httpx2.get(f"{endpoints.sql_gateway_url}/v1/sessions/{handle}").status_code >= 400
    assert "no run has left anything" in pipegen("clean", "--leftovers").out
    KafkaAdmin(endpoints.bootstrap_servers).delete_topics([theirs])


@pytest.mark.heavy
@pytest.mark.parametrize("seconds", [0.5, 8.0, 30.0])
def test_a_stack_that_a_killed_run_had_started_for_itself_is_stopped(
    project: Path, stack_dir: Path, seconds: float
) -> None:
    told = project / "told.txt"
    with told.open("w") as file:
        process = subprocess.Popen(
            command("run", f"--project-dir={project}", "--stack=local", "--duration=60s"),
            env=environment(PIPEGEN_STACK_DIR=str(stack_dir)),
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=file,
            text=True,
        )
        until(lambda: alive(stack_dir) or None, "part of the stack", alive=process)
        time.sleep(seconds)  # a moment while it starts, or while it is used
        process.kill()
        process.wait()
    cleaned = pipegen("clean", "--leftovers", PIPEGEN_STACK_DIR=str(stack_dir))
    assert cleaned.exit_code == 0, cleaned.out + cleaned.err
    assert alive(stack_dir) == []
    assert journals() == []
