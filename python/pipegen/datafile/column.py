"""One column of a data file: which types its values allow, and what they are like. Grows no larger with the file."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from pipegen.datafile import formats
from pipegen.datafile.formats import Kind, Reader
from pipegen.datafile.shapes import ShapeSketch
from pipegen.datafile.sketch import DistinctSketch, FrequentSketch

FREQUENT: Final = 200
_CANDIDATES: Final[tuple[tuple[Kind, str | None, Reader], ...]] = (
    ("boolean", None, formats.read_boolean),
    ("long", None, formats.read_integer),
    ("double", None, formats.read_exact_double),
    *(("date", form, formats.read_date(form)) for form in formats.DATE_FORMATS),
    *(("timestamp", form, formats.read_timestamp(form)) for form in formats.TIMESTAMP_FORMATS),
)
_NUMBERS: Final = ("boolean", "long", "double")


@dataclass(frozen=True, slots=True)
class Numbers:
    """What the values of a numeric column are like."""

    minimum: float
    maximum: float
    mean: float
    deviation: float
    log_mean: float | None
    log_deviation: float | None
    decimals: int
    step: int | None
    first: float


@dataclass(frozen=True, slots=True)
class ColumnProfile:
    """What was found out about a column.

    Attributes:
        name: Its name in the file.
        kind: The narrowest type that holds every value.
        format: How dates and times are written; None for the rest.
        other_formats: Further formats that fit every value: the choice between them is a guess.
        count: Rows seen.
        nulls: Rows without a value.
        distinct: Different values.
        distinct_exact: Whether that is exact.
        frequent: The most frequent values with their counts.
        min_length: Characters of the shortest value.
        max_length: Characters of the longest.
        shape: A pattern for texts that mostly look alike; None where they do not.
        numbers: For numbers.
        earliest: For dates and times.
        latest: For dates and times.
    """

    name: str
    kind: Kind
    format: str | None
    other_formats: tuple[str, ...]
    count: int
    nulls: int
    distinct: int
    distinct_exact: bool
    frequent: tuple[tuple[str, int], ...]
    min_length: int
    max_length: int
    shape: str | None
    numbers: Numbers | None
    earliest: date | datetime | None
    latest: date | datetime | None

    @property
    def nullable(self) -> bool:
        """Whether a value is missing anywhere."""
        return self.nulls > 0

    @property
    def null_ratio(self) -> float:
        """Share of the rows without a value."""
        return self.nulls / self.count if self.count else 0.0


class Column:
    """Watches the values of one column, chunk by chunk.

    Args:
        name: Its name in the file.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self._alive = list(_CANDIDATES)
        self._count = 0
        self._nulls = 0
        self._distinct = DistinctSketch()
        self._frequent = FrequentSketch()
        self._shapes = ShapeSketch()
        self._lengths = (math.inf, 0)
        self._moments = _Moments()
        self._ends: dict[str, tuple[date, date]] = {}

    def miss(self, rows: int) -> None:
        """Counts rows in which the column was not there."""
        self._count += rows
        self._nulls += rows

    def texts_are_no_numbers(self) -> None:
        """The file has types and this column has had a text: ``"12"`` is then no number."""
        self._alive = [candidate for candidate in self._alive if candidate[0] not in _NUMBERS]

    def take(self, counts: Mapping[str, int], nulls: int) -> None:
        """Takes a chunk: how often each different text came, in order of first appearance, and how many were null."""
        self._count += nulls + sum(counts.values())
        self._nulls += nulls
        if not counts:
            return
        self._distinct.add(counts)
        self._frequent.add(counts)
        self._shapes.add(counts)
        sizes = [len(text) for text in counts]
        self._lengths = (min(self._lengths[0], *sizes), max(self._lengths[1], *sizes))
        self._narrow(counts)

    def _narrow(self, counts: Mapping[str, int]) -> None:
        alive = []
        numbers: dict[Kind, list[float]] = {}
        for kind, form, read in self._alive:
            try:
                values = [read(text) for text in counts]
            except ValueError:
                continue
            alive.append((kind, form, read))
            if kind in {"long", "double"}:
                numbers[kind] = [value for value in values if isinstance(value, int | float)]
            elif kind in {"date", "timestamp"}:
                times = [value for value in values if isinstance(value, date)]
                key = f"{kind} {form}"
                low, high = self._ends.get(key, (times[0], times[0]))
                self._ends[key] = (min(low, *times), max(high, *times))
        self._alive = alive
        # Whole numbers are decimals too: the narrower reading, while it holds, is exact.
        found = numbers.get("long") or numbers.get("double")
        if found:
            self._moments.add(found, counts)

    def profile(self) -> ColumnProfile:
        """What is known now."""
        kind: Kind = "string"
        form = None
        others: list[str] = []
        if self._count > self._nulls and self._alive:
            kind, form, _ = self._alive[0]
            others = [other for each, other, _ in self._alive[1:] if each == kind and other is not None]
        numbers = self._moments.numbers() if kind in {"long", "double"} else None
        if kind == "long" and numbers is not None and numbers.minimum >= -formats.INT_MAX - 1:
            kind = "int" if numbers.maximum <= formats.INT_MAX else "long"
        ends = self._ends.get(f"{kind} {form}", (None, None))
        return ColumnProfile(
            name=self.name,
            kind=kind,
            format=form,
            other_formats=tuple(others),
            count=self._count,
            nulls=self._nulls,
            distinct=self._distinct.count,
            distinct_exact=self._distinct.exact,
            frequent=tuple(self._frequent.most_frequent(FREQUENT)),
            min_length=int(self._lengths[0]) if self._lengths[1] else 0,
            max_length=int(self._lengths[1]),
            shape=self._shapes.pattern() if kind == "string" else None,
            numbers=numbers,
            earliest=ends[0],
            latest=ends[1],
        )


