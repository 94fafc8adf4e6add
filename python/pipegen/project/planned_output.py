"""An output of planned SQL: what Flink's plan says of it, and the shape that the settings say over that. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from pipegen.choices import Shape
from pipegen.project.inputs.pools import Node, names_itself
from pipegen.project.inputs.traced import trace_of
from pipegen.project.interface import InputFacts, OutputFacts, PathFacts, TraceFacts
from pipegen.project.plan.flow import PathShape
from pipegen.project.plan.read_back import fields_of, place_in_value, reading_format, written_by_user
from pipegen.project.plan.stand_in import topic_of
from pipegen.project.plan.statement import Place
from pipegen.project.plan.timing import time_output
from pipegen.project.plan.topology import Input, Latency, Output
from pipegen.project.plan.topology import Path as PlanPath
from pipegen.project.table_facts import TableFacts, table_facts

_SHAPES: Final[Mapping[str, Shape]] = {"one_to_one": "one_to_one", "filter": "filter"}
"""Of a join nobody can say how many records come out, as little as of an aggregate."""
_LOSSY: Final[tuple[Shape, ...]] = ("aggregate", "filter")


@dataclass(frozen=True, slots=True)
class OverruledShape:
    """A shape in the settings that is not that of Flink's plan.

    Attributes:
        setting: The setting.
        chosen: What it says.
        planned: What the plan says.
        place: The statement that writes the output.
    """

    setting: str
    chosen: Shape
    planned: Shape
    place: Place


def output_facts(output: Output, *, topic: str, fed: Sequence[InputFacts], inputs: Sequence[Input]) -> OutputFacts:
    """What Flink's plan says of an output.

    Args:
        output: The output.
        topic: Its topic, without what the run adds.
        fed: What the run feeds.
        inputs: The same as the SQL reads it.
    """
    traces = _traces(output, fed)
    paths = [_timed(path, traces.get(path.input), output) for path in _counted(output, fed)]
    reading, names = reading_format(output), tuple(path.input for path in paths)
    if not paths:
        every = " or ".join(each.name for each in fed)
        why = f"no record of {every} gets to {output.name}"
        no_path = f"from Flink's plan: no record reaches {output.name}"
        return OutputFacts(
            output.name,
            topic,
            reading,
            "aggregate",
            None,
            why,
            fields=fields_of(output),
            shape_reason=no_path,
            table=table_facts(output),
        )
    shapes = {_SHAPES.get(path.shape, "aggregate") for path in paths}
    shape: Shape = next((each for each in _LOSSY if each in shapes), "one_to_one")
    timing = time_output(output, paths, inputs)
    source = timing.way if written_by_user(output) or timing.way == "trace" else None
    lossy = next((path for path in paths if path.reason), paths[0])
    shape_reason = f"from Flink's plan: {lossy.reason or 'each record comes out once'} ({lossy.place})"
    if source not in {"header", "trace"} and (others := _other_sources(output, fed)):
        shape = "aggregate"
        shape_reason = f"from Flink's plan: records of {' and '.join(others)} come out too and cannot be told apart"
    table = table_facts(output)
    again: dict[str, str] = {}
    for each in fed:
        told = _comes_again(each, table) if each.name in names else None
        if told is not None:
            again[each.name] = told
    if again and shape == "one_to_one":
        shape, shape_reason = "aggregate", next(iter(again.values()))
    return OutputFacts(
        output.name,
        topic,
        reading,
        shape,
        source,
        timing.reason if source is not None else f"end-to-end latency is not measurable: {timing.reason}",
        inputs=names if len(fed) > 1 else (),
        paths=_path_facts(output, paths, fed, traces, again),
        fields=fields_of(output),
        joint=timing.joint,
        bound=timing.bound if source is not None else None,
        shape_reason=shape_reason,
        table=table,
        keyless=written_by_user(output) and not output.tables[0].key_fields,
        by_timestamp=timing.by_timestamp if source == "trace" else None,
    )


def with_shape(planned: OutputFacts, told: PathShape, setting: str) -> OutputFacts:
    """An output with the shape that a setting says, over that of Flink's plan."""
    paths = tuple(path if path.loaded_before else replace(path, shape=told) for path in planned.paths)
    # Where records become one, it is those that can be told apart that come out once.
    shown = tuple(path.input for path in planned.counted if path.latency_source in {"header", "trace"})
    inputs = shown if planned.joint and shown else planned.inputs
    shape = _SHAPES.get(told, "aggregate")
    return replace(planned, shape=shape, shape_reason=f"set by {setting}", paths=paths, inputs=inputs)


