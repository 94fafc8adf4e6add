"""Tables for people at a terminal and for files: where there is no terminal, no cell is ever wrapped."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table

_WIDE = 10_000


def print_table(table: Table, console: Console) -> None:
    """Prints a table, as wide as its content where nobody's window limits it."""
    width = console.width
    if not console.is_terminal:
        console.width = _WIDE
    try:
        console.print(table)
    finally:
        console.width = width
