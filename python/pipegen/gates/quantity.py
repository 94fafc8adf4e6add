"""Limits and observed values: a number with the unit of its metric, read and written through ``units``."""

from __future__ import annotations

from typing import Final

from pipegen.snapshot.kinds import FigureUnit
from pipegen.units import (
    format_bytes,
    format_duration,
    format_latency_ms,
    format_number,
    format_percent,
    format_rate,
    parse_duration_ns,
    parse_percent_ratio,
    parse_size_bytes,
)

_DURATIONS: Final = ("ns", "us", "µs", "ms", "s", "m", "h", "d")
_SIZES: Final = ("B", "kB", "MB", "GB", "KiB", "MiB", "GiB")
UNITS: Final[dict[FigureUnit, tuple[str, ...]]] = {
    "ms": _DURATIONS,
    "us": _DURATIONS,
    "s": _DURATIONS,
    "bytes": _SIZES,
    "per_s": ("/s", "msg/s"),
    "ratio": ("%",),
    "percent": ("%",),
    "number": (),
}
"""What may stand behind a number; a duration and a size need one."""
EXAMPLES: Final[dict[FigureUnit, str]] = {
    "ms": "250ms",
    "us": "250us",
    "s": "30s",
    "bytes": "100MB",
    "per_s": "1000/s",
    "ratio": "99%",
    "percent": "99%",
    "number": "0",
}
_DURATION_NS: Final[dict[FigureUnit, float]] = {"ms": 1e6, "us": 1e3, "s": 1e9}


def read_quantity(number: str, unit: str, kind: FigureUnit) -> float | None:
    """The value in the metric's own unit; None where the unit does not go with the metric.

    Args:
        number: Like ``250`` or ``1.5``; for a duration of several parts the whole text up to the last unit.
        unit: The last unit, or nothing.
        kind: The metric's unit.

    Raises:
        ValueError: the text is malformed, in words.
    """
    if kind in _DURATION_NS:
        return parse_duration_ns(number + unit) / _DURATION_NS[kind] if unit in _DURATIONS else None
    if kind == "bytes":
        return float(parse_size_bytes(number + unit)) if unit.lower() in {each.lower() for each in _SIZES} else None
    if unit == "%" and kind in {"ratio", "percent"}:
        return parse_percent_ratio(number + unit) * (100 if kind == "percent" else 1)
    if unit and unit not in UNITS[kind]:
        return None
    return float(number)


def show_quantity(value: float, kind: FigureUnit) -> str:
    """A value for people: ``182 ms``, ``99.98 %``, ``17 812 msg/s``."""
    match kind:
        case "ms":
            return format_latency_ms(value)
        case "us":
            return format_latency_ms(value / 1e3)
        case "s":
            return format_latency_ms(value * 1e3) if abs(value) < 60 else format_duration(round(value) * 10**9)
        case "bytes":
            return format_bytes(value)
        case "per_s":
            return format_rate(value)
        case "ratio":
            return format_percent(value)
        case "percent":
            return format_percent(value / 100)
        case "number":
            return format_number(value)
