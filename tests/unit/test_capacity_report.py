"""What a search for the capacity asks of a rate, what a trial says, and how the answer is written."""

from __future__ import annotations

from typing import Any

import pytest

from pipegen.cli.capacity import _exit_code, _line
from pipegen.errors import EXIT_INVALID, EXIT_OK, EXIT_THRESHOLD
from pipegen.gates import CapacityRange
from pipegen.outputs import CapacityReport, CapacityTrial, capacity_markdown, capacity_sentence
from pipegen.run import RunSummary
from pipegen.session.trials import Conditions, trial_of
from pipegen.snapshot import ThresholdResult, Verdict
from tests.dashboard.invented import running, snapshot
from tests.dashboard.invented_verdict import result


def verdict(outcome: str | None, *reasons: str, results: list[dict[str, Any]] | None = None) -> Verdict:
    return Verdict(
        outcome=outcome,  # type: ignore[arg-type]
        final=True,
        valid=outcome != "invalid",
        reasons=list(reasons),
        results=[ThresholdResult.model_validate(each) for each in results or []],
    )


def trial(rate: float = 100.0, **changes: Any) -> CapacityTrial:
    known: dict[str, Any] = {
        "run_id": "7f3a",
        "rate_per_s": rate,
        "outcome": "sustained",
        "achieved_per_s": 99.5,
        "p99_ms": 12.0,
        "reasons": [],
        "verdict": verdict("pass"),
    }
    return CapacityTrial.model_validate(known | changes)


@pytest.mark.parametrize(
    ("found", "sentence"),
    [
        (CapacityRange(None, None, "pipeline"), "No rate was sustained twice."),
        (
            CapacityRange(None, 50.0, "pipeline"),
            "No rate was sustained twice; 50 msg/s was the lowest that was tried.",
        ),
        (
            CapacityRange(None, 50.0, "generator"),
            "No rate can be named: PipeGen itself did not keep its plan; 50 msg/s was the lowest that was tried.",
        ),
        (
            CapacityRange(100.0, None, "maximum"),
            "The pipeline sustains 100 msg/s, the highest rate that was to be tried.",
        ),
        (
            CapacityRange(100.0, 110.0, "generator"),
            (
                "The pipeline sustains 100 msg/s at least; at 110 msg/s PipeGen itself did not keep its plan, so "
                "nothing is known above."
            ),
        ),
        (
            CapacityRange(100.0, 110.0, "pipeline"),
            "The pipeline sustains 100 msg/s and does not sustain 110 msg/s.",
        ),
    ],
)
def test_the_answer_is_one_sentence(found: CapacityRange, sentence: str) -> None:
    assert capacity_sentence(found) == sentence


def report(**changes: Any) -> CapacityReport:
    seen = [result("end_to_end.p99<=250ms", "pass", 12, "12 ms"), result("lag.slope<=1/s", "pass", 0.1, "0.1/s")]
    known: dict[str, Any] = {
        "pipegen_version": "0.1.0",
        "pipeline": "orders",
        "complete": True,
        "sustained_per_s": 100.0,
        "not_sustained_per_s": 110.0,
        "limited_by": "pipeline",
        "conditions": ["lost==0", "error_rate<=0%"],
        "warm_up_s": 5.0,
        "step_s": 30.0,
        "trials": [
            trial(100.0, verdict=verdict("pass", results=seen)),
            trial(110.0, outcome="not_sustained", achieved_per_s=None, reasons=["lag: too\nmuch", "a|b"]),
        ],
        "command": ["pipegen", "capacity", "--max-p99", "250ms"],
    }
    return CapacityReport.model_validate(known | changes)


def test_the_report_for_people_has_the_answer_the_conditions_and_a_row_for_each_trial() -> None:
    text = capacity_markdown(report())
    lines = text.splitlines()
    assert lines[0] == "# Capacity of orders"
    assert lines[2] == "**The pipeline sustains 100 msg/s and does not sustain 110 msg/s.**"
    assert lines[4] == "Each trial is a run of its own: 5 s that do not count, then 30 s to keep:"
    assert lines[6:8] == ["- `lost==0`", "- `error_rate<=0%`"]
    assert lines[11] == "| 100 msg/s | sustained | 99.5 msg/s | 12 ms | 0.1/s | – |  |"
    assert lines[12] == "| 110 msg/s | not sustained | – | – | – | – | lag: too much; a\\|b |"
    assert lines[-1] == "PipeGen 0.1.0: `pipegen capacity --max-p99 250ms`"
    assert text.endswith("`\n")


