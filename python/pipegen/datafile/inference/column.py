"""What is known of one column of a data file."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from pipegen.datafile.files.kinds import Kind


@dataclass(frozen=True, slots=True)
class Numbers:
    """What the values of a numeric column are like; those that are not finite left out.

    Attributes:
        minimum: The least.
        maximum: The greatest.
        quantiles: Values at even shares of the column, from the least to the greatest.
        decimals: Digits after the point of the finest value.
        step: What each value adds to the one before; None where they do not count up.
        first: The first value.
        odd: Values that are infinite or no number.
    """

    minimum: float
    maximum: float
    quantiles: tuple[float, ...]
    decimals: int
    step: int | None
    first: float
    odd: int = 0


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
        frequent: The most frequent values with their counts; where all are different, some of them.
        lengths: Characters of the shortest, the median and the longest value.
        shape: A pattern for texts that mostly look alike; None where they do not.
        drawn: Whether a text like these cannot be made up: a time of day, a date, JSON.
        true_share: For truth values.
        numbers: For numbers.
        earliest: For dates and times.
        latest: For dates and times.
        precision: Digits of a decimal, and those after the point.
    """

    name: str
    kind: Kind
    format: str | None = None
    other_formats: tuple[str, ...] = ()
    count: int = 0
    nulls: int = 0
    distinct: int = 0
    distinct_exact: bool = True
    frequent: tuple[tuple[str, int], ...] = ()
    lengths: tuple[int, int, int] = (0, 0, 0)
    shape: str | None = None
    drawn: bool = False
    true_share: float = 0.0
    numbers: Numbers | None = None
    earliest: date | datetime | None = None
    latest: date | datetime | None = None
    precision: tuple[int, int] | None = None

    @property
    def nullable(self) -> bool:
        """Whether a value is missing anywhere."""
        return self.nulls > 0

    @property
    def null_ratio(self) -> float:
        """Share of the rows without a value."""
        return self.nulls / self.count if self.count else 0.0
