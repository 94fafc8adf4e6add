"""Every form of threshold passing and failing, second by second, on figures that the tests choose."""

from __future__ import annotations

import pytest

from pipegen.gates import Ending
from tests.unit.judged import JudgedRun


@pytest.mark.parametrize(
    ("expression", "good", "bad"),
    [
        ("end_to_end.p99<250ms", {"latency_ms": 20}, {"latency_ms": 400}),
        ("end_to_end.max<=20ms", {"latency_ms": 19}, {"latency_ms": 21}),
        ("end_to_end.mean>30ms", {"latency_ms": 40}, {"latency_ms": 20}),
        ("producer.rate>=0.99*plan", {"share": 1.0}, {"share": 0.97}),
        ("producer.rate>130/s", {"share": 1.0}, {"share": 0.9}),
        ("producer.total==plan", {"share": 1.0}, {"share": 0.99}),
        ("flink.backpressure_ratio<=0.5", {"flink__backpressure_ratio": 0.5}, {"flink__backpressure_ratio": 0.51}),
        ("flink.task_managers==1", {"flink__task_managers": 1}, {"flink__task_managers": 0}),
        ("flink.slots_free>=2", {"flink__slots_free": 2}, {"flink__slots_free": 1}),
        ("system.rss_bytes.p95<100MB", {"system__rss_bytes": 99_000_000}, {"system__rss_bytes": 101_000_000}),
        ("registry.validation_success_ratio>=99%", {}, {"registry__validation_success_ratio": 0.98}),
    ],
)
def test_a_threshold_over_the_whole_load_passes_and_fails(expression: str, good: dict, bad: dict) -> None:  # type: ignore[type-arg]
    passing = JudgedRun(expression).load(30, **good)
    assert passing.verdict.outcome is None
    assert passing.end(**figures(good)).outcome == "pass", passing.verdict
    failing = JudgedRun(expression).load(30, **bad)
    assert failing.end(**figures(bad)).outcome == "fail", failing.verdict
    assert failing.result().observed_text


def figures(given: dict) -> dict:  # type: ignore[type-arg]
    return {name: value for name, value in given.items() if "__" in name}


def test_lost_is_judged_once_it_is_known_and_only_then() -> None:
    run = JudgedRun("lost==0").load(30)
    assert (run.result().outcome, run.result().reason) == (
        None,
        "Known when the drain has ended: records are still on their way.",
    )
    assert run.end(pipeline__lost=0).outcome == "pass"
    assert JudgedRun("lost==0").load(30).end(pipeline__lost=1).outcome == "fail"


def test_an_error_rate_is_failed_over_failed_and_delivered() -> None:
    run = JudgedRun("error_rate<1%", "error_rate<1% during peak1").load(10).load(10, producer__errors=40)
    run.load(10, producer__errors=40)
    assert run.end(producer__errors=40).outcome == "fail"
    whole, peak = run.verdict.results
    assert (whole.outcome, round(whole.observed or 0, 6)) == ("pass", round(40 / 4040, 6))
    assert (peak.outcome, round(peak.observed or 0, 6)) == ("fail", round(40 / 2040, 6))


def test_a_phase_is_judged_by_its_own_seconds_alone() -> None:
    run = JudgedRun("end_to_end.p99<100ms during peak1", "end_to_end.p99<100ms during steady")
    run.load(10).load(10, latency_ms=300).load(10)
    run.end()
    assert [result.outcome for result in run.verdict.results] == ["fail", "pass"]
    assert run.result().observed_text == "300 ms"


def test_percentiles_of_a_phase_with_several_turns_come_from_all_its_records_together() -> None:
    run = JudgedRun("end_to_end.p50<=20ms during steady", "end_to_end.count==2000 during steady")
    run.load(10, latency_ms=10).load(10, latency_ms=500).load(10, latency_ms=30)
    run.end()
    assert [result.outcome for result in run.verdict.results] == ["pass", "pass"]


