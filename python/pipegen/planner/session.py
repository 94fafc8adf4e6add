"""The planning session: runs statements in Flink, and says of what it refuses where it stands in the user's file."""

from __future__ import annotations

import re
from collections.abc import Mapping

from pipegen.planner.flink_sql import FlinkSql
from pipegen.project.plan.filled import SqlText
from pipegen.project.plan.masked import masked
from pipegen.project.plan.statement import Place
from pipegen.project.plan.table import plain_type
from pipegen.services.sql_gateway import StatementRefusedError, StatementResult

_QUERY_VIEW = "`__pipegen_query`"
_FLINK_PLACE = re.compile(r",?\s*\b(?:[Ff]rom|[Aa]t) line (\d+), column (\d+)(?: to line \d+, column \d+)?:?")


_OF_TABLE = re.compile(r"Unable to create a (?:source|sink) for (?:reading|writing) table\s+'([^']+)'")
_CHOICES = "Available factory identifiers are:"


class RefusedError(Exception):
    """Flink refuses a statement; ``exact`` when it names the place itself."""

    def __init__(self, message: str, place: Place, *, exact: bool) -> None:
        super().__init__(message)
        self.message = message
        self.place = place
        self.exact = exact


class PlanningSession:
    """An open session.

    Args:
        flink: Flink, with its session open.
        timeout_s: How long one statement may take.
    """

    def __init__(self, flink: FlinkSql, timeout_s: float) -> None:
        self._flink = flink
        self._timeout_s = timeout_s
        self._config: Mapping[str, str] | None = None

    async def run(self, sql: SqlText) -> StatementResult:
        """Runs a statement of the user's.

        Raises:
            RefusedError: in Flink's words, with the place in the user's file.
        """
        try:
            return await self.execute(str(sql))
        except StatementRefusedError as refused:
            told = _FLINK_PLACE.search(refused.message)
            place = sql.place_of(int(told[1]), int(told[2])) if told else sql.start
            # Flink counts in the text that it got; the place says it in the user's file.
            message = _with_table(masked(_FLINK_PLACE.sub("", refused.message).strip()), refused.trace)
            raise RefusedError(message, place, exact=told is not None) from None

    async def execute(self, text: str) -> StatementResult:
        """Runs a statement of PipeGen's own.

        Raises:
            StatementRefusedError: Flink refuses it.
        """
        return await self._flink.execute(text, timeout_s=self._timeout_s)

    async def config(self) -> Mapping[str, str]:
        """The settings of the session."""
        if self._config is None:
            listed = await self.execute("SET")
            self._config = {str(row[0]): str(row[1]) for row in listed.rows}
        return self._config

    async def change_config(self, sql: SqlText) -> None:
        """Runs a SET or RESET."""
        await self.run(sql)
        self._config = None
        await self.config()

    async def columns_of(self, query: str) -> dict[str, str]:
        """The columns of a query and their types.

        Raises:
            StatementRefusedError: Flink refuses the query.
        """
        await self.execute(f"CREATE TEMPORARY VIEW {_QUERY_VIEW} AS {query}")
        rows = (await self.execute(f"DESCRIBE {_QUERY_VIEW}")).rows
        await self.execute(f"DROP TEMPORARY VIEW {_QUERY_VIEW}")
        return {
            str(row[0]): plain_type(str(row[1])) + ("" if str(row[2]).lower() != "false" else " NOT NULL")
            for row in rows
        }


def _with_table(message: str, trace: str) -> str:
    """What Flink says in one line, behind the table that it cannot use: the innermost reason does not name it."""
    reason, _, choices = message.partition(_CHOICES)
    if choices:
        message = f"{reason.strip()} {_CHOICES} {', '.join(choices.split())}"
    table = _OF_TABLE.search(trace)
    name = table[1].rpartition(".")[2] if table else ""
    return message if not name or name in message else f"table {name}: {message}"
