"""Burrow's verdict on a consumer group, without a lag threshold. Pure: time is an argument.

Offsets are polled, so a commit of an unchanged offset cannot be seen. An offset that stands still while there is lag is
therefore *stalled* when the group has members and *stopped* when it has none. It must stand still for longer than the
group's own rhythm, and the lag must have been there for as long, so that a slow topic is not called stopped.
"""

from __future__ import annotations

import itertools
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from pipegen.snapshot.kafka import GroupVerdict

_COMMITS: Final = 10
_FEWEST_COMMITS: Final = 5
_ORDER: Final[tuple[GroupVerdict, ...]] = ("ok", "warning", "stalled", "rewound", "stopped")


@dataclass(frozen=True, slots=True)
class _Commit:
    at_s: float
    offset: int
    lag: int


class PartitionJudge:
    """Remembers the last ten commits of one partition and judges them.

    Args:
        shortest_window_s: Standing still for less is never an error; for Flink a few checkpoint intervals.
    """

    def __init__(self, *, shortest_window_s: float = 10.0) -> None:
        self.shortest_window_s = shortest_window_s
        self._commits: deque[_Commit] = deque(maxlen=_COMMITS)
        self._behind_since_s: float | None = None
        self._now_s = 0.0
        self._lag = 0

    def see(self, *, now_s: float, committed: int, lag: int) -> None:
        """Takes one look: the committed offset, and the records between it and the end read just after it."""
        self._now_s = now_s
        self._lag = lag
        if self._lag == 0:
            self._behind_since_s = None
        elif self._behind_since_s is None:
            self._behind_since_s = now_s
        if not self._commits or self._commits[-1].offset != committed:
            self._commits.append(_Commit(now_s, committed, self._lag))
        elif self._lag == 0:
            # The lag was zero at some time since the commit: that is what the rules ask for.
            self._commits[-1] = _Commit(self._commits[-1].at_s, committed, 0)

    def verdict(self, *, has_members: bool) -> GroupVerdict:
        """The verdict on what was seen so far."""
        if self._lag == 0 or not self._commits or self._behind_since_s is None:
            return "ok"
        if self._rewound():
            return "rewound"
        still_s = self._now_s - max(self._commits[-1].at_s, self._behind_since_s)
        if still_s > self.window_s:
            return "stalled" if has_members else "stopped"
        if self._never_fell():
            return "warning"
        return "ok"

    @property
    def window_s(self) -> float:
        """The time from the first to the last remembered commit, or the shortest window where that is longer."""
        spanned_s = self._commits[-1].at_s - self._commits[0].at_s if self._commits else 0.0
        return max(self.shortest_window_s, spanned_s)

    def _rewound(self) -> bool:
        """Whether the newest commit but one was further on; forgiven once the group is past that place again."""
        furthest = max(commit.offset for commit in self._commits)
        return self._commits[-1].offset < furthest

    def _never_fell(self) -> bool:
        lags = [commit.lag for commit in self._commits]
        if len(lags) < _FEWEST_COMMITS or 0 in lags:
            return False
        rising = all(later >= earlier for earlier, later in itertools.pairwise(lags))
        return rising and lags[-1] > lags[0]


def worst(verdicts: Iterable[GroupVerdict]) -> GroupVerdict | None:
    """The verdict on a group: that of its worst partition; None without partitions."""
    return max(verdicts, key=_ORDER.index, default=None)
