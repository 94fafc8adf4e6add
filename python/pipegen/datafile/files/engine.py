"""DuckDB, shut in: it reads the files it is given, in bounded memory, and neither installs nor loads an extension."""

from __future__ import annotations

import os
import tempfile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb

_MEMORY_LIMIT = "200MB"
_MOST_THREADS = 4
"""Each has buffers of its own."""


def connect() -> duckdb.DuckDBPyConnection:
    """A connection of its own, in memory. Times without a zone are UTC."""
    import duckdb  # noqa: PLC0415 -- commands that read no file do not wait for it

    connection = duckdb.connect(
        config={
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "allow_community_extensions": False,
            "memory_limit": _MEMORY_LIMIT,
            "threads": min(os.cpu_count() or 1, _MOST_THREADS),
            "temp_directory": tempfile.gettempdir(),
            "enable_external_file_cache": False,
            "python_enable_replacements": False,
        }
    )
    connection.execute("SET TimeZone = 'UTC'")
    connection.execute("SET lock_configuration = true")
    return connection


def literal(text: str) -> str:
    """A text as SQL."""
    return "'" + text.replace("'", "''") + "'"


def identifier(name: str) -> str:
    """A name as SQL."""
    return '"' + name.replace('"', '""') + '"'
