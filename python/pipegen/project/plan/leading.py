"""Which statements' jobs are on the way of what is sent."""

from __future__ import annotations

from collections.abc import Sequence

from pipegen.project.plan.planned import Planned
from pipegen.project.plan.table import FlinkTable, TableName
from pipegen.project.plan.topology import Topology


def leading_statements(planned: Sequence[Planned], topology: Topology) -> frozenset[int]:
    """The indexes of the statements that read an input, or what such a statement writes.

    Args:
        planned: The script.
        topology: Its inputs and the topics between its statements.
    """
    reached = {table.name for each in topology.inputs for table in each.tables}
    leading: set[int] = set()
    while True:
        more = {
            index
            for index, each in enumerate(planned)
            if index not in leading and any(_reads(reached, sink.scanned) for sink in each.sinks)
        }
        if not more:
            return frozenset(leading)
        leading |= more
        reached |= _written([planned[index] for index in more], topology)


def _reads(reached: set[TableName], scanned: Sequence[FlinkTable]) -> bool:
    return any(table.name in reached for table in scanned)


def _written(planned: Sequence[Planned], topology: Topology) -> set[TableName]:
    """The tables that statements write, and all others over the same topics."""
    names = {sink.sink.name for each in planned for sink in each.sinks if sink.sink is not None}
    return names | {
        table.name
        for topic in topology.inner
        if any(each.name in names for each in topic.tables)
        for table in topic.tables
    }
