"""What kind of figure each one of the contract is, and in which unit: read from its name alone. Formats nothing."""

from __future__ import annotations

from typing import Final, Literal

FigureKind = Literal["counter", "rate", "gauge"]
FigureUnit = Literal["ms", "us", "s", "bytes", "per_s", "ratio", "percent", "number"]

_COUNTERS: Final = {"total", "errors", "unchecked", "duplicated", "out_of_order", "completed", "failed", "restarts"}
PLANNED: Final = frozenset(
    {"traffic.planned_total", "pipeline.expected_total", "producer.planned_total", "inputs.planned_total"}
)
"""They say how much there is to be, not how much there was."""
STANDING: Final = frozenset({"flink.slots_total", "flink.job_manager.slots_total", "kafka.groups_total"})
"""They say how much there is now."""
_RATIOS: Final = {"error_rate", "success_rate"}
_PERCENT: Final = {"score"}
_SUFFIXES: Final[tuple[tuple[str, FigureUnit], ...]] = (
    ("_per_s", "per_s"),
    ("_ms", "ms"),
    ("_us", "us"),
    ("_bytes", "bytes"),
    ("_ratio", "ratio"),
    ("_s", "s"),
)


def figure_kind(path: str) -> FigureKind:
    """Whether a figure only grows, is a growth per second, or is what it is at one moment."""
    leaf = path.rpartition(".")[2]
    if path not in PLANNED | STANDING and (leaf in _COUNTERS or leaf.endswith("_total")):
        return "counter"
    return "rate" if leaf == "rate" or leaf.endswith("_per_s") else "gauge"


def figure_unit(path: str) -> FigureUnit:
    """The unit of a figure."""
    leaf = path.rpartition(".")[2]
    if leaf == "rate":
        return "per_s"
    if leaf in _RATIOS:
        return "ratio"
    if leaf in _PERCENT:
        return "percent"
    return next((unit for suffix, unit in _SUFFIXES if leaf.endswith(suffix)), "number")
