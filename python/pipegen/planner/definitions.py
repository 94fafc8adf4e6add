"""DDL of a script while it is planned: run in the session, and kept out of catalogs that outlive it."""

from __future__ import annotations

from typing import Final

from pipegen.planner.session import PlanningSession
from pipegen.planner.tables import Tables
from pipegen.project.plan.create_as import CreateAs
from pipegen.project.plan.filled import SqlText
from pipegen.project.plan.lexer import Token, tokenize
from pipegen.project.plan.names import BETWEEN, target
from pipegen.project.plan.planned import TEMPORARY
from pipegen.project.plan.statement import Statement
from pipegen.services.sql_gateway import StatementRefusedError

_CAN_BE_TEMPORARY: Final = frozenset({"TABLE", "VIEW", "FUNCTION"})
_CHANGES_A_CATALOG: Final = frozenset(
    {"create_table", "create_view", "create_function", "create_database", "alter", "drop"}
)
_IN_MEMORY: Final = "generic_in_memory"


class OutlivesError(Exception):
    """A statement would change a catalog that outlives the session, and cannot be made temporary: it was not run."""


class Definitions:
    """What a script creates, alters and drops.

    Args:
        session: The session.
        tables: Its tables, which DDL changes.
    """

    def __init__(self, session: PlanningSession, tables: Tables) -> None:
        self._session = session
        self._tables = tables
        self._catalogs: list[str] = []
        self._temporary: list[tuple[str, ...]] = []

    async def take(self, statement: Statement, sql: SqlText) -> bool:
        """Runs a CREATE, ALTER or DROP; returns whether it was made temporary for that.

        Raises:
            RefusedError: in Flink's words.
            OutlivesError: it was not run.
        """
        tokens = list(tokenize(str(sql)))
        if statement.kind == "create_catalog":
            await self._create_catalog(target(tokens), sql)
            return False
        temporary = "TEMPORARY" not in [token.upper for token in tokens[:4]] and await self._outlives(
            statement, target(tokens)
        )
        if temporary:
            if not (_can_be_temporary(tokens) or (statement.kind == "drop" and self._made(target(tokens)))):
                raise OutlivesError
            if statement.kind != "drop":
                self._temporary.append(target(tokens))
            sql = sql.inserted(tokens[0].end, TEMPORARY)
        self._tables.forget()
        await self._session.run(sql)
        return temporary

    def _made(self, name: tuple[str, ...]) -> bool:
        """Whether the script created it, so that it is temporary; accepts unqualified names."""
        return any(name[-len(made) :] == made[-len(name) :] for made in self._temporary)

    async def make_table(self, create: CreateAs) -> dict[str, str] | None:
        """Makes the table of a CREATE TABLE … AS without its query, so that later statements find it.

        Returns:
            The columns of the query; None where it cannot be made: what is known of it then stands in the plan.
        """
        try:
            columns = await self._session.columns_of(create.query)
            await self._session.execute(create.temporary_table(columns))
        except StatementRefusedError:
            return None
        finally:
            self._tables.forget()
        return columns

    async def leave(self) -> list[str]:
        """Takes the script's catalogs out of a catalog store that outlives the session; says what is left."""
        config = await self._session.config()
        if config.get("table.catalog-store.kind", _IN_MEMORY) == _IN_MEMORY:
            return []
        left = []
        for name in self._catalogs:
            try:
                await self._session.execute("USE CATALOG default_catalog")
                await self._session.execute(f"DROP CATALOG IF EXISTS `{name}`")
            except StatementRefusedError as refused:
                left.append(f"catalog {name} is left: {refused.message}")
        return left

    async def _create_catalog(self, name: tuple[str, ...], sql: SqlText) -> None:
        listed = await self._session.execute("SHOW CATALOGS")
        await self._session.run(sql)
        if name and all(row[0] != name[0] for row in listed.rows):
            self._catalogs.append(name[0])

    async def _outlives(self, statement: Statement, name: tuple[str, ...]) -> bool:
        """Whether the catalog that a statement changes is held elsewhere than in this session."""
        if statement.kind not in _CHANGES_A_CATALOG:
            return False
        parts = 2 if statement.kind == "create_database" else 3
        if len(name) >= parts:
            catalog = name[0]
        else:
            current = await self._session.execute("SHOW CURRENT CATALOG")
            catalog = str(current.rows[0][0])
        try:
            quoted = catalog.replace("`", "``")
            told = await self._session.execute(f"SHOW CREATE CATALOG `{quoted}`")
        except StatementRefusedError:
            return False  # Flink's own, in memory
        return f"'{_IN_MEMORY}'" not in str(told.rows)


def _can_be_temporary(tokens: list[Token]) -> bool:
    noun = next((token.upper for token in tokens[1:] if token.upper not in BETWEEN), "")
    return tokens[0].upper == "CREATE" and noun in _CAN_BE_TEMPORARY
