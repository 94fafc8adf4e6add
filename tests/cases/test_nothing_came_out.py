"""Runs that send records and see none come out: they fail, and say where Flink holds the rows."""

from __future__ import annotations

import re

import pytest

from tests.cases.conftest import CaseProject
from tests.e2e.conftest import StartRun
from tests.e2e.independent import Independent
from tests.e2e.pipegen_process import LENIENT

pytestmark = pytest.mark.stack
LOAD = ["--duration=3s", "--message-rate=100", "--pipeline-timeout=60s"]
TIME = r"(\d{4}-\d\d-\d\d )?\d\d:\d\d:\d\d"


@pytest.mark.parametrize(
    ("project", "reason"),
    [
        ("filter-drops-all", r"Calc\[\d+\] took in 300 rows and let none through: \(amount > 1E12\)"),
        ("having-never-true", r"Calc\[\d+\] took in \d+ rows and let none through: \(EXPR\$1 > 1000000\)"),
        (
            "window-of-an-hour",
            rf"300 rows wait in (?:Loc|Glob)alWindowAggregate\[\d+\] for a watermark past {TIME}; it stands at {TIME}",
        ),
        (
            "session-without-a-gap",
            rf"300 rows wait in WindowAggregate\[\d+\] for a watermark 5 min past .*; it stands at {TIME}",
        ),
        (
            "idle-dimension",
            r"30[01] rows wait in TemporalJoin\[\d+\], which has no watermark yet, because rates has read no record.*",
        ),
    ],
)
def test_an_empty_output_fails_the_run_and_says_where_the_rows_are(
    case_project: CaseProject, start_run: StartRun, independent: Independent, project: str, reason: str
) -> None:
    independent.make_topic("rates-of-nobody")
    done = start_run(case_project(f"nothing-came-out-passes/{project}"), *LOAD, env=LENIENT).finish()
    assert done.exit_code == 3, done.out + done.err
    assert done.summary["verdict"]["outcome"] == "fail"
    assert re.fullmatch(f"0 of 300 records came out: {reason}", done.summary["failure"]), done.summary["failure"]
    assert done.summary["snapshot"]["headline"]["level"] == "error"
    assert done.summary["failure"] in done.out


def test_a_threshold_that_holds_does_not_make_an_empty_output_pass(
    case_project: CaseProject, start_run: StartRun
) -> None:
    project = case_project("nothing-came-out-passes/filter-drops-all")
    done = start_run(project, *LOAD, "--threshold=error_rate<1%", env=LENIENT).finish()
    assert (done.exit_code, done.summary["verdict"]["outcome"]) == (3, "fail")
    assert done.summary["verdict"]["results"][0]["outcome"] == "pass"


def test_an_empty_output_that_was_asked_for_passes(case_project: CaseProject, start_run: StartRun) -> None:
    project = case_project("nothing-came-out-passes/filter-drops-all")
    done = start_run(project, *LOAD, "--expected-messages=0", "--threshold=error_rate<1%", env=LENIENT).finish()
    assert (done.exit_code, done.summary["verdict"]["outcome"]) == (0, "pass"), done.out + done.err


def test_records_that_come_out_where_none_is_expected_fail_the_run(
    case_project: CaseProject, start_run: StartRun
) -> None:
    project = case_project("header-carried-in-name-only/map-behind-a-filter")
    done = start_run(project, *LOAD, "--expected-messages=0", env=LENIENT).finish()
    assert (done.exit_code, done.summary["failure"]) == (3, "300 records came out where none is expected")
