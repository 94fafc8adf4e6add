"""However a run ends and whatever is unknown then: a sentence, a summary, a report, JUnit and the documented code."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import datetime
from itertools import combinations, product
from types import NoneType
from typing import Any, get_args
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel
from rich.console import Console

from pipegen.cli.summary_view import print_summary
from pipegen.diagnose import headline, judged
from pipegen.errors import EXIT_INTERRUPTED, EXIT_INVALID, EXIT_OK, EXIT_SERVICE, EXIT_THRESHOLD
from pipegen.gates import Ending, RunOutcome, ending_exit_code
from pipegen.outputs import junit_xml, step_summary
from pipegen.outputs.report import Look, ReportData, as_csv, as_json, as_markdown, ending_of, render_report
from pipegen.run import RunSummary
from pipegen.run.judging import PHASES
from pipegen.snapshot import Snapshot, Verdict
from pipegen.snapshot.events import RunEvents
from tests.dashboard.invented import running, snapshot
from tests.dashboard.recorded import MADE_AT, manifest
from tests.unit.judged import JudgedRun

HOLDS, BREAKS, UNKNOWN = "error_rate<1%", "error_rate>1%", "flink.watermark_lag_ms<1s"
THRESHOLDS = [list(some) for count in range(4) for some in combinations([HOLDS, BREAKS, UNKNOWN], count)]
OUTCOMES: tuple[RunOutcome, ...] = get_args(RunOutcome)
OWN_CODES = {"finished": EXIT_OK, "aborted": EXIT_OK, "interrupted": EXIT_INTERRUPTED}
MISSING = "321 of 1600 records did not come out within 25s"
FAILURES = {"incomplete": MISSING, "failed": "the Flink job failed: / by zero"}


def may_be_null(contents: dict[str, Any], model: type[BaseModel] = Snapshot, path: str = "") -> Iterator[str]:
    """Every figure of a snapshot that may be unknown, by its path."""
    for name, info in model.model_fields.items():
        kinds = get_args(info.annotation) or (info.annotation,)
        if name not in contents or name in {"verdict", "headline", "cause"}:
            continue
        if NoneType in kinds:
            yield path + name
        nested = next((kind for kind in kinds if isinstance(kind, type) and issubclass(kind, BaseModel)), None)
        if nested is not None and isinstance(contents[name], dict):
            yield from may_be_null(contents[name], nested, f"{path}{name}.")


NULLABLE = sorted(may_be_null(running(30)))


def verdict_of(outcome: RunOutcome, thresholds: list[str], *, share: float) -> Verdict:
    run = JudgedRun(*thresholds).load(4, share=share)
    return run.end(Ending(outcome, failure=FAILURES.get(outcome)))


def last_snapshot(outcome: RunOutcome, verdict: Verdict, missing: list[str]) -> Snapshot:
    contents: dict[str, Any] = running(30)
    contents["run"]["phase"] = PHASES[outcome]
    for path in missing:
        *above, leaf = path.split(".")
        section: Any = contents
        for name in above:
            section = section.get(name) if isinstance(section, dict) else None
        if isinstance(section, dict):
            section[leaf] = None
            contents["reasons"][path] = "not known"
    found = snapshot(contents)
    sentence = headline(
        run=found.run,
        failure=FAILURES.get(outcome),
        producer=found.producer,
        flink=found.flink,
        pipeline=found.pipeline,
        latency=found.latency,
        errors=found.errors,
        cause=found.cause,
        now_s=datetime.fromisoformat(found.timestamp).timestamp(),
    )
    told = judged(sentence, verdict, FAILURES.get(outcome))
    return found.model_copy(update={"verdict": verdict, "headline": told})


def summary_text(outcome: RunOutcome, last: Snapshot, code: int) -> str:
    summary: dict[str, Any] = dict.fromkeys(RunSummary.model_fields)
    summary |= {"run_id": "7f3a", "pipeline": "orders", "outcome": outcome, "snapshot": last, "verdict": last.verdict}
    summary |= {"left_behind": [], "expiring": [], "exit_code": code, "planned_total": 1, "sent_total": 1}
    summary |= {"events": RunEvents()}
    summary |= {"delivered_total": 1, "failed_total": 0, "consumed_total": 1, "failure": FAILURES.get(outcome)}
    written = io.StringIO()
    print_summary(RunSummary.model_construct(**summary), Console(file=written, width=100))
    return written.getvalue()


def documented_code(outcome: RunOutcome, verdict: Verdict, *, strict: bool) -> int:
    """The table of docs/verdicts.md."""
    if outcome in {"failed", "incomplete"}:
        return EXIT_SERVICE
    if outcome == "interrupted":
        return EXIT_INTERRUPTED
    if verdict.valid is False and (verdict.results or strict):
        return EXIT_INVALID
    return EXIT_THRESHOLD if any(result.outcome == "fail" for result in verdict.results) else EXIT_OK


@settings(max_examples=120, deadline=None)
@given(
    outcome=st.sampled_from(OUTCOMES),
    thresholds=st.sampled_from(THRESHOLDS),
    behind=st.booleans(),
    missing=st.lists(st.sampled_from(NULLABLE), unique=True, max_size=len(NULLABLE)),
)
def test_every_ending_is_told_in_full(
    outcome: RunOutcome, thresholds: list[str], behind: bool, missing: list[str]
) -> None:
    verdict = verdict_of(outcome, thresholds, share=0.2 if behind else 1.0)
    last = last_snapshot(outcome, verdict, missing)
    assert last.headline.text.endswith(".")
    failure = FAILURES.get(outcome)
    suite = ET.fromstring(junit_xml(last, outcome=outcome, failure=failure))  # noqa: S314 -- it is our own
    assert len(suite.findall(".//testcase")) == 2 + len(thresholds)
    assert (failure or "###") in step_summary(last, outcome=outcome, failure=failure)
    told = summary_text(outcome, last, 0)
    assert "7f3a" in told
    assert (failure or outcome) in told
    report = ReportData(last, manifest(), ending_of(last, {"outcome": outcome, "failure": failure}))
    html = render_report(report, Look(), made_at=MADE_AT).html.decode()
    assert (failure or last.headline.text) in html
    assert as_json(report)
    assert as_csv(report)
    assert as_markdown(report)


@pytest.mark.parametrize(("outcome", "behind", "strict"), list(product(OUTCOMES, [False, True], [False, True])))
def test_every_ending_has_the_exit_code_that_is_documented(outcome: RunOutcome, behind: bool, strict: bool) -> None:
    for thresholds in THRESHOLDS:
        verdict = verdict_of(outcome, thresholds, share=0.2 if behind else 1.0)
        code = ending_exit_code(OWN_CODES.get(outcome, EXIT_SERVICE), verdict, strict=strict)
        assert code == documented_code(outcome, verdict, strict=strict), thresholds


@pytest.mark.parametrize("thresholds", THRESHOLDS)
@pytest.mark.parametrize("share", [1.0, 0.2])
def test_an_incomplete_run_fails_with_its_sentence_first_whatever_else_is_true(
    thresholds: list[str], share: float
) -> None:
    verdict = verdict_of("incomplete", thresholds, share=share)
    assert (verdict.outcome, verdict.reasons[0]) == ("fail", MISSING)
    last = last_snapshot("incomplete", verdict, [])
    assert (last.headline.level, last.headline.text) == ("error", f"Failed: {MISSING}.")
