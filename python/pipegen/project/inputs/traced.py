"""Chooses the columns whose values lead back to the record that they came in with, where no header arrives."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from pipegen.config.topics import InputSettings, OutputSettings
from pipegen.errors import ProjectError
from pipegen.project.inputs.pools import Node, Pool, stream_of, thing_of, type_of
from pipegen.project.plan.read_back import TRACED_FORMATS, place_in_value, reading_format
from pipegen.project.plan.sql_type import SqlType
from pipegen.project.plan.topology import Input, Output, OutputColumn, Topology
from pipegen.suggestion import did_you_mean

TraceKind = Literal["int", "long", "uuid", "text"]
NO_TRACE: Final = "none"
"""What the settings call no trace at all."""
_WHOLE: Final[Mapping[str, TraceKind]] = {"INT": "int", "BIGINT": "long"}
_UUID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_NUMBERED: Final = re.compile(r"(\D*)\d+")
_UUID_LENGTH: Final = 36
_ID_LENGTH: Final = 16 + 1 + 8
"""Digits of the largest number of an event, and the check part."""
_INT_SIZE: Final = 1 << 31
_ID: Final = re.compile(r"(^|_)(id|uuid|guid|key|pk)$|(?<=[a-z])(Id|ID|Uuid|UUID|Key)$", re.ASCII)
_BESIDE: Final = frozenset({"null", "length", "bits"})


@dataclass(frozen=True, slots=True)
class TracedColumn:
    """A column of an input of which each record has a value of its own that leads back to it.

    Attributes:
        column: The column.
        kind: How its values are made.
        stream: What they are made from, with the record's number.
        prefix: What stands before each, if they are texts.
    """

    column: str
    kind: TraceKind
    stream: int
    prefix: str = ""

    def told(self, name: str) -> str:
        """What is said of it before a run.

        Args:
            name: The input.
        """
        chance = "; of 2,147,483,648 values that are not PipeGen's, as many pass as records are planned"
        return (
            f"{self.column} leads back to its record, since outputs that it reaches carry no header"
            f"{chance if self.kind == 'int' else ''}; override it with inputs.{name}.trace: none"
        )

    @property
    def hint(self) -> dict[str, Any]:
        """What the hint of shared keys has to say of it."""
        return {"trace": self.kind, **({"prefix": self.prefix} if self.prefix else {})}


@dataclass(frozen=True, slots=True)
class Known:
    """What decides whether a column can be a trace.

    Attributes:
        inputs: The inputs by name.
        settings: What the settings say of each.
        pools: The keys that columns share.
        rewritten: The inputs whose rows are written again.
        told: What a person says of the values of columns.
        totals: How many records each input sends, as far as known.
        seed: The run's seed.
        drawn: Values that the generator makes of columns of an input as things stand.
    """

    topology: Topology
    inputs: Mapping[str, Input]
    settings: Mapping[str, InputSettings]
    pools: Mapping[Node, Pool]
    rewritten: frozenset[str]
    told: Mapping[Node, Mapping[str, Any]]
    totals: Mapping[str, int]
    seed: int
    drawn: Callable[[str, Sequence[str]], Mapping[str, Sequence[Any]]]
    found: dict[Node, TracedColumn] = field(default_factory=dict)


def traced_columns(known: Known, outputs: Mapping[str, OutputSettings], *, guess: bool) -> dict[Node, TracedColumn]:
    """The columns that are traces, with those that the settings name first.

    Args:
        known: What decides.
        outputs: ``outputs:`` of the project, by name.
        guess: Whether to look for columns that the settings do not name.

    Raises:
        ProjectError: a column that the settings name cannot be a trace.
    """
    for output in known.topology.outputs:
        told = outputs.get(output.name)
        if told is not None and told.trace not in {None, NO_TRACE}:
            _take_output(known, output, str(told.trace))
    for name, each in known.settings.items():
        if each.trace not in {None, NO_TRACE} and name in known.inputs:
            _take(known, Node(name, str(each.trace)), f"inputs.{name}.trace")
    for output in known.topology.outputs if guess else ():
        told = outputs.get(output.name)
        if told is None or told.trace is None:
            _guess(known, output)
    return known.found


def trace_of(column: OutputColumn, name: str) -> str | None:
    """The column of an input that a column of an output leads back to by exact values; None for any other."""
    if column.metadata or not all(origin.exact and not origin.metadata for origin in column.origins):
        return None
    return next((origin.column for origin in column.origins if origin.input == name), None)


def _take_output(known: Known, output: Output, name: str) -> None:
    where = f"outputs.{output.name}.trace"
    columns = {column.name: column for column in output.columns if not column.metadata}
    if name not in columns:
        raise ProjectError(
            f"{where}: {output.name} has no column {name}",
            remedy=did_you_mean(name, columns) or f"Columns: {', '.join(columns)}.",
        )
    if place_in_value(output, name) is None:
        read = reading_format(output)
        raise ProjectError(
            f"{where}: {name} cannot be read in records of {output.name}: "
            + (f"PipeGen does not read {read}" if read not in TRACED_FORMATS else "it stands in the Kafka key alone"),
            remedy=f"Use one of the formats {', '.join(TRACED_FORMATS)}."
            if read not in TRACED_FORMATS
            else "Let the value have it too: leave 'value.fields-include' = 'EXCEPT_KEY' out.",
        )
    column = columns[name]
    inexact = next((each for each in column.origins if not each.exact or each.metadata), None)
    if inexact is not None or not column.origins:
        why = f"it is computed from {inexact.input}.{inexact.column}" if inexact else "it comes from no input"
        exact = [each.name for each in output.columns if each.origins and all(o.exact for o in each.origins)]
        exact = [each for each in exact if each in columns]
        raise ProjectError(
            f"{where}: {name} does not lead back to a record: {why}",
            remedy=f"Name a column that arrives unchanged: {', '.join(exact)}."
            if exact
            else "Let the query pass on a column of the input as it is.",
        )
    for origin in sorted(column.origins, key=lambda each: each.input):
        if origin.input in known.inputs:
            _take(known, Node(origin.input, origin.column), where)


def _take(known: Known, node: Node, where: str) -> None:
    columns = [each.name for each in known.inputs[node.input].columns if each.kind == "physical"]
    if "." not in node.column and node.column not in columns:
        raise ProjectError(
            f"{where}: {node.input} has no column {node.column} in its records",
            remedy=did_you_mean(node.column, columns) or f"Columns: {', '.join(columns)}.",
        )
    why = _unfit(known, node)
    if why is not None:
        raise ProjectError(
            f"{where}: {node} does not lead back to one record: {why}",
            remedy="Name a column of which each record has a value of its own.",
        )
    known.found[node] = _made(known, node)


def _unfit(known: Known, node: Node) -> str | None:
    """Why a column's values cannot be made so that each record has its own; None where they can."""
    kind = type_of(known.inputs, node) if "." not in node.column else None
    settings, told = known.settings.get(node.input), known.told.get(node, {})
    if settings is not None and settings.file is not None:
        return "its records come from a file"
    if node.input in known.rewritten:
        return f"rows of {node.input} are written again"
    if kind is None or _kinds(kind) is None:
        return "only INT, BIGINT, and STRING or VARCHAR of 25 characters or more can be traced"
    if set(told) - _BESIDE or told.get("null"):
        hint = next((each for each in told if each not in _BESIDE), "null")
        return f'its values are those of the hint "{hint}"'
    if any((each.input, each.column) == node for each in known.topology.compared):
        return "the SQL compares it with literals"
    pool = known.pools.get(node)
    if pool is not None and (pool.owner != node or pool.hint is not None):
        others = [str(each) for each in pool.nodes if each != node]
        return f"its values come again, so that joins with {' and '.join(others)} find partners"
    kinds = [type_of(known.inputs, each) for each in pool.nodes] if pool is not None else [kind]
    if len({_kinds(each) for each in kinds if each}) > 1:
        return "columns that it is compared with have another type"
    planned = known.totals.get(node.input, 0)
    if _kinds(kind) == "int" and planned > _INT_SIZE:
        return f"{planned} records are more than an INT has values"
    return None


