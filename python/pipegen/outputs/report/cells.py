"""Tables of a report as data: what a column, a cell and a table are, and figures as their text. No markup here."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from pipegen.snapshot import Snapshot
from pipegen.snapshot.health import Health
from pipegen.units import format_bytes, format_count, format_latency_ms, format_percent, format_rate, format_seconds

UNKNOWN: Final = "–"


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell: its text, a word of explanation, a state."""

    text: str
    note: str | None = None
    health: Health | None = None


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its heading, and whether it holds figures."""

    title: str
    numeric: bool = True


@dataclass(frozen=True, slots=True)
class Table:
    """A table with a caption; ``empty`` stands there instead of rows."""

    title: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]
    empty: str = "Nothing was measured."


def count(value: float | None, note: str | None = None) -> Cell:
    """An exact count."""
    return _cell(value, lambda known: format_count(round(known)), note)


def rate(value: float | None, note: str | None = None) -> Cell:
    """Messages a second."""
    return _cell(value, format_rate, note)


def latency(value_ms: float | None, note: str | None = None) -> Cell:
    """Milliseconds."""
    return _cell(value_ms, format_latency_ms, note)


def percent(ratio: float | None, note: str | None = None) -> Cell:
    """A ratio in percent."""
    return _cell(ratio, format_percent, note)


def ratio(value: float | None, note: str | None = None) -> Cell:
    """A ratio as it is."""
    return _cell(value, lambda known: f"{known:.2f}", note)


def size(value_bytes: float | None, note: str | None = None) -> Cell:
    """Bytes."""
    return _cell(value_bytes, format_bytes, note)


def seconds(value_s: float | None, note: str | None = None) -> Cell:
    """A stretch of time."""
    return _cell(value_s, format_seconds, note)


def text(value: str | None, note: str | None = None) -> Cell:
    """Words."""
    return Cell(value or UNKNOWN, note)


def reason(snapshot: Snapshot, path: str) -> str | None:
    """Why a figure is not known; null where nothing is said."""
    parts = path.split(".")
    for length in range(len(parts), 0, -1):
        found = snapshot.reasons.get(".".join(parts[:length]))
        if found is not None:
            return found
    return None


def _cell(value: float | None, shown: Callable[[float], str], note: str | None) -> Cell:
    return Cell(UNKNOWN, note) if value is None else Cell(shown(value), note)
