"""Topics that hold what an earlier run sent, read again from their beginning."""

from __future__ import annotations

import pytest

from tests.cases.conftest import CaseProject
from tests.e2e.conftest import StartRun
from tests.e2e.independent import Independent
from tests.e2e.pipegen_process import LENIENT

pytestmark = pytest.mark.stack

LOAD = ["--duration=4s", "--message-rate=100", "--pipeline-timeout=20s", "--threshold=lost==0"]
SENT = 400
# The sink drops nulls (not-null-enforcer): a plan says filter, and who knows that none should come says one_to_one.
TOLD = LENIENT | {"PIPEGEN_PIPELINE_SHAPE": "one_to_one"}


def test_records_of_an_earlier_run_hide_no_loss(
    case_project: CaseProject, start_run: StartRun, independent: Independent
) -> None:
    independent.make_topics("old.orders", "old.orders.out")
    first = start_run(case_project("old-records-hide-losses/good"), *LOAD, env=TOLD).finish()
    assert first.exit_code == 0, first.out + first.err
    assert first.summary["snapshot"]["consumer"]["other_runs_total"] == 0
    assert "from other runs" not in first.out
    in_output = independent.end_offset_sum("old.orders.out")

    second = start_run(case_project("old-records-hide-losses/bad"), *LOAD, env=TOLD).finish()
    assert second.exit_code == 3, second.out + second.err
    snapshot = second.summary["snapshot"]
    came_out = independent.end_offset_sum("old.orders.out") - in_output
    others = snapshot["consumer"]["other_runs_total"]
    assert SENT <= others <= in_output, "the first run's records and its probes"
    lost = snapshot["pipeline"]["lost"]
    assert second.summary["verdict"]["outcome"] == "fail"
    assert 60 <= lost <= 180, "three in ten"
    assert second.summary["consumed_total"] == SENT - lost
    assert snapshot["pipeline"]["duplicated"] == 0
    assert snapshot["latency"]["end_to_end"]["total"]["count"] == SENT - lost
    # What came out besides are this run's own probes.
    assert 0 < came_out - others - (SENT - lost) <= second.summary["snapshot"]["producer"]["sent_total"]
    assert snapshot["data_quality"]["output"]["valid_total"] == SENT - lost
    assert f"from other runs {others}, not counted" in " ".join(second.out.split())
    assert any(error["id"] == "output.records_of_another_run" for error in snapshot["errors"])


def test_a_fixed_topic_between_two_jobs_brings_out_nothing_of_an_earlier_run(
    case_project: CaseProject, start_run: StartRun, independent: Independent
) -> None:
    """It is the run's own, whatever the SQL calls it."""
    independent.make_topics("middle-topic", "middle-topic2")
    project = case_project("old-records-hide-losses/old-middle")
    for _ in range(2):
        done = start_run(project, *LOAD, env=LENIENT).finish()
        assert done.exit_code == 0, done.out + done.err
        snapshot = done.summary["snapshot"]
        assert (snapshot["pipeline"]["lost"], snapshot["pipeline"]["duplicated"]) == (0, 0)
        assert done.summary["consumed_total"] == SENT
        assert snapshot["latency"]["end_to_end"]["total"]["max_ms"] < 60_000
        assert snapshot["consumer"]["other_runs_total"] == 0
    assert independent.end_offset_sum("middle-topic") == independent.end_offset_sum("middle-topic2") == 0
