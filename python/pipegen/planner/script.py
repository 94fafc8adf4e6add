"""Plans a script statement by statement: what each reads and writes, and what Flink and PipeGen have to say of it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from pipegen.errors import ProjectError
from pipegen.planner.definitions import Definitions, OutlivesError
from pipegen.planner.explainer import Explainer, NotUnderstoodError
from pipegen.planner.flink_sql import FlinkSql
from pipegen.planner.session import PlanningSession, RefusedError
from pipegen.planner.stand_ins import StandIns
from pipegen.planner.tables import Tables
from pipegen.project import Finding, Severity
from pipegen.project.findings import finding_of
from pipegen.project.plan.compose import SinkPlan, compose
from pipegen.project.plan.create_as import read_create_as
from pipegen.project.plan.filled import SqlText, fill
from pipegen.project.plan.lexer import Token, tokenize
from pipegen.project.plan.names import target
from pipegen.project.plan.own_plans import NOT_WRITTEN, compiled, plan_path
from pipegen.project.plan.own_settings import left_out, setting_of
from pipegen.project.plan.planned import Planned
from pipegen.project.plan.stand_in import Mentions, StandInRules, mentions
from pipegen.project.plan.statement import Place, Statement
from pipegen.project.plan.topology import Topology
from pipegen.services.sql_gateway import StatementRefusedError

_RUN_AS_IT_IS: Final = frozenset({"SHOW", "DESCRIBE", "DESC", "EXPLAIN", "LOAD", "UNLOAD", "USE"})
_DDL: Final = frozenset({"CREATE", "DROP", "ALTER"})
_NOT_FOUND: Final = re.compile(r"not found|[Cc]annot find|does ?n[o']t exist")
_CATALOG: Final = "would change a catalog that outlives the run"
_DATA: Final = "would change data, tables or jobs that are not the run's"


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
    statements: Sequence[Statement],
    flink: FlinkSql,
    *,
    variables: Mapping[str, str],
    timeout_s: float = 60,
    replaced: StandInRules | None = None,
) -> ScriptPlan:
    """Plans a script in a session of its own.

    Args:
        statements: The script.
        flink: Flink; a SQL gateway alone is enough.
        variables: What ``${…}`` stands for.
        timeout_s: How long one statement may take.
        replaced: Which tables of other connectors something stands in for; None leaves all as they are.

    Raises:
        FlinkError: when Flink does not answer.
    """
    handle = await flink.open_session("pipegen-plan", {})
    try:
        planning = _Planning(flink, variables, timeout_s, mentions(statements), replaced)
        for index, statement in enumerate(statements):
            if statement.kind == "client" and statement.text.upper() in {"QUIT", "EXIT"}:
                if statements[index + 1 :]:
                    planning.tell("note", statement.place, f"{statement.text} ends the script: nothing below it is run")
                break
            await planning.take(statement)
        return await planning.planned_script()
    finally:
        await flink.end_session(handle)


class _Planning:
    def __init__(
        self,
        flink: FlinkSql,
        variables: Mapping[str, str],
        timeout_s: float,
        said: Mentions,
        replaced: StandInRules | None,
    ) -> None:
        self._variables = variables
        self._session = PlanningSession(flink, timeout_s)
        self._tables = Tables(flink, timeout_s)
        self._explainer = Explainer(self._session, self._tables)
        self._definitions = Definitions(self._session, self._tables)
        self._stand_ins = StandIns(self._session, self._tables, said, replaced)
        self._compiled: dict[str, list[SinkPlan]] = {}
        self._lost: set[str] = set()
        self._made_temporary = False
        self._held_back: str | None = None
        self._rows: Mapping[str, str] | None = None
        self._planned: list[Planned] = []
        self._sinks: list[SinkPlan] = []
        self._findings: list[Finding] = []

    def tell(self, severity: Severity, place: Place, message: str, remedy: str | None = None) -> None:
        """Adds a finding."""
        self._findings.append(
            Finding(
                severity=severity,
                file=str(place.file),
                line=place.line,
                column=place.column,
                message=message,
                remedy=remedy,
            )
        )

    async def planned_script(self) -> ScriptPlan:
        """What was found, once all statements were taken."""
        left = await self._definitions.leave()
        self._findings += [Finding(severity="warning", file="", message=message) for message in left]
        config = await self._session.config()
        return ScriptPlan(compose(self._sinks), tuple(self._findings), config, tuple(self._planned))

    async def take(self, statement: Statement) -> None:
        """Plans one statement."""
        self._explainer.touched, self._made_temporary, self._rows, self._held_back = {}, False, None, None
        before = len(self._sinks)
        await self._plan(statement)
        self._planned.append(
            Planned(
                statement,
                tuple(self._explainer.touched.values()),
                tuple(self._sinks[before:]),
                self._made_temporary,
                self._rows,
                self._held_back,
            )
        )

    async def _plan(self, statement: Statement) -> None:
        try:
            sql, warnings = fill(statement, self._variables)
        except ProjectError as error:
            self._findings.append(finding_of(error, statement.place.file))
            return
        self._findings += warnings
        try:
            await self._take(statement, sql)
        except RefusedError as refused:
            created = statement.kind.startswith("create")
            name = target(list(tokenize(str(sql)))) if created else ()
            follows = any(f"'{lost}'" in refused.message or f"`{lost}`" in refused.message for lost in self._lost)
            if not (follows and _NOT_FOUND.search(refused.message)):
                looks_up = "SYSTEM_TIME" in str(sql).upper()
                self.tell("error", refused.place, refused.message, self._stand_ins.looked_up() if looks_up else None)
            # What could not be made is missed below: that is said once.
            self._lost.update(name[-1:])

    async def _take(self, statement: Statement, sql: SqlText) -> None:
        await self._stand_ins.before(statement.kind)
        match statement.kind:
            case "insert":
                self._sinks += await self._explain(statement, sql)
            case "query":
                self._sinks += await self._explain(statement, sql)
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
                self._hold_back(statement, _DATA)
            case "client":
                pass
            case "set" | "reset":
                # What a run leaves out is set here all the same: a plan starts nothing, and means what the script says.
                await self._session.change_config(sql)
                told = setting_of(str(sql))
                if told is not None and (why := left_out(*told)) is not None:
                    self.tell("note", statement.place, f"in a run {why}")
            case _:
                await self._other(statement, sql)

    async def _explain(self, statement: Statement, sql: SqlText) -> list[SinkPlan]:
        """Explains and understands a statement.

        Raises:
            RefusedError: in Flink's words.
        """
        return await self._understand(statement, await self._explainer.text_of(sql))

    async def _understand(self, statement: Statement, explained: str) -> list[SinkPlan]:
        try:
            return await self._explainer.sinks_of(statement, explained)
        except NotUnderstoodError as error:
            self.tell("warning", statement.place, f"Flink's plan of this statement is not understood: {error}")
            return []

    async def _statement_set(self, statement: Statement, sql: SqlText) -> None:
        if statement.spelling == "client":
            foreign = [part for part in statement.parts if part.kind != "insert"]
            if foreign:
                await self._refuse_in_set(foreign[0])
                return
            if not statement.parts:
                return
        elif not statement.parts and not statement.text.upper().endswith("END"):
            self.tell("error", statement.place, "the statement set has no END", "Close it with END;")
            return
        try:
            self._sinks += await self._explain(statement, sql)
        except RefusedError as refused:
            if refused.exact:
                raise
            # Flink names no place: find the statement that it refuses alone.
            for part in statement.parts:
                await self._explain(part, fill(part, self._variables)[0])
            raise

    async def _refuse_in_set(self, part: Statement) -> None:
        """Lets Flink say what it thinks of a statement that may not stand in a set."""
        await self._session.execute("BEGIN STATEMENT SET")
        refused: RefusedError | None = None
        try:
            if part.kind != "create_table_as":
                await self._session.run(fill(part, self._variables)[0])
        except RefusedError as error:
            refused = error
        # Nothing is in the set, so this starts nothing.
        await self._session.execute("END")
        if refused is not None:
            raise refused
        message = f"{part.summary(40)} in a statement set: its effect is unknown before the run"
        self.tell("warning", part.place, message)

    async def _create_table_as(self, statement: Statement, sql: SqlText) -> None:
        explained = await self._explainer.text_of(sql)
        create = read_create_as(str(sql))
        if create is not None:
            self._rows = await self._definitions.make_table(create)
        self._sinks += await self._understand(statement, explained)

    async def _keep_rows(self, query: str) -> None:
        """Notes the columns of a bare query; what Flink says against it has been told with its plan."""
        try:
            self._rows = await self._session.columns_of(query)
        except StatementRefusedError:
            self._rows = None

    async def _compile(self, statement: Statement, sql: SqlText) -> None:
        """Explains what a plan is compiled for; the file is neither written nor read."""
        plans = await self._explain(statement, compiled(statement, sql))
        if statement.kind == "compile_and_execute_plan":
            self._sinks += plans
        self._compiled[plan_path(statement, sql)] = plans
        self.tell("note", statement.place, f"in a run with its own topics, {NOT_WRITTEN}")

    async def _execute_plan(self, statement: Statement, sql: SqlText) -> None:
        path = plan_path(statement, sql)
        if not path:
            await self._session.run(sql)  # there is nothing that it could execute
        elif path in self._compiled:
            self._sinks += self._compiled[path]
        else:
            message = f"what {statement.summary(60)} reads and writes is not known before it runs"
            self.tell("warning", statement.place, message, "Write COMPILE AND EXECUTE PLAN … FOR the INSERT.")

    def _hold_back(self, statement: Statement, why: str) -> None:
        self._held_back = f"{statement.summary(40)} {why}: it is left out"
        # The run itself warns when it leaves the statement out.
        self.tell("note", statement.place, f"in a run, {self._held_back}")

    async def _other(self, statement: Statement, sql: SqlText) -> None:
        first = next(tokenize(str(sql))).upper
        if first in _DDL:
            try:
                self._made_temporary = await self._definitions.take(statement, sql)
            except OutlivesError:
                self._hold_back(statement, _CATALOG)
            else:
                await self._noted(statement, list(tokenize(str(sql))))
        elif first in _RUN_AS_IT_IS or statement.kind == "add_jar":
            await self._session.run(sql)
        else:
            # Whatever it is, explaining it starts nothing.
            await self._explain(statement, sql)

    async def _noted(self, statement: Statement, tokens: Sequence[Token]) -> None:
        """Notes what a definition means for the tables that something stands in for."""
        if statement.kind == "create_table":
            await self._stand_ins.created(target(tokens), tokens)
        elif statement.kind == "create_view":
            self._explainer.touched |= {each.name: each for each in self._stand_ins.sources}
