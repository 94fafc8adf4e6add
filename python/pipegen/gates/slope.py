"""The slope of a figure by least squares, and whether it can be told from level. Pure; memory is bounded.

A lag that is level still wobbles, so its raw slope is never exactly 0. It counts as 0 where a confidence interval of
95 % holds 0; neighbouring samples resemble each other, so the number of independent ones is reduced by that.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from statistics import linear_regression, variance
from typing import Final

from pipegen.student import t95

_FEWEST: Final = 5
_MOST: Final = 600


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
        # From the first sample on: times since 1970 would cost the residuals their digits.
        begin_s = self._points[0][0]
        times_s = [at_s - begin_s for at_s, _ in self._points]
        values = [value for _, value in self._points]
        if not times_s[-1]:
            return None
        slope, start = linear_regression(times_s, values)
        residuals = [value - start - slope * at_s for at_s, value in zip(times_s, values, strict=True)]
        squares = math.fsum(residual**2 for residual in residuals)
        if not squares:
            return Fit(slope, slope, significant=slope != 0)
        likeness = math.fsum(a * b for a, b in itertools.pairwise(residuals)) / squares
        likeness = min(max(likeness, 0.0), 0.95)
        free = max((count * (1 - likeness) / (1 + likeness)) - 2, 1.0)
        error = math.sqrt(squares / free / (variance(times_s) * (count - 1)))
        significant = abs(slope) > t95(free) * error
        return Fit(slope if significant else 0.0, slope, significant)


def _centre(points: list[tuple[float, float]]) -> tuple[float, float]:
    return sum(at_s for at_s, _ in points) / len(points), sum(value for _, value in points) / len(points)
