"""A traffic pattern as written: windows, shapes and levels, each knowing where it stands. Computes nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from pipegen.errors import PatternError


@dataclass(frozen=True, slots=True)
class Place:
    """A character of a text that the user wrote.

    Attributes:
        text: The text.
        position: Index of the character.
        where: Which text it is, for a person: the pattern, or file, line and key.
    """

    text: str
    position: int
    where: str = "traffic pattern"

    def error(self, reason: str, *, remedy: str | None = None) -> PatternError:
        """The error that points at this character."""
        return PatternError(reason, pattern=self.text, position=self.position, where=self.where, remedy=remedy)


@dataclass(frozen=True, slots=True)
class Level:
    """A rate: a percentage of the base rate, or messages per second."""

    value: float
    kind: Literal["percent", "per_s"]
    place: Place


@dataclass(frozen=True, slots=True)
class Ramp:
    """``400%`` or ``100%..400%``: from one level to the other in a straight line; the same level twice is a step."""

    start: Level
    end: Level


@dataclass(frozen=True, slots=True)
class Sine:
    """``sine(100%..300%,period=1m)``: begins at the first level and is at the second after half a period."""

    start: Level
    end: Level
    period_ns: int


@dataclass(frozen=True, slots=True)
class Steps:
    """``steps(100%..500%,count=5)``: so many stairs of equal length, the first and the last at these levels."""

    start: Level
    end: Level
    count: int


@dataclass(frozen=True, slots=True)
class Spike:
    """``spike(800%,decay=20s)``: jumps to the first level and falls exponentially towards the second."""

    start: Level
    end: Level
    decay_ns: int


Shape: TypeAlias = Ramp | Sine | Steps | Spike


@dataclass(frozen=True, slots=True)
class Repeat:
    """``repeat(every=2m,for=20s)``: the shape again and again, at the base rate between."""

    every_ns: int
    for_ns: int
    place: Place


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of the run and its shape."""

    start_ns: int
    end_ns: int
    shape: Shape
    shape_place: Place
    start_place: Place
    end_place: Place
    repeat: Repeat | None = None
    name: str | None = None
    name_place: Place | None = None
