"""A planned script as a run submits it: each Kafka table is hidden by a temporary one with topics of the run's own.

The user's statements are sent word for word, but for option literals in hints and in CREATE TABLE … AS, which would win
over a table's. Pure: the planner has asked Flink before.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from pipegen.project.plan.create_as import read_create_as
from pipegen.project.plan.filled import Piece, SqlText, fill
from pipegen.project.plan.lexer import Token, tokenize
from pipegen.project.plan.masked import masked
from pipegen.project.plan.names import target
from pipegen.project.plan.own_options import Own, own_options, stand_in
from pipegen.project.plan.own_plans import NOT_WRITTEN, executable, plan_path
from pipegen.project.plan.own_settings import left_out, setting_of
from pipegen.project.plan.planned import TEMPORARY, Planned
from pipegen.project.plan.shadows import Shadows, written
from pipegen.project.plan.stand_in import READ_BACK
from pipegen.project.plan.statement import STARTS_JOB, Statement
from pipegen.project.plan.table import FlinkTable, TableName

_CHANGES_TABLES: Final = frozenset({"create_table", "create_table_as", "create_view", "alter", "drop"})
_GROUP: Final = "properties.group.id"


@dataclass(frozen=True, slots=True)
class IsolatedStatement:
    """A statement as a run submits it; see :class:`pipegen.project.interface.ToSubmit`."""

    statement: Statement
    sql: SqlText
    before: tuple[str, ...] = ()
    not_run: str | None = None
    """Why a run leaves it out, other than for an option it sets; None if it does not."""

    @property
    def file(self) -> Path:
        """Where it stands."""
        return self.statement.place.file

    @property
    def line(self) -> int:
        """1-based line of its first word."""
        return self.statement.place.line

    @property
    def kind(self) -> str:
        """What it is; a query that became an INSERT is one."""
        return "insert" if self.statement.kind == "query" else self.statement.kind

    @property
    def text(self) -> str:
        """What Flink gets."""
        return str(self.sql)

    @property
    def resets(self) -> bool:
        """Whether it takes options back to what they were."""
        return self.statement.kind == "reset"

    @property
    def left_out(self) -> str | None:
        """Why a run leaves it out; None where it does not."""
        if self.not_run is not None:
            return self.not_run
        told = setting_of(self.text)
        return left_out(*told) if told is not None else None

    def place_of(self, line: int, column: int) -> tuple[int, int]:
        """Where in the user's file Flink means."""
        place = self.sql.place_of(line, column)
        return place.line, place.column


@dataclass(frozen=True, slots=True)
class ShownStatement:
    """A statement as it is shown, without secrets."""

    file: Path
    line: int
    kind: str
    text: str


def shown(statement: Statement) -> ShownStatement:
    """The statement without secrets."""
    return ShownStatement(statement.place.file, statement.place.line, statement.kind, masked(whole_text(statement)))


def whole_text(statement: Statement) -> str:
    """The text of a statement, those inside a set among it."""
    return " ".join((statement.text, *(part.text for part in statement.parts)))


def isolated(
    planned: Sequence[Planned], own: Own | None, variables: Mapping[str, str], names: Mapping[str, str]
) -> list[IsolatedStatement]:
    """The script as a run submits it.

    Args:
        planned: The script.
        own: What the run has of its own; None where tables stay as they are written.
        variables: What ``${…}`` stands for.
        names: For each place of a bare query the table that takes its rows.

    Raises:
        ProjectError: for a variable that does not exist.
    """
    hidden = _Hidden(own)
    return [_isolated(each, hidden, own, variables, names) for each in planned]


def _isolated(
    planned: Planned, hidden: _Hidden, own: Own | None, variables: Mapping[str, str], names: Mapping[str, str]
) -> IsolatedStatement:
    statement = planned.statement
    if own is not None and planned.in_batch:
        own = replace(own, keeps_end=True)
    hidden.own = own
    sql, _ = fill(statement, variables)
    if planned.held_back is not None:
        return IsolatedStatement(statement, sql, not_run=planned.held_back)
    if own is not None:
        if statement.kind == "compile_plan":
            hidden.compiled[plan_path(statement, sql)] = planned
            return IsolatedStatement(statement, sql, not_run=NOT_WRITTEN)
        planned, sql = _without_file(planned, sql, hidden.compiled, variables)
    before: list[str] = []
    before += _shown_again(statement, str(sql), hidden.shadows)
    if planned.temporary:
        sql = sql.inserted(next(tokenize(str(sql))).end, TEMPORARY)
    if statement.kind == "create_table_as":
        made, sql = _made_apart(planned, sql)
        before += made
    if statement.kind == "create_view":
        before += [text for table in planned.tables for text in hidden.covered(table, ())]
    if statement.kind in STARTS_JOB:
        rewritten = {sink.sink.name for sink in planned.sinks if sink.sink is not None and set(sink.changes) - {"I"}}
        before += [text for table in planned.tables for text in hidden.covered(table, rewritten)]
        if own is not None:
            sql = _own_literals(sql, own)
    name = names.get(str(statement.place))
    if name is not None and planned.rows is not None:
        before.append(query_table(name, planned.rows, own, variables, rewritten=planned.rewritten))
        sql = sql.behind(f"INSERT INTO {name} ")
    return IsolatedStatement(statement, sql, tuple(before))


