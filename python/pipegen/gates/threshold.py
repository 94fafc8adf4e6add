"""One threshold: what is judged, over which part of the run, and what it is held against. Pure data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from pipegen.gates.metric import Aggregation, Metric
from pipegen.gates.part_metric import Part

Operator = Literal["<", "<=", "==", "!=", ">=", ">"]


@dataclass(frozen=True, slots=True)
class Threshold:
    """A threshold as it was understood.

    Attributes:
        text: As it was written.
        metric: What is judged.
        aggregation: How the metric is summed up.
        percentile: The percentile, for that aggregation.
        operator: How it has to stand to the limit.
        limit: The limit in the metric's unit, or the share of the plan.
        of_plan: Whether the limit is a share of the plan.
        window_s: Every stretch of this length has to hold; None: the whole scope at once.
        phase: Only in phases of this name; for a recovery the phase it follows.
        delay_s: What was before this second of the load does not count.
        abort_on_fail: Whether the run ends as soon as it fails.
        part: The input or the output that it is about; None for the whole run.
    """

    text: str
    metric: Metric
    aggregation: Aggregation
    percentile: float | None
    operator: Operator
    limit: float
    of_plan: bool = False
    window_s: float | None = None
    phase: str | None = None
    delay_s: float = 0.0
    abort_on_fail: bool = False
    part: Part | None = None

    @property
    def wants_low(self) -> bool:
        """Whether small values are the good ones, so that the largest is the worst."""
        return self.operator in {"<", "<="}

    def holds(self, value: float, limit: float) -> bool:
        """Whether a value stands to a limit as it should."""
        match self.operator:
            case "<":
                return value < limit
            case "<=":
                return value <= limit
            case "==":
                return value == limit
            case "!=":
                return value != limit
            case ">=":
                return value >= limit
            case ">":
                return value > limit
