"""Finds out how end-to-end latency can be measured: what the SQL carries from the source to the sink.

The header identifies each record and its due time to the microsecond; the timestamp carries the due time to the
millisecond, and is what an aggregation can carry. It says nothing of which record it was, so a row that is written
again is timed again: an upper bound. Without either nothing is guessed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from pipegen.project.queries import Insert, Query, SelectItem
from pipegen.project.script import Script
from pipegen.project.tables import Table

LatencySource = Literal["header", "timestamp"]

HEADER_COLUMN_SQL: Final = "hdr MAP<STRING, BYTES> METADATA FROM 'headers'"
_WINDOWS: Final = ("TUMBLE", "HOP", "SESSION")
_WINDOW_BOUNDS: Final = frozenset(
    f"{window}_{bound}" for window in _WINDOWS for bound in ("START", "END", "ROWTIME", "PROCTIME")
)
"""Functions of a time attribute that answer with a bound of its window, which no record was due at."""
TIMESTAMP_COLUMN_SQL: Final = "due TIMESTAMP_LTZ(3) METADATA FROM 'timestamp'"


@dataclass(frozen=True, slots=True)
class LatencyFinding:
    """Whether latency is measurable, why, and the SQL that would make it so when it is not."""

    source: LatencySource | None
    reason: str
    remedy: str | None = None


def find_latency_source(script: Script) -> LatencyFinding:
    """What the output records can be timed by."""
    inserts = script.output_inserts()
    output = script.output_table()
    source = script.input_table()
    if source is None or output is None or len(inserts) != 1:
        count = "no single INSERT from the input to the output was recognised"
        return LatencyFinding(None, f"end-to-end latency is not measurable: {count}")
    if source.connector == "filesystem":
        why = f"Flink reads {source.name} from a file, whose rows have no due time"
        return LatencyFinding(None, f"end-to-end latency is not measurable: {why}")
    insert = inserts[0]
    if _carried(script, insert, source, output, "headers", whole=True):
        return LatencyFinding("header", f"the record's headers are carried to {output.name}")
    if _carried(script, insert, source, output, "timestamp", whole=False):
        return LatencyFinding("timestamp", f"the record's timestamp is carried to {output.name}")
    return _not_measurable(insert, source, output)


def _carried(script: Script, insert: Insert, source: Table, output: Table, key: str, *, whole: bool) -> bool:
    """Whether the output's metadata column is filled from the input's column of the same kind.

    Args:
        script: All tables and views.
        insert: The INSERT into ``output``.
        source: The table of the input topic.
        output: The table of the output topic.
        key: Metadata key, ``headers`` or ``timestamp``.
        whole: Whether it must be the column itself; otherwise an expression over it, like MAX(due), counts. A bound of
            its window does not.
    """
    read = source.metadata_column(key)
    written = output.metadata_column(key)
    if read is None or written is None:
        return False
    names = insert.columns or tuple(column.name for column in output.writable_columns())
    if written.name not in names:
        return False
    items = _expanded(script, insert.query, {source.name})
    position = names.index(written.name)
    if position >= len(items):
        return False
    return _traces(script, insert.query, items[position], read.name, whole=whole, depth=0)


def _expanded(script: Script, query: Query, seen: set[str]) -> list[SelectItem]:
    """The items with ``*`` replaced by the columns of the one thing read."""
    items: list[SelectItem] = []
    for item in query.items:
        if item.plain_name != "*":
            items.append(item)
            continue
        for name in query.sources[:1]:
            table, view = script.table(name), script.view(name)
            if table is not None:
                items.extend(SelectItem((), column.name) for column in table.columns)
            elif view is not None and name not in seen:
                items.extend(SelectItem((), each.name) for each in _expanded(script, view.query, {*seen, name}))
    return items


def _traces(script: Script, query: Query, item: SelectItem, column: str, *, whole: bool, depth: int) -> bool:
    """Whether an item is, or is made from, the source's column, through views and their aliases."""
    if depth > 10 or _is_window_bound(item):
        return False
    if not item.tokens:
        mentioned = [item.name]
    elif whole:
        mentioned = [item.plain_name]
    else:
        mentioned = [token.value for token in item.tokens if token.kind in {"word", "name"}]
    for name in mentioned:
        if name is None:
            continue
        views = [view for source in query.sources if (view := script.view(source)) is not None]
        if name == column and not views:
            return True
        for view in views:
            for inner in _expanded(script, view.query, {view.name}):
                if inner.name == name and _traces(script, view.query, inner, column, whole=whole, depth=depth + 1):
                    return True
    return False


def _is_window_bound(item: SelectItem) -> bool:
    return any(token.upper in _WINDOW_BOUNDS for token in item.tokens)


def _not_measurable(insert: Insert, source: Table, output: Table) -> LatencyFinding:
    missing = [
        f"{table.name} has no column for the record's headers or timestamp"
        for table in (source, output)
        if not any(_usable(table, key, table is output) for key in ("headers", "timestamp"))
    ]
    reason = " and ".join(missing) or f"the INSERT ({insert.statement.where}) does not carry headers or timestamp on"
    if not missing and any(_is_window_bound(item) for item in insert.query.items):
        reason += ": a bound of its window is no record's due time"
    return LatencyFinding(
        None,
        f"end-to-end latency is not measurable: {reason}",
        remedy=(
            f"Add “{HEADER_COLUMN_SQL}, {TIMESTAMP_COLUMN_SQL}” to {source.name} and {output.name} and select "
            "“hdr, due” in the INSERT; in an aggregation add only “due” and select “MAX(due)”."
        ),
    )


def _usable(table: Table, key: str, is_output: bool) -> bool:
    column = table.metadata_column(key)
    return column is not None and not (is_output and column.virtual)
