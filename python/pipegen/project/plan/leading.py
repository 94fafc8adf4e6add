"""Which statements' jobs and which outputs lie behind a table or a statement, by way of topics between statements."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pipegen.project.plan.planned import Planned
from pipegen.project.plan.table import TableName
from pipegen.project.plan.topology import Topology


def leading_statements(planned: Sequence[Planned], topology: Topology) -> frozenset[int]:
    """The indexes of the statements that read an input, or what such a statement writes.

    Args:
        planned: The script.
        topology: Its inputs and the topics between its statements.
    """
    return _behind(planned, topology, {table.name for each in topology.inputs for table in each.tables})


def outputs_fed_by(planned: Sequence[Planned], topology: Topology, statement: int) -> tuple[str, ...]:
    """The outputs that records get to through the job of a statement, also by way of topics between jobs.

    Args:
        planned: The script.
        topology: Its outputs and the topics between its statements.
        statement: The index of the statement.
    """
    reached = {statement, *_behind(planned, topology, _written(planned, topology, [statement]))}
    written = _written(planned, topology, reached)
    places = {sink.place for index in reached for sink in planned[index].sinks}
    return tuple(
        each.name
        for each in topology.outputs
        if any(table.name in written for table in each.tables) or (not each.tables and each.place in places)
    )


def _behind(planned: Sequence[Planned], topology: Topology, tables: set[TableName]) -> frozenset[int]:
    """The statements that read one of the tables, or what such a statement writes."""
    found: set[int] = set()
    while True:
        more = {
            index
            for index, each in enumerate(planned)
            if index not in found and any(table.name in tables for sink in each.sinks for table in sink.scanned)
        }
        if not more:
            return frozenset(found)
        found |= more
        tables = tables | _written(planned, topology, more)


def _written(planned: Sequence[Planned], topology: Topology, statements: Iterable[int]) -> set[TableName]:
    """The tables that statements write, and all others over the same topics between statements."""
    names = {sink.sink.name for index in statements for sink in planned[index].sinks if sink.sink is not None}
    between = ({table.name for table in topic.tables} for topic in topology.inner)
    return names.union(*(tables for tables in between if tables & names))
