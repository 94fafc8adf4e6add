"""The rate of a counter that is refreshed at somebody else's pace. Pure: time is an argument."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class ChangeRate:
    """A counter with the rate between its two newest changes: between refreshes it stands still and says nothing."""

    value: int = 0
    changed_ns: int = 0
    seen: bool = False
    rate_per_s: float | None = None

    def update(self, value: int, now_ns: int, quiet_ns: float) -> float | None:
        """Takes a new value; a counter that fell (a restart) starts anew, one that stood for long is quiet."""
        if value < self.value or not self.seen:
            self.rate_per_s = None
            self.changed_ns = now_ns
        elif value > self.value:
            if now_ns > self.changed_ns:
                self.rate_per_s = round((value - self.value) * 1e9 / (now_ns - self.changed_ns), 3)
            self.changed_ns = now_ns
        elif now_ns - self.changed_ns > quiet_ns:
            self.rate_per_s = 0.0
        self.value = value
        self.seen = True
        return self.rate_per_s
