"""``--show-config``: every setting with its value and where that came from; credentials in URLs are left out."""

from __future__ import annotations

import re

from rich.console import Console
from rich.table import Table
from rich.text import Text

from pipegen.cli.tables import print_table
from pipegen.config import ResolvedSettings
from pipegen.urls import without_credentials

_SECRET = re.compile(r"(\"[^\"]*(?:password|secret|token|jaas|key\.pem)[^\"]*\": )\"(?:[^\"\\]|\\.)*\"", re.IGNORECASE)


def show_settings(resolved: ResolvedSettings, console: Console) -> None:
    """Prints the table."""
    table = Table(box=None, pad_edge=False)
    for heading in ("setting", "value", "from"):
        table.add_column(heading, overflow="fold")
    for key, value, source in resolved.rows():
        shown = without_credentials(value) if key.endswith("_url") and "://" in value else _without_secrets(value)
        table.add_row(key, Text(shown), Text(source, style="dim" if source == "default" else ""))
    print_table(table, console)


def _without_secrets(value: str) -> str:
    """A mapping with the values of secret-looking keys left out; anything else as it is."""
    return _SECRET.sub(r"\1…", value)
