"""One threshold along the run: which steps count, windows, and how it stands."""

from __future__ import annotations

from collections import deque
from dataclasses import replace
from typing import Final, Protocol

from pipegen.gates.gauge import Gauge, Observed, make_gauge, worse
from pipegen.gates.quantity import show_quantity
from pipegen.gates.step import Step
from pipegen.gates.threshold import Threshold
from pipegen.snapshot import ThresholdResult
from pipegen.units import format_percent

_BLOCKS: Final = 60
"""Steps that a window holds at most of a latency: its histograms are large."""
_FEW_SAMPLES: Final = 0.5


class Track(Protocol):
    """One threshold along the run."""

    threshold: Threshold

    def take(self, step: Step) -> None:
        """Looks at the next step."""

    def result(self, *, final: bool) -> ThresholdResult:
        """How the threshold stands; with ``final`` no sample is a failure."""

    def missing(self) -> str | None:
        """What was missing so often that the result means little."""


class ScopedTrack:
    """A threshold over the whole load, in the phases of one name, and in windows."""

    def __init__(self, threshold: Threshold) -> None:
        self.threshold = threshold
        self._gauge: Gauge = make_gauge(threshold)
        self._window: deque[Step] = deque()
        self._worst: Observed | None = None
        self._reason: str | None = None
        self._end_s = 0.0
        self._steps = 0
        self._known = 0

    def take(self, step: Step) -> None:
        """Looks at the next step."""
        self._end_s = step.end_s
        self._reason = step.reason(_reason_path(self.threshold)) or self._reason
        if not self._counts(step):
            return
        self._steps += 1
        self._known += self._is_known(step)
        if self.threshold.window_s is None:
            self._gauge.take(step)
        else:
            self._slide(step, self.threshold.window_s)

    def result(self, *, final: bool) -> ThresholdResult:
        """How the threshold stands."""
        threshold = self.threshold
        observed = self._worst if threshold.window_s is not None else self._gauge.observed()
        if observed is None:
            return no_sample(threshold, self._why_none(final=final), final=final)
        limit = (
            threshold.limit * observed.planned
            if threshold.of_plan and observed.planned is not None
            else threshold.limit
        )
        if threshold.of_plan and observed.planned is None:
            return no_sample(threshold, "the plan is not known", final=final)
        holds = threshold.holds(observed.value, limit)
        notes = [each for each in (observed.note, None if holds else observed.where) if each]
        return ThresholdResult(
            expression=threshold.text,
            outcome="pass" if holds else "fail",
            observed=round(observed.value, 9),
            observed_text=show_observed(threshold, observed),
            reason=", ".join(notes) or None,
            abort_on_fail=threshold.abort_on_fail,
        )

    def missing(self) -> str | None:
        """What was missing so often that the result means little."""
        if not 0 < self._known < self._steps * _FEW_SAMPLES:
            return None
        return (
            f"figures are missing: {self.threshold.metric.name} was known at {self._known} of {self._steps} snapshots"
        )

    def _counts(self, step: Step) -> bool:
        threshold = self.threshold
        if step.start_s < threshold.delay_s:
            return False
        if threshold.phase is not None:
            return step.phase_name == threshold.phase
        to_the_end = threshold.metric.kind in {"latency", "share"} or threshold.aggregation in {"total", "last"}
        return to_the_end or step.loading

    def _is_known(self, step: Step) -> bool:
        metric = self.threshold.metric
        if metric.kind in {"latency", "share"} or self.threshold.aggregation == "last":
            return True
        return all(step.after.get(path) is not None for path in metric.parts)

    def _slide(self, step: Step, window_s: float) -> None:
        window = self._window
        if window and step.start_s > window[-1].end_s:
            window.clear()
        if (
            self.threshold.metric.kind == "latency"
            and len(window) > 1
            and step.end_s - window[-1].start_s <= window_s / _BLOCKS
        ):
            last = window.pop()
            step = replace(step, start_s=last.start_s, histograms_before=last.histograms_before)
        window.append(step)
        while len(window) > 1 and step.end_s - window[1].start_s >= window_s:
            window.popleft()
        if step.end_s - window[0].start_s < window_s:
            return
        gauge = make_gauge(self.threshold)
        for each in window:
            gauge.take(each)
        observed = gauge.observed()
        if observed is None:
            return
        where = f"worst from {window[0].start_s:.0f} s to {step.end_s:.0f} s"
        self._worst = worse(self.threshold, self._worst, replace(observed, where=where))

    def _why_none(self, *, final: bool) -> str:
        threshold = self.threshold
        if self._steps == 0 and threshold.phase is not None:
            return f"{threshold.phase} {'was not reached' if final else 'has not begun yet'}"
        if self._steps == 0:
            return "the load had not begun" if final else "the load has not begun yet"
        if threshold.aggregation == "slope" and self._known:
            return "a slope needs 5 snapshots"
        if self._reason is not None:
            return self._reason
        if threshold.window_s is not None:
            return f"no stretch of {threshold.window_s:g} s{'' if final else ' yet'}"
        return "nothing was measured" if final else "nothing is measured yet"


def no_sample(threshold: Threshold, why: str, *, final: bool) -> ThresholdResult:
    """The result without a sample: not known yet, and a failure once the run is over."""
    return ThresholdResult(
        expression=threshold.text,
        outcome="fail" if final else None,
        observed=None,
        observed_text=None,
        reason=f"no sample: {why}" if final else why,
        abort_on_fail=threshold.abort_on_fail,
    )


def show_observed(threshold: Threshold, observed: Observed) -> str:
    """What was observed, for people."""
    if threshold.aggregation == "count":
        return show_quantity(observed.value, "number")
    unit = threshold.metric.unit
    if threshold.metric.kind == "counter" and threshold.aggregation == "rate":
        return (
            show_quantity(observed.value, "per_s") if unit == "number" else f"{show_quantity(observed.value, unit)}/s"
        )
    text = show_quantity(observed.value, unit) + ("/s" if threshold.aggregation == "slope" else "")
    if threshold.of_plan and observed.planned:
        text += f", {format_percent(observed.value / observed.planned)} of the plan"
    return text


def _reason_path(threshold: Threshold) -> str:
    metric = threshold.metric
    if threshold.part is not None:
        return metric.path
    return f"latency.{metric.path.removesuffix('_uncorrected')}" if metric.kind == "latency" else metric.path
