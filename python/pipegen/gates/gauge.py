"""Ways to sum up what was seen in a stretch of the run. Each takes steps and can say at any time what it has found.

Time is an argument; a step that is not for a gauge is never shown to it.
"""

from __future__ import annotations

import bisect
import math
from dataclasses import dataclass
from typing import Protocol

from pipegen.gates.metric import Metric, has_total
from pipegen.gates.slope import Slope
from pipegen.gates.step import Step
from pipegen.gates.threshold import Threshold
from pipegen.hotpath import HistogramSnapshot


@dataclass(frozen=True, slots=True)
class Observed:
    """What a gauge has found.

    Attributes:
        value: In the metric's unit.
        planned: The same of the plan, where that is asked for.
        where: Where in the run it was seen, when that is worth saying.
        note: What else has to be known to read the value.
    """

    value: float
    planned: float | None = None
    where: str | None = None
    note: str | None = None


class Gauge(Protocol):
    """Sums up steps."""

    def take(self, step: Step) -> None:
        """Looks at the next step; one that does not follow the one before begins a new stretch."""

    def observed(self) -> Observed | None:
        """What was found so far; None without a sample."""


class Distribution:
    """A figure of a latency over all its records, from the merged histograms."""

    def __init__(self, threshold: Threshold) -> None:
        self._stage = threshold.metric.path
        self._aggregation = threshold.aggregation
        self._percentile = threshold.percentile
        self._closed = HistogramSnapshot.empty()
        self._first: HistogramSnapshot | None = None
        self._last: HistogramSnapshot | None = None
        self._end_s = -math.inf
        self._upper_bound: str | None = None

    def take(self, step: Step) -> None:
        """Looks at the next step."""
        after = step.histograms_after.get(self._stage)
        if after is None:
            return
        self._upper_bound = step.upper_bounds.get(self._stage)
        if self._first is None or step.start_s > self._end_s:
            self._closed = self._merged()
            self._first = step.histograms_before.get(self._stage, HistogramSnapshot.empty())
        self._last, self._end_s = after, step.end_s

    def observed(self) -> Observed | None:
        """What was found so far."""
        merged = self._merged()
        if self._aggregation == "count":
            return Observed(float(merged.count))
        value_us: float | None
        match self._aggregation:
            case "max":
                value_us = merged.max_us
            case "min":
                value_us = merged.min_us
            case "mean":
                value_us = merged.mean_us
            case _:
                value_us = merged.percentile_us(self._percentile or 50.0)
        note = f"an upper bound: {self._upper_bound}" if self._upper_bound else None
        return None if value_us is None else Observed(value_us / 1000, note=note)

    def _merged(self) -> HistogramSnapshot:
        if self._first is None or self._last is None:
            return self._closed
        # Without a subtraction the extremes stay exact.
        stretch = self._last.since(self._first) if self._first.count else self._last
        return self._closed.merge(stretch) if self._closed.count else stretch


class Growth:
    """How much totals grew: as it is, per second, as a share of others, beside the plan."""

    def __init__(self, threshold: Threshold) -> None:
        metric = threshold.metric
        self._parts = [_Total(path) for path in metric.parts]
        self._whole = [_Total(path) for path in metric.whole]
        self._plan = _Total(metric.plan) if threshold.of_plan and metric.plan is not None else None
        self._per_second = metric.kind == "rate" or threshold.aggregation == "rate"
        self._seconds = 0.0

    def take(self, step: Step) -> None:
        """Looks at the next step."""
        for total in (*self._parts, *self._whole, *([self._plan] if self._plan else [])):
            total.take(step)
        self._seconds += step.seconds

    def observed(self) -> Observed | None:
        """What was found so far."""
        value = _sum(self._parts)
        if value is None or (self._per_second and self._seconds <= 0):
            return None
        if self._whole:
            whole = _sum(self._whole)
            return Observed(value / whole) if whole else None
        planned = self._plan.growth if self._plan else None
        per = self._seconds if self._per_second else 1.0
        return Observed(value / per, None if planned is None else planned / per)


