"""The slope of a figure over the last minute, by least squares. Pure: time is an argument."""

from __future__ import annotations

from collections import deque
from statistics import linear_regression
from typing import Final

_WINDOW_S: Final = 60.0
_FEWEST: Final = 5
_SHORTEST_S: Final = 5.0


class Trend:
    """Samples of one figure and the slope through them.

    Args:
        window_s: How far back samples count.
    """

    def __init__(self, *, window_s: float = _WINDOW_S) -> None:
        self._window_s = window_s
        self._samples: deque[tuple[float, float]] = deque()

    def add(self, value: float, *, now_s: float) -> None:
        """Takes a sample and drops those that are too old."""
        self._samples.append((now_s, value))
        while self._samples[0][0] < now_s - self._window_s:
            self._samples.popleft()

    def slope_per_s(self) -> float | None:
        """Change per second; None with fewer than 5 samples or over less than 5 s."""
        if len(self._samples) < _FEWEST or self._samples[-1][0] - self._samples[0][0] < _SHORTEST_S:
            return None
        times_s, values = zip(*self._samples, strict=True)
        return linear_regression(times_s, values).slope