def test_a_search_that_was_ended_early_says_so() -> None:
    assert "**The search was ended early." not in capacity_markdown(report())
    assert capacity_markdown(report(complete=False)).splitlines()[2].endswith(".** The search was ended early.")


@pytest.mark.parametrize(
    ("found", "at_least", "code"),
    [
        (CapacityRange(100.0, 110.0, "pipeline"), None, EXIT_OK),
        (CapacityRange(100.0, 110.0, "pipeline"), 100.0, EXIT_OK),
        (CapacityRange(100.0, 110.0, "pipeline"), 100.1, EXIT_THRESHOLD),
        (CapacityRange(None, 110.0, "pipeline"), 0.5, EXIT_THRESHOLD),
        (CapacityRange(None, 110.0, "pipeline"), None, EXIT_OK),
        (CapacityRange(None, 110.0, "generator"), None, EXIT_INVALID),
        (CapacityRange(100.0, 110.0, "generator"), None, EXIT_OK),
    ],
)
def test_the_exit_code_says_whether_the_wanted_rate_was_sustained(
    found: CapacityRange, at_least: float | None, code: int
) -> None:
    assert _exit_code(found, at_least) == code


def test_the_terminal_has_a_line_for_each_trial() -> None:
    assert _line(trial()).plain == "100 msg/s  sustained  end-to-end p99 12 ms  run 7f3a"
    failed = trial(110.0, outcome="not_sustained", p99_ms=None, reasons=["lag: 5", "more"])
    assert _line(failed).plain == "110 msg/s  not sustained  end-to-end p99 –  run 7f3a  lag: 5"


def test_a_rate_has_to_keep_latency_lag_and_back_pressure_and_lose_nothing() -> None:
    conditions = Conditions(p99="250ms", backpressure="50%", one_to_one=True)
    assert conditions.expressions(1_000.0, "5s") == [
        "lag.slope<=10/s delay 5s",
        "end_to_end.p99<=250ms delay 5s",
        "lag<=10000 abort_on_fail",
        "flink.backpressure_ratio.mean<=50% delay 5s",
        "error_rate<=0%",
        "lost==0",
    ]


def test_where_records_are_not_recognised_the_backlog_is_what_flink_has_not_read() -> None:
    conditions = Conditions(p99=None, backpressure="50%", one_to_one=False)
    assert conditions.expressions(1.0, "5s") == [
        # The least that can be told from standing still.
        "flink.pending_records.slope<=0.1/s delay 5s",
        "flink.pending_records<=100 abort_on_fail",
        "flink.backpressure_ratio.mean<=50% delay 5s",
        "error_rate<=0%",
    ]


@pytest.mark.parametrize(
    ("outcome", "told", "reasons"),
    [
        ("pass", "sustained", []),
        ("fail", "not_sustained", ["why"]),
        ("invalid", "invalid", ["why"]),
        (None, "not_sustained", ["why"]),
    ],
)
def test_a_trial_says_what_its_verdict_says(outcome: str | None, told: str, reasons: list[str]) -> None:
    last = snapshot(running(10.0))
    summary = RunSummary.model_construct(
        run_id="7f3a", verdict=verdict(outcome, "why"), snapshot=last, delivered_total=1_234
    )
    found = trial_of(100.0, summary)
    assert (found.outcome, found.reasons, found.run_id, found.rate_per_s) == (told, reasons, "7f3a", 100.0)
    assert found.achieved_per_s == 123.4
    assert last.latency.end_to_end is not None
    assert found.p99_ms == last.latency.end_to_end.total.p99_ms


def test_a_trial_without_load_or_latency_has_neither_figure() -> None:
    contents = running(10.0)
    contents["run"]["elapsed_s"] = None
    contents["latency"]["end_to_end"] = None
    summary = RunSummary.model_construct(
        run_id="7f3a", verdict=verdict(None), snapshot=snapshot(contents), delivered_total=0
    )
    found = trial_of(100.0, summary)
    assert (found.achieved_per_s, found.p99_ms) == (None, None)
