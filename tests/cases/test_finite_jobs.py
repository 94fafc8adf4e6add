"""Jobs that end by themselves: done where they lie beside the pipeline, a failure where they are its way."""

from __future__ import annotations

import pytest

from tests.cases.conftest import CaseProject
from tests.e2e.conftest import StartRun
from tests.e2e.pipegen_process import LENIENT

pytestmark = pytest.mark.stack
LOAD = ["--duration=4s", "--message-rate=100", "--pipeline-timeout=60s"]


@pytest.mark.parametrize("variant", ["insert-values", "datagen-of-some-rows", "in-a-statement-set"])
def test_a_statement_that_ends_beside_the_pipeline_is_done(
    case_project: CaseProject, start_run: StartRun, variant: str
) -> None:
    done = start_run(case_project(f"finite-statement-ends-run/{variant}"), *LOAD, env=LENIENT).finish()
    assert done.exit_code == 0, done.out + done.err
    assert done.summary["lost"] == 0, "what comes out beside it is none of the records sent"
    named = next(each for each in done.summary["snapshot"]["outputs"] if each["name"] == "out_orders")
    assert (named["total"], named["lost"]) == (400, 0)
    assert done.summary["snapshot"]["flink"]["job_state"] == "RUNNING"


def test_a_source_of_some_rows_that_joins_the_pipeline_is_done_when_it_has_ended(
    case_project: CaseProject, start_run: StartRun
) -> None:
    done = start_run(case_project("finite-statement-ends-run/union-with-some-rows"), *LOAD, env=LENIENT).finish()
    assert done.exit_code == 0, done.out + done.err
    assert done.summary["consumed_total"] == 500


@pytest.mark.parametrize("variant", ["bounded-source", "bounded-by-hint", "bounded-beside-an-endless-source"])
def test_the_end_of_a_bounded_input_is_left_out_and_told(
    case_project: CaseProject, start_run: StartRun, variant: str
) -> None:
    done = start_run(case_project(f"finite-statement-ends-run/{variant}"), *LOAD, env=LENIENT).finish()
    assert done.exit_code == 0, done.out + done.err
    assert "orders is bounded (scan.bounded.mode): a run leaves that out" in done.err
    assert (done.summary["delivered_total"], done.summary["snapshot"]["flink"]["job_state"]) == (400, "RUNNING")
    assert done.summary["consumed_total"] >= 400
