"""The two interfaces behind which one sender and several look alike: how far sending is, and what was measured."""

from __future__ import annotations

from typing import Protocol

from pipegen.hotpath import HistogramSnapshot, Totals
from pipegen.snapshot.stages import StageName


class MeterView(Protocol):
    """Counters and histograms of a run, of one process or of several."""

    def start(self, start_ns: int) -> None:
        """Sets where second 0 begins."""

    def totals(self) -> Totals:
        """All totals now."""

    def histogram(self, name: StageName) -> HistogramSnapshot:
        """The cumulative histogram of a latency."""

    def sent_per_second(self) -> list[int]:
        """Records sent in each second since the start."""


class Pace(Protocol):
    """How far sending is."""

    @property
    def shard_events(self) -> int:
        """Events of the plan that are to be sent."""

    @property
    def late_total(self) -> int:
        """Records handed out more than 10 ms after they were due."""

    @property
    def skipped_total(self) -> int:
        """Overdue records left out."""

    @property
    def exhausted(self) -> bool:
        """Whether every event has been handed out or skipped."""

    @property
    def stopped(self) -> bool:
        """Whether sending was stopped."""

    def start(self, start_ns: int, /) -> None:
        """Sets when the plan's offset 0 is, as epoch time."""


class SendLoop(Protocol):
    """What sends, once started."""

    @property
    def cpu_s(self) -> float | None:
        """CPU seconds of sending; None until it has ended."""

    def start(self) -> None:
        """Begins."""

    def stop(self) -> None:
        """Sends nothing more; records under way are still waited for."""

    def abandon(self) -> None:
        """Gives up on records under way: they count as failed."""

    def is_alive(self) -> bool:
        """Whether anything is still to be sent or waited for."""

    def join(self, timeout: float | None = None) -> None:
        """Waits until nothing is."""
