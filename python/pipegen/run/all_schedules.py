"""The plan of all inputs together, of the plan of each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from pipegen.hotpath import Schedule


def together(schedules: Sequence[Schedule]) -> Schedule:
    """The plan of all inputs."""
    # It has what plans are asked for; the binding's own cannot be made of several.
    return schedules[0] if len(schedules) == 1 else cast("Schedule", _Together(schedules))


class _Together:
    def __init__(self, schedules: Sequence[Schedule]) -> None:
        self._schedules = schedules

    @property
    def total_events(self) -> int:
        return sum(each.total_events for each in self._schedules)

    @property
    def duration_ns(self) -> int:
        return max(each.duration_ns for each in self._schedules)

    def events_before(self, offset_ns: int) -> int:
        return sum(each.events_before(offset_ns) for each in self._schedules)

    def planned_between(self, *, from_ns: int, to_ns: int) -> int:
        return sum(each.planned_between(from_ns=from_ns, to_ns=to_ns) for each in self._schedules)

    def rate_at(self, offset_ns: int) -> float:
        return sum(each.rate_at(offset_ns) for each in self._schedules)
