"""Plans that are paced exactly: given due times instead of a rate curve, or a curve cut where a file ends. Pure."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, overload

from pipegen.traffic import TrafficPlan
from pipegen.traffic.curves import Segment
from pipegen.units import NS_PER_S

CLOSEST_NS: Final = 100
"""Events of the same time follow each other so closely: the schedule's highest rate."""


@dataclass(frozen=True, slots=True)
class RowPlan(TrafficPlan):
    """A plan paced by segments of its own; its phases only draw it.

    Attributes:
        exact: The segments.
    """

    exact: Sequence[Segment] = field(default=(), hash=False, compare=False, repr=False)

    def segments(self) -> Sequence[Segment]:
        """The exact ones."""
        return self.exact


class DueSegments(Sequence[Segment]):
    """Segments for given due times, made as they are asked for."""

    def __init__(self, dues: array[int]) -> None:
        self._dues = dues

    @property
    def end_ns(self) -> int:
        """Just after the last event."""
        return self._dues[-1] + CLOSEST_NS

    def __len__(self) -> int:
        return len(self._dues) + 1

    @overload
    def __getitem__(self, index: int) -> Segment: ...
    @overload
    def __getitem__(self, index: slice) -> list[Segment]: ...
    def __getitem__(self, index: int | slice) -> Segment | list[Segment]:
        if isinstance(index, slice):
            return [self[each] for each in range(*index.indices(len(self)))]
        if not 0 <= index < len(self):
            raise IndexError(index)
        start_ns = self._dues[index - 1] if index else 0
        end_ns = self._dues[index] if index < len(self._dues) else self.end_ns
        # Half an event lies before the first and after the last due time.
        events = 1.0 if 0 < index < len(self._dues) else 0.5
        rate = events * NS_PER_S / (end_ns - start_ns)
        return start_ns, end_ns, rate, rate
