"""Hints for the generator from what a column is like, so that generated records look like those of the file.

The vocabulary is that of ``_native.pyi``.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Any, Final

from pipegen.datafile.inference.column import ColumnProfile, Numbers

_EPOCH: Final = date(1970, 1, 1)
_FEW: Final = 30
_LISTED: Final = 200
_EVEN: Final = 0.03
"""Numbers whose quantiles lie within this share of the range of an even spread need no word."""
_COUNTED: Final = 100_000
"""Values of a column of so many rows are counted as the generator makes them; longer ones hardly need it."""
_HELD: Final = 1e15
"""The generator counts in steps of the last decimal, and no further."""


def hints_of(column: ColumnProfile) -> dict[str, Any]:
    """The hint for a column; empty where nothing is known."""
    hint: dict[str, Any] = {}
    if column.count > column.nulls:
        hint = _value_hint(column)
    if column.nullable:
        hint["null"] = round(column.null_ratio, 6)
    return hint


def strata_of(column: ColumnProfile, hint: dict[str, Any]) -> dict[str, int] | None:
    """Of how many records a hint's shares hold exactly, and how many values differ among them; None for no hint."""
    if not hint or "sequence" in hint:
        return None
    filled = column.count - column.nulls
    strata = min(max(column.distinct, 1), max(filled, 1))
    if "quantiles" in hint and filled <= _COUNTED:
        strata = _strata_of_quantiles(hint, filled, strata)
    elif "one_of" in hint or strata == column.count:
        return {"rows": column.count}
    return {"rows": column.count, "strata": strata}


def _strata_of_quantiles(hint: dict[str, Any], filled: int, distinct: int) -> int:
    """Where quantiles lie close together, several strata give the same value: more of them are needed."""
    scale = 10 ** hint.get("decimals", 0)
    values = [round(value * scale) for value in hint["quantiles"]]
    low, high = distinct, filled
    while low < high:
        middle = (low + high) // 2
        last = max(middle - 1, 1)
        places = (divmod(number * (len(values) - 1), last) for number in range(middle))
        found = {
            values[part] + round((values[min(part + 1, len(values) - 1)] - values[part]) * rest / last)
            for part, rest in places
        }
        if len(found) < distinct:
            low = middle + 1
        else:
            high = middle
    return low


def _value_hint(column: ColumnProfile) -> dict[str, Any]:
    match column.kind:
        case "boolean":
            return {"true_share": round(column.true_share, 6)}
        case "int" | "long" | "double":
            return _number_hint(column)
        case "date":
            # A time stamp is left to the generator, which puts it around the moment a record is due.
            return {"min": _days(column.earliest), "max": _days(column.latest)}
        case "string":
            return _text_hint(column)
    return {}


def _text_hint(column: ColumnProfile) -> dict[str, Any]:
    if (column.distinct_exact and column.distinct <= _LISTED) or column.drawn:
        return {"one_of": _weights(column)}
    covered = sum(count for _, count in column.frequent)
    if covered >= 0.9 * (column.count - column.nulls):
        return {"one_of": _weights(column)}
    if column.shape is not None:
        return {"pattern": column.shape}
    shortest, median, longest = column.lengths
    # Lengths are drawn evenly: around the median, they have the same one.
    room = min(max(median - shortest, 0), longest - median) if median else 0
    return {"min_length": median - room, "max_length": min(median + room, 1_000)}


def _number_hint(column: ColumnProfile) -> dict[str, Any]:
    numbers = column.numbers
    if numbers is None:
        return {}
    whole = column.kind != "double"
    if whole and numbers.step is not None and column.distinct > _FEW:
        return {"sequence": {"start": int(numbers.first), "step": numbers.step}}
    if whole and column.distinct_exact and column.distinct <= _LISTED and column.frequent:
        return {"one_of": _weights(column)}
    decimals = numbers.decimals
    ends = max(abs(numbers.minimum), abs(numbers.maximum))
    while decimals and ends * 10.0**decimals >= _HELD:
        decimals -= 1
    if not whole and ends >= _HELD:
        return {}
    places = None if whole else decimals
    low, high = _number(numbers.minimum, places, ROUND_CEILING), _number(numbers.maximum, places, ROUND_FLOOR)
    if low > high:
        return {}
    exact = not whole and decimals == numbers.decimals and not numbers.odd
    if exact and column.distinct_exact and column.distinct <= _LISTED and column.frequent:
        return {"one_of": _weights(column)}
    hint: dict[str, Any] = {"min": low, "max": high}
    if not whole:
        hint["decimals"] = decimals
    if not _even(numbers):
        between = (_number(value, places, ROUND_FLOOR) for value in numbers.quantiles)
        hint["quantiles"] = [min(max(value, low), high) for value in between]
    return hint


def _even(numbers: Numbers) -> bool:
    width, steps = numbers.maximum - numbers.minimum, len(numbers.quantiles) - 1
    return not width or all(
        abs(value - numbers.minimum - width * step / steps) <= _EVEN * width
        for step, value in enumerate(numbers.quantiles)
    )


def _weights(column: ColumnProfile) -> dict[str, float]:
    """Value → share in percent."""
    total = sum(count for _, count in column.frequent)
    return {_key(column, value): max(float(f"{100 * count / total:.4g}"), 0.001) for value, count in column.frequent}


def _key(column: ColumnProfile, value: str) -> str:
    if column.kind == "double":
        return repr(float(value.replace(",", ".")))
    return value if column.kind == "string" else str(int(value))


def _number(value: float, places: int | None, rounding: str) -> float:
    """A number of the hint: rounded inwards, so that what is generated lies within the values of the file."""
    if places is None:
        return int(value)
    return float(Decimal(repr(float(value))).quantize(Decimal(1).scaleb(-places), rounding=rounding))


def _days(moment: date | datetime | None) -> int:
    day = moment.astimezone(UTC).date() if isinstance(moment, datetime) else moment
    return (day - _EPOCH).days if day is not None else 0
