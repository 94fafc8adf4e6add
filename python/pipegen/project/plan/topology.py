"""The topology of a script: what feeds it, what it writes, what happens to records on the way between.

Values only; :mod:`pipegen.project.plan.compose` makes them from the plans of all sinks.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from pipegen.project.plan.columns import How
from pipegen.project.plan.flow import PathShape, Step
from pipegen.project.plan.literal import LiteralValue
from pipegen.project.plan.statement import Place
from pipegen.project.plan.table import FlinkTable, TableColumn

LatencyWay = Literal["header", "trace", "timestamp"]


@dataclass(frozen=True, slots=True)
class Topic:
    """A Kafka topic of the script, or the topics that one table names together.

    Attributes:
        name: The key of it everywhere: its first table's name, qualified where that is ambiguous.
        topics: The topics' names; empty where a pattern names them.
        tables: The tables over it, in the order in which they are used.
    """

    name: str
    topics: tuple[str, ...]
    tables: tuple[FlinkTable, ...]

    @property
    def columns(self) -> tuple[TableColumn, ...]:
        """All columns of its tables: a name that several have is the first one's."""
        found: dict[str, TableColumn] = {}
        for table in self.tables:
            for column in table.columns:
                found.setdefault(column.name, column)
        return tuple(found.values())


@dataclass(frozen=True, slots=True)
class Input(Topic):
    """A topic that is read and not written: PipeGen feeds it.

    Attributes:
        versioned: Whether its rows are looked up as of a time: it is loaded before the others.
    """

    versioned: bool = False


@dataclass(frozen=True, slots=True)
class InnerTopic(Topic):
    """A topic that one statement writes and another reads."""


@dataclass(frozen=True, slots=True)
class Latency:
    """How the end-to-end latency of one path is measured.

    Attributes:
        way: By the header, by a column that leads back to the record, or by the record's timestamp; None where it
            cannot be measured.
        reason: Why, as a sentence without a full stop.
        remedy: What to change; None where nothing is needed.
        by_timestamp: Whether the record's timestamp arrives, with or without the header.
    """

    way: LatencyWay | None
    reason: str
    remedy: str | None = None
    by_timestamp: bool = False

    @property
    def told(self) -> str:
        """Why, and what to change, without the last full stop."""
        return ". ".join(part for part in (self.reason, self.remedy) if part)


@dataclass(frozen=True, slots=True)
class Path:
    """What relates one output to one input.

    Attributes:
        input: Name of the input.
        output: Name of the output.
        shape: What the whole way makes of the number of records.
        steps: What happens on it, from the input on; only what changes the number of records, or may.
        via: Inner topics that it goes through.
        latency: How it is timed.
        place: The statement that writes the output.
        meets: The other inputs whose records are combined with its own on the way.
    """

    input: str
    output: str
    shape: PathShape
    steps: tuple[Step, ...]
    via: tuple[str, ...]
    latency: Latency
    place: Place
    meets: frozenset[str] = frozenset()

    @property
    def reason(self) -> str:
        """The first step that makes the shape what it is; empty for one_to_one."""
        return next((step.what for step in self.steps if step.shape == self.shape and self.shape != "one_to_one"), "")


@dataclass(frozen=True, slots=True)
class Origin:
    """A column of an input that a value comes from.

    Attributes:
        input: Name of the input, or of a table of another connector.
        column: The column, dotted for a field of a row; of metadata its key.
        metadata: Whether it is metadata of the record.
        how: What became of the value on its way.
    """

    input: str
    column: str
    metadata: bool
    how: How

    @property
    def exact(self) -> bool:
        """Whether the value arrives unchanged."""
        return self.how == "exact"


@dataclass(frozen=True, slots=True)
class OutputColumn:
    """A column of an output and where its values come from; for metadata, the name is the key.

    Attributes:
        name: Its name; for metadata, the key.
        metadata: Whether it is metadata of the record.
        origins: Where its values come from.
        absent: Whether it is null where an outer join finds no partner.
    """

    name: str
    metadata: bool
    origins: frozenset[Origin]
    absent: bool = False


@dataclass(frozen=True, slots=True)
class Output:
    """Something that is written: a Kafka topic, ``print`` or ``blackhole``, or the rows of a bare query.

    Attributes:
        name: The key of it everywhere.
        topics: Its Kafka topics; empty for others.
        tables: The tables over it; empty for a query.
        columns: What each statement that writes it puts there, with its lineage.
        changes: The kinds of changes that reach it: ``I``, ``UB``, ``UA``, ``D``.
        paths: One for each input that takes part.
        place: The first statement that writes it.
        from_others: One for each table of another connector that takes part.
        mini_batch: Whether a statement that writes it has mini-batch on.
    """

    name: str
    topics: tuple[str, ...]
    tables: tuple[FlinkTable, ...]
    columns: tuple[OutputColumn, ...]
    changes: tuple[str, ...]
    paths: tuple[Path, ...]
    place: Place
    from_others: tuple[Path, ...] = ()
    mini_batch: bool = False

    @property
    def kind(self) -> str:
        """The connector, or ``query``."""
        return self.tables[0].own_connector if self.tables else "query"

    @property
    def rewritten(self) -> bool:
        """Whether rows are written again or taken back."""
        return any(change != "I" for change in self.changes)


@dataclass(frozen=True, slots=True)
class Other:
    """A table of another connector that is read, written, or both."""

    name: str
    table: FlinkTable
    read: bool
    written: bool


@dataclass(frozen=True, slots=True)
class JoinKey:
    """Two columns that are compared for equality, each with the input columns that it comes from.

    Attributes:
        left: Origins of one side.
        right: Origins of the other.
        place: The statement that compares them.
    """

    left: frozenset[Origin]
    right: frozenset[Origin]
    place: Place


@dataclass(frozen=True, slots=True)
class ComparedColumn:
    """A column of an input that statements compare with literals.

    Attributes:
        input: Name of the input.
        column: The column, dotted for a field of a row.
        values: What it equals where a condition holds or does not hold.
        above: Lower bounds it is compared with.
        below: Upper bounds it is compared with.
    """

    input: str
    column: str
    values: tuple[LiteralValue, ...] = ()
    above: tuple[LiteralValue, ...] = ()
    below: tuple[LiteralValue, ...] = ()


@dataclass(frozen=True, slots=True)
class Topology:
    """All of it, in the order of the script."""

    inputs: tuple[Input, ...] = ()
    inner: tuple[InnerTopic, ...] = ()
    outputs: tuple[Output, ...] = ()
    others: tuple[Other, ...] = ()
    join_keys: tuple[JoinKey, ...] = ()
    compared: tuple[ComparedColumn, ...] = ()
    groups: tuple[tuple[str, str], ...] = ()
    """Inputs and columns that records are grouped by."""

    @property
    def paths(self) -> tuple[Path, ...]:
        """The paths of all outputs."""
        return tuple(path for output in self.outputs for path in output.paths)
