"""How the pipeline took each phase of the plan: rate reached, latency, lag, recovery. From what was measured alone.

Percentiles come from the merged histograms of the phase's intervals; the rest are sums and extremes of real rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pipegen.gates import RECOVERY_BEFORE_S, RECOVERY_RATIO, RECOVERY_SLACK
from pipegen.hotpath import HistogramSnapshot
from pipegen.outputs.report.series import FIELDS, Row, Series
from pipegen.replay import RecordedInterval
from pipegen.snapshot import PhasePlan
from pipegen.traffic.plan import STEADY


@dataclass(frozen=True, slots=True)
class PhaseFacts:
    """What became of one phase; null where it was not measured or the run did not get there.

    Attributes:
        plan: The phase.
        reached: Whether the run got to it.
        sent: Acknowledged records during the phase.
        rate_per_s: Acknowledged records a second over what was measured of it.
        planned_per_s: Due records a second over the same time.
        latency: End-to-end latencies of the phase.
        lag: Largest number of records in flight.
        lag_s: Largest lag in seconds.
        busy: Largest busy share of Flink.
        pressure: Largest back-pressure.
        cpu: Largest CPU of PipeGen.
        recovery_s: Seconds after its end until the lag was back; null where there is no level before it, or never.
        recovers: Whether a recovery was looked for at all.
    """

    plan: PhasePlan
    reached: bool
    sent: int | None
    rate_per_s: float | None
    planned_per_s: float | None
    latency: HistogramSnapshot
    lag: float | None
    lag_s: float | None
    busy: float | None
    pressure: float | None
    cpu: float | None
    recovery_s: float | None
    recovers: bool


def phase_facts(
    phases: Sequence[PhasePlan], series: Series, started_ms: float, intervals: Iterable[RecordedInterval]
) -> list[PhaseFacts]:
    """The facts of each phase.

    Args:
        phases: The plan.
        series: Rows of the run, not thinned.
        started_ms: Start of the load, milliseconds since 1970.
        intervals: End-to-end latencies, interval by interval.
    """
    merged = [HistogramSnapshot.empty() for _ in phases]
    for interval in intervals:
        # By its middle: an interval that straddles a border belongs where most of it lies.
        middle_s = (interval.start_s + interval.end_s) / 2 - started_ms / 1000
        for at, phase in enumerate(phases):
            if phase.start_s <= middle_s < phase.end_s:
                merged[at] = merged[at].merge(interval.histogram)
                break
    return [_facts(at, phase, series, started_ms, merged[at]) for at, phase in enumerate(phases)]


def _facts(at: int, phase: PhasePlan, series: Series, started_ms: float, latency: HistogramSnapshot) -> PhaseFacts:
    during = series.between(started_ms + phase.start_s * 1000, started_ms + phase.end_s * 1000)
    first_ms, last_ms = (during.rows[0][0] or 0, during.rows[-1][0] or 0) if during.rows else (0, 0)
    passed_s = (last_ms - first_ms) / 1000
    # From the base rate there is nothing to recover.
    recovers = at > 0 and phase.name != STEADY and bool(during.rows)
    sent, due = _growth(during.rows, "producer.total"), _growth(during.rows, "producer.planned_total")
    return PhaseFacts(
        plan=phase,
        reached=bool(during.rows),
        sent=None if sent is None else int(sent),
        rate_per_s=sent / passed_s if sent is not None and passed_s > 0 else None,
        planned_per_s=due / passed_s if due is not None and passed_s > 0 else None,
        latency=latency,
        lag=during.largest("pipeline.lag"),
        lag_s=during.largest("pipeline.lag_s"),
        busy=during.largest("flink.busy_ratio"),
        pressure=during.largest("flink.backpressure_ratio"),
        cpu=during.largest("system.cpu_ratio"),
        recovery_s=_recovery_s(phase, series, started_ms) if recovers else None,
        recovers=recovers,
    )


def _recovery_s(phase: PhasePlan, series: Series, started_ms: float) -> float | None:
    start_ms, end_ms = started_ms + phase.start_s * 1000, started_ms + phase.end_s * 1000
    # A row on the border belongs to the phase.
    before = series.between(start_ms - RECOVERY_BEFORE_S * 1000, start_ms - 1)
    path = next((path for path in RECOVERY_SLACK if before.largest(path) is not None), None)
    if path is None:
        return None
    most = (before.largest(path) or 0.0) * RECOVERY_RATIO + RECOVERY_SLACK[path]
    column = FIELDS.index(path) + 1
    for row in series.rows:
        at_ms, lag = row[0] or 0, row[column]
        if at_ms >= end_ms and lag is not None and lag <= most:
            return (at_ms - end_ms) / 1000
    return None


def _growth(rows: Sequence[Row], path: str) -> float | None:
    column = FIELDS.index(path) + 1
    if len(rows) < 2 or rows[0][column] is None or rows[-1][column] is None:
        return None
    return (rows[-1][column] or 0) - (rows[0][column] or 0)
