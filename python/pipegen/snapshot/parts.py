"""The inputs, outputs and paths of a snapshot by their names, and the dotted paths of their figures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any, Final, Literal, get_args

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from pipegen.snapshot.inputs import InputState
from pipegen.snapshot.latency import Percentiles
from pipegen.snapshot.outputs import OutputPath, OutputState
from pipegen.snapshot.snapshot import Snapshot
from pipegen.snapshot.tables import TableState

PartKind = Literal["inputs", "outputs"]
PART_KINDS: Final[tuple[PartKind, ...]] = get_args(PartKind)
Part = InputState | OutputState | OutputPath
EachKind = Literal[PartKind, "paths"]
EACH_KINDS: Final[tuple[EachKind, ...]] = (*PART_KINDS, "paths")
"""What a snapshot has several of: inputs, outputs, and the paths between them."""
_MODELS: Final[Mapping[EachKind, type[BaseModel]]] = {
    "inputs": InputState,
    "outputs": OutputState,
    "paths": OutputPath,
}


@cache
def part_figures(kind: EachKind) -> tuple[str, ...]:
    """The figures of an input, an output or a path that are one number, in the contract's order."""
    return tuple(part_abouts(kind))


@cache
def part_abouts(kind: EachKind) -> dict[str, str]:
    """What each of them is, by its name: that of a table of an output is dotted, like ``table.rows``."""
    return dict(_numbers(_MODELS[kind], ""))


@cache
def part_latencies(kind: EachKind) -> tuple[str, ...]:
    """Its latencies over the whole load."""
    found = (name for name, info in _MODELS[kind].model_fields.items() if Percentiles in _kinds(info))
    return tuple(name for name in found if not name.endswith("_interval"))


def _numbers(model: type[BaseModel], prefix: str) -> Iterator[tuple[str, str]]:
    for name, info in model.model_fields.items():
        kinds = _kinds(info)
        if TableState in kinds:
            yield from _numbers(TableState, f"{prefix}{name}.")
        elif int in kinds or float in kinds:
            yield f"{prefix}{name}", info.description or ""


def _kinds(info: FieldInfo) -> tuple[object, ...]:
    return get_args(info.annotation) or (info.annotation,)


def parts_of(snapshot: Snapshot, kind: PartKind) -> Sequence[InputState | OutputState]:
    """The inputs or the outputs."""
    return snapshot.inputs if kind == "inputs" else snapshot.outputs


def labelled(
    snapshot: Snapshot, kind: EachKind
) -> Iterator[tuple[dict[str, str], InputState | OutputState | OutputPath]]:
    """Each with the labels that tell it from the others: a path has those of its input and its output."""
    if kind == "paths":
        for output in snapshot.outputs:
            for path in output.paths:
                yield {"input": path.input, "output": output.name}, path
        return
    for part in parts_of(snapshot, kind):
        yield {kind.removesuffix("s"): part.name}, part


def paths_of(snapshot: Snapshot) -> list[tuple[str, str]]:
    """Input and output of each path to an output that has several: the only path of one has the output's figures."""
    return [(path.input, each.name) for each in snapshot.outputs if len(each.paths) > 1 for path in each.paths]


def path_between(snapshot: Snapshot, source: str, output: str) -> OutputPath | None:
    """The path from an input to an output; None where there is none."""
    paths = (path for each in snapshot.outputs if each.name == output for path in each.paths)
    return next((path for path in paths if path.input == source), None)


def read_part_figure(snapshot: Snapshot, path: str) -> float | int | None:
    """A figure by its path, like ``outputs.NAME.lag``; a name may have dots. Null where there is no such part."""
    section, _, rest = path.partition(".")
    kind: PartKind = "inputs" if section == "inputs" else "outputs"
    name, _, leaf = rest.rpartition(".")
    if name.endswith(".table") and f"table.{leaf}" in part_abouts(kind):
        name, leaf = name.removesuffix(".table"), f"table.{leaf}"
    part = next((each for each in parts_of(snapshot, kind) if each.name == name), None)
    return None if part is None else figure_of_part(part, leaf)


def figure_of_part(part: Part, leaf: str) -> float | int | None:
    """One of its figures; null where it, or its table, is null."""
    value: Any = part
    for name in leaf.split("."):
        value = getattr(value, name)
        if value is None:
            return None
    number: float | int = value
    return number
