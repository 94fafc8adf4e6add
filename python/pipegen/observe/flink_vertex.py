"""One vertex of a job from its counters and its metrics over the subtasks. Pure, but for the rates it keeps."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from pipegen.observe.counter import ChangeRate
from pipegen.observe.flink_sources import PipelineSources, SourceState, belongs, pending_of, reads_inputs, source_name
from pipegen.services.flink import Job, SubtaskMetric, Vertex
from pipegen.snapshot import VertexMetrics
from pipegen.snapshot.flink import backpressure_level

_BUSY: Final = "busyTimeMsPerSecond"
_IDLE: Final = "idleTimeMsPerSecond"
_BACKPRESSURED: Final = "backPressuredTimeMsPerSecond"
_START_DELAY: Final = "checkpointStartDelayNanos"
_ALIGNMENT: Final = "checkpointAlignmentTime"
_TASK_METRICS: Final = frozenset({_BUSY, _IDLE, _BACKPRESSURED, _START_DELAY, _ALIGNMENT})
_PENDING: Final = ".pendingRecords"
_EMIT_LAG: Final = ".currentEmitEventTimeLag"
_SENT: Final = ".numRecordsSend"
_RECORDS_IN: Final = ".numRecordsIn"
_RECORDS_OUT: Final = ".numRecordsOut"
_WATERMARK: Final = ".currentOutputWatermark"
_LATE: Final = ".numLateRecordsDropped"
_BUSY_RATIO: Final = 0.5
_AS_BUSY_RATIO: Final = 0.8
# Flink gives this watermark to a source that has ended.
_END_OF_TIME: Final = 2**62
_HOLDS: Final = re.compile(
    r"\b((?:Local|Global)?(?:Group)?Window(?:Aggregate|Join|Rank|Deduplicate)|OverAggregate|TemporalSort|TemporalJoin"
    r"|IntervalJoin|Match)\b"
)
"""Operators that hold rows until the watermark has passed them."""
_ONE_FOR_ONE: Final = re.compile(r"^(?:OverAggregate|TemporalSort)\[\d+\]\.numRecords(?:In|Out)$")
"""Of those, counters of the ones that bring out one row for each: what went in and has not come out is held."""


def chosen_metrics(every: Sequence[str]) -> list[str]:
    """Of all names of a vertex those that are read; sources are known by their pending records."""
    sources = {name.removesuffix(_PENDING) for name in every if name.endswith(_PENDING)}
    return [
        name
        for name in every
        if name in _TASK_METRICS
        or name.endswith((_PENDING, _EMIT_LAG, _SENT, _WATERMARK, _LATE))
        or (name.endswith(_RECORDS_IN) and name.removesuffix(_RECORDS_IN) in sources)
        or _ONE_FOR_ONE.match(name)
    ]


@dataclass(frozen=True, slots=True)
class HeldRows:
    """Rows that an operator holds until the watermark has passed them.

    Attributes:
        operator: Its kind, as Flink names it.
        rows: How many; None where Flink's counters do not tell.
        watermark_ms: Its watermark (epoch ms); None where it has none yet.
    """

    operator: str
    rows: int | None
    watermark_ms: int | None


@dataclass(slots=True)
class JobTotals:
    """What the vertices of all jobs add up to; None where no vertex says it."""

    records_in: int | None = None
    records_out: int | None = None
    late_dropped: int | None = None
    emit_lag_ms: float | None = None
    start_delay_ms: float | None = None
    alignment_ms: float | None = None
    vertices: list[VertexMetrics] = field(default_factory=list)
    sources: list[SourceState] = field(default_factory=list)
    held: list[HeldRows] = field(default_factory=list)

    @property
    def pending(self) -> int | None:
        """Records that the pipeline's sources have not read."""
        return pending_of(self.sources)

    @property
    def watermark_lag_ms(self) -> float | None:
        """The largest watermark lag over the vertices."""
        return max((v.watermark_lag_ms for v in self.vertices if v.watermark_lag_ms is not None), default=None)


