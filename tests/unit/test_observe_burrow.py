"""Burrow's rules on invented histories: time is an argument, nothing waits."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from pipegen.observe.burrow import PartitionJudge, worst
from pipegen.observe.trend import Trend


def judge(looks: Iterable[tuple[float, int, int]], *, members: bool = True, window_s: float = 10.0) -> str:
    partition = PartitionJudge(shortest_window_s=window_s)
    for now_s, committed, end in looks:
        partition.see(now_s=now_s, committed=committed, lag=max(0, end - committed))
    return partition.verdict(has_members=members)


def test_a_group_without_lag_is_ok_however_long_ago_it_committed() -> None:
    assert judge([(0, 100, 100), (10_000, 100, 100)]) == "ok"


def test_a_large_lag_that_falls_is_ok() -> None:
    assert judge([(t, t * 200, 1_000_000) for t in range(60)]) == "ok"


def test_a_lag_that_rises_from_commit_to_commit_is_a_warning() -> None:
    assert judge([(t, t * 100, 500 + t * 150) for t in range(60)]) == "warning"


def test_a_rising_lag_that_was_zero_once_is_ok() -> None:
    assert judge([(t, t * 100, t * 100 if t == 55 else 500 + t * 150) for t in range(60)]) == "ok"


def test_an_offset_that_stands_still_is_stalled_with_members_and_stopped_without() -> None:
    moving = [(float(t), t * 100, t * 100 + 10) for t in range(20)]
    still = [*moving, *((20.0 + t, 1900, 1910 + t * 100) for t in range(40))]
    assert judge(still, members=True) == "stalled"
    assert judge(still, members=False) == "stopped"


def test_an_offset_that_goes_back_is_rewound_until_the_group_has_caught_up_again() -> None:
    back = [(0.0, 1000, 1200), (1.0, 1100, 1200), (2.0, 300, 1200)]
    assert judge(back) == "rewound"
    assert judge([*back, (3.0, 1150, 1200)]) == "ok"


def test_the_first_record_on_a_slow_topic_does_not_make_its_group_stopped() -> None:
    quiet = [(float(t), 5, 5) for t in range(600)]
    assert judge([*quiet, (600.0, 5, 6), (603.0, 5, 6)], members=False) == "ok"
    assert judge([*quiet, (600.0, 5, 6), (611.0, 5, 6)], members=False) == "stopped"


def test_commits_at_checkpoints_only_are_no_stop_when_the_window_knows_it() -> None:
    sawtooth = [(float(t), t // 10 * 1000, t * 100 + 1) for t in range(99)]
    assert judge(sawtooth, members=False, window_s=30) == "ok"
    assert judge([*sawtooth, *((99.0 + t, 9000, 99_000) for t in range(100))], members=False, window_s=30) == "stopped"


def test_a_group_is_as_bad_as_its_worst_partition() -> None:
    assert worst(["ok", "warning", "ok"]) == "warning"
    assert worst(["stopped", "rewound"]) == "stopped"
    assert worst([]) is None


def test_the_trend_is_the_slope_through_the_samples_and_forgets() -> None:
    trend = Trend(window_s=60)
    for t in range(4):
        trend.add(t * 3, now_s=t)
    assert trend.slope_per_s() is None
    for t in range(4, 30):
        trend.add(t * 3, now_s=t)
    assert trend.slope_per_s() == pytest.approx(3)
    for t in range(100, 130):
        trend.add(7, now_s=t)
    assert trend.slope_per_s() == pytest.approx(0)
