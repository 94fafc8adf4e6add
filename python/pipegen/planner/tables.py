"""Looks tables up in Flink, each once until the next DDL."""

from __future__ import annotations

from collections.abc import Iterator

from pipegen.planner.flink_sql import FlinkSql
from pipegen.project.plan.table import FlinkTable, TableName, read_table
from pipegen.services.sql_gateway import StatementRefusedError


class Tables:
    """The tables of the planning session.

    Args:
        flink: The session.
        timeout_s: How long one question may take.
    """

    def __init__(self, flink: FlinkSql, timeout_s: float) -> None:
        self._flink = flink
        self._timeout_s = timeout_s
        self._known: dict[TableName, FlinkTable] = {}
        self.stand_ins: dict[TableName, FlinkTable] = {}
        """The tables that are hidden by what stands in for them in a run."""

    def forget(self) -> None:
        """After DDL: every table may have changed."""
        self._known.clear()

    async def find(self, path: str, separator: str) -> FlinkTable | None:
        """The table of a path as a plan writes it; None when Flink does not know it.

        Args:
            path: Catalog, database and table.
            separator: What stands between them; it may stand in a name as well.
        """
        for name in _splits(path.split(separator), separator):
            known = self.stand_ins.get(name) or self._known.get(name)
            if known is not None:
                return known
            try:
                described = await self._flink.execute(f"DESCRIBE {name.sql}", timeout_s=self._timeout_s)
                created = await self._flink.execute(f"SHOW CREATE TABLE {name.sql}", timeout_s=self._timeout_s)
            except StatementRefusedError:
                continue
            table = read_table(name, described.rows, "\n".join(str(row[0]) for row in created.rows))
            self._known[name] = table
            return table
        return None


def _splits(parts: list[str], separator: str) -> Iterator[TableName]:
    for first in range(1, len(parts) - 1):
        for second in range(first + 1, len(parts)):
            yield TableName(
                separator.join(parts[:first]), separator.join(parts[first:second]), separator.join(parts[second:])
            )
