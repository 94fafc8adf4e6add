"""The inputs and the outputs of a snapshot by their names, and the dotted paths of their figures."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal, get_args

from pipegen.snapshot.inputs import InputState
from pipegen.snapshot.outputs import OutputState
from pipegen.snapshot.snapshot import Snapshot

PartKind = Literal["inputs", "outputs"]
PART_KINDS: Final[tuple[PartKind, ...]] = get_args(PartKind)


def parts_of(snapshot: Snapshot, kind: PartKind) -> Sequence[InputState | OutputState]:
    """The inputs or the outputs."""
    return snapshot.inputs if kind == "inputs" else snapshot.outputs


def read_part_figure(snapshot: Snapshot, path: str) -> float | int | None:
    """A figure by its path, like ``outputs.NAME.lag``; a name may have dots. Null where there is no such part."""
    kind, _, rest = path.partition(".")
    name, _, leaf = rest.rpartition(".")
    parts = snapshot.inputs if kind == "inputs" else snapshot.outputs
    part = next((each for each in parts if each.name == name), None)
    value: float | int | None = None if part is None else getattr(part, leaf)
    return value