def test_a_window_fails_when_any_stretch_of_its_length_does() -> None:
    run = JudgedRun("end_to_end.p50<100ms over 5s", "end_to_end.p50<100ms over 20s", "lag<=10 over 5s")
    run.load(10).load(5, latency_ms=200).load(15)
    run.end()
    short, long, lag = run.verdict.results
    assert (short.outcome, short.observed_text) == ("fail", "200 ms")
    assert "worst from" in (short.reason or "")
    assert (long.outcome, lag.outcome) == ("pass", "pass")


def test_a_window_of_a_rate_is_growth_over_that_time() -> None:
    run = JudgedRun("producer.rate>=0.85*plan over 5s", "producer.rate>=0.85*plan").load(15).load(5, share=0.5).load(10)
    run.end()
    assert [result.outcome for result in run.verdict.results] == ["fail", "pass"]
    assert "of the plan" in (run.result().observed_text or "")


def test_a_lag_that_grows_has_a_slope_and_one_that_wobbles_has_none() -> None:
    growing = JudgedRun("lag.slope<=0 during steady")
    wobbling = JudgedRun("lag.slope<=0 during steady")
    for second in range(30):
        growing.load(1, pipeline__lag=100 + 3 * second + (-1) ** second)
        wobbling.load(1, pipeline__lag=100 + 9 * (second * 7 % 5))
    assert growing.end().outcome == "fail"
    assert growing.result().observed == pytest.approx(3.0, abs=0.2)
    assert wobbling.end().outcome == "pass"
    assert "cannot be told from level" in (wobbling.result().reason or "")


def test_each_stretch_of_a_phase_has_a_slope_of_its_own() -> None:
    run = JudgedRun("lag.slope<=1/s during steady")
    for second in range(30):
        run.load(1, pipeline__lag=second if second < 20 else 1000 - 30 * (second - 20))
    assert run.end().outcome == "pass"


def test_a_recovery_is_the_time_from_the_end_of_the_phase_until_the_lag_is_back() -> None:
    def lag_s(second: int) -> float:
        return 0.1 if second <= 10 else 4.0 if second < 24 else 0.1

    fast, slow, never = (JudgedRun(f"recovery<{limit} after peak1") for limit in ("5s", "3s", "3s"))
    for second in range(1, 31):
        for run in (fast, slow):
            run.load(1, pipeline__lag_s=lag_s(second))
        never.load(1, pipeline__lag_s=0.1 if second <= 10 else 4.0)
    assert (fast.end().outcome, fast.result().observed) == ("pass", 4.0)
    assert (slow.end().outcome, slow.result().observed) == ("fail", 4.0)
    assert never.end(pipeline__lag_s=4.0).outcome == "fail"
    assert "not recovered" in (never.result().reason or "")


def test_where_no_record_can_be_followed_a_recovery_is_told_by_what_flink_has_not_read() -> None:
    fast, slow = (JudgedRun(f"recovery<{limit} after peak1") for limit in ("5s", "3s"))
    for second in range(1, 31):
        for run in (fast, slow):
            run.load(1, pipeline__lag_s=None, flink__pending_records=100 if second <= 10 or second >= 24 else 4000)
    assert (fast.end().outcome, fast.result().observed) == ("pass", 4.0)
    assert slow.end().outcome == "fail"


def test_what_was_before_the_delay_does_not_count() -> None:
    run = JudgedRun("end_to_end.p99<100ms delay 5s", "end_to_end.p99<100ms").load(5, latency_ms=900).load(25)
    run.end()
    assert [result.outcome for result in run.verdict.results] == ["pass", "fail"]


