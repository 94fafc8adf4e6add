"""Flink: the cluster, its processes, the run's jobs, their vertices and checkpoints.

Rates are differenced from counters, because Flink's own ``…PerSecond`` figures lag badly. Flink refreshes its metrics
at its own pace (``metrics.fetcher.update-interval``, by default 10 s): a rate covers the time between two *changes*.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from pipegen.errors import ServiceError
from pipegen.observe.collector import Collector
from pipegen.observe.flink_jobs import Transitions, checkpoints
from pipegen.observe.flink_processes import read_processes
from pipegen.observe.flink_sources import PipelineSources, SourceState, topics_in
from pipegen.observe.flink_vertex import HeldRows, JobTotals, VertexReader, chosen_metrics, is_busy
from pipegen.services.flink import ClusterOverview, FlinkClient, Job, JobFailure, Vertex
from pipegen.services.flink_answers import CheckpointsAnswer
from pipegen.snapshot import Checkpoints, FlinkProcess, JobState, VertexMetrics

_CLUSTER_EVERY: Final = 5
_FAILURES_EVERY: Final = 5
_NAMES_EVERY: Final = 10
_NAMES_OF_SOURCES_EVERY: Final = 2
_TIMEOUT_S: Final = 10.0
_WAITING_STATES: Final = {"CREATED", "SCHEDULED"}
_IN_TROUBLE: Final = {"FAILED", "FAILING", "RESTARTING", "CANCELED", "CANCELLING", "SUSPENDED"}
_MOST_ODD: Final = 8
_GRAVEST_FIRST: Final = ("FAILED", "FAILING", "RESTARTING", "CANCELED", "CANCELLING", "SUSPENDED", "RECONCILING")


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
    watermark_lag_ms: float | None = None
    late_dropped: int | None = None
    restarts: int | None = None
    root_exception: str | None = None
    root_exception_at_ms: int | None = None
    root_exception_classes: str | None = None
    all_running: bool = False
    waiting: tuple[str, ...] = ()
    """Names of the vertices with tasks that wait to be run."""
    jobs: tuple[JobState, ...] = ()
    causes: Mapping[str, str] = field(default_factory=dict)
    """Of each job in trouble, by its id, the root exception of its newest failure, or its state."""
    vertices: tuple[VertexMetrics, ...] = ()
    sources: tuple[SourceState, ...] = ()
    held: tuple[HeldRows, ...] = ()
    """Rows that operators hold until the watermark has passed them."""
    checkpoints: Checkpoints | None = None
    job_manager: FlinkProcess | None = None
    task_managers: tuple[FlinkProcess, ...] = ()
    metrics_interval_ms: float | None = None
    odd: Mapping[str, str] = field(default_factory=dict)
    """Figures for which Flink returned no number, by their path in the section, with what it returned."""


@dataclass(slots=True)
class _Cluster:
    overview: ClusterOverview
    manager: FlinkProcess
    workers: tuple[FlinkProcess, ...]
    interval_ms: float


@dataclass(frozen=True, slots=True)
class _Failures:
    """What is known of a job's failures, and how the job stood when Flink was asked."""

    stood: tuple[object, ...]
    restarts: int | None
    newest: JobFailure | None


@dataclass(frozen=True, slots=True)
class _Names:
    """Metrics of a vertex that are asked for, and the topics that their names tell of."""

    chosen: Sequence[str]
    topics: frozenset[str]

    @property
    def has_source(self) -> bool:
        """Whether a source says what it has not read: it does from its first record on."""
        return any(name.endswith(".pendingRecords") for name in self.chosen)


async def _no_ids() -> Sequence[str]:
    return ()


