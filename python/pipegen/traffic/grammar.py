"""The grammar of traffic patterns: text to windows, with the character of each part for error messages.

    pattern := window ("," window)*
    window  := time "-" time ":" level [".." level]        two levels make a linear ramp
    time    := number unit {number unit}                   1m30s, 500ms, 2h; a bare 0 is the start
    level   := number "%" | number "/s"                    of the base rate, or messages per second

Says nothing about base rate, duration or overlap: that is the plan's business.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal

from pipegen.errors import PatternError
from pipegen.units import parse_duration_ns

_SPACE: Final = re.compile(r"\s*")
_NUMBER: Final = re.compile(r"[0-9]{1,15}(?:\.[0-9]{1,15})?")
_WORD: Final = re.compile(r"[^\W\d_]+")
_UNITS: Final = ("ns", "us", "µs", "ms", "s", "m", "h", "d")
_EXAMPLE: Final = "Write windows like 2m-4m:400%, 2m-4m:1500/s or 0s-1m:100%..400%, separated by commas."


@dataclass(frozen=True, slots=True)
class Level:
    """A rate as written: a percentage of the base rate, or messages per second."""

    value: float
    kind: Literal["percent", "per_s"]
    position: int


@dataclass(frozen=True, slots=True)
class Window:
    """One window of a pattern; each ``*_position`` is the index of the first character of that part."""

    start_ns: int
    end_ns: int
    start_level: Level
    end_level: Level
    start_position: int
    end_position: int


def parse_windows(pattern: str) -> list[Window]:
    """The windows in the order written.

    Raises:
        PatternError: at the first character that does not fit.
    """
    return _Reader(pattern).windows()


class _Reader:
    """A cursor over the pattern."""

    def __init__(self, pattern: str) -> None:
        self._pattern = pattern
        self._position = 0

    def windows(self) -> list[Window]:
        found = [self._window()]
        while self._accept(","):
            found.append(self._window())
        if self._position != len(self._pattern):
            raise self._error(f"expected a comma or the end, found {self._found()}")
        return found

    def _window(self) -> Window:
        start_ns, start_position = self._time("the start of a window, like 2m")
        self._expect("-", "between start and end of the window")
        end_ns, end_position = self._time("the end of the window, like 4m")
        if end_ns <= start_ns:
            reason = "ends before it starts" if end_ns < start_ns else "is empty: it ends where it starts"
            raise self._error(f"the window {reason}", end_position)
        self._expect(":", "between window and rate")
        start_level = self._level()
        end_level = self._level() if self._accept("..") else start_level
        return Window(start_ns, end_ns, start_level, end_level, start_position, end_position)

    def _time(self, meaning: str) -> tuple[int, int]:
        self._skip_space()
        begin = self._position
        number = self._match(_NUMBER)
        if number is None:
            raise self._error(f"expected {meaning}, found {self._found()}")
        while number is not None:
            unit_position = self._position
            unit = self._match(_WORD)
            if unit is None:
                text = self._pattern[begin : self._position]
                if text == "0":
                    return 0, begin
                raise self._error(f"a unit is missing after {number}", unit_position, remedy=_known_units())
            if unit not in _UNITS:
                raise self._error(f"unknown unit “{unit}”", unit_position, remedy=_known_units())
            number = self._match(_NUMBER)
        return parse_duration_ns(self._pattern[begin : self._position]), begin

    def _level(self) -> Level:
        self._skip_space()
        begin = self._position
        number = self._match(_NUMBER)
        if number is None:
            raise self._error(f"expected a rate like 400% or 1500/s, found {self._found()}")
        if self._accept("%"):
            return Level(float(number), "percent", begin)
        if self._accept("/s"):
            return Level(float(number), "per_s", begin)
        raise self._error(f"expected % or /s after {number}, found {self._found()}")

    def _accept(self, text: str) -> bool:
        self._skip_space()
        if not self._pattern.startswith(text, self._position):
            return False
        self._position += len(text)
        return True

    def _expect(self, text: str, meaning: str) -> None:
        if not self._accept(text):
            raise self._error(f"expected “{text}” {meaning}, found {self._found()}")

    def _match(self, expression: re.Pattern[str]) -> str | None:
        match = expression.match(self._pattern, self._position)
        if match is None:
            return None
        self._position = match.end()
        return match.group()

    def _skip_space(self) -> None:
        self._match(_SPACE)

    def _found(self) -> str:
        rest = self._pattern[self._position :]
        return f"“{rest[0]}”" if rest else "the end"

    def _error(self, reason: str, position: int | None = None, *, remedy: str = _EXAMPLE) -> PatternError:
        where = self._position if position is None else position
        return PatternError(reason, pattern=self._pattern, position=where, remedy=remedy)


def _known_units() -> str:
    return f"Units are {', '.join(_UNITS)}."
