"""The Flink JobManager through its REST API: jobs, their graph, metrics, checkpoints and exceptions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import quote

from pipegen.config.addresses import FLINK_PORT
from pipegen.errors import FlinkError
from pipegen.services.flink_answers import (
    CheckpointsAnswer,
    JobAnswer,
    JobsAnswer,
    OverviewAnswer,
    TaskManagersAnswer,
    VertexAnswer,
    number,
)
from pipegen.services.http import HttpRefusedError, JsonService, understood
from pipegen.services.http_access import OPEN_ACCESS, HttpAccess
from pipegen.services.java_trace import exception_classes, root_cause
from pipegen.units import parse_duration_ns

_NOT_FOUND = 404
_METRICS_INTERVAL: Final = "metrics.fetcher.update-interval"
_DEFAULT_INTERVAL_MS: Final = 10_000.0
_LONGEST_QUERY: Final = 3500


@dataclass(frozen=True, slots=True)
class ClusterOverview:
    """The cluster as the JobManager sees it; a figure that is not a number is None and listed in ``odd``."""

    version: str
    task_managers: int | None
    slots_total: int | None
    slots_free: int | None
    odd: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TaskManager:
    """A TaskManager as the JobManager knows it."""

    id: str
    address: str
    slots_total: int | None
    slots_free: int | None
    heartbeat_at_ms: int | None


@dataclass(frozen=True, slots=True)
class Vertex:
    """One vertex of a job's graph with the counters Flink keeps for it.

    Attributes:
        description: Its part of the plan.
        odd: Counters that were not numbers, with what Flink returned.
    """

    id: str
    name: str
    state: str
    parallelism: int
    records_in: int | None
    records_out: int | None
    bytes_in: int | None
    bytes_out: int | None
    running_tasks: int
    inputs: tuple[str, ...] = ()
    description: str = ""
    finished_tasks: int = 0
    odd: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SubtaskMetric:
    """One metric over the subtasks of a vertex."""

    min: float
    max: float
    sum: float
    mean: float


@dataclass(frozen=True, slots=True)
class JobFailure:
    """A failure of a job: its root cause, the classes of the whole chain (outermost first), its epoch time."""

    cause: str
    classes: tuple[str, ...]
    at_ms: int


@dataclass(frozen=True, slots=True)
class Job:
    """A job and its vertices, sources first.

    Attributes:
        entered_ms: When it last went into each state (epoch ms by Flink's clock); states it never was in are not there.
    """

    id: str
    name: str
    state: str
    vertices: tuple[Vertex, ...]
    entered_ms: Mapping[str, int] = field(default_factory=dict)

    @property
    def all_running(self) -> bool:
        """Whether the job is RUNNING and so is every subtask that is not FINISHED, as those of a bounded source are."""
        return self.state == "RUNNING" and all(
            v.running_tasks + v.finished_tasks == v.parallelism for v in self.vertices
        )


class FlinkClient(JsonService):
    """Reads from and cancels at the JobManager."""

    def __init__(self, url: str, *, access: HttpAccess = OPEN_ACCESS) -> None:
        super().__init__(
            url,
            access=access,
            security="flink.security",
            name="Flink",
            kind="a Flink JobManager",
            error=FlinkError,
            remedy="Start the local stack with `pipegen deploy`, or name yours with --flink-url.",
            address_remedy=f"Give the JobManager's REST address (by default port {FLINK_PORT}) with --flink-url.",
        )

    @understood
    async def overview(self) -> ClusterOverview:
        """The cluster's size and version.

        Raises:
            FlinkError: when it does not answer or is no JobManager.
        """
        answer = await self._get("/overview", "to describe the cluster")
        odd: dict[str, str] = {}
        read = OverviewAnswer.model_validate(answer, context=odd)
        return ClusterOverview(str(read.version), read.task_managers, read.slots_total, read.slots_free, odd)

    @understood
    async def running_jobs(self) -> list[tuple[str, str, str]]:
        """Id, name and state of every job that has not ended."""
        answer = await self._get("/jobs/overview", "to list jobs")
        ended = {"FINISHED", "CANCELED", "FAILED"}
        jobs = JobsAnswer.model_validate(answer).jobs
        return [(job.id, job.name, job.state) for job in jobs if job.state not in ended]

    @understood
    async def job(self, job_id: str) -> Job:
        """A job with its graph and counters."""
        answer = await self._get(f"/jobs/{job_id}", f"to show job {job_id}")
        read = JobAnswer.model_validate(answer)
        nodes = _plan_nodes(answer)
        vertices = tuple(_vertex(vertex, nodes) for vertex in read.vertices)
        entered_ms = {state: at_ms for state, at_ms in read.timestamps.items() if at_ms is not None and at_ms > 0}
        return Job(read.id, read.name, read.state, vertices, entered_ms)

    @understood
    async def metric_names(self, job_id: str, vertex_id: str) -> list[str]:
        """Names of a vertex's metrics, such as ``Source__orders.pendingRecords``; empty until Flink has some."""
        answer = await self._get(f"/jobs/{job_id}/vertices/{vertex_id}/subtasks/metrics", "to list metrics")
        return [str(metric["id"]) for metric in answer]

    @understood
    async def metrics(self, job_id: str, vertex_id: str, names: list[str]) -> dict[str, SubtaskMetric]:
        """The named metrics over the subtasks of a vertex; absent and unknown (NaN, Long.MIN_VALUE) ones are not."""
        values: dict[str, SubtaskMetric] = {}
        for chosen in _short_enough([quote(name, safe="") for name in names]):
            path = f"/jobs/{job_id}/vertices/{vertex_id}/subtasks/metrics?get={chosen}&agg=min,max,sum,avg"
            for metric in await self._get(path, "to read metrics"):
                figures = [number(metric.get(key)) for key in ("min", "max", "sum", "avg")]
                known = [figure for figure in figures if figure is not None]
                if len(known) == len(figures):
                    values[str(metric["id"])] = SubtaskMetric(*known)
        return values

    @understood
    async def busy_ratios(self, job_id: str, vertex_id: str) -> list[float] | None:
        """How busy each subtask of a vertex is; None until Flink has looked."""
        answer = await self._get(f"/jobs/{job_id}/vertices/{vertex_id}/backpressure", "to show back-pressure")
        ratios = [number(subtask.get("busyRatio")) for subtask in answer.get("subtasks") or []]
        known = [ratio for ratio in ratios if ratio is not None]
        return known if known and len(known) == len(ratios) else None

    @understood
    async def restarts(self, job_id: str) -> int | None:
        """How often the job was restarted; None until Flink says."""
        answer = await self._get(f"/jobs/{job_id}/metrics?get=numRestarts", "to read metrics")
        told = number(answer[0].get("value")) if answer else None
        return None if told is None else int(told)

    @understood
    async def task_managers(self) -> list[TaskManager]:
        """The registered TaskManagers."""
        answer = await self._get("/taskmanagers", "to list TaskManagers")
        return [
            TaskManager(each.id, each.address, each.slots_total, each.slots_free, each.heartbeat_at_ms)
            for each in TaskManagersAnswer.model_validate(answer).managers
        ]

    @understood
    async def process_figures(self, task_manager_id: str | None, names: Sequence[str]) -> dict[str, float]:
        """Metrics of a TaskManager's process, or of the JobManager's (None); unknown ones are not there."""
        path = "/jobmanager" if task_manager_id is None else f"/taskmanagers/{quote(task_manager_id, safe='')}"
        answer = await self._get(f"{path}/metrics?get={','.join(names)}", "to read metrics")
        figures = {str(metric["id"]): number(metric.get("value")) for metric in answer}
        return {name: figure for name, figure in figures.items() if figure is not None and figure >= 0}

    @understood
    async def metrics_interval_ms(self) -> float:
        """How often Flink refreshes the metrics that it shows: as configured, else its default of 10 s."""
        answer = await self._get("/jobmanager/config", "to show its configuration")
        told = next((entry["value"] for entry in answer if entry["key"] == _METRICS_INTERVAL), None)
        try:
            return _DEFAULT_INTERVAL_MS if told is None else parse_duration_ns(str(told).replace(" ", "")) / 1e6
        except ValueError:
            return _DEFAULT_INTERVAL_MS

    @understood
    async def checkpoints(self, job_id: str) -> CheckpointsAnswer | None:
        """Checkpoint statistics as Flink gives them, or None for a job that takes none, such as one in batch mode."""
        try:
            answer = await self._get(f"/jobs/{job_id}/checkpoints", "to show checkpoints")
        except FlinkError as error:
            if error.code.http_status == _NOT_FOUND:
                return None
            raise
        odd: dict[str, str] = {}
        return CheckpointsAnswer.model_validate(answer, context=odd).model_copy(update={"odd": odd})

    @understood
    async def checkpoint_interval_ms(self, job_id: str) -> float | None:
        """The configured checkpoint interval, or None when checkpointing is off."""
        try:
            answer = await self.request("GET", f"/jobs/{job_id}/checkpoints/config")
        except HttpRefusedError:
            return None
        interval = number(answer.get("interval", 0))
        return interval if interval is not None and 0 < interval < 2**62 else None

    @understood
    async def root_exception(self, job_id: str) -> JobFailure | None:
        """The newest failure of a job, or None when it has had none."""
        answer = await self._get(f"/jobs/{job_id}/exceptions?maxExceptions=1", "to show exceptions")
        entries = answer.get("exceptionHistory", {}).get("entries", [])
        if not entries:
            return None
        newest = entries[0]
        trace = str(newest.get("stacktrace") or newest["exceptionName"])
        at_ms = number(newest.get("timestamp"))
        return JobFailure(root_cause(trace), exception_classes(trace), 0 if at_ms is None else round(at_ms))

    async def cancel(self, job_id: str) -> None:
        """Asks Flink to cancel a job; a job that is gone is fine."""
        try:
            await self.request("PATCH", f"/jobs/{job_id}?mode=cancel")
        except HttpRefusedError as refusal:
            if refusal.status not in {_NOT_FOUND, 409}:
                raise self.refused(f"to cancel job {job_id}", refusal) from None

    async def _get(self, path: str, doing: str) -> Any:
        try:
            return await self.request("GET", path)
        except HttpRefusedError as refusal:
            body = refusal.body
            errors = body.get("errors") if isinstance(body, dict) else None
            detail = root_cause("\n".join(str(part) for part in errors)) if errors else None
            raise self.refused(doing, refusal, detail=detail) from None


def _plan_nodes(answer: Mapping[str, Any]) -> dict[str, tuple[tuple[str, ...], str]]:
    """The input ids and the description of each vertex of a plan; empty if there is no plan."""
    plan = answer.get("plan")
    nodes = plan.get("nodes") if isinstance(plan, dict) else None
    return {
        str(node["id"]): (
            tuple(str(edge["id"]) for edge in node.get("inputs") or []),
            str(node.get("description", "")),
        )
        for node in nodes or []
    }


def _vertex(answer: object, nodes: Mapping[str, tuple[tuple[str, ...], str]]) -> Vertex:
    odd: dict[str, str] = {}
    read = VertexAnswer.model_validate(answer, context=odd)
    tasks = {state: count for state, count in read.tasks.items() if count is not None}
    # Each subtask is counted in one state.
    parallelism = sum(tasks.values()) if read.parallelism is None else read.parallelism
    inputs, description = nodes.get(read.id, ((), ""))
    return Vertex(
        id=read.id,
        name=read.name,
        state=read.status,
        parallelism=parallelism,
        records_in=read.metrics.records_in,
        records_out=read.metrics.records_out,
        bytes_in=read.metrics.bytes_in,
        bytes_out=read.metrics.bytes_out,
        # If the counts cannot be read, use the overall state.
        running_tasks=tasks.get("RUNNING", parallelism if not tasks and read.status == "RUNNING" else 0),
        inputs=inputs,
        description=description,
        finished_tasks=tasks.get("FINISHED", 0),
        odd=odd,
    )


def _short_enough(names: list[str]) -> Iterator[str]:
    """Comma-joined names in pieces that fit the longest request line Flink takes (4096 bytes)."""
    piece: list[str] = []
    for name in names:
        if piece and sum(len(part) + 1 for part in piece) + len(name) > _LONGEST_QUERY:
            yield ",".join(piece)
            piece = []
        piece.append(name)
    if piece:
        yield ",".join(piece)
