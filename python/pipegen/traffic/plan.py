"""The plan of a run: which rate is meant at which offset, without gaps, from a traffic pattern and a base rate."""

from __future__ import annotations

import bisect
import itertools
import math
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from pipegen.errors import PatternError
from pipegen.traffic.grammar import Level, Window, parse_windows
from pipegen.units import NS_PER_S, format_duration

MAX_RATE_PER_S: Final = 10_000_000.0
"""The highest rate the schedule can pace (``schedule.rs``)."""
STEADY: Final = "steady"


@dataclass(frozen=True, slots=True)
class Phase:
    """A stretch of the run with one planned rate, or one linear ramp.

    Attributes:
        name: ``steady`` at the base rate, ``peak1``, ``peak2``… for the windows of the pattern in order of time.
        start_ns: Offset from the start of the run, inclusive.
        end_ns: Offset from the start of the run, exclusive.
        start_rate_per_s: Messages per second at ``start_ns``.
        end_rate_per_s: Messages per second just before ``end_ns``.
        percent: As written, when the window is one constant percentage of the base rate; 100 for ``steady``.
    """

    name: str
    start_ns: int
    end_ns: int
    start_rate_per_s: float
    end_rate_per_s: float
    percent: float | None = None

    def area(self) -> Fraction:
        """Messages planned in this phase, exactly."""
        rates = Fraction(self.start_rate_per_s) + Fraction(self.end_rate_per_s)
        return rates / 2 * Fraction(self.end_ns - self.start_ns, NS_PER_S)

    def rate_at(self, offset_ns: int) -> float:
        """Messages per second planned at an offset inside the phase."""
        share = (offset_ns - self.start_ns) / (self.end_ns - self.start_ns)
        return self.start_rate_per_s + (self.end_rate_per_s - self.start_rate_per_s) * share


@dataclass(frozen=True, slots=True)
class TrafficPlan:
    """The phases of a run, contiguous from 0 to its duration."""

    phases: tuple[Phase, ...]
    base_rate_per_s: float
    pattern: str | None = None

    @property
    def duration_ns(self) -> int:
        """How long the run sends."""
        return self.phases[-1].end_ns

    def segments(self) -> list[tuple[int, int, float, float]]:
        """Start, end (ns) and the rates there (per second), as the pacing schedule takes them."""
        return [(phase.start_ns, phase.end_ns, phase.start_rate_per_s, phase.end_rate_per_s) for phase in self.phases]

    def phase_at(self, offset_ns: int) -> Phase:
        """The phase in force; before the start the first, after the end the last."""
        index = bisect.bisect_right(self.phases, offset_ns, key=lambda phase: phase.start_ns) - 1
        return self.phases[max(index, 0)]

    def planned_total(self) -> int:
        """Messages planned in all: the area under the curve to the nearest whole number, a half rounding down."""
        area = sum((phase.area() for phase in self.phases), Fraction(0))
        return math.ceil(area - Fraction(1, 2))


def parse_pattern(pattern: str | None, *, base_rate_per_s: float, duration_ns: int) -> TrafficPlan:
    """The plan of a pattern like ``"2m-4m:400%,6m-8m:300%"``; without one the base rate throughout.

    Raises:
        PatternError: at the character where the pattern is malformed, overlaps, or leaves the duration.
    """
    text = pattern if pattern is not None and pattern.strip() else None
    if not (math.isfinite(base_rate_per_s) and 0 < base_rate_per_s <= MAX_RATE_PER_S):
        raise PatternError(
            f"the base rate is {base_rate_per_s:g} messages per second; it must be above 0 and at most "
            f"{MAX_RATE_PER_S:,.0f}",
            pattern=text or "",
            position=0,
            remedy="Set --message-rate to messages per second, like 100.",
        )
    if duration_ns <= 0:
        raise PatternError("the duration must be above 0", pattern=text or "", position=0, remedy="Set --duration.")
    windows = _ordered(text, parse_windows(text), duration_ns) if text is not None else []
    phases: list[Phase] = []
    reached_ns = 0

    def steady_until(end_ns: int) -> None:
        if end_ns > reached_ns:
            phases.append(Phase(STEADY, reached_ns, end_ns, base_rate_per_s, base_rate_per_s, 100.0))

    for number, window in enumerate(windows, start=1):
        steady_until(window.start_ns)
        phases.append(_peak(f"peak{number}", window, base_rate_per_s, text or ""))
        reached_ns = window.end_ns
    steady_until(duration_ns)
    return TrafficPlan(tuple(phases), base_rate_per_s, text)


def _ordered(pattern: str, windows: list[Window], duration_ns: int) -> list[Window]:
    for window in windows:
        if window.end_ns > duration_ns:
            raise PatternError(
                f"the window ends at {format_duration(window.end_ns)}, after the run, which lasts "
                f"{format_duration(duration_ns)}",
                pattern=pattern,
                position=window.end_position,
                remedy="End the window earlier or raise --duration.",
            )
    ordered = sorted(windows, key=lambda window: window.start_ns)
    for earlier, later in itertools.pairwise(ordered):
        if later.start_ns < earlier.end_ns:
            culprit = max(earlier, later, key=lambda window: window.start_position)
            other = later if culprit is earlier else earlier
            raise PatternError(
                f"the window overlaps the one from {format_duration(other.start_ns)} to "
                f"{format_duration(other.end_ns)}",
                pattern=pattern,
                position=culprit.start_position,
                remedy="Windows may touch but not overlap.",
            )
    return ordered


def _peak(name: str, window: Window, base_rate_per_s: float, pattern: str) -> Phase:
    start, end = (_rate_per_s(level, base_rate_per_s, pattern) for level in (window.start_level, window.end_level))
    constant_percent = window.start_level.kind == "percent" and window.end_level is window.start_level
    percent = window.start_level.value if constant_percent else None
    return Phase(name, window.start_ns, window.end_ns, start, end, percent)


def _rate_per_s(level: Level, base_rate_per_s: float, pattern: str) -> float:
    rate = base_rate_per_s * level.value / 100 if level.kind == "percent" else level.value
    if rate > MAX_RATE_PER_S:
        raise PatternError(
            f"{rate:,.0f} messages per second is above the highest rate, {MAX_RATE_PER_S:,.0f}",
            pattern=pattern,
            position=level.position,
        )
    return rate
