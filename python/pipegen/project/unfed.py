"""Inputs fed by another producer (`inputs.NAME.feed: false`): their tables stay as written. Pure."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

from pipegen.errors import ProjectError
from pipegen.project.plan.table import TableName
from pipegen.project.plan.topology import Input, Topology
from pipegen.suggestion import did_you_mean


@dataclass(frozen=True, slots=True)
class Unfed:
    """What is read but not sent to.

    Attributes:
        names: The inputs.
        tables: Their tables.
        topics: Their topics.
    """

    names: tuple[str, ...] = ()
    tables: frozenset[TableName] = frozenset()
    topics: tuple[str, ...] = ()


def unfed_of(inputs: Collection[Input]) -> Unfed:
    """Describes inputs that the run does not feed."""
    return Unfed(
        names=tuple(each.name for each in inputs),
        tables=frozenset(table.name for each in inputs for table in each.tables),
        topics=tuple(dict.fromkeys(topic for each in inputs for topic in each.topics)),
    )


def without_unfed(topology: Topology, names: Collection[str]) -> tuple[Topology, Unfed]:
    """The topology with only the inputs that are fed, and the other inputs.

    Args:
        topology: What the SQL reads and writes.
        names: The inputs fed by another producer.

    Raises:
        ProjectError: one of them is not an input.
    """
    known = [each.name for each in topology.inputs]
    for name in names:
        if name not in known:
            raise ProjectError(
                f"inputs.{name}: the SQL has no such input",
                remedy=did_you_mean(name, known) or f"Inputs: {', '.join(known) or 'none'}.",
            )
    left = [each for each in topology.inputs if each.name in names]
    fed = tuple(each for each in topology.inputs if each.name not in names)
    return replace(topology, inputs=fed), unfed_of(left)