def output_topic(output: Output) -> str:
    """The topic that an output is read back from, without what the run adds."""
    return output.topics[0] if output.topics else topic_of(output.tables[0]) if output.tables else output.name


def _counted(output: Output, fed: Sequence[InputFacts]) -> list[PlanPath]:
    """The ways to an output; those of tables that were loaded before count only where there is no other."""
    names = {each.name for each in fed}
    loaded = {each.name for each in fed if each.record is not None and each.record.load is not None}
    paths = [path for path in output.paths if path.input in names]
    return [path for path in paths if path.input not in loaded] or paths


def _comes_again(fed: InputFacts, table: TableFacts | None) -> str | None:
    """Why records of an input that change rows do not come out once each; None where they do."""
    changes = None if fed.record is None else fed.record.changes
    if changes is None:
        return None
    if changes.format == "upsert":
        return f"a deleted row of {fed.name} comes out as the record before it" if changes.told.delete else None
    # Of the rows before and after an update, an upsert table is written the second alone.
    upserts = table is not None and table.changelog is None
    return None if upserts else f"an update of {fed.name} comes out as two records"


def _traces(output: Output, fed: Sequence[InputFacts]) -> dict[str, TraceFacts]:
    """For each input a column of the output that leads back to its records."""
    found = {}
    for facts in fed:
        record = facts.record
        pairs = ((column, trace) for column in output.columns for trace in (record.traces if record else ()))
        for column, trace in pairs:
            place = place_in_value(output, column.name)
            if place is None or facts.name in found or trace_of(column, facts.name) != trace.column:
                continue
            if trace.kind == "int" and len({origin.input for origin in column.origins}) > 1:
                continue  # an INT of another input would too often pass for one of this
            first = record.load.records if record and record.load else 0
            found[facts.name] = TraceFacts(column.name, place, trace.kind, trace.stream, trace.prefix, first)
    return found


def _timed(path: PlanPath, trace: TraceFacts | None, output: Output) -> PlanPath:
    """The path, timed by a trace where no header arrives."""
    if path.latency.way == "header":
        return path
    if trace is None:
        column = _could_be_trace(path.input, output) if path.latency.way is None else None
        if column is None:
            return path
        set_it = f"Or set outputs.{output.name}.trace: {column}, so that each record has its own"
        remedy = ". ".join(part for part in (path.latency.remedy, set_it) if part)
        return replace(path, latency=replace(path.latency, remedy=remedy))
    reason = f"{trace.column} arrives unchanged, and each record of {path.input} has its own"
    return replace(path, latency=Latency("trace", reason, by_timestamp=path.latency.by_timestamp))


def _could_be_trace(name: str, output: Output) -> str | None:
    """A column of the output that is the key of the input's own records; None without one."""
    return next(
        (
            column.name
            for column in output.columns
            if place_in_value(output, column.name) is not None
            and (own := trace_of(column, name)) is not None
            and names_itself(Node(name, own))
        ),
        None,
    )


def _path_facts(
    output: Output,
    counted: Sequence[PlanPath],
    fed: Sequence[InputFacts],
    traces: Mapping[str, TraceFacts],
    again: Mapping[str, str],
) -> tuple[PathFacts, ...]:
    numbers = {each.name: number for number, each in enumerate(fed)}
    by_name = {path.input: path for path in counted}
    found = []
    for each in output.paths:
        if each.input not in numbers:
            continue
        path = by_name.get(each.input, each)
        way = path.latency.way if written_by_user(output) or path.latency.way == "trace" else None
        found.append(
            PathFacts(
                path.input,
                "aggregate" if path.input in again and path.shape == "one_to_one" else path.shape,
                loaded_before=each.input not in by_name,
                number=numbers[path.input],
                latency_source=way,
                latency_reason=path.latency.told,
                meets=path.meets & by_name.keys(),
                trace=traces.get(path.input) if way == "trace" else None,
            )
        )
    return tuple(found)


def _other_sources(output: Output, fed: Sequence[InputFacts]) -> tuple[str, ...]:
    """Sources of an output that the run does not feed."""
    names = {each.name for each in fed}
    ways = (*output.paths, *output.from_others)
    return tuple(dict.fromkeys(path.input for path in ways if path.input not in names))