class _Total:
    """The growth of one total over stretches; a moment at which it is not known is bridged."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._closed: float | None = None
        self._first: float | None = None
        self._last: float | None = None
        self._end_s = -math.inf

    def take(self, step: Step) -> None:
        """Looks at the next step."""
        if step.start_s > self._end_s:
            self._closed, self._first, self._last = self.growth, None, None
        self._end_s = step.end_s
        for value in (step.before.get(self._path), step.after.get(self._path)):
            if value is not None:
                self._first = value if self._first is None else self._first
                self._last = value

    @property
    def growth(self) -> float | None:
        if self._first is None or self._last is None:
            return self._closed
        return (self._closed or 0.0) + self._last - self._first


def _sum(totals: list[_Total]) -> float | None:
    grown = [total.growth for total in totals]
    return None if any(each is None for each in grown) else math.fsum(each for each in grown if each is not None)


class Samples:
    """The values that a figure had at the snapshots."""

    def __init__(self, threshold: Threshold) -> None:
        self._threshold = threshold
        self._path = threshold.metric.path
        self._sorted: list[float] = []
        self._sum = 0.0
        self._last: float | None = None
        self._extreme_at: dict[str, float] = {}
        self._violated: Observed | None = None

    def take(self, step: Step) -> None:
        """Looks at the next step."""
        value = step.after.get(self._path)
        if value is None:
            return
        if not self._sorted or value < self._sorted[0]:
            self._extreme_at["min"] = step.end_s
        if not self._sorted or value > self._sorted[-1]:
            self._extreme_at["max"] = step.end_s
        if self._violated is None and not self._threshold.holds(value, self._threshold.limit):
            self._violated = Observed(value, where=f"first at {step.end_s:.0f} s")
        bisect.insort(self._sorted, value)
        self._sum += value
        self._last = value

    def observed(self) -> Observed | None:
        """What was found so far."""
        if not self._sorted or self._last is None:
            return None
        threshold = self._threshold
        aggregation = threshold.aggregation
        if aggregation == "worst":
            if threshold.operator in {"==", "!="}:
                return self._violated or Observed(self._last)
            aggregation = "max" if threshold.wants_low else "min"
        match aggregation:
            case "mean":
                return Observed(self._sum / len(self._sorted))
            case "last":
                return Observed(self._last)
            case "max" | "min":
                value = self._sorted[-1 if aggregation == "max" else 0]
                return Observed(value, where=f"at {self._extreme_at[aggregation]:.0f} s")
            case _:
                rank = math.ceil((threshold.percentile or 50.0) / 100 * len(self._sorted))
                return Observed(self._sorted[max(rank, 1) - 1])


class Tendency:
    """The slope of a figure: of each stretch by itself, and of these the worst."""

    def __init__(self, threshold: Threshold) -> None:
        self._threshold = threshold
        self._path = threshold.metric.path
        self._slope = Slope()
        self._start_s = 0.0
        self._end_s = -math.inf
        self._worst: Observed | None = None

    def take(self, step: Step) -> None:
        """Looks at the next step."""
        if step.start_s > self._end_s:
            self._worst = self.observed()
            self._slope, self._start_s = Slope(), step.start_s
        self._end_s = step.end_s
        value = step.after.get(self._path)
        if value is not None:
            self._slope.add(step.end_s, value)

    def observed(self) -> Observed | None:
        """What was found so far."""
        fit = self._slope.fit()
        if fit is None:
            return self._worst
        note = None if fit.significant else f"fitted {fit.raw_per_s:+.3g}/s, which cannot be told from level"
        where = f"from {self._start_s:.0f} s to {self._end_s:.0f} s"
        return worse(self._threshold, self._worst, Observed(fit.per_s, where=where, note=note))


def worse(threshold: Threshold, one: Observed | None, other: Observed) -> Observed:
    """The one of two that a threshold likes less."""
    if one is None:
        return other
    if threshold.operator in {"==", "!="}:
        return other if threshold.holds(one.value, threshold.limit) else one
    low = one.value / one.planned if one.planned else one.value
    high = other.value / other.planned if other.planned else other.value
    return (one if low >= high else other) if threshold.wants_low else (one if low <= high else other)


def make_gauge(threshold: Threshold) -> Gauge:
    """The gauge of a threshold, for one stretch or window at a time."""
    metric: Metric = threshold.metric
    if metric.kind == "latency":
        return Distribution(threshold)
    if metric.kind in {"counter", "share"} or (has_total(metric) and threshold.aggregation == "mean"):
        return Growth(threshold)
    if threshold.aggregation == "slope":
        return Tendency(threshold)
    return Samples(threshold)


def figure_paths_of(threshold: Threshold) -> set[str]:
    """The figures that a threshold looks at."""
    metric = threshold.metric
    if metric.kind == "latency":
        return set()
    return {metric.path, *metric.parts, *metric.whole, *((metric.plan,) if threshold.of_plan and metric.plan else ())}
