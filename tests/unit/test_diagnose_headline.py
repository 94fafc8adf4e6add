"""The one sentence: a cause comes first, an error that is over no longer colours it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from pipegen.diagnose import headline, judged
from pipegen.snapshot import Headline, ThresholdResult, Verdict
from tests.dashboard.invented import running, snapshot
from tests.dashboard.states import error

CAUSE = {
    "state": "found",
    "kind": "bottleneck",
    "component": "flink",
    "vertex_id": "b",
    "text": "Lag grows since 08:02:00 UTC: vertex “Calc” busy 0.97.",
    "evidence": ["one", "two"],
    "since": "2026-11-24T08:02:00Z",
}


def sentence(**changes: Any) -> Headline:
    """The sentence of a calm run with something changed in its snapshot."""
    shown = snapshot(running(90) | changes)
    return headline(
        run=shown.run,
        failure=None,
        producer=shown.producer,
        flink=shown.flink,
        pipeline=shown.pipeline,
        latency=shown.latency,
        errors=shown.errors,
        cause=shown.cause,
        now_s=datetime.fromisoformat("2026-11-24T08:07:12Z").timestamp(),
    )


def test_a_calm_run_is_healthy() -> None:
    assert sentence().level == "ok"


@pytest.mark.parametrize(
    ("kind", "level"), [("bottleneck", "warning"), ("kafka_down", "error"), ("job_failing", "error")]
)
def test_a_cause_is_the_sentence_and_its_figures_the_evidence(kind: str, level: str) -> None:
    found = sentence(cause=CAUSE | {"kind": kind})
    assert (found.level, found.text, found.detail) == (level, CAUSE["text"], "one; two.")


def test_a_symptom_without_a_cause_is_said() -> None:
    found = sentence(cause=CAUSE | {"state": "unknown", "text": "Lag grows; no cause found."})
    assert (found.level, found.text) == ("warning", "Lag grows; no cause found.")


def test_a_grave_error_is_the_sentence_while_it_is_recent_only() -> None:
    grave = error("flink", "processing", "critical", "the job failed", "It means this.", 1)
    assert sentence(errors=[grave]).text == "Flink: the job failed"
    assert sentence(errors=[grave | {"last_at": "2026-11-24T08:05:00Z"}]).level == "ok"


def result(expression: str, outcome: str | None, observed_text: str | None) -> ThresholdResult:
    return ThresholdResult.model_validate(
        {
            "expression": expression,
            "outcome": outcome,
            "observed": None,
            "observed_text": observed_text,
            "reason": "no samples",
        }
    )


@pytest.mark.parametrize(
    ("outcome", "level", "text", "detail"),
    [
        ("pass", "ok", "Passed: all 2 thresholds hold.", "Finished. 9 delivered."),
        ("fail", "error", "Failed: 1 of 2 thresholds fails.", "lost==0: 3. Finished. 9 delivered."),
        ("invalid", "warning", "Invalid: the generator fell behind.", "Finished. 9 delivered."),
    ],
)
def test_the_verdict_of_thresholds_comes_first(outcome: str, level: str, text: str, detail: str) -> None:
    calm = Headline(level="ok", text="Finished.", detail="9 delivered.")
    results = [result("error_rate<1%", "pass", "0 %"), result("lost==0", "fail" if outcome == "fail" else "pass", "3")]
    verdict = {"outcome": outcome, "final": True, "valid": True, "results": results}
    told = judged(calm, Verdict.model_validate(verdict | {"reasons": ["the generator fell behind"]}))
    assert (told.level, told.text, told.detail) == (level, text, detail)


def test_a_run_without_thresholds_or_not_at_its_end_keeps_its_sentence() -> None:
    calm = Headline(level="ok", text="Finished.", detail=None)
    assert judged(calm, Verdict(outcome=None, final=True)) == calm
    assert judged(calm, Verdict(outcome="fail", results=[result("lost==0", "fail", "3")])) == calm
