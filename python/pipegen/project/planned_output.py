"""An output of planned SQL: what Flink's plan says of it, and the shape that the settings say over that. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from pipegen.choices import Shape
from pipegen.project.interface import InputFacts, OutputFacts, PathFacts
from pipegen.project.plan.flow import PathShape
from pipegen.project.plan.stand_in import topic_of
from pipegen.project.plan.statement import Place
from pipegen.project.plan.timing import time_output
from pipegen.project.plan.topology import Input, Output
from pipegen.project.plan.topology import Path as PlanPath

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
    paths = _counted(output, fed)
    reading, names = reading_format(output), tuple(path.input for path in paths)
    if not paths:
        every = " or ".join(each.name for each in fed)
        why = f"no record of {every} gets to {output.name}"
        no_path = f"from Flink's plan: no record reaches {output.name}"
        return OutputFacts(
            output.name, topic, reading, "aggregate", None, why, fields=fields_of(output), shape_reason=no_path
        )
    shapes = {_SHAPES.get(path.shape, "aggregate") for path in paths}
    shape: Shape = next((each for each in _LOSSY if each in shapes), "one_to_one")
    timing = time_output(output, paths, inputs)
    # Of a topic that stands in for something else, no column is read yet.
    source = timing.way if _written_by_user(output) else None
    lossy = next((path for path in paths if path.reason), paths[0])
    shape_reason = f"from Flink's plan: {lossy.reason or 'each record comes out once'} ({lossy.place})"
    if source != "header" and (others := _other_sources(output, fed)):
        shape = "aggregate"
        shape_reason = f"from Flink's plan: records of {' and '.join(others)} come out too and cannot be told apart"
    return OutputFacts(
        output.name,
        topic,
        reading,
        shape,
        source,
        timing.reason if source is not None else f"end-to-end latency is not measurable: {timing.reason}",
        inputs=names if len(fed) > 1 else (),
        paths=_path_facts(output, paths, fed),
        fields=fields_of(output),
        joint=timing.joint,
        bound=timing.bound if source is not None else None,
        shape_reason=shape_reason,
    )


def with_shape(planned: OutputFacts, told: PathShape, setting: str) -> OutputFacts:
    """An output with the shape that a setting says, over that of Flink's plan."""
    paths = tuple(path if path.loaded_before else replace(path, shape=told) for path in planned.paths)
    # Where records become one, it is those that can be told apart that come out once.
    shown = tuple(path.input for path in planned.counted if path.latency_source == "header")
    inputs = shown if planned.joint and shown else planned.inputs
    shape = _SHAPES.get(told, "aggregate")
    return replace(planned, shape=shape, shape_reason=f"set by {setting}", paths=paths, inputs=inputs)


def fields_of(output: Output) -> tuple[str, ...] | None:
    """Top-level fields of an output's records; None where the SQL does not tell."""
    if not _written_by_user(output):
        return None if output.rewritten else tuple(column.name for column in output.columns)
    table = output.tables[0]
    return None if table.format is None or table.format.endswith("raw") else table.value_fields


def reading_format(output: Output) -> str | None:
    """Format of the records that come out."""
    if _written_by_user(output):
        return output.tables[0].format
    return "debezium-json" if output.rewritten else "json"


def output_topic(output: Output) -> str:
    """The topic that an output is read back from, without what the run adds."""
    return output.topics[0] if output.topics else topic_of(output.tables[0]) if output.tables else output.name


def _counted(output: Output, fed: Sequence[InputFacts]) -> list[PlanPath]:
    """The ways to an output; those of tables that were loaded before count only where there is no other."""
    names = {each.name for each in fed}
    loaded = {each.name for each in fed if each.record is not None and each.record.load is not None}
    paths = [path for path in output.paths if path.input in names]
    return [path for path in paths if path.input not in loaded] or paths


def _path_facts(output: Output, counted: Sequence[PlanPath], fed: Sequence[InputFacts]) -> tuple[PathFacts, ...]:
    numbers = {each.name: number for number, each in enumerate(fed)}
    names = {path.input for path in counted}
    return tuple(
        PathFacts(
            path.input,
            path.shape,
            loaded_before=path not in counted,
            number=numbers[path.input],
            latency_source=path.latency.way if _written_by_user(output) else None,
            latency_reason=path.latency.told,
            meets=path.meets & names,
        )
        for path in output.paths
        if path.input in numbers
    )


def _other_sources(output: Output, fed: Sequence[InputFacts]) -> tuple[str, ...]:
    """Sources of an output that the run does not feed."""
    names = {each.name for each in fed}
    ways = (*output.paths, *output.from_others)
    return tuple(dict.fromkeys(path.input for path in ways if path.input not in names))


def _written_by_user(output: Output) -> bool:
    return bool(output.tables) and output.tables[0].is_kafka
