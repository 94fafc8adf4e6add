"""Tables for people at a terminal and for files: where there is no terminal, no cell is ever wrapped."""

from __future__ import annotations

import re

from rich.console import Console
from rich.table import Table
from rich.text import Text

_WIDE = 10_000
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


def plain(text: object, style: str = "") -> Text:
    """Foreign text for the terminal: no markup, and control characters are shown, not obeyed."""
    return Text(_CONTROL.sub(lambda sign: repr(sign[0])[1:-1], str(text)), style=style)


def print_table(table: Table, console: Console) -> None:
    """Prints a table, as wide as its content where nobody's window limits it."""
    width = console.width
    if not console.is_terminal:
        console.width = _WIDE
    try:
        console.print(table)
    finally:
        console.width = width
