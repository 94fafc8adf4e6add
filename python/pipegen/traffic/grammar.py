"""The grammar of traffic patterns: text to windows, with the place of each part for error messages.

    pattern := window ("," window)*
    window  := time "-" time ":" [repeat ":"] shape
    repeat  := "repeat(every=" time ",for=" time ")"
    shape   := levels                                     two levels make a linear ramp
             | "sine(" levels ",period=" time ")"
             | "steps(" levels ",count=" number ")"
             | "spike(" levels ",decay=" time ")"
    levels  := level [".." level]
    time    := number unit {number unit}                  1m30s, 500ms, 2h; a bare 0 is the start
    level   := number "%" | number "/s"                   of the base rate, or messages per second

Says nothing about base rate, duration or overlap: that is the plan's business.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import replace
from typing import Final

from pipegen.cursor import Cursor
from pipegen.errors import PatternError
from pipegen.suggestion import did_you_mean
from pipegen.traffic.window import Level, Place, Ramp, Repeat, Shape, Sine, Spike, Steps, Window
from pipegen.units import format_duration, parse_duration_ns

PARAMETERS: Final = {"sine": "period", "steps": "count", "spike": "decay"}
"""What each shape takes beside its levels."""
MIN_SPAN_NS: Final = 1_000_000
"""The shortest period, decay and repetition: the sender looks once in so long."""
MAX_STAIRS: Final = 100

_NUMBER: Final = re.compile(r"[0-9]{1,15}(?:\.[0-9]{1,15})?")
_WORD: Final = re.compile(r"[^\W\d_]+")
_UNITS: Final = ("ns", "us", "µs", "ms", "s", "m", "h", "d")
_EXAMPLE: Final = "Write windows like 2m-4m:400%, 2m-4m:1500/s or 0s-1m:100%..400%, separated by commas."
_EXAMPLES: Final = {
    "repeat": "Write it like 0s-10m:repeat(every=2m,for=20s):400%.",
    "sine": "Write it like sine(100%..300%,period=1m).",
    "steps": "Write it like steps(100%..500%,count=5).",
    "spike": "Write it like spike(800%,decay=20s).",
}


def parse_windows(pattern: str) -> list[Window]:
    """The windows in the order written.

    Raises:
        PatternError: at the first character that does not fit.
    """
    reader = Reader(pattern)
    found = [reader.window()]
    while reader.accept(","):
        found.append(reader.window())
    reader.end("a comma or the end")
    return found


class Reader:
    """Reads a pattern or one value of a phase; each method reads one part and moves on.

    Args:
        text: What to read.
        where: Which text it is, for error messages.
    """

    def __init__(self, text: str, where: str = "traffic pattern") -> None:
        self._cursor = Cursor(text)
        self._where = where
        self._remedy = _EXAMPLE

    def window(self) -> Window:
        """A window with its repetition and shape."""
        self._remedy = _EXAMPLE
        start_ns, start_place, end_ns, end_place = self.range()
        self._expect(":", "between window and rate")
        repeat = None
        if self._cursor.peek(_WORD) == "repeat":
            repeat = self._repeat()
            self._expect(":", "between repetition and rate")
        place = self.here()
        shape = self._shape()
        return Window(start_ns, end_ns, shape, place, start_place, end_place, repeat)

    def range(self) -> tuple[int, Place, int, Place]:
        """``2m-4m``: start and end with their places."""
        start_ns, start_place = self.time("the start of a window, like 2m")
        self._expect("-", "between start and end of the window")
        end_ns, end_place = self.time("the end of the window, like 4m")
        if end_ns <= start_ns:
            reason = "ends before it starts" if end_ns < start_ns else "is empty: it ends where it starts"
            raise end_place.error(f"the window {reason}", remedy=_EXAMPLE)
        return start_ns, start_place, end_ns, end_place

    def levels(self) -> tuple[Level, Level | None]:
        """``400%`` or ``100%..400%``."""
        start = self._level()
        return start, self._level() if self.accept("..") else None

    def time(self, meaning: str) -> tuple[int, Place]:
        """A time with its place; ``meaning`` says what is expected, for error messages."""
        place = self.here()
        number = self._cursor.take(_NUMBER)
        if number is None:
            raise self._expected(meaning)
        while number is not None:
            unit_place = self._place(self._cursor.position)
            unit = self._cursor.take(_WORD)
            if unit is None:
                text = place.text[place.position : self._cursor.position]
                if text == "0":
                    return 0, place
                raise unit_place.error(f"a unit is missing after {number}", remedy=_known_units())
            if unit not in _UNITS:
                raise unit_place.error(f"unknown unit “{unit}”", remedy=_known_units())
            number = self._cursor.take(_NUMBER)
        return parse_duration_ns(place.text[place.position : self._cursor.position]), place

    def span(self, meaning: str) -> int:
        """A period, decay or repetition: a time that is long enough to be seen."""
        span_ns, place = self.time(f"{meaning}, like 20s")
        if span_ns < MIN_SPAN_NS:
            raise place.error(f"{meaning} must be at least {format_duration(MIN_SPAN_NS)}", remedy="Make it longer.")
        return span_ns

    def count(self) -> int:
        """How many stairs."""
        place = self.here()
        text = self._cursor.take(_NUMBER)
        if text is None:
            raise self._expected("the number of stairs, like 5")
        if not (text.isdigit() and 2 <= int(text) <= MAX_STAIRS):
            remedy = "Fewer than two is no staircase, and a ramp is smoother than more."
            raise place.error(f"there must be from 2 to {MAX_STAIRS} stairs, not {text}", remedy=remedy)
        return int(text)

    def accept(self, text: str) -> bool:
        """Moves past the text if it comes next."""
        return self._cursor.accept(text)

    def end(self, expected: str = "the end") -> None:
        """Refuses anything that is left."""
        if not self._cursor.at_end:
            raise self._expected(expected)

    def here(self) -> Place:
        """The next character that is no space."""
        return self._place(self._cursor.here())

    def _repeat(self) -> Repeat:
        self._remedy = _EXAMPLES["repeat"]
        place = self.here()
        self._cursor.take(_WORD)
        self._expect("(", "after repeat")
        spans: dict[str, int] = {}
        for _ in range(2):
            name = self._name([name for name in ("every", "for") if name not in spans])
            spans[name] = self.span(f"“{name}” of the repetition")
            if len(spans) == 1:
                self._expect(",", "and the other of every and for")
        self._expect(")", "to close the repetition")
        self._remedy = _EXAMPLE
        return repetition(spans["every"], spans["for"], place)

    def _shape(self) -> Shape:
        place = self.here()
        kind = self._cursor.peek(_WORD)
        if kind is None:
            return shape_of("rate", *self.levels(), 0)
        if kind == "repeat":
            raise place.error("a repetition cannot stand in another", remedy=_EXAMPLES["repeat"])
        if kind not in PARAMETERS:
            remedy = did_you_mean(kind, PARAMETERS) or f"Shapes are {', '.join(PARAMETERS)}."
            raise place.error(f"unknown shape “{kind}”", remedy=remedy)
        self._remedy = _EXAMPLES[kind]
        self._cursor.take(_WORD)
        self._expect("(", f"after {kind}")
        start, end = self.levels()
        if end is None and kind != "spike":
            raise self._expected(f"“..” and the other level of the {kind}")
        self._expect(",", f"between the levels and {PARAMETERS[kind]}")
        self._name([PARAMETERS[kind]])
        amount = self.count() if kind == "steps" else self.span(f"the {PARAMETERS[kind]} of the {kind}")
        self._expect(")", f"to close the {kind}")
        return shape_of(kind, start, end, amount)

    def _name(self, known: Collection[str]) -> str:
        """``period=``; returns the name."""
        place = self.here()
        name = self._cursor.take(_WORD)
        if name is None or name not in known:
            found = f"“{name}”" if name else self._cursor.found()
            expected = " or ".join(f"{each}=" for each in known)
            raise place.error(f"expected {expected}, found {found}", remedy=self._remedy)
        self._expect("=", f"after {name}")
        return name

    def _level(self) -> Level:
        place = self.here()
        number = self._cursor.take(_NUMBER)
        if number is None:
            raise self._expected("a rate like 400% or 1500/s")
        if self.accept("%"):
            return Level(float(number), "percent", place)
        if self.accept("/s"):
            return Level(float(number), "per_s", place)
        raise self._expected(f"% or /s after {number}")

    def _expect(self, text: str, meaning: str) -> None:
        if not self.accept(text):
            raise self._expected(f"“{text}” {meaning}")

    def _place(self, position: int) -> Place:
        return Place(self._cursor.text, position, self._where)

    def _expected(self, what: str) -> PatternError:
        reason = f"expected {what}, found {self._cursor.found()}"
        return self._place(self._cursor.position).error(reason, remedy=self._remedy)


def shape_of(kind: str, start: Level, end: Level | None, amount: int) -> Shape:
    """A shape from its levels and its parameter (ns, or stairs); a ``rate`` has none."""
    if kind == "sine":
        return Sine(start, end or start, amount)
    if kind == "steps":
        return Steps(start, end or start, amount)
    if kind == "spike":
        return Spike(start, end or replace(start, value=100.0, kind="percent"), amount)
    return Ramp(start, end or start)


def repetition(every_ns: int, for_ns: int, place: Place) -> Repeat:
    """A repetition whose turns do not overlap.

    Raises:
        PatternError: each turn is longer than the time to the next.
    """
    if for_ns > every_ns:
        raise place.error(
            f"a turn of {format_duration(for_ns)} does not fit into every {format_duration(every_ns)}",
            remedy="“for” is how long the shape lasts each time, “every” how long from one start to the next.",
        )
    return Repeat(every_ns, for_ns, place)


def _known_units() -> str:
    return f"Units are {', '.join(_UNITS)}."
