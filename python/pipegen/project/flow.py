"""The way from the input to the output: the INSERTs that lie on it, the tables they read, the options in force."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from pipegen.project.queries import Insert
from pipegen.project.script import Script
from pipegen.project.statements import SqlStatement
from pipegen.project.tables import Table

BOUNDED_MODE: Final = "scan.bounded.mode"
_GUARANTEE: Final = "sink.delivery-guarantee"
_HINT: Final = re.compile(r"/\*\+(.*?)\*/", re.DOTALL)
_OPTION: Final = re.compile(r"'([^']+)'\s*=\s*'([^']*)'")


def leading_inserts(script: Script) -> tuple[Insert, ...]:
    """The INSERTs that lie on a way from the input to the output; every one where no way is found."""
    source, sink = script.input_table(), script.output_table()
    if source is None or sink is None:
        return script.inserts
    fed = _reached(script, source, forward=True)
    feeding = _reached(script, sink, forward=False)
    leading = tuple(
        insert
        for insert in script.inserts
        if _place(script, insert.target) in feeding
        and any(_place_of(table) in fed for table in script.tables_under(insert.query))
    )
    return leading or script.inserts


def leading_statements(script: Script, statements: Sequence[SqlStatement]) -> frozenset[int]:
    """The indexes of the statements whose job leads from the input to the output."""
    leading = {insert.statement for insert in leading_inserts(script)}
    return frozenset(index for index, each in enumerate(statements) if not leading.isdisjoint(each.inserts()))


def tables_on_the_way(script: Script) -> tuple[Table, ...]:
    """The tables that the INSERTs on the way read and the pipeline itself feeds: the input, and what lies between."""
    source = script.input_table()
    if source is None:
        return ()
    leading = leading_inserts(script)
    fed = {_place_of(source), *(_place(script, insert.target) for insert in leading)}
    read = {table.name: table for insert in leading for table in script.tables_under(insert.query)}
    return tuple(table for table in read.values() if _place_of(table) in fed)


def bounded_source(script: Script) -> SqlStatement | None:
    """The statement that bounds the Kafka source of the input: its job ends at what was there when it started."""
    source = script.input_table()
    if source is None:
        return None
    for table in script.tables:
        if _place_of(table) == _place_of(source) and _bounds(table.options):
            return table.statement
    hinted = (insert.statement for insert in leading_inserts(script) if _bounds(hint_options(insert.statement)))
    return next(hinted, None)


def writes_exactly_once(script: Script) -> bool:
    """Whether the output is written in transactions, so that its records appear at checkpoints."""
    table = script.output_table()
    if table is None:
        return False
    hints = (hint_options(insert.statement) for insert in script.output_inserts())
    told = {**table.options, **{key: value for options in hints for key, value in options.items()}}
    return told.get(_GUARANTEE, "").lower().replace("_", "-") == "exactly-once"


def hint_options(statement: SqlStatement) -> Mapping[str, str]:
    """The options in the hints of a statement."""
    return {key: value for hint in _HINT.findall(statement.text) for key, value in _OPTION.findall(hint)}


def _bounds(options: Mapping[str, str]) -> bool:
    return options.get(BOUNDED_MODE, "unbounded").lower() != "unbounded"


def _reached(script: Script, start: Table, *, forward: bool) -> set[str]:
    """The places that records from a table get to, or from which they get to it."""
    reached = {_place_of(start)}
    while True:
        more = {
            place for insert in script.inserts for place in _next(script, insert, reached, forward=forward)
        } - reached
        if not more:
            return reached
        reached |= more


def _next(script: Script, insert: Insert, reached: set[str], *, forward: bool) -> Iterator[str]:
    target = _place(script, insert.target)
    sources = [_place_of(table) for table in script.tables_under(insert.query)]
    if forward and not reached.isdisjoint(sources):
        yield target
    if not forward and target in reached:
        yield from sources


def _place(script: Script, name: str) -> str:
    table = script.table(name)
    return name if table is None else _place_of(table)


def _place_of(table: Table) -> str:
    """What stands for all tables over the same topic."""
    return f"topic {table.topic}" if table.topic is not None else table.name


def topics_of(table: Table) -> tuple[str, ...]:
    """The topics of a table as written: one option may name several."""
    return tuple(topic.strip() for topic in (table.topic or "").split(";") if topic.strip())
