"""Rows that are written again and carry the due time of the record they were first made from."""

from __future__ import annotations

import pytest

from pipegen.stack import Endpoints
from tests.cases.conftest import CaseProject
from tests.e2e.conftest import StartRun
from tests.e2e.independent import Independent
from tests.e2e.pipegen_process import LENIENT, pipegen

pytestmark = pytest.mark.stack

LOAD = ["--duration=5s", "--message-rate=200", "--pipeline-timeout=30s", "--threshold=end_to_end.p99<1h"]


def test_the_latency_of_a_top_n_by_timestamp_is_told_as_an_upper_bound(
    case_project: CaseProject, start_run: StartRun
) -> None:
    project = case_project("stale-due-time/top-n")
    done = start_run(project, *LOAD, env=LENIENT).finish()
    assert done.exit_code == 0, done.out + done.err
    stage = done.summary["snapshot"]["latency"]["end_to_end"]
    assert stage["bound"] == "upper"
    assert "an upper bound: " in done.summary["verdict"]["results"][0]["reason"]
    assert "end to end, at most" in done.out


def test_a_row_that_is_only_taken_back_is_not_timed(
    case_project: CaseProject, start_run: StartRun, independent: Independent
) -> None:
    project = case_project("stale-due-time/changelog-sink")
    done = start_run(project, *LOAD, "--no-cleanup", env=LENIENT).finish()
    assert done.exit_code == 0, done.out + done.err
    snapshot = done.summary["snapshot"]
    values = independent.values(snapshot["output"]["topic"])
    taken_back = sum(b'"op":"d"' in value for value in values)
    assert taken_back > 100
    assert done.summary["consumed_total"] == len(values)
    assert snapshot["latency"]["end_to_end"]["total"]["count"] == len(values) - taken_back


def test_the_start_of_a_window_is_no_due_time(case_project: CaseProject, endpoints: Endpoints) -> None:
    project = case_project("stale-due-time/window-start-as-due")
    asked = pipegen("validate", "--flink", f"--project-dir={project}", f"--sql-gateway-url={endpoints.sql_gateway_url}")
    told = " ".join(asked.out.split())
    assert "latency not measurable: nothing of orders that tells the due time arrives in per_cust unchanged" in told