def _kinds(kind: SqlType) -> TraceKind | None:
    if kind.name in _WHOLE:
        return _WHOLE[kind.name]
    return "text" if kind.name == "VARCHAR" and (kind.numbers or (1,))[0] >= _ID_LENGTH else None


def _made(known: Known, node: Node) -> TracedColumn:
    kind = type_of(known.inputs, node)
    stream = stream_of(known.seed, node.input, node.column)
    made = _kinds(kind) if kind else None
    if kind is None or made is None or made != "text":
        return TracedColumn(node.column, made or "long", stream)
    room, drawn = (kind.numbers or (1,))[0], known.drawn(node.input, [node.column])
    sample = str(next(iter(drawn.get(node.column, ())), ""))
    if _UUID.fullmatch(sample) and room >= _UUID_LENGTH:
        return TracedColumn(node.column, "uuid", stream)
    numbered = _NUMBERED.fullmatch(sample)
    prefix = numbered.group(1) if numbered else f"{thing_of(node).replace('_', '-')}-"
    return TracedColumn(node.column, "text", stream, prefix if len(prefix) + _ID_LENGTH <= room else "")


def _guess(known: Known, output: Output) -> None:
    """Finds a trace for each path to an output that no header comes on."""
    for path in output.paths:
        settings = known.settings.get(path.input)
        if path.latency.way == "header" or path.input not in known.inputs or (settings and settings.trace):
            continue
        nodes = [Node(path.input, column) for column in _exact(output, path.input)]
        if any(node in known.found for node in nodes):
            continue
        grouped = {Node(name, column) for name, column in known.topology.groups}
        fit = [node for node in nodes if _ID.search(node.column) and node not in grouped and not _unfit(known, node)]
        drawn = known.drawn(path.input, [node.column for node in fit]) if fit else {}
        chosen = next((node for node in fit if _differ(drawn.get(node.column, ()))), None)
        if chosen is not None:
            known.found[chosen] = _made(known, chosen)


def _exact(output: Output, name: str) -> Iterable[str]:
    read = (column for column in output.columns if place_in_value(output, column.name) is not None)
    found = (trace_of(column, name) for column in read)
    return dict.fromkeys(column for column in found if column is not None)


def _differ(values: Sequence[Any]) -> bool:
    """Whether the generator gives each record a value of its own by itself."""
    return len(values) > 0 and None not in values and len(set(map(str, values))) == len(values)
