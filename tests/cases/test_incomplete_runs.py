"""Runs that end without all of their records."""

from __future__ import annotations

import pytest

from tests.cases.conftest import CaseProject
from tests.e2e.conftest import StartRun
from tests.e2e.pipegen_process import LENIENT

pytestmark = pytest.mark.stack


def test_records_that_stay_away_fail_a_run_whose_thresholds_hold(
    case_project: CaseProject, start_run: StartRun
) -> None:
    project = case_project("incomplete-run-crashes/loses-a-fifth")
    load = ["--duration=4s", "--message-rate=100", "--pipeline-timeout=15s", "--threshold=error_rate<1%"]
    done = start_run(project, *load, env=LENIENT | {"PIPEGEN_PIPELINE_SHAPE": "one_to_one"}).finish()
    assert done.exit_code == 3, done.out + done.err
    lost = done.summary["snapshot"]["pipeline"]["lost"]
    assert 0 < lost < 400
    assert f"{lost} of 400 records did not come out" in done.out
