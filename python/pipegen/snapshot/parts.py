"""The inputs and the outputs of a snapshot by their names, and the dotted paths of their figures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any, Final, Literal, get_args

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from pipegen.snapshot.inputs import InputState
from pipegen.snapshot.latency import Percentiles
from pipegen.snapshot.outputs import OutputState
from pipegen.snapshot.snapshot import Snapshot
from pipegen.snapshot.tables import TableState

PartKind = Literal["inputs", "outputs"]
PART_KINDS: Final[tuple[PartKind, ...]] = get_args(PartKind)


@cache
def part_figures(kind: PartKind) -> tuple[str, ...]:
    """The figures of an input or an output that are one number, in the contract's order."""
    return tuple(part_abouts(kind))


@cache
def part_abouts(kind: PartKind) -> dict[str, str]:
    """What each of them is, by its name: that of a table of an output is dotted, like ``table.rows``."""
    return dict(_numbers(_model(kind), ""))


@cache
def part_latencies(kind: PartKind) -> tuple[str, ...]:
    """Its latencies over the whole load."""
    found = (name for name, info in _model(kind).model_fields.items() if Percentiles in _kinds(info))
    return tuple(name for name in found if not name.endswith("_interval"))


def _model(kind: PartKind) -> type[BaseModel]:
    return InputState if kind == "inputs" else OutputState


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


def read_part_figure(snapshot: Snapshot, path: str) -> float | int | None:
    """A figure by its path, like ``outputs.NAME.lag``; a name may have dots. Null where there is no such part."""
    section, _, rest = path.partition(".")
    kind: PartKind = "inputs" if section == "inputs" else "outputs"
    name, _, leaf = rest.rpartition(".")
    if name.endswith(".table") and f"table.{leaf}" in part_abouts(kind):
        name, leaf = name.removesuffix(".table"), f"table.{leaf}"
    part = next((each for each in parts_of(snapshot, kind) if each.name == name), None)
    return None if part is None else figure_of_part(part, leaf)


def figure_of_part(part: InputState | OutputState, leaf: str) -> float | int | None:
    """One of its figures; null where it, or its table, is null."""
    value: Any = part
    for name in leaf.split("."):
        value = getattr(value, name)
        if value is None:
            return None
    number: float | int = value
    return number
