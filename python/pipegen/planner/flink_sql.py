"""What planning needs of Flink: a seam, where tests may answer from recorded texts."""

from __future__ import annotations

from typing import Protocol

from pipegen.services.sql_gateway import StatementResult


class FlinkSql(Protocol):
    """A session that runs statements one after another."""

    async def open_session(self, name: str, properties: dict[str, str]) -> None:
        """Opens the session that later statements run in."""

    async def execute(self, statement: str, *, timeout_s: float) -> StatementResult:
        """Runs one statement to its end.

        Raises:
            StatementRefusedError: when Flink refuses it.
        """

    async def close_session(self) -> None:
        """Closes the session; tables of it are gone."""
