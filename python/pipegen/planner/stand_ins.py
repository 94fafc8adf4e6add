"""Tables of other connectors while a script is planned: hidden by what stands in for them in a run."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from pipegen.planner.session import PlanningSession
from pipegen.planner.tables import Tables
from pipegen.project.plan.lexer import Token
from pipegen.project.plan.shadows import Shadows
from pipegen.project.plan.stand_in import (
    GENERATORS,
    READ_BACK,
    Mentions,
    StandInRules,
    artifact,
    may_be_replaced,
    sink,
    source,
)
from pipegen.project.plan.statement import STARTS_JOB, StatementKind
from pipegen.project.plan.table import FlinkTable, TableName
from pipegen.services.sql_gateway import StatementRefusedError

_NO_CONNECTOR: Final = "Could not find any factory for identifier"
_LEFT: Final = frozenset({"kafka", "upsert-kafka", *READ_BACK})


class StandIns:
    """What stands in for tables of a session.

    Args:
        session: The session.
        tables: Its tables.
        said: What the script does with names.
        rules: Which tables are replaced; None replaces none.
    """

    def __init__(self, session: PlanningSession, tables: Tables, said: Mentions, rules: StandInRules | None) -> None:
        self._session = session
        self._tables = tables
        self._said = said
        self._rules = rules
        self._created: list[TableName] = []
        self._shadows = Shadows()

    @property
    def sources(self) -> tuple[FlinkTable, ...]:
        """The sources that are hidden now; views over them need what stands in."""
        return tuple(each for each in self._shadows.covering.values() if each.is_kafka)

    async def created(self, name: tuple[str, ...], tokens: Sequence[Token]) -> None:
        """Notes a table that the script has created."""
        connector = _connector(tokens)
        if self._rules is None or connector in _LEFT:
            return
        if connector is None and "LIKE" not in {each.upper for each in tokens}:
            return  # of a catalog that knows its own tables
        full = await self._full(name)
        if full not in self._created:
            self._created.append(full)

    async def before(self, kind: StatementKind) -> None:
        """Hides or brings back tables, as a statement of a kind needs them."""
        if kind in STARTS_JOB | {"compile_plan", "create_view"}:
            await self._cover()
        elif kind in {"create_table", "alter", "drop"}:
            await self._uncover()

    async def _cover(self) -> None:
        for name in self._created:
            if name in self._shadows.covering:
                continue
            table = await self._tables.find(str(name), ".")
            stands_in = None if table is None else await self._stand_in(table)
            if stands_in is None:
                continue
            for text in self._shadows.covered(stands_in, stands_in.options or {}):
                await self._session.execute(text)
            self._tables.stand_ins[name] = stands_in

    async def _uncover(self) -> None:
        """Brings the script's own tables back, before it changes them or makes others like them."""
        for text in self._shadows.uncovered(()):
            await self._session.execute(text)
        self._tables.stand_ins.clear()

    async def _stand_in(self, table: FlinkTable) -> FlinkTable | None:
        rules, name = self._rules, table.name.table
        if rules is None or not may_be_replaced(table):
            return None
        read, is_written = name in self._said.read, name in self._said.written
        if is_written and name in rules.keep:
            return None
        if is_written and not read:
            return sink(table)
        if is_written or name in rules.feed:
            return source(table, keyed=True)
        if table.connector in GENERATORS and rules.generators:
            return source(table, keyed=self._said.versioned)
        if await self._at_hand(table):
            return None
        return source(table, keyed=self._said.versioned)

    async def _at_hand(self, table: FlinkTable) -> bool:
        try:
            await self._session.execute(f"EXPLAIN SELECT * FROM {table.name.sql}")  # noqa: S608 -- a quoted name
        except StatementRefusedError as refused:
            return _NO_CONNECTOR not in refused.message
        return True

    async def _full(self, name: tuple[str, ...]) -> TableName:
        catalog = str((await self._session.execute("SHOW CURRENT CATALOG")).rows[0][0])
        database = str((await self._session.execute("SHOW CURRENT DATABASE")).rows[0][0])
        first, second, third = (catalog, database, *name)[-3:]
        return TableName(first, second, third)

    def looked_up(self) -> str | None:
        """What a lookup join needs that no topic can stand in for; None without such a table."""
        for each in self._shadows.covering.values():
            connector = (each.replaces or {}).get("connector", "")
            if each.is_kafka and connector and connector not in GENERATORS:
                return (
                    f"{each.name.table} is a table of the connector {connector}, and a lookup join needs its real"
                    f" connector: add {artifact(connector)} to Flink."
                )
        return None


def _connector(tokens: Sequence[Token]) -> str | None:
    strings = [each.value for each in tokens if each.kind == "string"]
    return next((value for key, value in pairwise(strings) if key == "connector"), None)
