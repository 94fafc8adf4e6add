"""Whether a figure grows, how fast, and since when. Pure: points carry their time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations
from statistics import median
from typing import Final, TypeVar

T = TypeVar("T")
_SHORTEST_S: Final = 8.0
_MOST_POINTS: Final = 30
_NEAR_BOTTOM_RATIO: Final = 0.02

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Growth:
    """A figure that grows.

    Attributes:
        since_s: When it last was near its lowest; epoch seconds.
        since_start: Whether that is the oldest point there is, so that it may have begun earlier.
        first: Its value then.
        now: Its value now.
        slope_per_s: How fast it grows at present.
    """

    since_s: float
    since_start: bool
    first: float
    now: float
    slope_per_s: float


def find_growth(points: Sequence[Point], *, rate_per_s: float, window_s: float) -> Growth | None:
    """The growth of a backlog, or None while it only fluctuates.

    It grows when, over the window, the median slope (Theil–Sen) is above 2 % of the rate, the rise is worth half a
    second of the rate and at least 50 records, and the newest value is near the largest.

    Args:
        points: Time and value, oldest first.
        rate_per_s: Records per second that go in, to judge how much is much.
        window_s: How far to look back; at least 8 s of it must be there.
    """
    if not points:
        return None
    now_s = points[-1][0]
    window = [point for point in points if now_s - point[0] <= window_s]
    if now_s - window[0][0] < _SHORTEST_S:
        return None
    window = _fewer(window)
    slope = median(
        (late[1] - early[1]) / (late[0] - early[0]) for early, late in combinations(window, 2) if late[0] > early[0]
    )
    first, last = median(value for _, value in window[:3]), median(value for _, value in window[-3:])
    large_enough = last - first >= max(50.0, 0.5 * rate_per_s)
    if slope <= max(1.0, 0.02 * rate_per_s) or not large_enough or last < 0.8 * max(value for _, value in window):
        return None
    return _from_the_bottom(points, slope)


def _from_the_bottom(points: Sequence[Point], slope: float) -> Growth:
    now = points[-1][1]
    lowest = min(value for _, value in points)
    near = lowest + _NEAR_BOTTOM_RATIO * (now - lowest)
    index = max(index for index, (_, value) in enumerate(points) if value <= near)
    return Growth(points[index][0], index == 0, points[index][1], now, slope)


def held_since(items: Sequence[T], holds: Callable[[T], bool]) -> T | None:
    """The oldest of the newest items for which something holds without a gap; None when it does not hold now."""
    found: T | None = None
    for item in reversed(items):
        if not holds(item):
            break
        found = item
    return found


def _fewer(points: Sequence[Point]) -> list[Point]:
    step = -(-len(points) // _MOST_POINTS)
    return [*reversed(list(reversed(points))[::step])]
