"""Hints for the generator from what a column is like, so that generated records look like those of the file.

The vocabulary is that of ``_native.pyi``.
"""

from __future__ import annotations

import math
from datetime import UTC, date, datetime
from typing import Any, Final

from pipegen.datafile.column import FREQUENT, ColumnProfile, Numbers
from pipegen.datafile.formats import read_boolean

_EPOCH: Final = date(1970, 1, 1)
_SKEWED: Final = 1.0
"""From this ratio of deviation to mean on, positive numbers are taken as log-normal."""
_FEW: Final = 30


def hints_of(column: ColumnProfile) -> dict[str, Any]:
    """The hint for a column; empty where nothing is known."""
    hint: dict[str, Any] = {}
    if column.count > column.nulls:
        hint = _value_hint(column)
    if column.nullable:
        hint["null"] = _rounded(column.null_ratio)
    return hint


def _value_hint(column: ColumnProfile) -> dict[str, Any]:
    match column.kind:
        case "boolean":
            return {"true_share": _rounded(_true_ratio(column))}
        case "int" | "long" | "double":
            return _number_hint(column)
        case "date":
            # A time stamp is left to the generator, which puts it around the moment a record is due.
            return {"min": _days(column.earliest), "max": _days(column.latest)}
        case "timestamp":
            return {}
        case "string":
            return _text_hint(column)


def _text_hint(column: ColumnProfile) -> dict[str, Any]:
    if column.distinct_exact and column.distinct <= FREQUENT:
        return {"one_of": _weights(column)}
    if column.shape is not None:
        return {"pattern": column.shape}
    covered = sum(count for _, count in column.frequent)
    if covered >= 0.9 * (column.count - column.nulls):
        return {"one_of": _weights(column)}
    return {"min_length": column.min_length, "max_length": min(column.max_length, 1_000)}


def _number_hint(column: ColumnProfile) -> dict[str, Any]:
    numbers = column.numbers
    if numbers is None:
        return {}
    whole = column.kind != "double"
    if whole and numbers.step is not None and column.distinct > _FEW:
        return {"sequence": {"start": int(numbers.first), "step": numbers.step}}
    if whole and column.distinct_exact and column.distinct <= _FEW:
        return {"one_of": _weights(column)}
    hint: dict[str, Any] = {"min": _number(numbers.minimum, whole), "max": _number(numbers.maximum, whole)}
    if not whole:
        hint["decimals"] = numbers.decimals
        if not _held(numbers):
            return {}
    hint.update(_law(numbers))
    return hint


def _law(numbers: Numbers) -> dict[str, Any]:
    """How the numbers lie between their ends: even spreads need no word."""
    width = numbers.maximum - numbers.minimum
    if not width or numbers.deviation > 0.27 * width:
        return {}
    skewed = numbers.deviation >= _SKEWED * abs(numbers.mean) or numbers.mean - numbers.deviation < numbers.minimum
    if skewed and numbers.log_mean is not None and numbers.log_deviation is not None:
        return {
            "lognormal": {"median": _short(math.exp(numbers.log_mean)), "sigma": _short(numbers.log_deviation)},
        }
    return {"normal": {"mean": _short(numbers.mean), "deviation": _short(numbers.deviation)}}


def _held(numbers: Numbers) -> bool:
    """Whether the generator, which counts in steps of the last decimal, can reach both ends."""
    return max(abs(numbers.minimum), abs(numbers.maximum)) * 10.0**numbers.decimals < 1e15


def _weights(column: ColumnProfile) -> dict[str, float]:
    """Value → share in percent."""
    total = sum(count for _, count in column.frequent)
    return {
        value.strip() if column.kind != "string" else value: _share(count / total) for value, count in column.frequent
    }


def _share(ratio: float) -> float:
    return max(_short(100 * ratio), 0.001)


def _true_ratio(column: ColumnProfile) -> float:
    true = sum(count for text, count in column.frequent if read_boolean(text))
    return true / sum(count for _, count in column.frequent)


def _number(value: float, whole: bool) -> float:
    return int(value) if whole else value


def _short(value: float) -> float:
    """Four digits: a hint is read by people."""
    return float(f"{value:.4g}")


def _rounded(ratio: float) -> float:
    return round(ratio, 6)


def _days(moment: date | datetime | None) -> int:
    day = moment.astimezone(UTC).date() if isinstance(moment, datetime) else moment
    return (day - _EPOCH).days if day is not None else 0