def _shown_again(statement: Statement, text: str, shadows: Shadows) -> list[str]:
    """Statements that bring back the script's own tables before it changes them, or makes others like them."""
    tokens = list(tokenize(text))
    if statement.kind == "create_table" and "LIKE" in {each.upper for each in tokens}:
        return shadows.uncovered(())
    if statement.kind in _CHANGES_TABLES:
        return shadows.uncovered(target(tokens))
    if "DATABASE" in statement.text.upper() or "CATALOG" in statement.text.upper():
        return shadows.uncovered(()) if statement.kind in {"drop", "alter", "other"} else []
    return []


def _without_file(
    planned: Planned, sql: SqlText, compiled: Mapping[str, Planned], variables: Mapping[str, str]
) -> tuple[Planned, SqlText]:
    """The statement that a compiled plan was made from, to run in its place; any other statement unchanged."""
    statement = planned.statement
    if statement.kind == "compile_and_execute_plan":
        return planned, executable(statement, sql)
    meant = compiled.get(plan_path(statement, sql)) if statement.kind == "execute_plan" else None
    if meant is None:
        return planned, sql
    return replace(planned, tables=meant.tables), executable(meant.statement, fill(meant.statement, variables)[0])


def _made_apart(planned: Planned, sql: SqlText) -> tuple[list[str], SqlText]:
    """A CREATE TABLE … AS as the making of a temporary table, which can be hidden, and an INSERT of its rows."""
    create = read_create_as(str(sql))
    sink = next((each.sink for each in planned.sinks if each.sink is not None), None)
    if create is None or sink is None or planned.rows is None:
        return [], sql
    query = sql.from_(len(str(sql)) - len(create.query))
    return [create.temporary_table(planned.rows)], query.behind(f"INSERT INTO {sink.name.sql} ")


@dataclass(slots=True)
class _Hidden:
    """What a run has in place of the script's tables."""

    own: Own | None
    shadows: Shadows = field(default_factory=Shadows)
    compiled: dict[str, Planned] = field(default_factory=dict)
    """The statement that the script compiles into a plan file."""

    def covered(self, table: FlinkTable, rewritten: Iterable[TableName]) -> list[str]:
        """Statements that hide a table."""
        options = self._options(table, rewritten)
        if options is None:
            return []
        # Kafka's connector refuses a primary key over rows that are only added.
        return self.shadows.covered(
            replace(table, without_key=True) if table.connector in READ_BACK else table, options
        )

    def _options(self, table: FlinkTable, rewritten: Iterable[TableName]) -> dict[str, str] | None:
        if self.own is None or table.name in self.own.leaves:
            return None
        if table.is_kafka:
            return own_options(table.options or {}, self.own)
        if table.connector in READ_BACK:
            return stand_in(table, self.own, rewritten=table.name in rewritten)
        return None


def query_table(
    name: str, columns: Mapping[str, str], own: Own | None, variables: Mapping[str, str], *, rewritten: bool
) -> str:
    """The table that takes the rows of a bare query: a topic of the run's own."""
    of_run = own or Own(lambda topic: topic, variables)
    options = {
        "connector": "kafka",
        "topic": of_run.topic(name) if own is not None else f"{name}-{variables['RUN_ID']}",
        "format": "debezium-json" if rewritten else "json",
        **of_run.kafka,
    }
    listed = ", ".join(f"`{column.replace('`', '``')}` {kind}" for column, kind in columns.items())
    return f"CREATE TEMPORARY TABLE `{name}` ({listed}) WITH ({written(options)})"


def _own_literals(sql: SqlText, own: Own) -> SqlText:
    """The statement with the run's own in place of option literals in hints and in the WITH of CREATE TABLE … AS."""
    text = str(sql)
    for start, end, options in reversed(list(_option_lists(text))):
        if "connector" in options and options["connector"] not in {"kafka", "upsert-kafka"}:
            continue
        if "connector" in options:
            changed = own_options(options, own)
        else:
            # A hint has only some options, which win over the table's: the run's own take the place of those.
            of_table = own_options({"connector": "kafka", **options}, own)
            changed = {key: value for key, value in of_table.items() if key in options}
            # An empty hint is refused.
            changed = changed or {_GROUP: of_table[_GROUP]}
        if changed != options:
            sql = _replaced(sql, start, end, written(changed))
    return sql


def _replaced(sql: SqlText, start: int, end: int, words: str) -> SqlText:
    head, rest = sql.until(start), sql.from_(end)
    owner = rest.pieces[0]
    return SqlText((*head.pieces, Piece(words, owner.statement, owner.start, own=False), *rest.pieces))


def _option_lists(text: str) -> Iterable[tuple[int, int, dict[str, str]]]:
    """Where lists of options stand: between the brackets behind OPTIONS in a hint, or behind WITH."""
    tokens = list(tokenize(text))
    for index, token in enumerate(tokens[:-1]):
        if token.upper not in {"OPTIONS", "WITH"} or tokens[index + 1].text != "(":
            continue
        inner = _until_closed(tokens[index + 2 :])
        strings = [each.value for each in inner if each.kind == "string"]
        if inner and len(strings) == sum(each.text == "=" for each in inner) * 2:
            yield inner[0].start, inner[-1].end, dict(zip(strings[::2], strings[1::2], strict=False))


def _until_closed(tokens: Sequence[Token]) -> list[Token]:
    end = next((index for index, token in enumerate(tokens) if token.text == ")"), 0)
    return list(tokens[:end])
