"""Traffic patterns become plans, and a fault is pointed at by its character."""

from __future__ import annotations

import itertools
import math

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from pipegen.errors import PatternError
from pipegen.traffic import TrafficPlan, parse_pattern
from pipegen.units import NS_PER_S, format_duration

MINUTE_NS = 60 * NS_PER_S


def plan_of(pattern: str | None, *, rate: float = 100, minutes: int = 10) -> TrafficPlan:
    return parse_pattern(pattern, base_rate_per_s=rate, duration_ns=minutes * MINUTE_NS)


def test_without_a_pattern_the_base_rate_holds_throughout() -> None:
    for nothing in (None, "", "  "):
        plan = plan_of(nothing)
        assert [(phase.name, phase.start_ns, phase.end_ns) for phase in plan.phases] == [("steady", 0, 10 * MINUTE_NS)]
        assert plan.planned_total() == 60_000


def test_the_example_of_the_manual_has_two_peaks_and_three_steady_stretches() -> None:
    plan = plan_of("2m-4m:400%,6m-8m:300%")
    minutes = [(phase.name, phase.start_ns // MINUTE_NS, phase.start_rate_per_s) for phase in plan.phases]
    assert minutes == [("steady", 0, 100), ("peak1", 2, 400), ("steady", 4, 100), ("peak2", 6, 300), ("steady", 8, 100)]
    assert [phase.percent for phase in plan.phases] == [100, 400, 100, 300, 100]
    assert plan.planned_total() == 100 * 360 + 400 * 120 + 300 * 120


def test_absolute_rates_pauses_and_ramps_are_understood() -> None:
    plan = plan_of("0s-1m:1500/s, 1m-2m:0%, 1m30s500ms-3m: 100%..400%".replace("1m-2m", "1m-1m30s"))
    peaks = [phase for phase in plan.phases if phase.name != "steady"]
    assert [(phase.start_rate_per_s, phase.end_rate_per_s) for phase in peaks] == [(1500, 1500), (0, 0), (100, 400)]
    assert [phase.percent for phase in peaks] == [None, 0, None]
    assert plan.phase_at(90 * NS_PER_S).name == "steady"
    assert plan.phase_at(91 * NS_PER_S).name == "peak3"


def test_peaks_are_numbered_in_order_of_time_even_when_written_out_of_order() -> None:
    plan = plan_of("6m-8m:300%,2m-4m:400%")
    assert [(phase.name, phase.start_rate_per_s) for phase in plan.phases if phase.percent != 100] == [
        ("peak1", 400),
        ("peak2", 300),
    ]


def test_windows_may_touch_each_other_and_both_ends_of_the_run() -> None:
    plan = plan_of("0-5m:200%,5m-10m:50%")
    assert [phase.name for phase in plan.phases] == ["peak1", "peak2"]


def test_the_phase_before_the_start_is_the_first_and_after_the_end_the_last() -> None:
    plan = plan_of("0s-1m:200%")
    assert plan.phase_at(-5).name == "peak1"
    assert plan.phase_at(99 * MINUTE_NS).name == "steady"


@pytest.mark.parametrize(
    ("pattern", "position", "word"),
    [
        ("2m-4x:400%", 4, "unknown unit “x”"),
        ("2m-4m", 5, "found the end"),
        ("2m-4m:400", 9, "expected % or /s"),
        ("2m4m:400%", 4, "expected “-”"),
        ("2m-4m:-4%", 6, "found “-”"),
        ("2m-4m:NaN%", 6, "unknown shape “NaN”"),
        ("2m-4m:400%,", 11, "found the end"),
        ("2m-4m:400% 6m", 11, "expected a comma"),
        ("2m-4m:400% later", 11, "found “later”"),
        ("4m-2m:400%", 3, "ends before it starts"),
        ("2m-2m:400%", 3, "is empty"),
        ("2-4m:400%", 1, "a unit is missing"),
        ("2m-4m:400%,3m-5m:200%", 11, "overlaps"),
        ("9m-11m:200%", 3, "after the run"),
        ("2m-4m:99999999%", 6, "highest rate"),
        ("२m-4m:400%", 0, "expected the start"),
    ],
)
def test_a_fault_is_pointed_at_by_its_character(pattern: str, position: int, word: str) -> None:
    with pytest.raises(PatternError) as caught:
        plan_of(pattern)
    assert word in caught.value.reason
    assert caught.value.position == position
    assert caught.value.detail == f"{pattern}\n{' ' * position}^"


@pytest.mark.parametrize("rate", [0, -1, math.nan, math.inf, 1e8])
def test_a_base_rate_that_cannot_be_sent_is_refused(rate: float) -> None:
    with pytest.raises(PatternError, match="base rate"):
        plan_of(None, rate=rate)


@st.composite
def patterns(draw: st.DrawFn) -> tuple[str, int]:
    """A valid pattern with the run's duration."""
    edges = sorted(draw(st.sets(st.integers(0, 10**12), min_size=2, max_size=12)))
    windows = []
    for start, end in list(itertools.pairwise(edges))[::2]:
        levels = draw(st.lists(st.integers(0, 1000), min_size=1, max_size=2))
        unit = draw(st.sampled_from(["%", "/s"]))
        windows.append(
            f"{format_duration(start)}-{format_duration(end)}:" + "..".join(f"{each}{unit}" for each in levels)
        )
    return ",".join(draw(st.permutations(windows))), edges[-1] + draw(st.integers(0, 10**11))


@settings(deadline=None)
@given(patterns(), st.floats(0.001, 10_000))
def test_a_plan_covers_the_whole_run_without_gaps(case: tuple[str, int], rate: float) -> None:
    pattern, duration_ns = case
    plan = parse_pattern(pattern, base_rate_per_s=rate, duration_ns=duration_ns)
    segments = plan.segments()
    assert segments[0][0] == 0
    assert segments[-1][1] == duration_ns == plan.duration_ns
    assert all(left[1] == right[0] for left, right in itertools.pairwise(segments))
    assert all(start < end for start, end, _, _ in segments)
    for phase in plan.phases:
        middle_ns = (phase.start_ns + phase.end_ns) // 2
        assert plan.phase_at(middle_ns) is plan.phase_at(phase.start_ns) is phase


@settings(deadline=None)
@given(patterns(), st.floats(0.001, 10_000))
def test_the_planned_total_is_the_area_under_the_curve(case: tuple[str, int], rate: float) -> None:
    pattern, duration_ns = case
    plan = parse_pattern(pattern, base_rate_per_s=rate, duration_ns=duration_ns)
    area = sum((start + end) / 2 * (until - since) / NS_PER_S for since, until, start, end in plan.segments())
    assert plan.planned_total() == pytest.approx(area, abs=0.5 + area * 1e-9)


@settings(deadline=None)
@given(st.text(alphabet="0123456789ms%-:,./ x", max_size=30))
def test_any_text_is_either_a_plan_or_an_error_inside_the_text(text: str) -> None:
    assume(text.strip())
    position = 0
    try:
        plan_of(text)
    except PatternError as error:
        position = error.position
    assert 0 <= position <= len(text)
