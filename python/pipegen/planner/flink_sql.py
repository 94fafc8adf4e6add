"""What planning needs of Flink: a seam, where tests may answer from recorded texts."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import Protocol

from pipegen.services.sql_gateway import StatementResult


class FlinkSql(Protocol):
    """A session that runs statements one after another."""

    def open_session(self, name: str, properties: dict[str, str]) -> Awaitable[str]:
        """Opens the session that later statements run in, and returns its handle."""

    def execute(self, statement: str, *, timeout_s: float) -> Awaitable[StatementResult]:
        """Runs one statement to its end.

        Raises:
            StatementRefusedError: when Flink refuses it.
        """

    def end_session(self, handle: str) -> Awaitable[None]:
        """Ends the session; tables of it are gone."""
