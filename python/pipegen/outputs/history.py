"""The past of a run for those who join late: the figures of each snapshot, in bounded memory.

Holds real rows only: nothing is averaged or filled in. Ten minutes at one snapshot a second stay whole; older rows are
thinned in pairs, and of each pair the one with the larger end-to-end p99 stays, so that a spike is never thinned away.
Not safe for threads: it lives on the loop.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from pipegen.snapshot import Snapshot
from pipegen.snapshot.figures import figure_paths, read_figures

FULL_ROWS: Final = 600
THINNED_ROWS: Final = 1200
_KEEP_BY: Final = "latency.end_to_end.interval.p99_ms"

Row = tuple[float | int | None, ...]


@dataclass(frozen=True, slots=True)
class HistorySlice:
    """A table, oldest row first: ``fields`` are dotted paths of the contract after ``timestamp_ms``."""

    run_id: str | None
    fields: tuple[str, ...]
    rows: tuple[Row, ...]


class History:
    """Figures of the snapshots so far. One run at a time: a new run id starts it anew."""

    def __init__(self, *, full_rows: int = FULL_ROWS, thinned_rows: int = THINNED_ROWS) -> None:
        self.fields: Final = ("timestamp_ms", *figure_paths())
        self._full_rows = full_rows
        self._thinned_rows = thinned_rows
        self._run_id: str | None = None
        self._recent: list[Row] = []
        self._older: list[Row] = []
        self._sequence_at = self.fields.index("sequence")
        self._keep_by_at = self.fields.index(_KEEP_BY)

    def add(self, snapshot: Snapshot) -> None:
        """Appends a snapshot; one that is not newer than the last is passed over."""
        if snapshot.run.id != self._run_id:
            self._run_id = snapshot.run.id
            self._recent.clear()
            self._older.clear()
        timestamp_ms = datetime.fromisoformat(snapshot.timestamp).timestamp() * 1000
        row: Row = (timestamp_ms, *read_figures(snapshot))
        if self._recent and snapshot.sequence <= (self._recent[-1][self._sequence_at] or 0):
            return
        self._recent.append(row)
        # Rows move in blocks, so that a row costs O(1) on average.
        if len(self._recent) >= self._full_rows + self._full_rows // 4:
            surplus = len(self._recent) - self._full_rows
            self._older.extend(self._recent[:surplus])
            del self._recent[:surplus]
        if len(self._older) > self._thinned_rows:
            self._older = [self._keep(self._older[index : index + 2]) for index in range(0, len(self._older), 2)]

    def since(self, sequence: int) -> HistorySlice:
        """The rows whose sequence is larger than the one given; ``-1`` for all."""
        at = self._sequence_at
        rows = tuple(row for part in (self._older, self._recent) for row in part if (row[at] or 0) > sequence)
        return HistorySlice(self._run_id, self.fields, rows)

    def _keep(self, rows: list[Row]) -> Row:
        return max(rows, key=lambda row: row[self._keep_by_at] or 0)
