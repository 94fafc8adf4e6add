"""The progress of sending to several inputs, as if they were one."""

from __future__ import annotations

from collections.abc import Sequence

from pipegen.hotpath import Pacer


class AllPaces:
    """The progress of sending to all inputs.

    Args:
        pacers: The pacer of each.
    """

    def __init__(self, pacers: Sequence[Pacer]) -> None:
        self._pacers = pacers

    def start(self, start_ns: int, /) -> None:
        """Sets the epoch time of the plans' offset 0."""
        for pacer in self._pacers:
            pacer.start(start_ns)

    @property
    def shard_events(self) -> int:
        """Events to send, of all plans."""
        return sum(pacer.shard_events for pacer in self._pacers)

    @property
    def late_total(self) -> int:
        """Records handed out late."""
        return sum(pacer.late_total for pacer in self._pacers)

    @property
    def skipped_total(self) -> int:
        """Overdue records that were skipped."""
        return sum(pacer.skipped_total for pacer in self._pacers)

    @property
    def exhausted(self) -> bool:
        """Whether every event of every plan has been handed out or skipped."""
        return all(pacer.exhausted for pacer in self._pacers)

    @property
    def stopped(self) -> bool:
        """Whether sending was stopped."""
        return all(pacer.stopped for pacer in self._pacers)
