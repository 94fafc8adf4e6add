"""Flink: the cluster, the run's jobs, their vertices and checkpoints.

Rates are differenced from counters, because Flink's own ``…PerSecond`` figures lag badly. Flink refreshes its metrics
at its own pace (``metrics.fetcher.update-interval``, by default 10 s): a rate covers the time between two *changes*.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from pipegen.errors import ServiceError
from pipegen.observe.collector import Collector, rate_per_s
from pipegen.services.flink import ClusterOverview, FlinkClient, Job, SubtaskMetric, Vertex
from pipegen.snapshot import Checkpoints, VertexMetrics
from pipegen.snapshot.flink import BackPressureLevel

_BUSY = "busyTimeMsPerSecond"
_BACKPRESSURED = "backPressuredTimeMsPerSecond"
_PENDING = ".pendingRecords"
_EMIT_LAG = ".currentEmitEventTimeLag"
_SENT = ".numRecordsSend"
_RECORDS_IN = ".numRecordsIn"
_CLUSTER_EVERY = 5
_WORTH_ASKING_RATIO = 0.5
BUSY_RATIO = 0.8
"""From here on a subtask counts as busy."""


@dataclass(frozen=True, slots=True)
class FlinkReading:
    """What Flink says at one moment; None where it says nothing (yet)."""

    cluster: ClusterOverview
    job_id: str | None = None
    job_name: str | None = None
    job_state: str | None = None
    records_in: int | None = None
    records_out: int | None = None
    rate_in_per_s: float | None = None
    rate_out_per_s: float | None = None
    pending_records: int | None = None
    source_emit_lag_ms: float | None = None
    restarts: int | None = None
    root_exception: str | None = None
    root_exception_at_ms: int | None = None
    root_exception_classes: str | None = None
    all_running: bool = False
    vertices: tuple[VertexMetrics, ...] = ()
    checkpoints: Checkpoints | None = None


@dataclass(slots=True)
class _Counter:
    """A counter of Flink's, with the rate between its two newest changes."""

    value: int = 0
    changed_ns: int = 0
    seen_ns: int = 0
    rate_per_s: float | None = None

    def update(self, value: int, now_ns: int, quiet_ns: float) -> float | None:
        """Takes a new value; a counter that fell (the job restarted) starts anew, one that stood for long is quiet."""
        if value < self.value or self.seen_ns == 0:
            self.rate_per_s = None
            self.changed_ns = now_ns
        elif value > self.value:
            self.rate_per_s = rate_per_s(value, now_ns, self.value, self.changed_ns)
            self.changed_ns = now_ns
        elif now_ns - self.changed_ns > quiet_ns:
            self.rate_per_s = 0.0
        self.value = value
        self.seen_ns = now_ns
        return self.rate_per_s


@dataclass(slots=True)
class _Totals:
    records_in: int | None = None
    records_out: int | None = None
    pending: int | None = None
    emit_lag_ms: float | None = None
    vertices: list[VertexMetrics] = field(default_factory=list)


