"""``--show-config``: every setting with its value and its source, without secrets."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table
from rich.text import Text

from pipegen.cli.known_secrets import known_secrets
from pipegen.cli.tables import print_table
from pipegen.config import ResolvedSettings
from pipegen.redact import redact_value


def show_settings(resolved: ResolvedSettings, console: Console) -> None:
    """Prints the table."""
    table = Table(box=None, pad_edge=False)
    for heading in ("setting", "value", "from"):
        table.add_column(heading, overflow="fold")
    secrets = known_secrets()
    for key, value, source in resolved.rows():
        shown = redact_value(key, value, known=secrets)
        table.add_row(key, Text(shown), Text(source, style="dim" if source == "default" else ""))
    print_table(table, console)
