"""`pipegen capacity`, `generate` and `validate` of plain Flink SQL, on the real stack."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pipegen.outputs import CapacityReport
from pipegen.stack import Endpoints
from tests.cases.conftest import CaseProject
from tests.e2e.independent import Independent
from tests.e2e.pipegen_process import LENIENT, pipegen, service_flags

pytestmark = pytest.mark.stack
SCRIPTS = Path(__file__).parent / "scripts"


def test_the_capacity_of_a_script_is_searched_and_nothing_is_left(
    tmp_path: Path, endpoints: Endpoints, independent: Independent
) -> None:
    report = tmp_path / "capacity.json"
    quick = ("--start-rate=40", "--max-rate=40", "--step-duration=2s", "--warm-up=1s", "--max-p99=10m")
    flags = (f"--sql={SCRIPTS / 'filter.sql'}", f"--project-dir={tmp_path}", f"--json={report}", *quick)
    before = independent.topics("any-sql"), independent.running_jobs("")
    done = pipegen("capacity", *flags, *service_flags(endpoints), **LENIENT)
    assert done.exit_code == 0, done.err
    assert "input orders (any-sql-orders)" in done.err
    found = CapacityReport.model_validate_json(report.read_text())
    assert (found.pipeline, found.complete) == ("filter", True)
    assert found.trials[0].achieved_per_s is not None
    assert (independent.topics("any-sql"), independent.running_jobs("")) == before


def test_records_of_each_input_are_printed_and_flink_alone_is_asked(tmp_path: Path, endpoints: Endpoints) -> None:
    gateway = f"--sql-gateway-url={endpoints.sql_gateway_url}"
    flags = (f"--sql={SCRIPTS / 'temporal_join.sql'}", f"--project-dir={tmp_path}", gateway, "-n", "5")
    asked = pipegen("generate", *flags)
    assert asked.exit_code == 2
    assert "the SQL has several inputs (" in asked.err
    names = asked.err.partition("inputs (")[2].partition(")")[0].split(", ")
    assert len(names) == 2
    for name in names:
        done = pipegen("generate", *flags, f"--input={name}")
        assert done.exit_code == 0, done.err
        assert len([json.loads(line) for line in done.out.splitlines()]) == 5


def test_records_of_each_input_of_a_project_are_printed(case_project: CaseProject, endpoints: Endpoints) -> None:
    project = case_project("from-in-brackets/join-in-brackets")
    gateway = f"--sql-gateway-url={endpoints.sql_gateway_url}"
    for name, columns in (("orders", {"order_id", "amount"}), ("rates", {"customer_id", "r"})):
        done = pipegen("generate", f"--project-dir={project}", gateway, "-n", "3", f"--input={name}")
        assert done.exit_code == 0, done.err
        lines = [json.loads(line) for line in done.out.splitlines()]
        assert len(lines) == 3
        assert columns <= lines[0].keys()
    wrong = pipegen("generate", f"--project-dir={project}", gateway, "--input=rate")
    assert wrong.exit_code == 2
    assert "did you mean" in wrong.err.lower()


def test_flink_says_of_a_script_what_it_means(tmp_path: Path, endpoints: Endpoints) -> None:
    gateway = f"--sql-gateway-url={endpoints.sql_gateway_url}"
    done = pipegen(
        "validate", "--flink", f"--sql={SCRIPTS / 'filter.sql'}", f"--project-dir={tmp_path}", gateway, "--format=json"
    )
    assert done.exit_code == 0, done.out
    assert [each["name"] for each in json.loads(done.out)["topology"]["inputs"]] == ["orders"]
