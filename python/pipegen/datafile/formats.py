"""How values are written in data files: which texts mean null, and how numbers, truth values and times are read.

Pure. A reader returns the value or raises ``ValueError``; it never guesses between two readings of one text.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Final, Literal, TypeAlias

Kind = Literal["boolean", "int", "long", "double", "date", "timestamp", "string"]
Reader: TypeAlias = Callable[[str], object]

DEFAULT_NULLS: Final = ("", "NA", "N/A", "n/a", "#N/A", "NULL", "null", "None", "NaN", "nan", "\\N")
"""Texts of a CSV file that stand for no value."""
INT_MAX: Final = 2**31 - 1
LONG_MAX: Final = 2**63 - 1
ISO: Final = "iso"

_TRUTH: Final = {"true": True, "false": False, "yes": True, "no": False}
_INTEGER: Final = re.compile(r"[+-]?(?:0|[1-9]\d{0,18})")
_DECIMAL: Final = re.compile(r"[+-]?(?:(?:0|[1-9]\d*)(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?")
_ISO_DATE: Final = re.compile(r"\d{4}-\d\d-\d\d")
_ISO_TIME: Final = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:[.,]\d{1,9})?)?(?:Z|[+-]\d\d(?::?\d\d)?)?")

DATE_FORMATS: Final = (ISO, "%d.%m.%Y", "%Y/%m/%d", "%d/%m/%Y", "%m/%d/%Y", "%d-%m-%Y", "%d %b %Y", "%d-%b-%Y")
TIMESTAMP_FORMATS: Final = (
    ISO,
    "%d.%m.%Y %H:%M:%S",
    "%d.%m.%Y %H:%M",
    "%Y/%m/%d %H:%M:%S",
    "%Y/%m/%d %H:%M",
    "%d/%m/%Y %H:%M:%S",
    "%d/%m/%Y %H:%M",
    "%m/%d/%Y %H:%M:%S",
    "%m/%d/%Y %H:%M",
    "%m/%d/%Y %I:%M:%S %p",
    "%m/%d/%Y %I:%M %p",
)
"""In the order in which they are preferred where a file fits several: then the caller is told so."""


def read_boolean(text: str) -> bool:
    """``true``/``false`` or ``yes``/``no``, in any case; a lone ``F`` may be a code."""
    try:
        return _TRUTH[text.strip().lower()]
    except KeyError:
        raise ValueError(text) from None


def read_integer(text: str) -> int:
    """A whole number without leading zeros: ``007`` is a code, not a number."""
    text = text.strip()
    if _INTEGER.fullmatch(text) is None or not -LONG_MAX - 1 <= (number := int(text)) <= LONG_MAX:
        raise ValueError(text)
    return number


def read_int(text: str) -> int:
    """A whole number of 32 bits."""
    number = read_integer(text)
    if not -INT_MAX - 1 <= number <= INT_MAX:
        raise ValueError(text)
    return number


def read_double(text: str) -> float:
    """A number with a point."""
    text = text.strip()
    if _DECIMAL.fullmatch(text) is None:
        raise ValueError(text)
    return float(text)


def read_exact_double(text: str) -> float:
    """A number with a point that a double holds: one of more than 17 digits is an identifier, or loses some."""
    digits = sum(character.isdigit() for character in text.lower().partition("e")[0])
    if digits > 17:
        raise ValueError(text)
    return read_double(text)


def read_date(form: str) -> Callable[[str], date]:
    """Reads dates of a format: :data:`ISO` or one of ``strptime``."""
    if form != ISO:
        return lambda text: datetime.strptime(text.strip(), form).replace(tzinfo=UTC).date()

    def iso(text: str) -> date:
        text = text.strip()
        if _ISO_DATE.fullmatch(text) is None:
            raise ValueError(text)
        return date.fromisoformat(text)

    return iso


def read_timestamp(form: str) -> Callable[[str], datetime]:
    """Reads times of a format: :data:`ISO` or one of ``strptime``. A time without a zone is taken as UTC."""
    if form != ISO:
        return lambda text: _in_utc(datetime.strptime(text.strip(), form))  # noqa: DTZ007 -- the zone follows

    def iso(text: str) -> datetime:
        text = text.strip()
        if _ISO_TIME.fullmatch(text) is None:
            raise ValueError(text)
        return _in_utc(datetime.fromisoformat(text))

    return iso


def _in_utc(moment: datetime) -> datetime:
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def epoch_ns(moment: object) -> int | None:
    """Nanoseconds since the epoch of a date or time; None for anything else."""
    if isinstance(moment, datetime):
        since = _in_utc(moment) - datetime(1970, 1, 1, tzinfo=UTC)
        return ((since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds) * 1_000
    if isinstance(moment, date):
        return (moment - date(1970, 1, 1)).days * 86_400 * 1_000_000_000
    return None
