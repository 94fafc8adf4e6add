"""Whether a figure grows or only wobbles, told from its samples."""

from __future__ import annotations

import random

import pytest

from pipegen.gates.slope import Slope

EPOCH_S = 1_800_000_000.0


def share_that_has_a_slope(*, memory: float, per_s: float, trials: int = 150) -> float:
    """Of so many figures, each a minute long, the share whose slope can be told from level.

    Args:
        memory: How much of its wobble a sample takes over from the one before; 0 is none.
        per_s: The slope they really have; they wobble by 1.
        trials: How many figures.
    """
    draw = random.Random(7)  # noqa: S311 -- the same figures each time
    found = 0
    for _ in range(trials):
        slope, wobble = Slope(), 0.0
        for second in range(60):
            wobble = memory * wobble + draw.gauss(0, 1)
            slope.add(EPOCH_S + second, wobble + per_s * second)
        fit = slope.fit()
        assert fit is not None
        found += fit.significant
        assert fit.per_s == (fit.raw_per_s if fit.significant else 0.0)
    return found / trials


def test_of_figures_that_only_wobble_one_in_twenty_seems_to_have_a_slope() -> None:
    assert 0.02 < share_that_has_a_slope(memory=0.0, per_s=0.0) < 0.12


@pytest.mark.parametrize("memory", [0.6, 0.9])
def test_samples_that_resemble_the_one_before_are_not_taken_for_a_slope(memory: float) -> None:
    assert share_that_has_a_slope(memory=memory, per_s=0.0) < 0.17


def test_a_slope_that_is_there_is_mostly_found() -> None:
    assert share_that_has_a_slope(memory=0.0, per_s=0.02) > 0.6
    assert share_that_has_a_slope(memory=0.6, per_s=0.05) > 0.65


def fitted(values: list[float]) -> tuple[float, bool] | None:
    slope = Slope()
    for second, value in enumerate(values):
        slope.add(EPOCH_S + second, value)
    fit = slope.fit()
    return None if fit is None else (round(fit.per_s, 6), fit.significant)


def test_fewer_than_five_samples_have_none() -> None:
    assert fitted([1, 2, 3, 4]) is None
    assert fitted([1, 2, 3, 4, 5]) == (1.0, True)


def test_a_figure_that_stands_still_is_level_and_one_that_rises_evenly_has_its_slope() -> None:
    assert fitted([7.0] * 20) == (0.0, False)
    assert fitted([1e9 + 3 * second for second in range(20)]) == (3.0, True)
    assert fitted([-0.5 * second for second in range(20)]) == (-0.5, True)


def test_samples_at_one_moment_have_none() -> None:
    slope = Slope()
    for value in range(9):
        slope.add(EPOCH_S, value)
    assert slope.fit() is None


def test_many_samples_are_joined_and_keep_the_slope() -> None:
    slope = Slope()
    for second in range(5_000):
        slope.add(EPOCH_S + second, 2.0 * second)
    assert len(slope._points) <= 600
    fit = slope.fit()
    assert fit is not None
    assert fit.per_s == pytest.approx(2.0)