class FlinkCollector(Collector[FlinkReading]):
    """Reads the run's jobs.

    Args:
        client: Client to ask with.
        job_ids: Says which jobs belong to the run, at any moment.
        find_jobs: Finds the jobs where ``job_ids`` names none, for a cluster that PipeGen only watches.
        sources: What the sources of the pipeline read: what others have not read is not pending.
        interval_s: Time between two readings.
        on_failure: Called with the error of a failed attempt.
    """

    name = "flink"

    def __init__(
        self,
        client: FlinkClient,
        *,
        job_ids: Callable[[], Sequence[str]] = tuple,
        find_jobs: Callable[[], Awaitable[Sequence[str]]] = _no_ids,
        sources: PipelineSources | None = None,
        interval_s: float = 1.0,
        on_failure: Callable[[ServiceError], None] | None = None,
    ) -> None:
        super().__init__(interval_s=interval_s, timeout_s=_TIMEOUT_S, on_failure=on_failure)
        self._client = client
        self._job_ids = job_ids
        self._find_jobs = find_jobs
        self._metric_names: dict[tuple[str, str], _Names] = {}
        self._vertices = VertexReader(sources)
        self._transitions = Transitions()
        self._failures: dict[str, _Failures] = {}
        self._checkpoint_intervals: dict[str, float] = {}
        self._cluster: _Cluster | None = None
        self._turn = 0

    async def measure(self) -> FlinkReading:
        """One look at the cluster and at each job."""
        cluster = await self._look_at_cluster()
        self._turn += 1
        job_ids = list(self._job_ids()) or list(await self._find_jobs())
        seen = FlinkReading(
            cluster.overview,
            job_manager=cluster.manager,
            task_managers=cluster.workers,
            metrics_interval_ms=cluster.interval_ms,
            odd=cluster.overview.odd,
        )
        if not job_ids:
            return seen
        return await self._with_jobs(seen, [await self._client.job(job_id) for job_id in job_ids])

    async def _look_at_cluster(self) -> _Cluster:
        if self._cluster is None or self._turn % _CLUSTER_EVERY == 0:
            overview = await self._client.overview()
            manager, workers = await read_processes(self._client)
            interval_ms = await self._client.metrics_interval_ms()
            self._cluster = _Cluster(overview, manager, workers, interval_ms)
            # Between two refreshes of Flink's every counter stands still: only longer means that nothing happens.
            self._vertices.quiet_ns = (interval_ms * 1.5 + 1000) * 1e6
        return self._cluster

    async def _with_jobs(self, seen: FlinkReading, jobs: Sequence[Job]) -> FlinkReading:
        totals = JobTotals()
        for job in jobs:
            for vertex in job.vertices:
                await self._add_vertex(job, vertex, totals)
        now_ns = time.monotonic_ns()
        shown = min(jobs, key=_gravity)
        failures = {job.id: await self._failures_of(job) for job in jobs}
        restarts = [failures[job.id].restarts for job in jobs]
        failure = failures[shown.id].newest
        interval_ms = await self._checkpoint_interval_ms(shown.id)
        points = await self._client.checkpoints(shown.id)
        return FlinkReading(
            cluster=seen.cluster,
            job_id=shown.id,
            job_name=shown.name,
            job_state=shown.state,
            records_in=totals.records_in,
            records_out=totals.records_out,
            rate_in_per_s=self._vertices.rate("in", totals.records_in, now_ns),
            rate_out_per_s=self._vertices.rate("out", totals.records_out, now_ns),
            pending_records=totals.pending,
            source_emit_lag_ms=totals.emit_lag_ms,
            watermark_lag_ms=totals.watermark_lag_ms,
            late_dropped=totals.late_dropped,
            restarts=None if None in restarts else sum(count or 0 for count in restarts),
            root_exception=failure.cause if failure else None,
            root_exception_at_ms=failure.at_ms if failure else None,
            root_exception_classes=" ".join(failure.classes) if failure else None,
            all_running=any(job.all_running for job in jobs)
            and all(job.all_running or job.state == "FINISHED" for job in jobs),
            waiting=tuple(v.name for job in jobs for v in job.vertices if v.state in _WAITING_STATES),
            jobs=tuple(self._transitions.see(job) for job in jobs),
            causes={job.id: _cause(job, failures[job.id].newest) for job in jobs if job.state in _IN_TROUBLE},
            vertices=tuple(totals.vertices),
            sources=tuple(totals.sources),
            held=tuple(totals.held),
            checkpoints=checkpoints(points, totals, interval_ms),
            job_manager=seen.job_manager,
            task_managers=seen.task_managers,
            metrics_interval_ms=seen.metrics_interval_ms,
            odd={**seen.odd, **_odd(jobs, points)},
        )

    async def _add_vertex(self, job: Job, vertex: Vertex, totals: JobTotals) -> None:
        names = await self._names(job.id, vertex)
        metrics = await self._client.metrics(job.id, vertex.id, list(names.chosen)) if names.chosen else {}
        subtasks: list[float] | None = None
        # Asked for only where it tells something: one more question a vertex and second would cost too much.
        if vertex.parallelism > 1 and is_busy(metrics):
            subtasks = await self._client.busy_ratios(job.id, vertex.id)
        self._vertices.add(job, vertex, metrics, totals, subtasks, names.topics)

    async def _failures_of(self, job: Job) -> _Failures:
        """Asked at once when the job or one of its vertices went into another state, else every few looks."""
        stood = (job.state, dict(job.entered_ms), tuple(vertex.state for vertex in job.vertices))
        known = self._failures.get(job.id)
        if known is None or known.stood != stood or self._turn % _FAILURES_EVERY == 0:
            known = _Failures(stood, await self._client.restarts(job.id), await self._client.root_exception(job.id))
            self._failures[job.id] = known
        return known

    async def _checkpoint_interval_ms(self, job_id: str) -> float | None:
        """A job keeps the one it was submitted with; a job that is not ready yet has none and is asked again."""
        known = self._checkpoint_intervals.get(job_id)
        if known is None:
            known = await self._client.checkpoint_interval_ms(job_id)
            if known is not None:
                self._checkpoint_intervals[job_id] = known
        return known

    async def _names(self, job_id: str, vertex: Vertex) -> _Names:
        key = (job_id, vertex.id)
        known = self._metric_names.get(key)
        # A source names what is pending once it has read something, which the end of a load waits for.
        untold = not vertex.inputs and known is not None and not known.has_source
        every_turns = _NAMES_OF_SOURCES_EVERY if untold and vertex.state == "RUNNING" else _NAMES_EVERY
        if known is not None and self._turn % every_turns != 0:
            return known
        every = await self._client.metric_names(job_id, vertex.id)
        names = _Names(chosen_metrics(every), topics_in(every))
        if every:
            self._metric_names[key] = names
        return names


def _odd(jobs: Sequence[Job], points: CheckpointsAnswer | None) -> dict[str, str]:
    """The figures that were not numbers: one entry per checkpoint figure, and one sentence for all vertices."""
    found = {} if points is None else {f"checkpoints.{name}": why for name, why in points.odd.items()}
    told = [
        f"{name} of {vertex.name}: {why}" for job in jobs for vertex in job.vertices for name, why in vertex.odd.items()
    ]
    return found | ({"vertices": "; ".join(told[:_MOST_ODD])} if told else {})


def _cause(job: Job, failure: JobFailure | None) -> str:
    return failure.cause if failure is not None and failure.cause else f"the job is {job.state}"


def _gravity(job: Job) -> int:
    """The job that speaks for all is the one in most trouble; one that has done its work, the last."""
    if job.state in _GRAVEST_FIRST:
        return _GRAVEST_FIRST.index(job.state)
    return len(_GRAVEST_FIRST) + (0 if job.state not in {"RUNNING", "FINISHED"} else 1 if job.state == "RUNNING" else 2)
