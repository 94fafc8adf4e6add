"""What Flink reports of a job or a statement that failed: its innermost cause, and the place in the SQL."""

from __future__ import annotations

import pytest

from tests.cases.conftest import CaseProject
from tests.e2e.conftest import StartRun
from tests.e2e.pipegen_process import LENIENT

pytestmark = pytest.mark.stack


@pytest.mark.parametrize("project", ["null-rowtime", "null-after-a-while"])
def test_a_cause_without_a_message_is_named_by_its_class_and_first_frame(
    case_project: CaseProject, start_run: StartRun, project: str
) -> None:
    load = ["--duration=5s", "--message-rate=100", "--pipeline-timeout=30s"]
    done = start_run(case_project(f"cause-without-message/{project}"), *load, env=LENIENT).finish()
    assert done.exit_code == 3, done.out + done.err
    assert "NullPointerException at StreamRecordTimestampInserter.processElement" in done.summary["failure"]
    errors = {error["rule"] for error in done.summary["snapshot"]["errors"]}
    assert "flink.event_time_missing" in errors


def test_the_place_of_a_fault_in_the_sql_is_told(case_project: CaseProject, start_run: StartRun) -> None:
    done = start_run(case_project("cause-without-message/column-nobody-has"), "--duration=3s", env=LENIENT).finish()
    assert done.exit_code == 3, done.out + done.err
    assert done.summary["failure"] == (
        "sql/01.sql:7:8: Flink refuses this statement: Column 'placed_att' not found in any table"
    )
