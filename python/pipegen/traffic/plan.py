"""The plan of a run: which rate is meant at which offset, without gaps, from windows and a base rate."""

from __future__ import annotations

import bisect
import itertools
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Final

from pipegen.traffic import curves
from pipegen.traffic.curves import Curve, RampCurve, Segment, ShapeKind, SineCurve, SpikeCurve, StepsCurve
from pipegen.traffic.grammar import parse_windows
from pipegen.traffic.window import Level, Place, Ramp, Shape, Sine, Spike, Steps, Window
from pipegen.units import NS_PER_S, format_count, format_duration

MAX_RATE_PER_S: Final = 10_000_000.0
"""The highest rate the schedule can pace (``schedule.rs``)."""
MAX_PHASES: Final = 400
"""Every snapshot carries all of them."""
MAX_WAVES: Final = 4_000
"""Periods of all sines together: each takes 64 segments."""
STEADY: Final = "steady"


@dataclass(frozen=True, slots=True)
class Phase:
    """A stretch of the run with one shape.

    Attributes:
        name: ``steady`` at the base rate; else the window's name, by default ``peak1``, ``peak2``… in order of time.
            The turns of a repetition share it.
        start_ns: Offset from the start of the run, inclusive.
        end_ns: Offset from the start of the run, exclusive.
        curve: The planned rate, from the start of the phase.
        percent: As written, when the phase is one constant percentage of the base rate; 100 for ``steady``.
    """

    name: str
    start_ns: int
    end_ns: int
    curve: Curve
    percent: float | None = None

    @property
    def shape(self) -> ShapeKind:
        """Which shape it has."""
        return self.curve.kind

    @property
    def start_rate_per_s(self) -> float:
        """Messages per second at ``start_ns``."""
        return self.curve.rate_at(0)

    @property
    def end_rate_per_s(self) -> float:
        """Messages per second just before ``end_ns``."""
        return self.sketch(8)[-1][1]

    def rate_at(self, offset_ns: int) -> float:
        """Messages per second planned at an offset inside the phase."""
        return self.curve.rate_at(offset_ns - self.start_ns)

    def segments(self) -> Iterator[Segment]:
        """The straight segments that the schedule paces by, as offsets from the start of the run."""
        for start_ns, end_ns, start, end in curves.segments(self.curve, self.end_ns - self.start_ns):
            yield self.start_ns + start_ns, self.start_ns + end_ns, start, end

    def sketch(self, limit: int) -> list[tuple[int, float]]:
        """Offsets from the start of the run and the planned rates there, to draw the phase with straight lines."""
        return [(self.start_ns + at_ns, rate) for at_ns, rate in self.curve.sketch(self.end_ns - self.start_ns, limit)]

    def area(self) -> Fraction:
        """Messages planned in this phase: exact for straight shapes, to a billionth of a message for curved ones."""
        areas = map(_area, self.segments())
        if self.shape in {"sine", "spike"}:
            return Fraction(math.fsum(areas))
        return sum(areas, Fraction(0))


@dataclass(frozen=True, slots=True)
class TrafficPlan:
    """When a run sends, as its phases say.

    Attributes:
        phases: Contiguous from 0 to the duration.
        base_rate_per_s: The rate between the windows.
        pattern: The pattern as written; None without one.
        order: Event → number of its record, where records are not sent one after the other.
    """

    phases: tuple[Phase, ...]
    base_rate_per_s: float
    pattern: str | None = None
    order: Sequence[int] | None = field(default=None, hash=False, compare=False, repr=False)

    @property
    def duration_ns(self) -> int:
        """How long the run sends."""
        return self.phases[-1].end_ns

    def segments(self) -> Sequence[Segment]:
        """Start, end (ns) and the rates there (per second), as the pacing schedule takes them."""
        return self.drawn_segments()

    def drawn_segments(self) -> list[Segment]:
        """The same as straight lines of the phases, to draw the plan."""
        return [segment for phase in self.phases for segment in phase.segments()]

    def rate_at(self, offset_ns: int) -> float:
        """Messages per second planned at an offset from the start of the run; 0 outside of it."""
        return self.phase_at(offset_ns).rate_at(offset_ns) if 0 <= offset_ns < self.duration_ns else 0.0

    def phase_at(self, offset_ns: int) -> Phase:
        """The phase in force; before the start the first, after the end the last."""
        index = bisect.bisect_right(self.phases, offset_ns, key=lambda phase: phase.start_ns) - 1
        return self.phases[max(index, 0)]

    def planned_counts(self) -> list[int]:
        """Messages planned in each phase, with even arrivals; fractions carry over, so they add up to the total."""
        reached = [0, *map(_whole, itertools.accumulate(phase.area() for phase in self.phases))]
        return [after - before for before, after in itertools.pairwise(reached)]

    def planned_total(self) -> int:
        """Messages planned in all: the area under the curve to the nearest whole number, a half rounding down."""
        return sum(self.planned_counts())


def parse_pattern(pattern: str | None, *, base_rate_per_s: float, duration_ns: int) -> TrafficPlan:
    """The plan of a pattern like ``"2m-4m:400%,6m-8m:300%"``; without one the base rate throughout.

    Raises:
        PatternError: at the character where the pattern is malformed, overlaps, or leaves the duration.
    """
    text = pattern if pattern is not None and pattern.strip() else None
    windows = parse_windows(text) if text is not None else []
    return plan_of(windows, base_rate_per_s=base_rate_per_s, duration_ns=duration_ns, pattern=text)


