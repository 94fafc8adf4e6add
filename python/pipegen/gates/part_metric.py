"""What a threshold can be set on of one input or one output: ``outputs.NAME.lost``, ``inputs.*.rate``.

Made from the models alone, as the metrics of the whole run are.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Final

from pydantic import BaseModel

from pipegen.gates.metric import Metric
from pipegen.snapshot import InputState, OutputState
from pipegen.snapshot.kinds import figure_kind, figure_unit
from pipegen.snapshot.parts import PartKind, part_abouts, part_latencies

EACH: Final = "*"
"""Stands for every input or output."""
_BARE: Final = re.compile(r"[A-Za-z_]\w*")
_MODELS: Final[Mapping[PartKind, type[BaseModel]]] = {"inputs": InputState, "outputs": OutputState}
_AT_THE_END: Final = frozenset({"lost", "planned_total", "loaded_total", "completeness_ratio", "rules_failed"})
_TABLE: Final = "table."
_AGAINST_PLAN: Final = frozenset({"total", "rate"})
"""The figures of an input that are compared with its own plan."""
PartNames = Mapping[PartKind, Sequence[str]]
"""The inputs and the outputs of a run."""


@dataclass(frozen=True, slots=True)
class Part:
    """An input or an output that a threshold is about.

    Attributes:
        kind: Which of the two.
        name: Its name; ``*`` for each.
    """

    kind: PartKind
    name: str

    @property
    def written(self) -> str:
        """As it is written in a threshold."""
        bare = self.name == EACH or _BARE.fullmatch(self.name)
        return f"{self.kind}.{self.name if bare else '`' + self.name.replace('`', '``') + '`'}"


@cache
def part_catalogue(kind: PartKind) -> dict[str, Metric]:
    """The metrics of an input or an output, by the last part of their names, in the contract's order."""
    fields = _MODELS[kind].model_fields
    abouts = {leaf: fields[leaf].description or "" for leaf in part_latencies(kind)} | part_abouts(kind)
    order = list(fields)
    leaves = sorted(abouts, key=lambda leaf: order.index(leaf.partition(".")[0]))
    return {leaf: _metric(kind, leaf, abouts[leaf]) for leaf in leaves}


def metric_of(part: Part, metric: Metric) -> Metric:
    """A metric of the catalogue as that of one input or output."""
    path = f"{part.kind}.{part.name}"
    return replace(
        metric,
        name=f"{part.written}.{metric.name}",
        path=f"{path}.{metric.path}",
        parts=tuple(f"{path}.{each}" for each in metric.parts),
        plan=None if metric.plan is None else f"{path}.{metric.plan}",
    )


def _metric(kind: PartKind, leaf: str, about: str) -> Metric:
    if leaf in part_latencies(kind):
        return Metric(name=leaf, path=leaf, kind="latency", unit="ms", about=about, parts=())
    unit = figure_unit(leaf)
    if leaf in _AT_THE_END or (leaf.startswith(_TABLE) and figure_kind(leaf) == "gauge"):
        return Metric(leaf, leaf, "gauge", unit, about, (leaf,), default="last")
    plan = "due_total" if kind == "inputs" and leaf in _AGAINST_PLAN else None
    match figure_kind(leaf):
        case "counter":
            return Metric(leaf, leaf, "counter", unit, about, (leaf,), plan=plan, default="total")
        case "rate":
            # The rate of a stretch is the growth of its total, exactly; a mean of rates would only be near it.
            return Metric(leaf, leaf, "rate", unit, about, ("total",), plan=plan, default="mean")
        case _:
            return Metric(leaf, leaf, "gauge", unit, about, (leaf,), default="worst")