class _Moments:
    """Sums over a numeric column."""

    def __init__(self) -> None:
        self._weight = 0
        self._min, self._max = math.inf, -math.inf
        self._sum = self._squares = 0.0
        self._log_sum = self._log_squares = 0.0
        self._positive = True
        self._decimals = 0
        self._first: float | None = None
        self._last = 0.0
        self._step: float | None = None
        self._steady = True

    def add(self, numbers: list[float], counts: Mapping[str, int]) -> None:
        self._min, self._max = min(self._min, *numbers), max(self._max, *numbers)
        self._positive = self._positive and self._min > 0
        if self._first is None:
            self._first = self._last = numbers[0]
            self._follow(numbers[1:], counts)
        else:
            self._follow(numbers, counts)
        # Sums around the first value: squares of large numbers would lose the small differences.
        for number, text in zip(numbers, counts, strict=True):
            count = counts[text]
            away = number - self._first
            self._weight += count
            self._sum += count * away
            self._squares += count * away * away
            if self._positive:
                log = math.log(number)
                self._log_sum += count * log
                self._log_squares += count * log * log
            if "." in text and "e" not in text and "E" not in text:
                self._decimals = max(self._decimals, len(text.strip()) - text.strip().index(".") - 1)

    def _follow(self, numbers: list[float], counts: Mapping[str, int]) -> None:
        """Whether each value is the one before plus the same step: then it is a counter."""
        if not self._steady:
            return
        if any(count > 1 for count in counts.values()):
            self._steady = False
            return
        for number in numbers:
            step = number - self._last
            if self._step is None:
                self._step = step
            if step != self._step or not step:
                self._steady = False
                return
            self._last = number

    def numbers(self) -> Numbers | None:
        if self._first is None:
            return None
        mean = self._sum / self._weight
        log_mean = self._log_sum / self._weight if self._positive else None
        log_deviation = None
        if log_mean is not None:
            log_deviation = math.sqrt(max(0.0, self._log_squares / self._weight - log_mean**2))
        steady = self._steady and self._step is not None and float(self._step).is_integer()
        return Numbers(
            minimum=self._min,
            maximum=self._max,
            mean=self._first + mean,
            deviation=math.sqrt(max(0.0, self._squares / self._weight - mean**2)),
            log_mean=log_mean,
            log_deviation=log_deviation,
            decimals=min(self._decimals, 15),
            step=int(self._step) if steady and self._step is not None else None,
            first=self._first,
        )