@pytest.mark.parametrize(
    ("expression", "why"),
    [
        ("flink.busy_ratio<0.9", "Flink does not answer"),
        ("end_to_end.p99<1s", "nothing was measured"),
        ("end_to_end.p99<1s during peak1", "peak1 was not reached"),
        ("recovery<10s after peak1", "peak1 did not end"),
        ("lag.slope<=0 during peak1", "peak1 was not reached"),
    ],
)
def test_no_sample_is_a_failure_with_its_reason(expression: str, why: str) -> None:
    run = JudgedRun(expression)
    silent = {"flink__busy_ratio": None, "reasons__flink": "Flink does not answer"}
    run.load(8, latency_ms=None, **silent)
    assert run.result().outcome is None
    assert run.end(Ending("aborted"), **silent).outcome == "fail"
    assert run.result().reason == f"no sample: {why}"


def test_a_threshold_with_abort_on_fail_asks_for_the_end_at_once_but_not_before_its_delay() -> None:
    run = JudgedRun("end_to_end.p99<100ms abort_on_fail", "end_to_end.p99<100ms delay 10s abort_on_fail")
    run.load(3)
    assert run.judge.abort is None
    run.load(1, latency_ms=900)
    assert run.judge.abort is not None
    assert run.judge.abort.expression == "end_to_end.p99<100ms abort_on_fail"
    for _ in range(3):
        run.consume(5000, 10)
    verdict = run.end(Ending("aborted"))
    assert (verdict.outcome, verdict.results[0].outcome) == ("fail", "fail")


def test_a_verdict_without_thresholds_says_only_whether_the_figures_are_valid() -> None:
    verdict = JudgedRun().load(30).end()
    assert (verdict.outcome, verdict.valid, verdict.reasons) == (None, True, ["no thresholds are set"])


def test_a_run_that_failed_or_was_interrupted_has_no_outcome() -> None:
    for outcome in ("failed", "interrupted"):
        verdict = JudgedRun("lost==0").load(4).end(Ending(outcome, "Kafka is away"))  # type: ignore[arg-type]
        assert (verdict.outcome, verdict.final) == (None, True)
        assert outcome in verdict.reasons[0]


def test_a_run_that_is_incomplete_fails_whatever_its_thresholds_say() -> None:
    verdict = JudgedRun("error_rate<1%").load(30).end(Ending("incomplete", "3 records did not come out"))
    assert (verdict.outcome, verdict.reasons) == ("fail", ["3 records did not come out"])


@pytest.mark.parametrize(("limit", "outcome"), [("100ms", "pass"), ("10ms", "fail")])
def test_a_threshold_on_a_latency_that_is_only_a_bound_says_so(limit: str, outcome: str) -> None:
    bound = {"latency__end_to_end__bound": "upper", "latency__end_to_end__bound_reason": "rows are timed again"}
    run = JudgedRun(f"end_to_end.p99<{limit}", f"end_to_end.p99<{limit} over 5s", "end_to_end.count>0")
    run.load(30, **bound).end(**bound)
    whole, window, count = run.verdict.results
    assert (whole.outcome, window.outcome) == (outcome, outcome)
    assert (whole.reason or "").startswith("an upper bound: rows are timed again")
    assert (window.reason or "").startswith("an upper bound: rows are timed again")
    assert count.reason is None


def test_a_generator_that_fell_behind_does_not_excuse_records_that_stayed_away() -> None:
    behind = {"run__elapsed_s": 31.2}
    run = JudgedRun("error_rate<1%").load(30).drain(**behind)
    verdict = run.end(Ending("incomplete", "0 of 600 records came out"), **behind)
    assert (verdict.outcome, verdict.valid, verdict.reasons[0]) == ("fail", False, "0 of 600 records came out")
    assert "took 1.2 s longer" in verdict.reasons[1]


@pytest.mark.parametrize(
    ("expression", "observed"),
    [("producer.total.rate>0/s", "100 msg/s"), ("producer.total>0", "1\u2009000"), ("producer.rate>0/s", "100 msg/s")],
)
def test_a_rate_is_told_per_second_and_a_total_is_not(expression: str, observed: str) -> None:
    run = JudgedRun(expression).load(10)
    run.end()
    assert run.result().observed_text == observed