class VertexReader:
    """Turns what Flink says about a vertex into figures; keeps its counters for the rates.

    A counter that stood for longer than ``quiet_ns``, one and a half refreshes of Flink's, is quiet.

    Args:
        pipeline: What the pipeline's sources read; where nothing is named, every source is taken for one of them.
    """

    def __init__(self, pipeline: PipelineSources | None = None) -> None:
        self.quiet_ns = 0.0
        self._pipeline = pipeline or PipelineSources()
        self._counters: dict[str, ChangeRate] = {}

    def rate(self, key: str, value: int | None, now_ns: int) -> float | None:
        """The rate of a counter between its two newest changes."""
        if value is None:
            return None
        return self._counters.setdefault(key, ChangeRate()).update(value, now_ns, self.quiet_ns)

    def add(
        self,
        job: Job,
        vertex: Vertex,
        metrics: Mapping[str, SubtaskMetric],
        totals: JobTotals,
        subtasks: Sequence[float] | None,
        topics: frozenset[str] = frozenset(),
    ) -> None:
        """Adds a vertex to the totals.

        Args:
            job: Its job.
            vertex: The vertex.
            metrics: Its metrics that were asked for.
            totals: What it is added to.
            subtasks: How busy each of its subtasks is, where that was asked for.
            topics: Topics that it reads, as Flink writes them in names of metrics.
        """
        now_ns = time.monotonic_ns()
        name = source_name(vertex.name)
        # Of numRecordsIn only that of sources was chosen.
        if reads_inputs(name or vertex.name, topics, self._pipeline):
            totals.records_in = _add(totals.records_in, _ending(metrics, _RECORDS_IN))
        totals.records_out = _add(totals.records_out, _ending(metrics, _SENT))
        late = _add(None, _ending(metrics, _LATE))
        totals.late_dropped = late if totals.late_dropped is None else totals.late_dropped + (late or 0)
        totals.emit_lag_ms = _largest(totals.emit_lag_ms, [m.max for m in _ending(metrics, _EMIT_LAG)], 1)
        totals.start_delay_ms = _largest(totals.start_delay_ms, _maxima(metrics, _START_DELAY), 1e6)
        totals.alignment_ms = _largest(totals.alignment_ms, _maxima(metrics, _ALIGNMENT), 1e6)
        shown = self._vertex(f"{job.id}.{vertex.id}", vertex, metrics, late, now_ns, subtasks)
        totals.vertices.append(shown)
        pending = _add(None, _ending(metrics, _PENDING))
        if name is not None or pending is not None:
            name = name or vertex.name
            of_pipeline = belongs(name, topics, self._pipeline)
            has_watermark = shown.watermark_ms is not None
            source = SourceState(name, vertex.state, pending, of_pipeline, has_watermark, vertex.records_in)
            totals.sources.append(source)
        held = _HOLDS.search(vertex.name)
        if held is not None and vertex.state == "RUNNING":
            totals.held.append(HeldRows(held.group(1), _held(metrics), shown.watermark_ms))

    def _vertex(
        self,
        key: str,
        vertex: Vertex,
        metrics: Mapping[str, SubtaskMetric],
        late: int | None,
        now_ns: int,
        subtasks: Sequence[float] | None,
    ) -> VertexMetrics:
        backpressure = _max_ratio(metrics.get(_BACKPRESSURED))
        marks = [m.min for m in _ending(metrics, _WATERMARK) if m.min < _END_OF_TIME]
        watermark_ms = round(min(marks)) if marks else None
        return VertexMetrics(
            id=vertex.id,
            name=vertex.name,
            state=vertex.state,
            parallelism=vertex.parallelism,
            inputs=list(vertex.inputs),
            records_in_total=vertex.records_in,
            records_out_total=vertex.records_out,
            records_in_per_s=self.rate(f"{key}.in", vertex.records_in, now_ns),
            records_out_per_s=self.rate(f"{key}.out", vertex.records_out, now_ns),
            bytes_in_total=vertex.bytes_in,
            bytes_out_total=vertex.bytes_out,
            bytes_in_per_s=self.rate(f"{key}.bytes_in", vertex.bytes_in, now_ns),
            bytes_out_per_s=self.rate(f"{key}.bytes_out", vertex.bytes_out, now_ns),
            busy_ratio=_max_ratio(metrics.get(_BUSY)),
            busy_mean_ratio=_mean_ratio(metrics.get(_BUSY)),
            busy_subtasks=_busy_subtasks(vertex, metrics, subtasks),
            idle_ratio=_max_ratio(metrics.get(_IDLE)),
            idle_mean_ratio=_mean_ratio(metrics.get(_IDLE)),
            backpressure_ratio=backpressure,
            backpressure_mean_ratio=_mean_ratio(metrics.get(_BACKPRESSURED)),
            backpressure_level=None if backpressure is None else backpressure_level(backpressure),
            watermark_ms=watermark_ms,
            watermark_lag_ms=None if watermark_ms is None else round(time.time() * 1000 - watermark_ms, 1),
            late_records_dropped=late,
        )


def is_busy(metrics: Mapping[str, SubtaskMetric]) -> bool:
    """Whether the busiest subtask is busy half of the time or more."""
    busy = _max_ratio(metrics.get(_BUSY))
    return busy is not None and busy >= _BUSY_RATIO


def _busy_subtasks(
    vertex: Vertex, metrics: Mapping[str, SubtaskMetric], subtasks: Sequence[float] | None
) -> int | None:
    if not is_busy(metrics):
        return None
    if vertex.parallelism == 1:
        return 1
    # Compared with the busiest: Flink averages over a minute, so that no fixed bound would fit soon after the onset.
    return None if subtasks is None else sum(ratio >= _AS_BUSY_RATIO * max(subtasks) for ratio in subtasks)


def _ending(metrics: Mapping[str, SubtaskMetric], suffix: str) -> list[SubtaskMetric]:
    return [metric for name, metric in metrics.items() if name.endswith(suffix)]


def _held(metrics: Mapping[str, SubtaskMetric]) -> int | None:
    """Rows that went into operators that bring out one for each, and have neither come out nor been dropped."""
    counters = {name: metric for name, metric in metrics.items() if _ONE_FOR_ONE.match(name)}
    if not counters:
        return None
    taken, given = (sum(metric.sum for metric in _ending(counters, end)) for end in (_RECORDS_IN, _RECORDS_OUT))
    return max(0, round(taken - given - sum(metric.sum for metric in _ending(metrics, _LATE))))


def _maxima(metrics: Mapping[str, SubtaskMetric], name: str) -> list[float]:
    return [metrics[name].max] if name in metrics else []


def _add(before: int | None, metrics: Sequence[SubtaskMetric]) -> int | None:
    values = [metric.sum for metric in metrics if metric.sum >= 0]
    if not values:
        return before
    return (before or 0) + round(sum(values))


def _largest(before: float | None, values: Sequence[float], divisor: float) -> float | None:
    """The largest so far; Flink says -1 where it does not know."""
    known = [value / divisor for value in values if value >= 0]
    return max([*known, *([] if before is None else [before])], default=None)


def _max_ratio(metric: SubtaskMetric | None) -> float | None:
    return None if metric is None else min(1.0, metric.max / 1000)


def _mean_ratio(metric: SubtaskMetric | None) -> float | None:
    return None if metric is None else min(1.0, round(metric.mean / 1000, 4))
