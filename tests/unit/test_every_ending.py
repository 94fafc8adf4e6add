"""However a run ends and whatever is unknown then: a sentence, a summary, JUnit and the documented exit code."""

from __future__ import annotations

import io
from typing import Any, get_args
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console

from pipegen.cli.summary_view import print_summary
from pipegen.diagnose import judged
from pipegen.errors import EXIT_INTERRUPTED, EXIT_INVALID, EXIT_OK, EXIT_SERVICE, EXIT_THRESHOLD
from pipegen.gates import Ending, RunOutcome, ending_exit_code
from pipegen.outputs import junit_xml, step_summary
from pipegen.run import RunSummary
from pipegen.snapshot import Snapshot, Verdict
from tests.dashboard.invented import running, snapshot
from tests.unit.judged import JudgedRun

HOLDS, BREAKS, UNKNOWN = "error_rate<1%", "error_rate>1%", "flink.watermark_lag_ms<1s"
OWN_CODES = {"finished": EXIT_OK, "aborted": EXIT_OK, "interrupted": EXIT_INTERRUPTED}
FIGURES = ["lost", "duplicated", "out_of_order", "lag", "lag_s", "expected_total", "error_rate", "success_rate"]


def verdict_of(outcome: RunOutcome, thresholds: list[str], *, share: float) -> Verdict:
    run = JudgedRun(*thresholds).load(4, share=share)
    failure = "321 of 1600 records did not come out within 25s" if outcome in {"incomplete", "failed"} else None
    return run.end(Ending(outcome, failure=failure))


def last_snapshot(verdict: Verdict, missing: list[str]) -> Snapshot:
    contents: dict[str, Any] = running(30)
    contents["pipeline"] |= dict.fromkeys(missing)
    contents["reasons"] |= {f"pipeline.{name}": "not known" for name in missing}
    found = snapshot(contents)
    return found.model_copy(update={"verdict": verdict, "headline": judged(found.headline, verdict)})


@settings(max_examples=80, deadline=None)
@given(
    outcome=st.sampled_from(get_args(RunOutcome)),
    thresholds=st.lists(st.sampled_from([HOLDS, BREAKS, UNKNOWN]), unique=True),
    behind=st.booleans(),
    strict=st.booleans(),
    missing=st.lists(st.sampled_from(FIGURES), unique=True),
)
def test_every_ending_is_told_in_full(
    outcome: RunOutcome, thresholds: list[str], behind: bool, strict: bool, missing: list[str]
) -> None:
    verdict = verdict_of(outcome, thresholds, share=0.2 if behind else 1.0)
    last = last_snapshot(verdict, missing)
    assert last.headline.text.endswith(".")
    own = OWN_CODES.get(outcome, EXIT_SERVICE)
    code = ending_exit_code(own, verdict, strict=strict)
    assert code in {own, EXIT_THRESHOLD, EXIT_INVALID}
    assert own in {code, EXIT_OK}
    ET.fromstring(junit_xml(last, outcome=outcome, failure="why"))  # noqa: S314 -- it is our own
    assert step_summary(last, outcome=outcome, failure="why")
    summary: dict[str, Any] = dict.fromkeys(RunSummary.model_fields)
    summary |= {"run_id": "7f3a", "pipeline": "orders", "outcome": outcome, "snapshot": last, "verdict": verdict}
    summary |= {
        "left_behind": [],
        "expiring": [],
        "exit_code": code,
        "planned_total": 1,
        "sent_total": 1,
        "delivered_total": 1,
    }
    summary |= {"failed_total": 0, "consumed_total": 1}
    written = io.StringIO()
    print_summary(RunSummary.model_construct(**summary), Console(file=written, width=100))
    assert "7f3a" in written.getvalue()


@pytest.mark.parametrize("thresholds", [[HOLDS], [HOLDS, "success_rate>=99%"]])
def test_an_incomplete_run_whose_thresholds_hold_fails_with_the_sentence_first(thresholds: list[str]) -> None:
    verdict = verdict_of("incomplete", thresholds, share=1.0)
    assert verdict.outcome == "fail"
    last = last_snapshot(verdict, [])
    assert last.headline.level == "error"
    assert last.headline.text == "Failed: 321 of 1600 records did not come out within 25s."