def plan_of(
    windows: Sequence[Window], *, base_rate_per_s: float, duration_ns: int, pattern: str | None = None
) -> TrafficPlan:
    """The plan of windows, in any order.

    Raises:
        PatternError: at the part that does not go with the others, the base rate or the duration.
    """
    start = Place(pattern or "", 0)
    if not (math.isfinite(base_rate_per_s) and 0 < base_rate_per_s <= MAX_RATE_PER_S):
        raise start.error(
            f"the base rate is {base_rate_per_s:g} messages per second; it must be above 0 and at most "
            f"{MAX_RATE_PER_S:,.0f}",
            remedy="Set --message-rate to messages per second, like 100.",
        )
    if duration_ns <= 0:
        raise start.error("the duration must be above 0", remedy="Set --duration.")
    phases: list[Phase] = []
    waves = 0.0
    for window, name in _named(_ordered(windows, duration_ns)):
        for phase in _turns(window, name, base_rate_per_s):
            if phase.start_ns > (reached_ns := phases[-1].end_ns if phases else 0):
                phases.append(_steady(reached_ns, phase.start_ns, base_rate_per_s))
            phases.append(phase)
            if isinstance(phase.curve, SineCurve):
                waves += (phase.end_ns - phase.start_ns) / phase.curve.period_ns
        if waves > MAX_WAVES:
            raise window.shape_place.error(
                f"{format_count(math.ceil(waves))} periods are more than a plan can have, {format_count(MAX_WAVES)}",
                remedy="Make the period longer or the window shorter.",
            )
        if len(phases) > MAX_PHASES:
            raise (window.repeat.place if window.repeat else window.start_place).error(
                f"that makes more than {MAX_PHASES} phases", remedy="Repeat less often, or use fewer windows."
            )
    if (reached_ns := phases[-1].end_ns if phases else 0) < duration_ns:
        phases.append(_steady(reached_ns, duration_ns, base_rate_per_s))
    return TrafficPlan(tuple(phases), base_rate_per_s, pattern)


def _ordered(windows: Sequence[Window], duration_ns: int) -> list[Window]:
    for window in windows:
        if window.end_ns > duration_ns:
            raise window.end_place.error(
                f"the window ends at {format_duration(window.end_ns)}, after the run, which lasts "
                f"{format_duration(duration_ns)}",
                remedy="End the window earlier or raise --duration.",
            )
    ordered = sorted(enumerate(windows), key=lambda numbered: numbered[1].start_ns)
    for earlier, later in itertools.pairwise(ordered):
        if later[1].start_ns < earlier[1].end_ns:
            (_, other), (_, culprit) = sorted((earlier, later), key=lambda numbered: numbered[0])
            raise culprit.start_place.error(
                f"the window overlaps the one from {format_duration(other.start_ns)} to "
                f"{format_duration(other.end_ns)}",
                remedy="Windows may touch but not overlap.",
            )
    return [window for _, window in ordered]


def _named(windows: Sequence[Window]) -> Iterator[tuple[Window, str]]:
    numbers = itertools.count(1)
    names = [window.name or f"peak{next(numbers)}" for window in windows]
    for window, name in zip(windows, names, strict=True):
        if names.count(name) > 1 and window.name_place is not None:
            raise window.name_place.error(
                f"two phases are called {name}",
                remedy="Give each phase its own name; those without one are called peak1, peak2… in order of time.",
            )
        yield window, name


def _turns(window: Window, name: str, base_rate_per_s: float) -> Iterator[Phase]:
    """The phases of a window: one, or one for each turn of its repetition; the window's end cuts the last one short."""
    repeat = window.repeat
    length_ns = repeat.for_ns if repeat else window.end_ns - window.start_ns
    every_ns = repeat.every_ns if repeat else length_ns
    curve = _curve(window.shape, length_ns, base_rate_per_s)
    shape = window.shape
    constant = isinstance(shape, Ramp) and shape.start is shape.end and shape.start.kind == "percent"
    starts_ns = range(window.start_ns, window.end_ns, every_ns)
    for start_ns in itertools.islice(starts_ns, MAX_PHASES + 1):
        end_ns = min(start_ns + length_ns, window.end_ns)
        yield Phase(name, start_ns, end_ns, curve, shape.start.value if constant else None)


def _curve(shape: Shape, length_ns: int, base_rate_per_s: float) -> Curve:
    start, end = (_rate_per_s(level, base_rate_per_s) for level in (shape.start, shape.end))
    match shape:
        case Ramp():
            return RampCurve(start, end, length_ns)
        case Sine():
            return SineCurve(start, end, shape.period_ns)
        case Spike():
            return SpikeCurve(start, end, shape.decay_ns)
        case Steps():
            if shape.count > length_ns:
                raise shape.start.place.error(
                    f"{shape.count} stairs do not fit into {format_duration(length_ns)}",
                    remedy="Use fewer stairs or a longer window.",
                )
            return StepsCurve(start, end, shape.count, length_ns)


def _steady(start_ns: int, end_ns: int, rate_per_s: float) -> Phase:
    return Phase(STEADY, start_ns, end_ns, RampCurve(rate_per_s, rate_per_s, end_ns - start_ns), 100.0)


def _rate_per_s(level: Level, base_rate_per_s: float) -> float:
    rate = base_rate_per_s * level.value / 100 if level.kind == "percent" else level.value
    if rate > MAX_RATE_PER_S:
        raise level.place.error(
            f"{rate:,.0f} messages per second is above the highest rate, {MAX_RATE_PER_S:,.0f}",
            remedy="Lower the level or the base rate.",
        )
    return rate


def _area(segment: Segment) -> Fraction:
    start_ns, end_ns, start, end = segment
    return (Fraction(start) + Fraction(end)) / 2 * Fraction(end_ns - start_ns, NS_PER_S)


def _whole(area: Fraction) -> int:
    return math.ceil(area - Fraction(1, 2))
