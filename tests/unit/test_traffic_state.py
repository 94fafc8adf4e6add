"""What a snapshot says of the plan: the phase in force, the time to the next, and a curve to draw."""

from __future__ import annotations

import itertools

import pytest

from pipegen.run.picture.traffic import traffic
from pipegen.snapshot import TrafficState
from pipegen.traffic import parse_pattern
from pipegen.units import NS_PER_S

PATTERN = "1m-5m:repeat(every=2m,for=20s):400%,6m-8m:sine(100%..300%,period=1m),8m-9m:steps(1/s..5/s,count=5)"
PLAN = parse_pattern(PATTERN, base_rate_per_s=100, duration_ns=600 * NS_PER_S)


def state(second: float | None) -> TrafficState:
    offset_ns = None if second is None else round(second * NS_PER_S)
    return traffic(PLAN, arrivals="uniform", planned_total=7, offset_ns=offset_ns).section


@pytest.mark.parametrize(
    ("second", "name", "index", "next_in_s"),
    [
        (0, "steady", 0, 60),
        (59.5, "steady", 0, 0.5),
        (60, "peak1", 1, 20),
        (179, "steady", 2, 1),
        (185, "peak1", 3, 15),
        (200, "steady", 4, 160),
        (420.25, "peak2", 5, 59.75),
        (599, "steady", 7, 1),
    ],
)
def test_the_current_phase_and_the_time_to_the_next_are_right_within_a_repetition_too(
    second: float, name: str, index: int, next_in_s: float
) -> None:
    now = state(second)
    assert (now.phase, now.phase_index, now.next_in_s) == (name, index, next_in_s)


def test_outside_the_load_there_is_no_current_phase() -> None:
    now = state(None)
    assert (now.phase, now.phase_index, now.next_in_s) == (None, None, None)
    assert (now.planned_total, now.arrivals, now.pattern) == (7, "uniform", PATTERN)


def test_points_draw_each_phase_from_its_start_to_its_end_between_its_extremes() -> None:
    for phase in state(0).phases:
        assert (phase.points[0], phase.points[-1][0]) == ([phase.start_s, phase.start_rate_per_s], phase.end_s)
        rates = [rate for _, rate in phase.points]
        assert (min(rates), max(rates)) == (phase.min_rate_per_s, phase.max_rate_per_s)
        assert all(left[0] <= right[0] for left, right in itertools.pairwise(phase.points))
    wave = next(phase for phase in state(0).phases if phase.shape == "sine")
    assert (wave.min_rate_per_s, wave.max_rate_per_s, wave.percent) == (100, 300, None)
    assert [390, 300] in wave.points


def test_of_a_fast_wave_only_true_crests_and_troughs_are_drawn_and_not_too_many() -> None:
    plan = parse_pattern("0s-10m:sine(100%..300%,period=1s)", base_rate_per_s=100, duration_ns=600 * NS_PER_S)
    (wave,) = traffic(plan, arrivals="poisson", planned_total=0, offset_ns=0).section.phases
    assert 60 < len(wave.points) <= 130
    rates = [round(rate) for _, rate in wave.points]
    assert rates[:-1] == list(itertools.islice(itertools.cycle([100, 300]), len(rates) - 1))
