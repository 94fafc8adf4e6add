"""The past of each input and each output, for tabs that join late: real rows only, in bounded memory.

Which inputs and outputs there are is known with the first snapshot of a run. Not safe for threads: it lives on the
loop.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from pipegen.outputs import HistorySlice
from pipegen.snapshot import InputState, OutputState, Snapshot

FULL_ROWS: Final = 600
"""The newest rows that stay whole, and as many older ones, thinned in pairs."""

INPUT_FIGURES: Final = ("rate", "total", "generator_delay.p99_ms", "ack.p99_ms")
OUTPUT_FIGURES: Final = ("rate", "total", "lag", "end_to_end.p50_ms", "end_to_end.p95_ms", "end_to_end.p99_ms")
"""As in ``web/model/branches.js``; a name stands between backticks."""

Figure = float | int | None
Row = tuple[Figure, ...]


class BranchHistory:
    """Figures of the inputs and outputs so far. One run at a time: a new run, or other names, starts it anew."""

    def __init__(self, *, full_rows: int = FULL_ROWS) -> None:
        self._full_rows = full_rows
        self._run_id: str | None = None
        self._fields: tuple[str, ...] = ()
        self._recent: list[Row] = []
        self._older: list[Row] = []

    def add(self, snapshot: Snapshot) -> None:
        """Appends a snapshot; one that is not newer than the last is passed over."""
        fields = _fields(snapshot)
        if (snapshot.run.id, fields) != (self._run_id, self._fields):
            self._run_id, self._fields = snapshot.run.id, fields
            self._recent.clear()
            self._older.clear()
        if self._recent and snapshot.sequence <= (self._recent[-1][1] or 0):
            return
        timestamp_ms = datetime.fromisoformat(snapshot.timestamp).timestamp() * 1000
        self._recent.append((timestamp_ms, snapshot.sequence, *_figures(snapshot)))
        # Rows move in blocks, so that a row costs O(1) on average.
        if len(self._recent) >= self._full_rows + self._full_rows // 4:
            surplus = len(self._recent) - self._full_rows
            self._older.extend(self._recent[:surplus])
            del self._recent[:surplus]
        if len(self._older) > self._full_rows:
            self._older = self._older[::2]

    def since(self, sequence: int) -> HistorySlice:
        """The rows whose sequence is larger than the one given; ``-1`` for all."""
        rows = tuple(row for part in (self._older, self._recent) for row in part if (row[1] or 0) > sequence)
        return HistorySlice(self._run_id, ("timestamp_ms", "sequence", *self._fields), rows)


def _fields(snapshot: Snapshot) -> tuple[str, ...]:
    return (
        *(f"inputs.`{each.name}`.{figure}" for each in snapshot.inputs for figure in INPUT_FIGURES),
        *(f"outputs.`{each.name}`.{figure}" for each in snapshot.outputs for figure in OUTPUT_FIGURES),
    )


def _figures(snapshot: Snapshot) -> tuple[Figure, ...]:
    return (
        *(_read(each, figure) for each in snapshot.inputs for figure in INPUT_FIGURES),
        *(_read(each, figure) for each in snapshot.outputs for figure in OUTPUT_FIGURES),
    )


def _read(branch: InputState | OutputState, figure: str) -> Figure:
    value: object = branch
    for name in figure.split("."):
        value = getattr(value, name, None)
    return value if isinstance(value, int | float) else None
