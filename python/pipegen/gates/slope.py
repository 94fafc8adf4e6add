"""The slope of a figure by least squares, and whether it can be told from level. Pure; memory is bounded.

A lag that is level still wobbles, so its raw slope is never exactly 0. It counts as 0 where a confidence interval of
95 % holds 0; neighbouring samples resemble each other, so the number of independent ones is reduced by that.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from typing import Final

_FEWEST: Final = 5
_MOST: Final = 600
# Two-sided 95 % points of Student's t by degrees of freedom; beyond the last one the normal distribution's.
_T95: Final = (12.71, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228)


@dataclass(frozen=True, slots=True)
class Fit:
    """A slope.

    Attributes:
        per_s: Change per second; 0 where it cannot be told from level.
        raw_per_s: As fitted.
        significant: Whether it can be told from level.
    """

    per_s: float
    raw_per_s: float
    significant: bool


class Slope:
    """Samples of one figure, thinned by joining neighbours once there are many."""

    def __init__(self) -> None:
        self._points: list[tuple[float, float]] = []
        self._weight = 1
        self._open: list[tuple[float, float]] = []

    def add(self, at_s: float, value: float) -> None:
        """Takes a sample; later ones have later times."""
        self._open.append((at_s, value))
        if len(self._open) < self._weight:
            return
        self._points.append(_centre(self._open))
        self._open.clear()
        if len(self._points) >= _MOST:
            pairs = zip(self._points[::2], self._points[1::2], strict=False)
            self._points = [_centre(list(pair)) for pair in pairs]
            self._weight *= 2

    def fit(self) -> Fit | None:
        """The slope; None with fewer than 5 samples."""
        count = len(self._points)
        if count < _FEWEST:
            return None
        middle_s = math.fsum(at_s for at_s, _ in self._points) / count
        mean = math.fsum(value for _, value in self._points) / count
        spread = math.fsum((at_s - middle_s) ** 2 for at_s, _ in self._points)
        if spread <= 0:
            return None
        slope = math.fsum((at_s - middle_s) * (value - mean) for at_s, value in self._points) / spread
        residuals = [value - mean - slope * (at_s - middle_s) for at_s, value in self._points]
        squares = math.fsum(residual**2 for residual in residuals)
        if squares <= 1e-12 * max(1.0, mean**2):
            return Fit(slope, slope, significant=slope != 0)
        likeness = math.fsum(a * b for a, b in itertools.pairwise(residuals)) / squares
        likeness = min(max(likeness, 0.0), 0.95)
        free = max((count * (1 - likeness) / (1 + likeness)) - 2, 1.0)
        error = math.sqrt(squares / free / spread)
        significant = abs(slope) > _student(free) * error
        return Fit(slope if significant else 0.0, slope, significant)


def _centre(points: list[tuple[float, float]]) -> tuple[float, float]:
    return sum(at_s for at_s, _ in points) / len(points), sum(value for _, value in points) / len(points)


def _student(free: float) -> float:
    index = math.floor(free)
    return _T95[index - 1] if index <= len(_T95) else 1.96 + 2.5 / free
