"""The inputs and the outputs of a snapshot by their names, and the dotted paths of their figures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from typing import Final, Literal, get_args

from pydantic import BaseModel

from pipegen.snapshot.inputs import InputState
from pipegen.snapshot.latency import Percentiles
from pipegen.snapshot.outputs import OutputState
from pipegen.snapshot.snapshot import Snapshot

PartKind = Literal["inputs", "outputs"]
PART_KINDS: Final[tuple[PartKind, ...]] = get_args(PartKind)


@cache
def part_figures(kind: PartKind) -> tuple[str, ...]:
    """The figures of an input or an output that are one number, in the contract's order."""
    return tuple(name for name, kinds in _fields(kind) if int in kinds or float in kinds)


@cache
def part_latencies(kind: PartKind) -> tuple[str, ...]:
    """Its latencies over the whole load."""
    found = (name for name, kinds in _fields(kind) if Percentiles in kinds)
    return tuple(name for name in found if not name.endswith("_interval"))


def _fields(kind: PartKind) -> Iterator[tuple[str, tuple[object, ...]]]:
    model: type[BaseModel] = InputState if kind == "inputs" else OutputState
    for name, info in model.model_fields.items():
        yield name, get_args(info.annotation) or (info.annotation,)


def parts_of(snapshot: Snapshot, kind: PartKind) -> Sequence[InputState | OutputState]:
    """The inputs or the outputs."""
    return snapshot.inputs if kind == "inputs" else snapshot.outputs


def read_part_figure(snapshot: Snapshot, path: str) -> float | int | None:
    """A figure by its path, like ``outputs.NAME.lag``; a name may have dots. Null where there is no such part."""
    kind, _, rest = path.partition(".")
    name, _, leaf = rest.rpartition(".")
    part = next(
        (each for each in parts_of(snapshot, "inputs" if kind == "inputs" else "outputs") if each.name == name), None
    )
    value: float | int | None = None if part is None else getattr(part, leaf)
    return value
