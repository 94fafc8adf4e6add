"""The planning session: takes a script statement by statement and learns from Flink what it reads and writes."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pipegen.errors import ProjectError
from pipegen.planner.catalog import can_be_temporary, is_temporary
from pipegen.planner.flink_sql import FlinkSql
from pipegen.planner.tables import Tables
from pipegen.project import Finding, Severity
from pipegen.project.findings import finding_of
from pipegen.project.plan.compose import SinkPlan, compose
from pipegen.project.plan.create_as import CreateAs, read_create_as
from pipegen.project.plan.explain import changes, measures, scanned, syntax_trees
from pipegen.project.plan.filled import SqlText, fill
from pipegen.project.plan.flow import Flow
from pipegen.project.plan.lexer import tokenize
from pipegen.project.plan.names import target
from pipegen.project.plan.planned import TEMPORARY, Planned
from pipegen.project.plan.statement import Place, Statement
from pipegen.project.plan.table import FlinkTable, TableColumn, TableName, plain_type
from pipegen.project.plan.topology import Topology
from pipegen.project.plan.walk import walk
from pipegen.services.sql_gateway import StatementRefusedError, StatementResult

_EXPLAIN = "EXPLAIN CHANGELOG_MODE "
_QUERY_VIEW = "`__pipegen_query`"
_RUN_AS_IT_IS = frozenset({"SHOW", "DESCRIBE", "DESC", "EXPLAIN", "LOAD", "UNLOAD", "CREATE", "DROP", "ALTER", "USE"})
_FLINK_PLACE = re.compile(r",?\s*\b(?:[Ff]rom|[Aa]t) line (\d+), column (\d+)(?: to line \d+, column \d+)?:?")
_NOT_FOUND = re.compile(r"not found|[Cc]annot find|does ?n[o']t exist")
_IN_SET = frozenset({"insert"})
_NOT_WHILE_PLANNING = "it is not run before the run, so what it changes is not known"


@dataclass(frozen=True, slots=True)
class ScriptPlan:
    """What Flink says of a script.

    Attributes:
        topology: What it reads and writes.
        findings: Flink's refusals as errors, and what else there is to say.
        config: The session's settings at the end.
        statements: The statements up to the script's end, each with the tables that its jobs use.
    """

    topology: Topology
    findings: tuple[Finding, ...]
    config: Mapping[str, str]
    statements: tuple[Planned, ...] = ()


async def plan_script(
    statements: Sequence[Statement], flink: FlinkSql, *, variables: Mapping[str, str], timeout_s: float = 60
) -> ScriptPlan:
    """Plans a script in a session of its own.

    Args:
        statements: The script.
        flink: Flink; a SQL gateway alone is enough.
        variables: What ``${…}`` stands for.
        timeout_s: How long one statement may take.

    Raises:
        FlinkError: when Flink does not answer.
    """
    session = await flink.open_session("pipegen-plan", {})
    planning = _Planning(flink, variables, timeout_s)
    try:
        for index, statement in enumerate(statements):
            if statement.kind == "client" and statement.text.upper() in {"QUIT", "EXIT"}:
                if statements[index + 1 :]:
                    planning.tell("note", statement.place, f"{statement.text} ends the script: nothing below it is run")
                break
            await planning.take(statement)
        await planning.leave()
        return ScriptPlan(
            compose(planning.sinks), tuple(planning.findings), await planning.config(), tuple(planning.planned)
        )
    finally:
        await flink.end_session(session)


class _Planning:
    def __init__(self, flink: FlinkSql, variables: Mapping[str, str], timeout_s: float) -> None:
        self._flink = flink
        self._variables = variables
        self._timeout_s = timeout_s
        self._tables = Tables(flink, timeout_s)
        self._config: Mapping[str, str] | None = None
        self._compiled: dict[str, list[SinkPlan]] = {}
        self._catalogs: list[str] = []
        self._lost: set[str] = set()
        self._touched: dict[TableName, FlinkTable] = {}
        self._made_temporary = False
        self._rows: Mapping[str, str] | None = None
        self.planned: list[Planned] = []
        self.sinks: list[SinkPlan] = []
        self.findings: list[Finding] = []

    def tell(self, severity: Severity, place: Place, message: str, remedy: str | None = None) -> None:
        """Adds a finding."""
        self.findings.append(
            Finding(
                severity=severity,
                file=str(place.file),
                line=place.line,
                column=place.column,
                message=message,
                remedy=remedy,
            )
        )

    async def take(self, statement: Statement) -> None:
        """Plans one statement."""
        self._touched, self._made_temporary, self._rows = {}, False, None
        sinks = len(self.sinks)
        await self._plan(statement)
        self.planned.append(
            Planned(
                statement, tuple(self._touched.values()), tuple(self.sinks[sinks:]), self._made_temporary, self._rows
            )
        )

    async def _plan(self, statement: Statement) -> None:
        try:
            sql, warnings = fill(statement, self._variables)
        except ProjectError as error:
            self.findings.append(finding_of(error, statement.place.file))
            return
        self.findings += warnings
        try:
            await self._take(statement, sql)
        except _RefusedError as refused:
            created = statement.kind.startswith("create")
            name = target(list(tokenize(str(sql)))) if created else ()
            follows = any(f"'{lost}'" in refused.message or f"`{lost}`" in refused.message for lost in self._lost)
            if not (follows and _NOT_FOUND.search(refused.message)):
                self.tell("error", refused.place, refused.message)
            # What could not be made is missed below: that is said once.
            self._lost.update(name[-1:])

    async def _take(self, statement: Statement, sql: SqlText) -> None:
        match statement.kind:
            case "insert":
                self.sinks += await self._explain(statement, sql)
            case "query":
                self.sinks += await self._explain(statement, sql)
                await self._keep_rows(str(sql))
            case "statement_set":
                await self._statement_set(statement, sql)
            case "create_table_as":
                await self._create_table_as(statement, sql)
            case "compile_plan" | "compile_and_execute_plan":
                await self._compile(statement, sql)
            case "execute_plan":
                await self._execute_plan(statement, sql)
            case "create_materialized_table" | "changes_data":
                self.tell("warning", statement.place, f"{statement.summary(40)}: {_NOT_WHILE_PLANNING}")
            case "client":
                pass
            case "set" | "reset":
                await self._run(sql)
                self._config = None
                config = await self.config()
                if statement.kind == "set" and config.get("table.dml-sync", "").lower() == "true":
                    self.tell("note", statement.place, "a run sets table.dml-sync to false: it watches the jobs itself")
            case _:
                await self._other(statement, sql)

    async def config(self) -> Mapping[str, str]:
        """The session's settings."""
        if self._config is None:
            listed = await self._flink.execute("SET", timeout_s=self._timeout_s)
            self._config = {str(row[0]): str(row[1]) for row in listed.rows}
        return self._config

    async def leave(self) -> None:
        """Takes the catalogs out of the catalog store that the script put there, where it outlives the session."""
        config = await self.config()
        if config.get("table.catalog-store.kind", "generic_in_memory") == "generic_in_memory":
            return
        for name in self._catalogs:
            try:
                await self._flink.execute("USE CATALOG default_catalog", timeout_s=self._timeout_s)
                await self._flink.execute(f"DROP CATALOG IF EXISTS `{name}`", timeout_s=self._timeout_s)
            except StatementRefusedError as refused:
                self.findings.append(
                    Finding(severity="warning", file="", message=f"catalog {name} is left: {refused.message}")
                )

    # ---- statements that start a job ---------------------------------------------------------------------------

    async def _explain(self, statement: Statement, sql: SqlText) -> list[SinkPlan]:
        """Explains and understands a statement.

        Raises:
            _RefusedError: in Flink's words.
        """
        explained = await self._run(sql.behind(_EXPLAIN))
        text = "\n".join(str(row[0]) for row in explained.rows)
        try:
            return await self._understand(statement, text)
        except (ValueError, LookupError) as error:
            self.tell("warning", statement.place, f"Flink's plan of this statement is not understood: {error}")
            return []

    async def _understand(self, statement: Statement, explained: str) -> list[SinkPlan]:
        trees = syntax_trees(explained)
        kinds = changes(explained)
        patterns = measures(explained)
        config = await self.config()
        places = [part.place for part in statement.parts] or [statement.place]
        plans: list[SinkPlan] = []
        for index, tree in enumerate(trees):
            found: dict[str, FlinkTable] = {}
            for path in scanned(tree):
                table = await self._tables.find(path, ", ")
                if table is None:
                    raise LookupError(f"no table {path}")
                found[path] = table
                self._touched[table.name] = table
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
        self._touched[table.name] = table
        return table.hinted(dict(flow.sink_options))

    async def _statement_set(self, statement: Statement, sql: SqlText) -> None:
        if statement.spelling == "client":
            foreign = [part for part in statement.parts if part.kind not in _IN_SET]
            if foreign:
                await self._refuse_in_set(foreign[0])
                return
            if not statement.parts:
                return
        elif not statement.parts and not statement.text.upper().endswith("END"):
            self.tell("error", statement.place, "the statement set has no END", "Close it with END;")
            return
        try:
            self.sinks += await self._explain(statement, sql)
        except _RefusedError as refused:
            if refused.exact:
                raise
            # Flink names no place: find the statement that it refuses alone.
            for part in statement.parts:
                await self._explain(part, fill(part, self._variables)[0])
            raise

    async def _refuse_in_set(self, part: Statement) -> None:
        """Lets Flink say what it thinks of a statement that may not stand in a set."""
        await self._flink.execute("BEGIN STATEMENT SET", timeout_s=self._timeout_s)
        refused: _RefusedError | None = None
        try:
            if part.kind != "create_table_as":
                await self._run(fill(part, self._variables)[0])
        except _RefusedError as error:
            refused = error
        # Nothing is in the set, so this starts nothing.
        await self._flink.execute("END", timeout_s=self._timeout_s)
        if refused is not None:
            raise refused
        self.tell("warning", part.place, f"{part.summary(40)} in a statement set: {_NOT_WHILE_PLANNING}")

    async def _create_table_as(self, statement: Statement, sql: SqlText) -> None:
        explained = await self._run(sql.behind(_EXPLAIN))
        create = read_create_as(str(sql))
        if create is not None:
            await self._make_table(create)
        text = "\n".join(str(row[0]) for row in explained.rows)
        try:
            self.sinks += await self._understand(statement, text)
        except (ValueError, LookupError) as error:
            self.tell("warning", statement.place, f"Flink's plan of this statement is not understood: {error}")

    async def _make_table(self, create: CreateAs) -> None:
        """Makes the table of a CREATE TABLE … AS without its query, so that later statements find it."""
        try:
            columns = await self._columns_of(create.query)
            made = create.table(columns).replace("CREATE TABLE", "CREATE TEMPORARY TABLE", 1)
            await self._flink.execute(made, timeout_s=self._timeout_s)
        except StatementRefusedError:
            return  # what is known of it then stands in the plan
        finally:
            self._tables.forget()

    async def _keep_rows(self, query: str) -> None:
        """Notes the columns of a bare query; what Flink says against it has been told with its plan."""
        try:
            self._rows = await self._columns_of(query)
        except StatementRefusedError:
            self._rows = None

    async def _columns_of(self, query: str) -> dict[str, str]:
        """The columns of a query and their types."""
        view = f"CREATE TEMPORARY VIEW {_QUERY_VIEW} AS {query}"
        await self._flink.execute(view, timeout_s=self._timeout_s)
        rows = (await self._flink.execute(f"DESCRIBE {_QUERY_VIEW}", timeout_s=self._timeout_s)).rows
        await self._flink.execute(f"DROP TEMPORARY VIEW {_QUERY_VIEW}", timeout_s=self._timeout_s)
        return {
            str(row[0]): plain_type(str(row[1])) + ("" if str(row[2]).lower() != "false" else " NOT NULL")
            for row in rows
        }

    async def _compile(self, statement: Statement, sql: SqlText) -> None:
        """Explains what a plan is compiled for; the file is neither written nor read."""
        if statement.parts:
            start = next(token.start for token in tokenize(str(sql)) if token.upper == "STATEMENT")
        else:
            start = next((token.start for token in tokenize(str(sql)) if token.upper == "INSERT"), 0)
        plans = await self._explain(statement, sql.from_(start))
        path = _path_of(statement)
        if statement.kind == "compile_and_execute_plan":
            self.sinks += plans
        self._compiled[path] = plans

    async def _execute_plan(self, statement: Statement, sql: SqlText) -> None:
        path = _path_of(statement)
        if not path:
            await self._run(sql)  # there is nothing that it could execute
        elif path in self._compiled:
            self.sinks += self._compiled[path]
        else:
            message = f"what {statement.summary(60)} reads and writes is not known before it runs"
            self.tell("warning", statement.place, message, "Write COMPILE AND EXECUTE PLAN … FOR the INSERT.")

    # ---- everything else ---------------------------------------------------------------------------------------

    async def _other(self, statement: Statement, sql: SqlText) -> None:
        tokens = list(tokenize(str(sql)))
        first = tokens[0].upper
        if first not in _RUN_AS_IT_IS and statement.kind != "add_jar":
            # Whatever it is, explaining it starts nothing.
            await self._explain(statement, sql)
            return
        if first in {"CREATE", "ALTER", "DROP"}:
            if statement.kind == "create_catalog":
                await self._create_catalog(target(tokens), sql)
                return
            if not is_temporary(tokens) and await self._outlives(statement, target(tokens)):
                if not can_be_temporary(tokens):
                    message = f"{statement.summary(40)} changes a catalog that outlives the run: {_NOT_WHILE_PLANNING}"
                    self.tell("warning", statement.place, message)
                    return
                sql = sql.inserted(tokens[0].end, TEMPORARY)
                self._made_temporary = True
            self._tables.forget()
        await self._run(sql)

    async def _create_catalog(self, name: tuple[str, ...], sql: SqlText) -> None:
        listed = await self._flink.execute("SHOW CATALOGS", timeout_s=self._timeout_s)
        await self._run(sql)
        if name and all(row[0] != name[0] for row in listed.rows):
            self._catalogs.append(name[0])

    async def _outlives(self, statement: Statement, name: tuple[str, ...]) -> bool:
        """Whether the catalog that a statement changes is held elsewhere than in this session."""
        if statement.kind not in {"create_table", "create_view", "create_function", "create_database", "alter", "drop"}:
            return False
        parts = 2 if statement.kind == "create_database" else 3
        if len(name) >= parts:
            catalog = name[0]
        else:
            current = await self._flink.execute("SHOW CURRENT CATALOG", timeout_s=self._timeout_s)
            catalog = str(current.rows[0][0])
        try:
            quoted = catalog.replace("`", "``")
            told = await self._flink.execute(f"SHOW CREATE CATALOG `{quoted}`", timeout_s=self._timeout_s)
        except StatementRefusedError:
            return False  # Flink's own, in memory
        return "'generic_in_memory'" not in str(told.rows)

    async def _run(self, sql: SqlText) -> StatementResult:
        try:
            return await self._flink.execute(str(sql), timeout_s=self._timeout_s)
        except StatementRefusedError as refused:
            told = _FLINK_PLACE.search(refused.message)
            place = sql.place_of(int(told[1]), int(told[2])) if told else sql.start
            # Flink counts in the text that it got; the place says it in the user's file.
            message = _FLINK_PLACE.sub("", refused.message).strip()
            raise _RefusedError(message, place, exact=told is not None) from None


class _RefusedError(Exception):
    """Flink refuses a statement; ``exact`` when it names the place itself."""

    def __init__(self, message: str, place: Place, *, exact: bool) -> None:
        super().__init__(message)
        self.message = message
        self.place = place
        self.exact = exact


def _path_of(statement: Statement) -> str:
    return next((token.value for token in tokenize(statement.text) if token.kind == "string"), "")
