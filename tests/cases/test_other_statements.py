"""Statements beside the INSERT: their jobs are the run's, and none of them keeps it waiting."""

from __future__ import annotations

import pytest

from tests.cases.conftest import CaseProject
from tests.e2e.conftest import StartRun
from tests.e2e.independent import Independent
from tests.e2e.pipegen_process import LENIENT, Finished

pytestmark = pytest.mark.stack
LOAD = ("--duration=3s", "--message-rate=100", "--pipeline-timeout=60s")


def finished(name: str, case_project: CaseProject, start_run: StartRun, independent: Independent) -> Finished:
    """A run that came to a good end and left no job behind, whatever it is called."""
    done = start_run(case_project(name), *LOAD, env=LENIENT).finish()
    assert done.exit_code == 0, done.out + done.err
    assert (done.summary["outcome"], done.summary["left_behind"]) == ("finished", [])
    assert independent.running_jobs("") == []
    return done


@pytest.mark.parametrize(
    ("variant", "jobs"),
    [
        ("ctas-alone", 1),
        ("ctas-beside-insert", 2),
        ("ctas-into-kafka", 2),
        ("rtas", 2),
        ("stray-insert", 2),
        ("compile-set", 1),
        ("compile-then-execute", 1),
    ],
)
def test_every_job_that_a_statement_starts_is_watched_and_cancelled(
    variant: str, jobs: int, case_project: CaseProject, start_run: StartRun, independent: Independent
) -> None:
    done = finished(f"job-left-behind/{variant}", case_project, start_run, independent)
    assert len(done.summary["snapshot"]["flink"]["jobs"]) == jobs
    assert done.summary["consumed_total"] > 0


@pytest.mark.parametrize(("variant", "queries"), [("select", 1), ("every-kind", 4)])
def test_the_rows_of_queries_are_read_back_beside_the_output(
    variant: str, queries: int, case_project: CaseProject, start_run: StartRun, independent: Independent
) -> None:
    done = finished(f"stray-query-hangs/{variant}", case_project, start_run, independent)
    named, *of_queries = done.summary["snapshot"]["outputs"]
    assert (named["name"], named["lost"]) == ("out_orders", 0)
    assert [each["name"] for each in of_queries] == [f"query_{number}" for number in range(1, queries + 1)]
    assert all(each["total"] > 0 for each in of_queries), of_queries


@pytest.mark.parametrize(("variant", "settings"), [("dml-sync", 1), ("reset", 2)])
def test_an_insert_does_not_wait_for_its_job(
    variant: str, settings: int, case_project: CaseProject, start_run: StartRun, independent: Independent
) -> None:
    done = finished(f"dml-sync/{variant}", case_project, start_run, independent)
    assert done.err.count("table.dml-sync makes every INSERT wait for its job") == settings
    assert done.summary["lost"] == 0