class FlinkCollector(Collector[FlinkReading]):
    """Reads the run's jobs.

    Args:
        client: Client to ask with.
        job_ids: Says which jobs belong to the run, at any moment.
        interval_s: Time between two readings.
        on_failure: Called with the error of a failed attempt.
    """

    name = "flink"

    def __init__(
        self,
        client: FlinkClient,
        *,
        job_ids: Callable[[], Sequence[str]],
        interval_s: float = 1.0,
        on_failure: Callable[[ServiceError], None] | None = None,
    ) -> None:
        super().__init__(interval_s=interval_s, on_failure=on_failure)
        self._client = client
        self._job_ids = job_ids
        self._metric_names: dict[tuple[str, str], list[str]] = {}
        self._counters: dict[str, _Counter] = {}
        self._cluster: ClusterOverview | None = None
        self._quiet_ns = 0.0
        self._turn = 0

    async def measure(self) -> FlinkReading:
        """One look at the cluster and at each job."""
        if self._cluster is None or self._turn % _CLUSTER_EVERY == 0:
            self._cluster = await self._client.overview()
            # Between two refreshes of Flink's every counter stands still: only longer means that nothing happens.
            self._quiet_ns = (await self._client.metrics_interval_ms() * 1.5 + 1000) * 1e6
        self._turn += 1
        job_ids = list(self._job_ids())
        if not job_ids:
            return FlinkReading(self._cluster)
        jobs = [await self._client.job(job_id) for job_id in job_ids]
        totals = _Totals()
        for job in jobs:
            for vertex in job.vertices:
                await self._add_vertex(job, vertex, totals)
        now_ns = time.monotonic_ns()
        shown = next((job for job in jobs if job.state != "RUNNING"), jobs[0])
        restarts = [await self._client.restarts(job.id) for job in jobs]
        failure = await self._client.root_exception(shown.id)
        return FlinkReading(
            cluster=self._cluster,
            job_id=shown.id,
            job_name=shown.name,
            job_state=shown.state,
            records_in=totals.records_in,
            records_out=totals.records_out,
            rate_in_per_s=self._rate("in", totals.records_in, now_ns),
            rate_out_per_s=self._rate("out", totals.records_out, now_ns),
            pending_records=totals.pending,
            source_emit_lag_ms=totals.emit_lag_ms,
            restarts=None if None in restarts else sum(count or 0 for count in restarts),
            root_exception=failure.cause if failure else None,
            root_exception_at_ms=failure.at_ms if failure else None,
            root_exception_classes=" ".join(failure.classes) if failure else None,
            all_running=all(job.all_running for job in jobs),
            vertices=tuple(totals.vertices),
            checkpoints=await self._checkpoints(shown.id),
        )

    async def _add_vertex(self, job: Job, vertex: Vertex, totals: _Totals) -> None:
        names = await self._names(job.id, vertex.id)
        metrics = await self._client.metrics(job.id, vertex.id, names) if names else {}
        now_ns = time.monotonic_ns()
        sources = [name.removesuffix(_PENDING) for name in names if name.endswith(_PENDING)]
        totals.records_in = _add(totals.records_in, [metrics.get(source + _RECORDS_IN) for source in sources])
        totals.pending = _add(totals.pending, [metrics.get(source + _PENDING) for source in sources])
        totals.records_out = _add(totals.records_out, [metrics[name] for name in metrics if name.endswith(_SENT)])
        lags = [metrics[name].max for name in metrics if name.endswith(_EMIT_LAG) and metrics[name].max >= 0]
        totals.emit_lag_ms = max([*lags, *([] if totals.emit_lag_ms is None else [totals.emit_lag_ms])], default=None)
        backpressure = _ratio(metrics.get(_BACKPRESSURED))
        busy = _ratio(metrics.get(_BUSY))
        key = f"{job.id}.{vertex.id}"
        totals.vertices.append(
            VertexMetrics(
                id=vertex.id,
                name=vertex.name,
                state=vertex.state,
                parallelism=vertex.parallelism,
                inputs=list(vertex.inputs),
                records_in_total=vertex.records_in,
                records_out_total=vertex.records_out,
                records_in_per_s=self._rate(f"{key}.in", vertex.records_in, now_ns),
                records_out_per_s=self._rate(f"{key}.out", vertex.records_out, now_ns),
                busy_ratio=busy,
                busy_subtasks=await self._busy_subtasks(job, vertex, busy),
                backpressure_ratio=backpressure,
                backpressure_level=backpressure_level(backpressure),
                watermark_lag_ms=None,
            )
        )

    async def _busy_subtasks(self, job: Job, vertex: Vertex, busy: float | None) -> int | None:
        """Asked for only where it tells something: a question more a vertex and second would cost too much."""
        if busy is None or busy < _WORTH_ASKING_RATIO:
            return None
        if vertex.parallelism == 1:
            return int(busy >= BUSY_RATIO)
        ratios = await self._client.busy_ratios(job.id, vertex.id)
        return None if ratios is None else sum(ratio >= BUSY_RATIO for ratio in ratios)

    async def _names(self, job_id: str, vertex_id: str) -> list[str]:
        key = (job_id, vertex_id)
        known = self._metric_names.get(key)
        if known is None or self._turn % 10 == 0:
            every = await self._client.metric_names(job_id, vertex_id)
            sources = {name.removesuffix(_PENDING) for name in every if name.endswith(_PENDING)}
            chosen = [
                name
                for name in every
                if name in {_BUSY, _BACKPRESSURED}
                or name.endswith((_PENDING, _EMIT_LAG, _SENT))
                or (name.endswith(_RECORDS_IN) and name.removesuffix(_RECORDS_IN) in sources)
            ]
            if every:
                self._metric_names[key] = chosen
            return chosen
        return known

    def _rate(self, key: str, value: int | None, now_ns: int) -> float | None:
        if value is None:
            return None
        return self._counters.setdefault(key, _Counter()).update(value, now_ns, self._quiet_ns)

    async def _checkpoints(self, job_id: str) -> Checkpoints:
        answer = await self._client.checkpoints(job_id)
        latest = (answer.get("latest") or {}).get("completed") or {}
        return Checkpoints(
            completed=answer["counts"]["completed"],
            failed=answer["counts"]["failed"],
            in_progress=answer["counts"]["in_progress"],
            last_duration_ms=latest.get("end_to_end_duration"),
            last_size_bytes=latest.get("state_size"),
            interval_ms=await self._client.checkpoint_interval_ms(job_id),
        )


def _add(before: int | None, metrics: Sequence[SubtaskMetric | None]) -> int | None:
    values = [metric.sum for metric in metrics if metric is not None and metric.sum >= 0]
    if not values:
        return before
    return (before or 0) + round(sum(values))


def _ratio(metric: SubtaskMetric | None) -> float | None:
    return None if metric is None else min(1.0, metric.max / 1000)


def backpressure_level(ratio: float | None) -> BackPressureLevel | None:
    """Flink's own levels: up to 0.10 ok, up to 0.50 low, else high."""
    if ratio is None:
        return None
    return "ok" if ratio <= 0.10 else "low" if ratio <= 0.50 else "high"
