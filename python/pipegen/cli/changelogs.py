"""What is printed of changelog outputs."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table
from rich.text import Text

from pipegen.cli.tables import print_table
from pipegen.snapshot import Snapshot
from pipegen.snapshot.tables import TableState
from pipegen.units import format_count, format_number

_HEADINGS = ("rows", "inserted", "updated", "deleted", "tombstones", "returned", "missing", "out of order")


def print_changelogs(snapshot: Snapshot, console: Console) -> None:
    """Prints what happened to the rows of each table, and which setting would write fewer updates."""
    tables = {each.name: each.table for each in snapshot.outputs if each.table is not None}
    if not tables:
        return
    shown = Table(box=None, pad_edge=False)
    for heading in ("table", *_HEADINGS, "updates per key"):
        shown.add_column(heading, justify="left" if heading == "table" else "right")
    for name, table in tables.items():
        per_key = "–" if table.updates_per_key is None else format_number(table.updates_per_key)
        shown.add_row(Text(name), *("–" if count is None else format_count(count) for count in _counts(table)), per_key)
    print_table(shown, console)
    for name, table in tables.items():
        if table.advice is not None:
            console.print(Text(f"table {name}: {table.advice}", style="dim"), soft_wrap=True)


def _counts(table: TableState) -> tuple[int | None, ...]:
    return (
        table.rows,
        table.inserts_total,
        table.updates_total,
        table.deletes_total,
        table.tombstones_total,
        table.returned_total,
        table.missing,
        table.out_of_order,
    )
