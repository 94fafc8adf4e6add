"""How many errors of each category came in which stretch of time: a bounded past. Time is an argument."""

from __future__ import annotations

from collections import Counter, deque
from typing import Final, get_args

from pipegen.snapshot import CategoryTrend, ErrorTrends
from pipegen.snapshot.run import Category

INTERVAL_S: Final = 10
INTERVALS: Final = 60
CATEGORIES: Final[tuple[Category, ...]] = get_args(Category)


class Trends:
    """Counts per category and interval; the last ten minutes, and the totals. Not safe for threads by itself."""

    def __init__(self) -> None:
        self._totals: Counter[Category] = Counter()
        self._intervals: deque[Counter[Category]] = deque([Counter()], maxlen=INTERVALS)
        self._newest: int | None = None

    def add(self, category: Category, count: int, *, now_s: float) -> None:
        """Counts errors of a category now."""
        self._advance(now_s)
        self._totals[category] += count
        self._intervals[-1][category] += count

    def view(self, *, now_s: float) -> ErrorTrends:
        """The counts as the contract shows them; the last one is still growing."""
        self._advance(now_s)
        return ErrorTrends(
            interval_s=INTERVAL_S,
            **{
                category: CategoryTrend(
                    total=self._totals[category], counts=[interval[category] for interval in self._intervals]
                )
                for category in CATEGORIES
            },
        )

    def _advance(self, now_s: float) -> None:
        interval = int(now_s // INTERVAL_S)
        if self._newest is not None:
            # A clock that is set back keeps counting into the newest interval.
            for _ in range(min(max(0, interval - self._newest), INTERVALS)):
                self._intervals.append(Counter())
        self._newest = interval if self._newest is None else max(interval, self._newest)
