r"""How the types of a column are written in texts: each type's reading as an SQL expression.

An expression gives the value, or NULL where a text is none of the type's. What DuckDB's own casts take too easily is
ruled out here: ``1.5`` as 2, ``007`` as 7, a rounded last digit, a two-digit year. One place for inference and feed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

from pipegen.datafile.files.engine import literal

Kind = Literal["boolean", "int", "long", "double", "decimal", "date", "timestamp", "bytes", "string"]

DEFAULT_NULLS: Final = ("", "NA", "N/A", "n/a", "#N/A", "NULL", "null", "None", "NaN", "nan", "\\N")
"""Texts of a CSV file that stand for no value."""
INT_MAX: Final = 2**31 - 1
ISO: Final = "iso"

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

_WHOLE: Final = "[+-]?(?:0|[1-9][0-9]{0,18})"
NUMBER: Final = r"[+-]?(?:(?:0|[1-9][0-9]*)(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?"
_INFINITE: Final = "[+-]?(?:inf|infinity)"
_GROUPED: Final = r"[+-]?[0-9]{1,3}(?:\.[0-9]{3})+(?:,[0-9]+)?"
_ISO_DATE: Final = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
_ISO_TIME: Final = (
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ](?:[01][0-9]|2[0-3]):[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]{1,9})?)?"
    r"(?:Z|[+-][0-9]{2}(?::?[0-9]{2})?)?"
)
_EXACT_DIGITS: Final = 17


@dataclass(frozen=True, slots=True)
class Form:
    """A way to read texts.

    Attributes:
        kind: The type that comes of it; ``long`` stands for ``int`` as well.
        format: How dates and times are written.
        sql: Expression of a text → expression of the value or NULL.
    """

    kind: Kind
    format: str | None
    sql: Callable[[str], str]


def boolean(text: str) -> str:
    """``true``/``false`` or ``yes``/``no``, in any case; a lone ``F`` may be a code."""
    words = "WHEN 'true' THEN true WHEN 'yes' THEN true WHEN 'false' THEN false WHEN 'no' THEN false"
    return f"CASE lower({text}) {words} END"


def whole(text: str) -> str:
    """A whole number of 64 bits without leading zeros: ``007`` is a code. What prints as it stands needs no pattern."""
    cast = f"TRY_CAST({text} AS BIGINT)"
    return f"CASE WHEN {cast}::VARCHAR = {text} OR regexp_full_match({text}, {literal(_WHOLE)}) THEN {cast} END"


def double(text: str) -> str:
    """A number that a double holds: at most 17 significant digits, and no whole number altered."""
    cast = f"TRY_CAST({text} AS DOUBLE)"
    digits = f"regexp_replace(regexp_replace({text}, '[eE].*', ''), '[-+.]', '', 'g')"
    significant = f"length(ltrim(CASE WHEN contains({text}, '.') THEN rtrim({digits}, '0') ELSE {digits} END, '0'))"
    same = f"TRY_CAST({cast} AS HUGEINT)::VARCHAR = ltrim({text}, '+')"
    altered = f"(NOT regexp_matches({text}, '[.eE]') AND abs({cast}) >= 9007199254740992 AND NOT {same})"
    exact = f"(length({text}) <= 15 OR ({significant} <= {_EXACT_DIGITS} AND NOT {altered}))"
    return (
        f"CASE WHEN regexp_full_match({text}, {literal(NUMBER)}) "
        f"THEN CASE WHEN isfinite({cast}) AND {exact} THEN {cast} END WHEN {_infinite(text)} THEN {cast} END"
    )


def any_double(text: str) -> str:
    """A number as near as a double comes to it: a schema that says so is believed."""
    number = f"regexp_full_match({text}, {literal(NUMBER)})"
    return f"CASE WHEN {number} OR {_infinite(text)} THEN TRY_CAST({text} AS DOUBLE) END"


def loose_double(text: str) -> str:
    """A number of a file whose numbers are doubles already; only what no double reaches is none."""
    cast = f"TRY_CAST({text} AS DOUBLE)"
    return f"CASE WHEN isfinite({cast}) OR lower({text}) = 'nan' OR {_infinite(text)} THEN {cast} END"


def _infinite(text: str) -> str:
    return f"regexp_full_match(lower({text}), {literal(_INFINITE)})"


def with_decimal_comma(text: str) -> str:
    """A number written ``1.234,5`` with a point; a point that groups no thousands makes it none."""
    plain = f"replace({text}, ',', '.')"
    return (
        f"CASE WHEN NOT contains({text}, '.') THEN {plain} "
        f"WHEN regexp_full_match({text}, {literal(_GROUPED)}) THEN replace(replace({text}, '.', ''), ',', '.') END"
    )


def date(form: str) -> Callable[[str], str]:
    """Dates of a format: :data:`ISO` or one of ``strptime``; the years 1 to 9999."""
    if form == ISO:
        return lambda text: _between(
            f"CASE WHEN regexp_full_match({text}, {literal(_ISO_DATE)}) THEN TRY_CAST({text} AS DATE) END",
            "DATE '0001-01-01'",
            "DATE '9999-12-31'",
        )
    return lambda text: _between(
        f"TRY_CAST(try_strptime({text}, {literal(form)}) AS DATE)", "DATE '1000-01-01'", "DATE '9999-12-31'"
    )


def timestamp(form: str) -> Callable[[str], str]:
    """Times of a format as UTC; a time without a zone is taken as UTC."""
    if form == ISO:
        return lambda text: in_years(
            f"CASE WHEN regexp_full_match({text}, {literal(_ISO_TIME)}) "
            f"THEN TRY_CAST(replace({text}, ',', '.') AS TIMESTAMPTZ) AT TIME ZONE 'UTC' END"
        )
    return lambda text: _between(
        f"TRY_CAST(try_strptime({text}, {literal(form)}) AS TIMESTAMP)",
        "TIMESTAMP '1000-01-01'",
        "TIMESTAMP '9999-12-31 23:59:59.999999'",
    )


def in_years(value: str) -> str:
    """A TIMESTAMP of the years 1 to 9999; NULL otherwise."""
    return _between(value, "TIMESTAMP '0001-01-01'", "TIMESTAMP '9999-12-31 23:59:59.999999'")


def _between(value: str, low: str, high: str) -> str:
    return f"CASE WHEN {value} BETWEEN {low} AND {high} THEN {value} END"


NUMBER_FORMS: Final = (Form("boolean", None, boolean), Form("long", None, whole), Form("double", None, double))
TIME_FORMS: Final = (
    *(Form("date", form, date(form)) for form in DATE_FORMATS),
    *(Form("timestamp", form, timestamp(form)) for form in TIMESTAMP_FORMATS),
)
