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


CALM = {"state": "none", "kind": None, "component": None, "vertex_id": None, "text": "", "evidence": [], "since": None}


def calm(**parts: dict[str, Any]) -> Headline:
    """The sentence of a run that keeps up, with something changed within sections of its snapshot."""
    contents = running(90)
    contents["cause"] = CALM
    contents["flink"] |= {"busy_ratio": 0.5, "backpressure_level": "ok", "job_state": "RUNNING"}
    contents["pipeline"] |= {"lag_s": 0.1}
    for part, changes in parts.items():
        contents[part] |= changes
    return sentence(**contents)


def test_a_run_that_keeps_up_is_healthy() -> None:
    told = calm()
    assert (told.level, told.text) == ("ok", "Healthy: the pipeline keeps up with the plan.")
    assert told.detail


@pytest.mark.parametrize(("sent", "level"), [(990, "ok"), (979, "warning")])
def test_a_plan_that_is_not_kept_comes_first(sent: int, level: str) -> None:
    told = calm(producer={"planned_total": 1_000.0, "sent_total": sent, "errors": 0})
    assert told.level == level
    if level == "warning":
        assert told.text == "PipeGen is behind its plan."
        assert (told.detail or "").startswith("979 of 1\u2009000 due records sent; generator delay p99 ")


def test_few_due_records_are_no_plan_to_be_behind() -> None:
    assert calm(producer={"planned_total": 100.0, "sent_total": 0, "errors": 0}).level == "ok"
    assert calm(producer={"planned_total": 101.0, "sent_total": 0, "errors": 0}).level == "warning"
    assert calm(producer={"planned_total": None, "sent_total": 0, "errors": 0}).level == "ok"


def test_records_that_kafka_refused_are_a_warning() -> None:
    assert calm(producer={"errors": 3}).text == "3 records were refused by Kafka."


def test_flink_that_is_full_or_busy_is_a_warning() -> None:
    full = calm(flink={"backpressure_level": "high"})
    assert (full.level, full.text) == ("warning", "Flink holds back its source: back-pressure is high.")
    assert calm(flink={"backpressure_level": "low"}).level == "ok"
    busy = calm(flink={"busy_ratio": 0.97})
    assert (busy.level, busy.text) == ("warning", "Keeping up, but Flink is busy 0.97.")
    assert calm(flink={"busy_ratio": None}).level == "ok"


def test_a_pipeline_far_behind_is_a_warning_with_the_seconds() -> None:
    behind = calm(pipeline={"lag_s": 3_600.4})
    assert (behind.level, behind.text) == ("warning", "The pipeline is 3600 s behind.")
    assert calm(pipeline={"lag_s": None}).level == "ok"


def test_a_job_that_does_not_run_is_an_error_with_its_exception() -> None:
    told = calm(flink={"job_state": "RESTARTING", "root_exception": "/ by zero"})
    assert (told.level, told.text, told.detail) == ("error", "The Flink job is RESTARTING.", "/ by zero")
    assert calm(flink={"job_state": None}).level == "ok"


def test_the_drain_says_what_is_still_to_come() -> None:
    assert calm(run={"phase": "draining"}).text == "All sent; waiting for the last records."
    waiting = {"phase": "draining", "drain": "12 records are pending in Flink's source"}
    assert calm(run=waiting).text == "All sent; 12 records are pending in Flink's source."
