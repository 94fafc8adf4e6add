"""The report's table of changelog outputs. Figures as they are."""

from __future__ import annotations

from typing import Final

from pipegen.outputs.report.cells import Cell, Column, Table, count, percent, ratio, reason, text
from pipegen.snapshot import Snapshot

_COUNTS: Final = {
    "Rows": "rows",
    "Inserted": "inserts_total",
    "Updated": "updates_total",
    "Deleted": "deletes_total",
    "Tombstones": "tombstones_total",
    "Returned": "returned_total",
    "Missing": "missing",
    "Out of order": "out_of_order",
}


def changelogs(snapshot: Snapshot | None) -> Table:
    """What happened to the rows of each table; empty if outputs only insert rows."""
    columns = [Column("Output", False), Column("Key", False), *map(Column, _COUNTS)]
    columns += [Column("Updates per key"), Column("Combinable"), Column("Advice", False)]
    rows = []
    for each in snapshot.outputs if snapshot is not None else ():
        if each.table is None or snapshot is None:
            continue
        path, told = f"outputs.{each.name}.table", each.table
        rows.append(
            [
                Cell(each.name),
                text(", ".join(told.key) or None, "all columns together identify a row"),
                *(count(getattr(told, name), reason(snapshot, f"{path}.{name}")) for name in _COUNTS.values()),
                ratio(told.updates_per_key, reason(snapshot, f"{path}.updates_per_key")),
                percent(told.same_second_ratio, reason(snapshot, f"{path}.same_second_ratio")),
                text(told.advice),
            ]
        )
    return Table("Changelog outputs", columns, rows, "No output updates or retracts rows.")
