"""How the figures of the contract are called outside of it, in base units, for OpenMetrics and OTLP alike."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Final, Literal

from pipegen.snapshot.figures import figure_paths
from pipegen.snapshot.kinds import PLANNED, STANDING, figure_kind, figure_unit
from pipegen.snapshot.parts import EachKind, Part, figure_of_part, part_figures

# Unit in the contract → its suffix there, the unit in base units, and the factor between them.
_UNITS: Final = {
    "ms": ("_ms", "seconds", 1e-3),
    "us": ("_us", "seconds", 1e-6),
    "bytes": ("_bytes", "bytes", 1.0),
    "ratio": ("_ratio", "ratio", 1.0),
    "s": ("_s", "seconds", 1.0),
}
# Latencies are summaries and errors have labels of their own; the sequence numbers snapshots, not the run.
_APART: Final = ("latency.", "errors.", "error_trends.", "sequence")
QUANTILES: Final = (("0.5", "p50_ms"), ("0.95", "p95_ms"), ("0.99", "p99_ms"), ("0.999", "p999_ms"))
"""Quantiles of a latency and their fields."""


@dataclass(frozen=True, slots=True)
class Family:
    """One figure outside of the contract.

    Attributes:
        path: Its path in the contract.
        name: Its name in OpenMetrics, without the ``_total`` of a counter.
        unit: Its unit there; empty for a plain number.
        kind: What it is.
        factor: From the contract's unit to this one.
    """

    path: str
    name: str
    unit: str
    kind: Literal["counter", "gauge"]
    factor: float

    @property
    def is_rate(self) -> bool:
        """Whether it is a growth per second."""
        return self.name.endswith("_per_second")


@cache
def families() -> tuple[Family, ...]:
    """Every figure outside lists that is one number."""
    return tuple(_family(path) for path in figure_paths() if not path.startswith(_APART))


@cache
def part_families(kind: EachKind) -> tuple[Family, ...]:
    """Every figure of an input, output or path that is one number; its path has no name: ``outputs.lag``."""
    return tuple(_family(f"{kind}.{leaf}") for leaf in part_figures(kind))


def part_value(part: Part, family: Family) -> float | None:
    """A figure of an input, output or path, in the family's unit; None where it is not known."""
    value = figure_of_part(part, family.path.partition(".")[2])
    return None if value is None else value * family.factor


def _family(path: str) -> Family:
    name = "pipegen_" + path.replace(".", "_")
    if path in PLANNED:
        return Family(path, name.removesuffix("_total") + "_records", "", "gauge", 1.0)
    if path in STANDING:
        return Family(path, name.removesuffix("_total"), "", "gauge", 1.0)
    kind = figure_kind(path)
    if kind == "counter":
        return Family(path, name.removesuffix("_total"), "", "counter", 1.0)
    if kind == "rate":
        return Family(path, f"{name.removesuffix('_per_s')}_per_second", "", "gauge", 1.0)
    unit = figure_unit(path)
    if unit not in _UNITS:
        return Family(path, name, "", "gauge", 1.0)
    suffix, base_unit, factor = _UNITS[unit]
    base = name.removesuffix(suffix)
    return Family(path, f"{base.removesuffix('_rate')}_{base_unit}", base_unit, "gauge", factor)
