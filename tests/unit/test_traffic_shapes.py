"""Shapes beyond steps: what they plan is the integral of their curve, however many workers share it."""

from __future__ import annotations

import itertools
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipegen.errors import PatternError
from pipegen.hotpath import Pacer, Schedule, now_ns
from pipegen.traffic import TrafficPlan, parse_pattern
from pipegen.traffic.grammar import MAX_STAIRS
from pipegen.units import NS_PER_S
from tests.unit.traffic_shapes import BASE_RATE, MS, Case, Shape, cases, sine, spike

MINUTE_NS = 60 * NS_PER_S


def plan_of(pattern: str, *, rate: float = 100, minutes: int = 10) -> TrafficPlan:
    return parse_pattern(pattern, base_rate_per_s=rate, duration_ns=minutes * MINUTE_NS)


@settings(deadline=None)
@given(cases(top=1_000_000))
def test_the_schedules_total_is_the_integral_of_the_curves_to_the_nearest_message(case: Case) -> None:
    plan = parse_pattern(case.pattern, base_rate_per_s=BASE_RATE, duration_ns=case.duration_ns)
    rounding = 0.5 + 1e-6 + case.integral * 1e-11
    assert abs(Schedule(plan.segments()).total_events - case.integral) <= rounding
    assert abs(sum(plan.planned_counts()) - case.integral) <= rounding


@settings(max_examples=30, deadline=None)
@given(cases(), st.integers(1, 7), st.sampled_from(["uniform", "poisson"]))
def test_any_number_of_senders_share_out_the_same_plan(case: Case, count: int, arrivals: str) -> None:
    plan = parse_pattern(case.pattern, base_rate_per_s=BASE_RATE, duration_ns=case.duration_ns)
    schedule = Schedule(plan.segments(), arrivals=arrivals, seed=42)  # type: ignore[arg-type]
    start_ns = now_ns() - case.duration_ns - NS_PER_S
    sent = []
    for index in range(count):
        pacer = Pacer(schedule, shard_index=index, shard_count=count)
        pacer.start(start_ns)
        while (permits := pacer.acquire(max_events=1_000, timeout_ns=NS_PER_S)) is not None:
            sent += [
                (permits.first_event + step * permits.stride, permits.due_ns(step) - start_ns)
                for step in range(permits.count)
            ]
    assert sorted(sent) == [(event, schedule.due_ns(event)) for event in range(schedule.total_events)]


@settings(deadline=None)
@given(
    st.one_of(
        st.builds(sine, st.integers(0, 500), st.integers(0, 500), MS.filter(lambda period_s: period_s >= 0.01)),
        st.builds(spike, st.integers(0, 500), st.integers(0, 500), MS),
    ),
    st.floats(0, 1),
)
def test_the_paced_rate_is_within_a_thousandth_of_the_levels_difference(shape: Shape, share: float) -> None:
    plan = plan_of(f"0s-20s:{shape.text}", minutes=1)
    schedule = Schedule(plan.segments())
    offset_ns = int(share * 20 * NS_PER_S) - (share == 1)
    true = shape.rate(offset_ns / NS_PER_S)
    assert schedule.rate_at(offset_ns) == pytest.approx(true, abs=shape.swing * 0.001 + 1e-9)
    assert plan.phase_at(offset_ns).rate_at(offset_ns) == pytest.approx(true, abs=1e-6)


def test_a_wave_begins_at_its_first_level_and_reaches_the_other_after_half_a_period() -> None:
    (wave, _) = plan_of("0s-2m:sine(100%..300%,period=1m)").phases
    assert [round(wave.rate_at(second * NS_PER_S), 9) for second in (0, 15, 30, 45, 60, 90)] == [
        100, 200, 300, 200, 100, 300,
    ]  # fmt: skip
    assert wave.shape == "sine"
    assert float(wave.area()) == pytest.approx(24_000)


