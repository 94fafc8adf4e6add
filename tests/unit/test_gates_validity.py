"""Validity comes first, and says what it means for the exit code."""

from __future__ import annotations

from typing import Any

import pytest

from pipegen.errors import EXIT_INVALID, EXIT_OK, EXIT_SERVICE, EXIT_THRESHOLD
from pipegen.gates import Ending, ending_exit_code
from pipegen.snapshot import Verdict
from tests.dashboard.invented import percentiles
from tests.unit.judged import JudgedRun


@pytest.mark.parametrize(
    ("figures", "told"),
    [
        (
            {"latency__generator_delay__total": percentiles(4000, 40.0)},
            "the generator fell behind: its delay has a p99",
        ),
        ({"producer__sent_total": 3900}, "the generator fell behind: it sent 97.5 % of the records"),
        ({"run__elapsed_s": 31.2}, "the generator fell behind: the load took 1.2 s longer than the 30 s planned"),
    ],
)
def test_a_generator_that_fell_behind_makes_the_run_invalid(figures: dict[str, Any], told: str) -> None:
    verdict = JudgedRun("end_to_end.p99<1ms", "end_to_end.p99<1s").load(30).end(**figures)
    assert (verdict.outcome, verdict.valid) == ("invalid", False)
    assert len(verdict.reasons) == 1
    assert verdict.reasons[0].startswith(told)
    assert [result.outcome for result in verdict.results] == ["fail", "pass"]


def test_a_send_loop_at_its_limit_makes_the_run_invalid() -> None:
    verdict = JudgedRun().load(30).end(Ending("finished", send_cpu_ratio=0.95))
    assert verdict.reasons == ["the generator was at its limit: its send loop took 95 % of a core, more than 90 %"]
    assert JudgedRun().load(30).end(Ending("finished", send_cpu_ratio=0.85)).valid


def test_a_latency_below_zero_says_that_clocks_disagree() -> None:
    verdict = JudgedRun("lost==0").load(30).end(latency__end_to_end__negative_count=3, pipeline__lost=0)
    assert verdict.outcome == "invalid"
    assert verdict.reasons == ["clocks disagree: 3 latencies “end to end” are below zero"]


def test_figures_that_were_mostly_missing_make_the_run_invalid_and_a_few_gaps_do_not() -> None:
    def seen(known: int) -> Verdict:
        run = JudgedRun("flink.busy_ratio<0.9").load(known)
        run.load(30 - known, flink__busy_ratio=None, reasons__flink="Flink does not answer")
        return run.end(flink__busy_ratio=None, reasons__flink="Flink does not answer")

    assert (seen(20).outcome, seen(10).outcome) == ("pass", "invalid")
    assert seen(10).reasons == ["figures are missing: flink.busy_ratio was known at 10 of 30 snapshots"]


def test_a_long_silence_between_two_snapshots_makes_the_run_invalid() -> None:
    run = JudgedRun().load(10)
    run.planned += 1000
    run.delivered += 1000
    run.second += 9
    run.verdict = run.step(elapsed_s=20.0)
    assert run.load(10).end().reasons == ["figures are missing: 10.0 s passed between two snapshots"]


def test_an_aborted_run_is_not_blamed_for_what_it_did_not_send() -> None:
    assert JudgedRun().load(10).end(Ending("aborted"), producer__planned_total=9000).valid


def test_a_load_that_flink_reads_by_itself_has_no_generator_to_judge() -> None:
    run = JudgedRun("lost==0", sends=False).load(30, share=0.0)
    assert run.end(pipeline__lost=0, producer__sent_total=0).outcome == "pass"


def verdict(outcome: str | None, *, thresholds: bool) -> Verdict:
    results = [
        {"expression": "lost==0", "outcome": "pass", "observed": 0.0, "observed_text": "0", "reason": None}
    ] * thresholds
    return Verdict.model_validate(
        {"outcome": outcome, "final": True, "valid": outcome != "invalid", "results": results}
    )


@pytest.mark.parametrize(
    ("code", "outcome", "thresholds", "strict", "expected"),
    [
        (EXIT_OK, "pass", True, False, EXIT_OK),
        (EXIT_OK, None, False, False, EXIT_OK),
        (EXIT_OK, "fail", True, False, EXIT_THRESHOLD),
        (EXIT_OK, "invalid", True, False, EXIT_INVALID),
        (EXIT_OK, "invalid", False, False, EXIT_OK),
        (EXIT_OK, "invalid", False, True, EXIT_INVALID),
        (EXIT_SERVICE, "invalid", True, True, EXIT_SERVICE),
        (130, "fail", True, True, 130),
    ],
)
def test_the_exit_code_follows_from_outcome_and_verdict(
    code: int, outcome: str | None, thresholds: bool, strict: bool, expected: int
) -> None:
    assert ending_exit_code(code, verdict(outcome, thresholds=thresholds), strict=strict) == expected
