"""What a statement that starts a job reads and writes, from Flink's EXPLAIN of it."""

from __future__ import annotations

from typing import Final

from pipegen.planner.session import PlanningSession
from pipegen.planner.tables import Tables
from pipegen.project.plan.compose import SinkPlan
from pipegen.project.plan.explain import changes, measures, scanned, syntax_trees
from pipegen.project.plan.filled import SqlText
from pipegen.project.plan.flow import Flow
from pipegen.project.plan.statement import Statement
from pipegen.project.plan.table import FlinkTable, TableColumn, TableName
from pipegen.project.plan.walk import walk

_EXPLAIN: Final = "EXPLAIN CHANGELOG_MODE "


class NotUnderstoodError(Exception):
    """Flink explains a statement in a way that is not known here."""


class Explainer:
    """Explains statements of one session.

    Args:
        session: The session.
        tables: Its tables.
    """

    def __init__(self, session: PlanningSession, tables: Tables) -> None:
        self._session = session
        self._tables = tables
        self.touched: dict[TableName, FlinkTable] = {}
        """The tables of what was explained, without the options of hints."""

    async def text_of(self, sql: SqlText) -> str:
        """What Flink says of a statement.

        Raises:
            RefusedError: in Flink's words.
        """
        explained = await self._session.run(sql.behind(_EXPLAIN))
        return "\n".join(str(row[0]) for row in explained.rows)

    async def sinks_of(self, statement: Statement, explained: str) -> list[SinkPlan]:
        """What a statement writes, from what Flink says of it.

        Raises:
            NotUnderstoodError: the text is of a kind that is not known here.
        """
        try:
            return await self._understood(statement, explained)
        except (ValueError, LookupError) as error:
            raise NotUnderstoodError(str(error)) from error

    async def _understood(self, statement: Statement, explained: str) -> list[SinkPlan]:
        trees = syntax_trees(explained)
        kinds = changes(explained)
        patterns = measures(explained)
        config = await self._session.config()
        places = [part.place for part in statement.parts] or [statement.place]
        plans: list[SinkPlan] = []
        for index, tree in enumerate(trees):
            found: dict[str, FlinkTable] = {}
            for path in scanned(tree):
                table = await self._tables.find(path, ", ")
                if table is None:
                    raise LookupError(f"no table {path}")
                found[path] = table
                self.touched[table.name] = table
            flow = walk(tree, found, patterns)
            plans.append(
                SinkPlan(
                    place=places[index] if index < len(places) else places[0],
                    flow=flow,
                    sink=await self._sink(flow, statement),
                    scanned=tuple(found[scan.table].hinted(dict(scan.options)) for scan in flow.scans),
                    changes=kinds[index] if index < len(kinds) else (),
                    config=config,
                )
            )
        return plans

    async def _sink(self, flow: Flow, statement: Statement) -> FlinkTable | None:
        if flow.sink is None:
            return None
        table = await self._tables.find(flow.sink, ".")
        if table is None and statement.kind == "create_table_as":
            parts = flow.sink.split(".", 2)
            columns = tuple(TableColumn(name, "") for name in flow.fields)
            return FlinkTable(TableName(*parts), columns)
        if table is None:
            raise LookupError(f"no table {flow.sink}")
        self.touched[table.name] = table
        return table.hinted(dict(flow.sink_options))