def test_stairs_are_of_equal_length_and_go_from_the_first_to_the_last_level() -> None:
    (stairs, _) = plan_of("0s-5m:steps(100%..500%,count=5)").phases
    middles = [stairs.rate_at((2 * minute + 1) * MINUTE_NS // 2) for minute in range(5)]
    assert middles == [100, 200, 300, 400, 500]
    assert [stairs.rate_at(2 * MINUTE_NS - 1), stairs.rate_at(2 * MINUTE_NS)] == [200, 300]
    assert (stairs.start_rate_per_s, stairs.end_rate_per_s) == (100, 500)


def test_a_spike_falls_towards_the_base_rate_and_a_dip_recovers_to_it() -> None:
    for top in (800, 20):
        (peak, _) = plan_of(f"0s-5m:spike({top}%,decay=20s)").phases
        assert peak.start_rate_per_s == top
        assert peak.rate_at(20 * NS_PER_S) == pytest.approx(100 + (top - 100) / math.e)
        assert peak.end_rate_per_s == pytest.approx(100, abs=0.001)


def test_a_repetition_is_a_phase_each_time_and_steady_between() -> None:
    plan = plan_of("1m-5m30s:repeat(every=2m,for=20s):400%")
    seconds = [(phase.name, phase.start_ns // NS_PER_S, phase.end_ns // NS_PER_S) for phase in plan.phases]
    assert seconds == [
        ("steady", 0, 60),
        ("peak1", 60, 80),
        ("steady", 80, 180),
        ("peak1", 180, 200),
        ("steady", 200, 300),
        ("peak1", 300, 320),
        ("steady", 320, 600),
    ]
    assert plan.planned_total() == 100 * 540 + 400 * 60


def test_the_windows_end_cuts_the_last_turn_short_without_stretching_its_shape() -> None:
    plan = plan_of("0s-70s:repeat(for=20s,every=60s):100%..300%")
    last = plan.phase_at(65 * NS_PER_S)
    assert (last.start_ns, last.end_ns) == (60 * NS_PER_S, 70 * NS_PER_S)
    assert (last.start_rate_per_s, last.end_rate_per_s) == (100, 200)


def test_less_than_one_message_a_second_is_a_plan_like_any_other() -> None:
    plan = parse_pattern("10s-30s:0.25/s", base_rate_per_s=0.5, duration_ns=MINUTE_NS)
    schedule = Schedule(plan.segments())
    assert schedule.total_events == plan.planned_total() == 25
    due_s = [schedule.due_ns(event) / NS_PER_S for event in range(8)]
    assert due_s == [1, 3, 5, 7, 9, 12, 16, 20]


@pytest.mark.parametrize(
    ("pattern", "position", "word"),
    [
        ("0s-2m:sin(1%..3%,period=1m)", 6, "unknown shape “sin”"),
        ("0s-2m:sine 1%", 11, "expected “(” after sine"),
        ("0s-2m:sine(1%,period=1m)", 13, "the other level of the sine"),
        ("0s-2m:sine(1%..3%)", 17, "expected “,” between the levels and period"),
        ("0s-2m:sine(1%..3%,perod=1m)", 18, "expected period=, found “perod”"),
        ("0s-2m:sine(1%..3%,period=1x)", 26, "unknown unit “x”"),
        ("0s-2m:sine(1%..3%,period=0)", 25, "must be at least 1ms"),
        ("0s-2m:sine(1%..3%,period=1m", 27, "to close the sine"),
        ("0s-2m:sine(1%..3%,period=1ms)", 6, "more than a plan can have"),
        ("0s-2m:steps(1%..3%,count=1)", 25, "from 2 to 100 stairs, not 1"),
        ("0s-2m:steps(1%..3%,count=2.5)", 25, "not 2.5"),
        ("0s-2m:steps(1%..3%,count=many)", 25, "expected the number of stairs"),
        ("0s-5ns:steps(1%..3%,count=9)", 13, "9 stairs do not fit into 5ns"),
        ("0s-2m:spike(99999999%,decay=1s)", 12, "highest rate"),
        ("0s-2m:repeat(every=1m,for=2m):1%", 6, "does not fit"),
        ("0s-2m:repeat(every=1m):1%", 21, "and the other of every and for"),
        ("0s-2m:repeat(every=1m,every=2s):1%", 22, "expected for=, found “every”"),
        ("0s-2m:repeat(every=1m,for=2s)1%", 29, "between repetition and rate"),
        ("0s-2m:repeat(every=1m,for=2s):repeat(every=1s,for=1s):1%", 30, "cannot stand in another"),
        ("0s-2m:repeat(every=2ms,for=1ms):1%", 6, "more than 400 phases"),
    ],
)
def test_a_fault_in_a_shape_is_pointed_at_by_its_character(pattern: str, position: int, word: str) -> None:
    with pytest.raises(PatternError) as caught:
        plan_of(pattern)
    assert word in caught.value.reason
    assert caught.value.position == position
    assert caught.value.remedy is not None


@settings(deadline=None)
@given(st.text(alphabet="0123456789ms%-:,./ x()=sinepriodkcyatufolv", max_size=40).map(lambda text: "0s-1m:" + text))
def test_any_shape_is_either_a_plan_or_an_error_inside_the_text(text: str) -> None:
    position = 0
    try:
        plan_of(text)
    except PatternError as error:
        position = error.position
    assert 0 <= position <= len(text)


@settings(deadline=None)
@given(cases())
def test_segments_cover_the_run_without_gaps_and_stay_between_the_levels(case: Case) -> None:
    plan = parse_pattern(case.pattern, base_rate_per_s=BASE_RATE, duration_ns=case.duration_ns)
    segments = plan.segments()
    assert (segments[0][0], segments[-1][1]) == (0, case.duration_ns)
    assert all(left[1] == right[0] for left, right in itertools.pairwise(segments))
    for phase in plan.phases:
        drawn = [rate for _, rate in phase.sketch(128)]
        for _, _, start, end in phase.segments():
            assert start >= 0
            assert end >= 0
        assert phase.sketch(128)[0] == (phase.start_ns, phase.start_rate_per_s)
        assert phase.sketch(128)[-1][0] == phase.end_ns
        assert len(drawn) <= 260


def test_a_plan_has_at_most_four_thousand_periods() -> None:
    # Ten minutes are 4,000 periods of 150 ms.
    assert plan_of("0s-10m:sine(100%..200%,period=150ms)").duration_ns == 10 * MINUTE_NS
    with pytest.raises(PatternError, match="4\u2009027 periods are more than a plan can have, 4\u2009000"):
        plan_of("0s-10m:sine(100%..200%,period=149ms)")


def test_stairs_are_from_two_to_a_hundred() -> None:
    for count in (2, MAX_STAIRS):
        assert len(plan_of(f"0s-10m:steps(100%..200%,count={count})").phases) == 1
    for count in (1, MAX_STAIRS + 1):
        with pytest.raises(PatternError, match=f"there must be from 2 to {MAX_STAIRS} stairs, not {count}"):
            plan_of(f"0s-10m:steps(100%..200%,count={count})")


def test_a_spike_is_followed_as_closely_where_it_falls_steeply_as_later() -> None:
    fall = spike(800, 100, 4.0)
    schedule = Schedule(plan_of(f"0s-20s:{fall.text}", minutes=1).segments())
    strayed = [abs(schedule.rate_at(at * NS_PER_S // 100) - fall.rate(at / 100)) / fall.swing for at in range(2_000)]
    assert max(strayed) < 1e-4
