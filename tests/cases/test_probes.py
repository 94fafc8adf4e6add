"""Pipelines whose probe cannot come out or cannot be recognised: the load starts all the same, and the run says why."""

from __future__ import annotations

import pytest

from tests.cases.conftest import CaseProject
from tests.e2e.conftest import StartRun
from tests.e2e.pipegen_process import LENIENT

pytestmark = pytest.mark.stack
LOAD = ["--duration=3s", "--message-rate=100", "--pipeline-timeout=40s"]


@pytest.mark.parametrize("project", ["map-called-hdr", "null-called-hdr", "map-behind-a-filter"])
def test_a_column_that_is_the_header_in_name_only_is_no_header(
    case_project: CaseProject, start_run: StartRun, project: str
) -> None:
    """Flink's plan shows where a column comes from: what is left is the timestamp, an upper bound."""
    done = start_run(case_project(f"header-carried-in-name-only/{project}"), *LOAD, env=LENIENT).finish()
    assert done.exit_code == 0, done.out + done.err
    assert "probe record" not in done.err, "nobody could tell it from a record"
    last = done.summary["snapshot"]
    assert (done.summary["lost"], last["latency"]["end_to_end"]["bound"]) == (None, "upper")
    assert last["latency"]["end_to_end"]["total"]["count"] == done.summary["consumed_total"] > 0


@pytest.mark.parametrize(
    ("project", "operator"), [("sort-by-rowtime", "TemporalSort"), ("over-event-time", "OverAggregate")]
)
def test_a_probe_that_waits_for_a_watermark_does_not_keep_the_load_from_starting(
    case_project: CaseProject, start_run: StartRun, project: str, operator: str
) -> None:
    done = start_run(case_project(f"probe-waits-for-watermark/{project}"), *LOAD, env=LENIENT).finish()
    assert "the load starts without a probe that came out: a probe record was read by Flink" in done.err
    assert f"in {operator}[" in done.err
    assert done.summary["delivered_total"] == 300
    assert done.summary["consumed_total"] > 0
    assert done.summary["snapshot"]["latency"]["end_to_end"]["total"]["count"] > 0
