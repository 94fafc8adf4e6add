"""Rate curves: the planned rate at each moment of a phase, and the straight segments that the schedule paces by.

A curved shape becomes so many straight pieces that the rate is off by at most 0.1 % of the difference between the
shape's two levels. Each piece has exactly the area of the curve over it, so that the number of messages is that of the
true curve at every border of a piece. Times are offsets from the start of the phase; rates are messages per second.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, Final, Literal, Protocol, TypeAlias

ShapeKind = Literal["hold", "ramp", "sine", "steps", "spike"]
Segment: TypeAlias = tuple[int, int, float, float]
"""Start, end (ns) and the rates there."""

PIECES: Final = 64
"""Straight pieces of a sine's period, and of a spike's fall."""


class Curve(Protocol):
    """A shape with rates."""

    @property
    def kind(self) -> ShapeKind:
        """Which shape."""

    def rate_at(self, elapsed_ns: int) -> float:
        """The planned rate."""

    def borders(self, length_ns: int) -> Iterator[int]:
        """Where the straight pieces up to ``length_ns`` end."""

    def piece(self, start_ns: int, end_ns: int) -> tuple[float, float]:
        """The rates at both ends of the straight piece between two borders."""

    def sketch(self, length_ns: int, limit: int) -> list[tuple[int, float]]:
        """Points of the curve to draw it with, at most about ``limit`` for a curved one."""


def segments(curve: Curve, length_ns: int) -> Iterator[Segment]:
    """The straight segments of the first ``length_ns`` of a curve."""
    start_ns = 0
    for end_ns in curve.borders(length_ns):
        yield (start_ns, end_ns, *curve.piece(start_ns, end_ns))
        start_ns = end_ns


@dataclass(frozen=True, slots=True)
class RampCurve:
    """A straight line, level when both rates are the same."""

    start_rate_per_s: float
    end_rate_per_s: float
    length_ns: int

    @property
    def kind(self) -> ShapeKind:
        """Hold or ramp."""
        return "hold" if self.start_rate_per_s == self.end_rate_per_s else "ramp"

    def rate_at(self, elapsed_ns: int) -> float:
        """The planned rate."""
        share = elapsed_ns / self.length_ns
        return self.start_rate_per_s + (self.end_rate_per_s - self.start_rate_per_s) * share

    def borders(self, length_ns: int) -> Iterator[int]:
        """One piece is exact."""
        yield length_ns

    def piece(self, start_ns: int, end_ns: int) -> tuple[float, float]:
        """The line itself."""
        return self.rate_at(start_ns), self.rate_at(end_ns)

    def sketch(self, length_ns: int, limit: int) -> list[tuple[int, float]]:
        """Both ends."""
        del limit
        return [(0, self.rate_at(0)), (length_ns, self.rate_at(length_ns))]


@dataclass(frozen=True, slots=True)
class StepsCurve:
    """Stairs of equal length."""

    start_rate_per_s: float
    end_rate_per_s: float
    count: int
    length_ns: int
    kind: ClassVar[ShapeKind] = "steps"

    def rate_at(self, elapsed_ns: int) -> float:
        """The planned rate."""
        # The rounded-up inverse of the borders below: a border belongs to the stair that begins there.
        stair = min(((elapsed_ns + 1) * self.count - 1) // self.length_ns, self.count - 1)
        share = stair / (self.count - 1)
        # Weighted, not added up: the last stair is the end rate itself, and none falls below zero by rounding.
        return self.start_rate_per_s * (1 - share) + self.end_rate_per_s * share

    def borders(self, length_ns: int) -> Iterator[int]:
        """Where the stairs end."""
        for stair in range(1, self.count):
            border_ns = self.length_ns * stair // self.count
            if border_ns >= length_ns:
                break
            yield border_ns
        yield length_ns

    def piece(self, start_ns: int, end_ns: int) -> tuple[float, float]:
        """One stair."""
        rate = self.rate_at((start_ns + end_ns) // 2)
        return rate, rate

    def sketch(self, length_ns: int, limit: int) -> list[tuple[int, float]]:
        """Both edges of each stair."""
        del limit
        return [point for a, b, rate, _ in segments(self, length_ns) for point in ((a, rate), (b, rate))]


@dataclass(frozen=True, slots=True)
class SineCurve:
    """A wave that begins at one rate and reaches the other after half a period."""

    start_rate_per_s: float
    end_rate_per_s: float
    period_ns: int
    kind: ClassVar[ShapeKind] = "sine"

    def rate_at(self, elapsed_ns: int) -> float:
        """The planned rate."""
        middle, swing = self._middle_and_swing()
        return middle - swing * math.cos(2 * math.pi * (elapsed_ns % self.period_ns) / self.period_ns)

    def borders(self, length_ns: int) -> Iterator[int]:
        """So many pieces a period."""
        number = 1
        while (border_ns := self.period_ns * number // PIECES) < length_ns:
            yield border_ns
            number += 1
        yield length_ns

    def piece(self, start_ns: int, end_ns: int) -> tuple[float, float]:
        """A chord with the wave's area."""
        middle, swing = self._middle_and_swing()
        half = math.pi * (end_ns - start_ns) / self.period_ns
        centre = math.pi * ((start_ns + end_ns) % (2 * self.period_ns)) / self.period_ns
        return _chord(self, start_ns, end_ns, middle - swing * math.cos(centre) * math.sin(half) / half)

    def sketch(self, length_ns: int, limit: int) -> list[tuple[int, float]]:
        """Points a fraction of a period apart; of more waves than can be drawn, crests and troughs of some."""
        periods = length_ns / self.period_ns
        fractions = next((each for each in (16, 8, 4) if periods * each <= limit), 2)
        # An odd stride keeps crests and troughs alternating.
        stride = max(1, math.ceil(periods * fractions / limit)) | 1 if fractions == 2 else 1
        points = []
        number = 0
        while (elapsed_ns := self.period_ns * number // fractions) < length_ns:
            points.append((elapsed_ns, self.rate_at(elapsed_ns)))
            number += stride
        return [*points, (length_ns, self.rate_at(length_ns))]

    def _middle_and_swing(self) -> tuple[float, float]:
        return (self.start_rate_per_s + self.end_rate_per_s) / 2, (self.end_rate_per_s - self.start_rate_per_s) / 2


@dataclass(frozen=True, slots=True)
class SpikeCurve:
    """A jump that decays exponentially: after each ``decay_ns`` 37 % (1/e) of what was left is left."""

    start_rate_per_s: float
    end_rate_per_s: float
    decay_ns: int
    kind: ClassVar[ShapeKind] = "spike"

    def rate_at(self, elapsed_ns: int) -> float:
        """The planned rate."""
        height = self.start_rate_per_s - self.end_rate_per_s
        return self.end_rate_per_s + height * math.exp(-elapsed_ns / self.decay_ns)

    def borders(self, length_ns: int) -> Iterator[int]:
        """Short pieces where the fall is steep, longer ones later; all are equally exact."""
        reached_ns = 0
        for number in range(1, PIECES):
            border_ns = round(-2 * self.decay_ns * math.log1p(-number / PIECES))
            if border_ns >= length_ns:
                break
            if border_ns > reached_ns:
                yield border_ns
                reached_ns = border_ns
        yield length_ns

    def piece(self, start_ns: int, end_ns: int) -> tuple[float, float]:
        """A chord with the area of the fall."""
        span = (end_ns - start_ns) / self.decay_ns
        height = (self.start_rate_per_s - self.end_rate_per_s) * math.exp(-start_ns / self.decay_ns)
        return _chord(self, start_ns, end_ns, self.end_rate_per_s - height * math.expm1(-span) / span)

    def sketch(self, length_ns: int, limit: int) -> list[tuple[int, float]]:
        """Some of the borders."""
        ends = [0, *self.borders(length_ns)]
        every = max(PIECES // 16, math.ceil(len(ends) / limit))
        return [(elapsed_ns, self.rate_at(elapsed_ns)) for elapsed_ns in [*ends[:-1:every], ends[-1]]]


def _chord(curve: SineCurve | SpikeCurve, start_ns: int, end_ns: int, mean: float) -> tuple[float, float]:
    """The rates of a straight piece: parallel to the chord, with the curve's mean, never beyond the curve's levels."""
    start, end = curve.rate_at(start_ns), curve.rate_at(end_ns)
    shift = mean - (start + end) / 2
    start, end = start + shift, end + shift
    low, high = sorted((curve.start_rate_per_s, curve.end_rate_per_s))
    if not low <= start <= high:
        start = min(max(start, low), high)
        end = 2 * mean - start
    elif not low <= end <= high:
        end = min(max(end, low), high)
        start = 2 * mean - end
    return min(max(start, low), high), min(max(end, low), high)
