"""The search for the highest rate that a pipeline sustains: which rate to try next, and what the trials so far say.

Doubles until a rate is not sustained, halves the gap until it is narrow, and tries the last sustained rate again. Knows
nothing of pipelines: each trial is told to it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, Literal

LimitedBy = Literal["pipeline", "generator", "maximum"]
TrialOutcome = Literal["sustained", "not_sustained", "invalid"]

_LOWEST_SHARE: Final = 1 / 64
_DIGITS: Final = 3


@dataclass(frozen=True, slots=True)
class CapacityRange:
    """The answer.

    Attributes:
        sustained_per_s: Highest rate that was sustained twice; None when none was.
        not_sustained_per_s: Lowest rate above it that was not; None when none was tried.
        limited_by: What the upper end is: the pipeline, PipeGen itself, or the highest rate that was to be tried.
    """

    sustained_per_s: float | None
    not_sustained_per_s: float | None
    limited_by: LimitedBy


@dataclass(slots=True)
class CapacitySearch:
    """One search.

    Args:
        start_per_s: The first rate.
        max_per_s: No rate above it is tried.
        precision_ratio: How narrow the range has to become, as a share of its lower end.
    """

    start_per_s: float
    max_per_s: float
    precision_ratio: float
    _sustained: list[float] = field(default_factory=list)
    _refused: dict[float, TrialOutcome] = field(default_factory=dict)
    _confirmed: float | None = None

    def next_rate(self) -> float | None:
        """The rate to try; None when the search is over."""
        good, bad = self._good(), self._bad()
        if good is None:
            if bad is None:
                return min(self.start_per_s, self.max_per_s)
            lower = _rounded(bad / 2)
            return lower if bad > self.start_per_s * _LOWEST_SHARE else None
        if self._confirmed == good:
            return None
        if bad is None:
            return good if good >= self.max_per_s else min(_rounded(good * 2), self.max_per_s)
        middle = _rounded((good + bad) / 2)
        narrow = (bad - good) / good <= self.precision_ratio
        return good if narrow or not good < middle < bad else middle

    def tell(self, rate_per_s: float, outcome: TrialOutcome) -> None:
        """How the trial of a rate ended. A rate that is sustained once and not again is not sustained."""
        if outcome != "sustained":
            self._refused[rate_per_s] = outcome
        elif rate_per_s in self._sustained:
            self._confirmed = rate_per_s
        else:
            self._sustained.append(rate_per_s)

    def answer(self) -> CapacityRange:
        """What is known by now."""
        good, bad = self._good(), self._bad()
        if bad is None:
            return CapacityRange(self._confirmed, None, "maximum")
        limited_by: LimitedBy = "generator" if self._refused[bad] == "invalid" else "pipeline"
        return CapacityRange(good if self._confirmed == good else None, bad, limited_by)

    def _bad(self) -> float | None:
        return min(self._refused, default=None)

    def _good(self) -> float | None:
        bad = self._bad()
        return max((rate for rate in self._sustained if bad is None or rate < bad), default=None)


def _rounded(rate: float) -> float:
    """To three figures: nobody asks for 1 171.875 messages a second."""
    return float(f"{rate:.{_DIGITS}g}")
