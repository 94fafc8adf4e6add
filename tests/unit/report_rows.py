"""The tables of a report as texts, for tests."""

from __future__ import annotations

from collections.abc import Sequence

from pipegen.outputs.report.cells import Cell, Table


def texts(row: Sequence[Cell]) -> list[str]:
    return [cell.text for cell in row]


def rows(table: Table) -> dict[str, list[str]]:
    """The rows of a table by their first cell."""
    assert all(len(row) == len(table.columns) for row in table.rows)
    return {row[0].text: texts(row)[1:] for row in table.rows}
