"""Durations, rates, sizes and percentages as people write them: the only place that parses or formats them.

Inside the program a duration is an ``int`` of nanoseconds or a ``float`` of seconds with the unit in its name.
"""

from __future__ import annotations

import re
from typing import Final

NS_PER_S: Final = 1_000_000_000

_DURATION_UNIT_NS: Final = {
    "ns": 1,
    "us": 1_000,
    "µs": 1_000,
    "ms": 1_000_000,
    "s": NS_PER_S,
    "m": 60 * NS_PER_S,
    "h": 3600 * NS_PER_S,
    "d": 86_400 * NS_PER_S,
}
_LONGEST_NS: Final = 100 * 365 * 86_400 * NS_PER_S
_LONGEST_TEXT: Final = 100
_DURATION_PART: Final = re.compile(r"(\d+(?:\.\d+)?)(ns|us|µs|ms|s|m|h|d)")
_SIZE_UNIT_BYTES: Final = {"b": 1, "kb": 10**3, "mb": 10**6, "gb": 10**9, "kib": 2**10, "mib": 2**20, "gib": 2**30}
_SIZE: Final = re.compile(r"(\d+(?:\.\d+)?)\s*([a-zA-Z]*)")
_RATE: Final = re.compile(r"(\d+(?:\.\d+)?)(?:\s*(?:/s|msg/s))?")
_PERCENT: Final = re.compile(r"(\d+(?:\.\d+)?)\s*%")


def parse_duration_ns(text: str) -> int:
    """Nanoseconds of ``"1m30s"``, ``"500ms"``, ``"2h"``; a bare ``"0"`` is zero.

    Raises:
        ValueError: with a sentence that names the text and the units known.
    """
    _check_length(text, "duration")
    stripped = text.strip()
    if stripped == "0":
        return 0
    total_ns = 0.0
    position = 0
    while position < len(stripped):
        part = _DURATION_PART.match(stripped, position)
        if part is None:
            break
        total_ns += float(part.group(1)) * _DURATION_UNIT_NS[part.group(2)]
        position = part.end()
    if position == 0 or position != len(stripped):
        raise ValueError(f"{text!r} is not a duration: write a number and a unit, like 500ms, 30s, 1m30s or 2h")
    if total_ns > _LONGEST_NS:
        raise ValueError(f"{text!r} is longer than 100 years")
    return round(total_ns)


def parse_rate_per_s(text: str) -> float:
    """Messages a second of ``"1500/s"``, ``"1500 msg/s"`` or ``"0.5"``.

    Raises:
        ValueError: with a sentence that names the text.
    """
    _check_length(text, "rate")
    match = _RATE.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"{text!r} is not a rate: write messages per second, like 1500/s or 0.5")
    return float(match.group(1))


def parse_percent_ratio(text: str) -> float:
    """The ratio of ``"400%"``: 4.0.

    Raises:
        ValueError: with a sentence that names the text.
    """
    _check_length(text, "percentage")
    match = _PERCENT.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"{text!r} is not a percentage: write it like 250%")
    return float(match.group(1)) / 100


def parse_size_bytes(text: str) -> int:
    """Bytes of ``"16kB"`` (1000) or ``"16KiB"`` (1024); a bare number is bytes.

    Raises:
        ValueError: with a sentence that names the text and the units known.
    """
    _check_length(text, "size")
    match = _SIZE.fullmatch(text.strip())
    unit = (match.group(2).lower() or "b") if match else ""
    if match is None or unit not in _SIZE_UNIT_BYTES:
        raise ValueError(f"{text!r} is not a size: write a number and a unit, like 512B, 16kB or 2MiB")
    return round(float(match.group(1)) * _SIZE_UNIT_BYTES[unit])


def _check_length(text: str, what: str) -> None:
    """Refuses what no person writes: a number of so many digits is none that a figure can be."""
    if len(text) > _LONGEST_TEXT:
        raise ValueError(f"{text[:20] + '…'!r} is not a {what}: it has {len(text)} characters")


def format_duration(duration_ns: int) -> str:
    """The shortest exact form that :func:`parse_duration_ns` reads back: ``1m30s``, ``500ms``, ``0s``."""
    if duration_ns == 0:
        return "0s"
    parts: list[str] = []
    rest = duration_ns
    for unit in ("d", "h", "m", "s", "ms", "us", "ns"):
        count, rest = divmod(rest, _DURATION_UNIT_NS[unit])
        if count:
            parts.append(f"{count}{unit}")
    return "".join(parts)


def format_count(count: int) -> str:
    """An exact count with thin spaces between the thousands: ``9 841 204``."""
    return f"{count:,}".replace(",", "\u2009")


def format_rate(rate_per_s: float | None) -> str:
    """A rate for a terminal: ``29 982 msg/s``, ``0.5 msg/s``; ``–`` when unknown."""
    if rate_per_s is None:
        return "–"
    number = format_count(round(rate_per_s)) if rate_per_s >= 100 else f"{rate_per_s:.3g}"
    return f"{number} msg/s"


def format_latency_ms(latency_ms: float | None) -> str:
    """A latency for a terminal, three significant figures: ``0.42 ms``, ``148 ms``, ``4.4 s``; ``–`` when unknown."""
    if latency_ms is None:
        return "–"
    if abs(latency_ms) >= 1000:
        return f"{latency_ms / 1000:.3g} s"
    return f"{latency_ms:.3g} ms"


def format_bytes(size_bytes: float) -> str:
    """A size in decimal units: ``512 B``, ``16.4 kB``, ``329 MB``."""
    size = float(size_bytes)
    for unit in ("B", "kB", "MB", "GB"):
        if size < 1000:
            return f"{size:.0f} {unit}" if unit == "B" else f"{size:.3g} {unit}"
        size /= 1000
    return f"{size:.3g} TB"


def format_percent(ratio: float) -> str:
    """A ratio in percent, four significant figures: ``99.98 %``, ``0 %``; never 100 % for what is not whole."""
    percent = ratio * 100
    for digits in (4, 6, 9):
        text = f"{percent:.{digits}g}"
        if float(text) != 100 or percent == 100:
            break
    return f"{text} %"


def format_number(number: float) -> str:
    """A bare number: ``12 000``, ``0.0125``."""
    return format_count(round(number)) if number == round(number) or abs(number) >= 10_000 else f"{number:.4g}"


def format_clock(seconds: float) -> str:
    """A time within a run: ``0:07``, ``12:30``, ``1:02:03``."""
    whole = round(seconds)
    hours, rest = divmod(whole, 3600)
    minutes, rest = divmod(rest, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"


def format_seconds(seconds: float) -> str:
    """A stretch of time in words: ``0.42 s``, ``30 s``, ``10 min``, ``1 h 2 min``."""
    if seconds < 60:
        return f"{seconds:.3g} s"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    parts = [f"{hours} h" if hours else "", f"{minutes} min" if minutes else "", f"{rest} s" if rest else ""]
    return " ".join(part for part in parts if part)
