"""The end of a load: pipelines of each kind are drained within seconds, and the run says how and what still waits."""

from __future__ import annotations

from typing import Any

import pytest

from tests.cases.conftest import CaseProject
from tests.e2e.conftest import StartRun
from tests.e2e.independent import Independent
from tests.e2e.pipegen_process import LENIENT, Finished

pytestmark = pytest.mark.stack
TIMEOUT = "--pipeline-timeout=60s"
LOAD = ["--duration=4s", "--message-rate=100", TIMEOUT]


def drained(done: Finished) -> dict[str, Any]:
    """The last snapshot of a run that ended well; how it was drained stands in the summary on the terminal, too."""
    assert done.exit_code == 0, done.out + done.err
    snapshot: dict[str, Any] = done.summary["snapshot"]
    assert snapshot["run"]["drain"][:40] in done.out
    return snapshot


@pytest.mark.parametrize("variant", ["where", "by-hint", "windows-at-each-checkpoint", "rare-checkpoints"])
def test_markers_of_transactions_do_not_keep_an_exactly_once_sink_from_being_drained(
    case_project: CaseProject, start_run: StartRun, independent: Independent, variant: str
) -> None:
    project = case_project(f"exactly-once-never-quiet/{variant}")
    done = start_run(project, *LOAD, "--no-cleanup", env=LENIENT).finish()
    snapshot = drained(done)
    assert snapshot["latency"]["exactly_once"] is True
    assert snapshot["run"]["drain"].startswith("the input is read to its end, and nothing more came out for 3 s")
    in_topic, _ = independent.read_all(snapshot["output"]["topic"])
    assert in_topic > 0
    figures = (snapshot["consumer"]["total"], snapshot["output"]["total"], snapshot["consumer"]["lag"])
    assert figures == (in_topic, in_topic, 0)


@pytest.mark.parametrize(
    ("variant", "records"), [("where", 139), ("batch-group-by", 3), ("in-transactions", 139), ("whole", 300)]
)
def test_a_job_that_has_read_its_file_is_drained_once_its_output_is_read(
    case_project: CaseProject, start_run: StartRun, variant: str, records: int
) -> None:
    done = start_run(case_project(f"file-mode-never-ends/{variant}"), TIMEOUT, env=LENIENT).finish()
    assert drained(done)["consumer"]["total"] == records
    # Of a whole file the number of records is known: the drain may see that all came out before the job has finished.
    if variant != "whole":
        assert "the Flink job that reads the file has not finished" in done.err


def test_a_file_is_read_to_its_end_although_another_source_goes_on(
    case_project: CaseProject, start_run: StartRun
) -> None:
    done = start_run(case_project("file-mode-never-ends/beside-an-endless-source"), TIMEOUT, env=LENIENT).finish()
    assert "what other sources (noise) write was not waited for" in drained(done)["run"]["drain"]


UNTOLD = "the input is read to its end; what other sources (noise) write was not waited for"


@pytest.mark.parametrize(
    ("variant", "told"),
    [
        ("datagen-beside", "all 400 expected records came out"),
        ("without-a-header", UNTOLD),
        ("in-transactions", "all 400 expected records came out"),
    ],
)
def test_another_source_that_goes_on_does_not_keep_a_run_from_being_drained(
    case_project: CaseProject, start_run: StartRun, variant: str, told: str
) -> None:
    snapshot = drained(start_run(case_project(f"other-source-never-quiet/{variant}"), *LOAD, env=LENIENT).finish())
    assert snapshot["run"]["drain"] == told
    assert snapshot["consumer"]["total"] > 400
    # With the header it is known that every record of the run came out.
    timed = snapshot["latency"]["end_to_end"]
    assert timed is None or timed["total"]["count"] >= 400


def test_the_number_of_rows_that_wait_for_a_watermark_is_told(case_project: CaseProject, start_run: StartRun) -> None:
    snapshot = drained(start_run(case_project("rows-held-by-a-watermark/over"), *LOAD, env=LENIENT).finish())
    held = 400 - snapshot["consumer"]["total"]
    assert held > 0
    assert f"; {held} rows wait for a watermark past " in snapshot["run"]["drain"]


def test_a_window_that_never_closes_is_told(case_project: CaseProject, start_run: StartRun) -> None:
    snapshot = drained(start_run(case_project("rows-held-by-a-watermark/tumble"), *LOAD, env=LENIENT).finish())
    assert "; the rows of the last window wait for a watermark past " in snapshot["run"]["drain"]


def test_a_topic_that_brings_no_watermark_is_named(case_project: CaseProject, start_run: StartRun) -> None:
    project = case_project("rows-held-by-a-watermark/interval-join-with-an-idle-topic")
    done = start_run(project, *LOAD, env=LENIENT).finish()
    told = "; the last rows wait for a watermark, and shipments has brought none (IntervalJoin)"
    assert done.summary["snapshot"]["run"]["drain"].endswith(told)
