"""A double of Flink: JobManager and SQL gateway over HTTP, and a job that copies records from topic to topic.

It answers as Flink 2 does. The job understands no SQL: the first topic that the statements name is read, the last
written.
"""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Iterable
from typing import Any

import confluent_kafka as ck

from tests.unit.stand_in_http import Answer, Asked, StandInHttp
from tests.unit.stand_in_planner import StandInPlanner

JOB = "0f1e2d3c4b5a69788796a5b4c3d2e1f0"
SOURCE, SINK = "aaaa1111", "bbbb2222"
_TOPIC = re.compile(r"'topic' = '([^']+)'")
_NEVER = -(2**63)

Change = Callable[[bytes], Iterable[bytes]]
"""What becomes of a record: the values that the job writes for it."""


def as_it_is(value: bytes) -> Iterable[bytes]:
    """One record out for one in."""
    return [value]


class StandInFlink:
    """One cluster with one TaskManager; the first INSERT starts its only job.

    Args:
        bootstrap_servers: Where the job finds its topics.
        change: What the job does with a value.
    """

    def __init__(self, bootstrap_servers: str = "", change: Change = as_it_is) -> None:
        self.change = change
        self.statements: list[str] = []
        self.answers: dict[int, list[list[Any]] | None] = {}
        self._planner = StandInPlanner()
        self.refuse: Callable[[str], str | None] = lambda _statement: None
        """The stack trace with which a statement is refused; None takes it."""
        self.state: str | None = None
        """State of the job; None before there is one."""
        self.exceptions: list[dict[str, Any]] = []
        self.task_managers = 1
        self.tasks_run = True
        """Whether the tasks of the job get a slot."""
        self.restarts = 0
        self.sessions_open = 0
        self.never_ends: Callable[[str], bool] = lambda _statement: False
        """Whether a statement goes on running for ever."""
        self.checkpoint_interval_ms: int | None = None
        self.pending = 0
        self._bootstrap_servers = bootstrap_servers
        self._copier: _Copier | None = None
        self._started_ms = 0
        self.rest = StandInHttp(self._rest)
        self.gateway = StandInHttp(self._sql)

    def fail(self, trace: str) -> None:
        """The job fails."""
        self.state = "FAILED"
        self.exceptions.insert(0, {"stacktrace": trace, "exceptionName": trace, "timestamp": _now_ms()})
        self._stop_copying()

    def close(self) -> None:
        """Ends it."""
        self._stop_copying()
        self.rest.close()
        self.gateway.close()

    def _stop_copying(self) -> None:
        copier, self._copier = self._copier, None
        if copier is not None:
            copier.stop()

    # ---- the SQL gateway ----

    def _sql(self, asked: Asked) -> Any:
        match asked.path.strip("/").split("/")[1:]:
            case ["info"]:
                return {"productName": "Apache Flink", "version": "2.1.0"}
            case ["sessions"]:
                self.sessions_open += 1
                return {"sessionHandle": "session"}
            case ["sessions", _] if asked.method == "DELETE":
                self.sessions_open -= 1
                return {"status": "CLOSED"}
            case ["sessions", _, "statements"]:
                return self._run(str(asked.body["statement"]))
            case [*_, "operations", number, "status"]:
                running = self.never_ends(self.statements[int(number)])
                return {"status": "RUNNING" if running else "FINISHED"}
            case [*_, "operations", _, "close"]:
                return {"status": "CLOSED"}
            case [*_, "operations", number, "result", _]:
                return self._result(int(number))
        return Answer(404, {"errors": ["not found"]})

    def _run(self, statement: str) -> Any:
        trace = self.refuse(statement)
        if trace is not None:
            return Answer(500, {"errors": ["Internal server error.", trace]})
        try:
            rows = self._planner.rows(statement)
        except KeyError as error:
            return Answer(500, {"errors": [f"java.lang.RuntimeException: Object {error} not found"]})
        self.statements.append(statement)
        self.answers[len(self.statements) - 1] = rows
        if statement.lstrip().upper().startswith(("INSERT", "EXECUTE STATEMENT SET")):
            self._start()
        return {"operationHandle": str(len(self.statements) - 1)}

    def _result(self, number: int) -> Any:
        rows = self.answers.get(number) or [["OK"]]
        data = [{"kind": "INSERT", "fields": row} for row in rows]
        answer: dict[str, Any] = {"resultType": "EOS", "results": {"data": data}}
        if self.statements[number].lstrip().upper().startswith(("INSERT", "EXECUTE")):
            answer["jobID"] = JOB
        return answer

    def _start(self) -> None:
        text = "\n".join(self.statements)
        topics = _TOPIC.findall(text)
        self.state, self._started_ms = "RUNNING", _now_ms()
        if topics:
            from_end = "latest-offset" in text
            self._copier = _Copier(self, self._bootstrap_servers, topics[0], topics[-1], from_end=from_end)

    # ---- the JobManager ----

    def _rest(self, asked: Asked) -> Any:  # noqa: PLR0912 -- one branch for each path of the API
        parts = asked.path.strip("/").split("/")
        match parts:
            case ["overview"]:
                slots = 4 * self.task_managers
                return {
                    "taskmanagers": self.task_managers,
                    "slots-total": slots,
                    "slots-available": slots - (self.state == "RUNNING"),
                    "flink-version": "2.1.0",
                }
            case ["jobs", "overview"]:
                jobs = [] if self.state is None else [{"jid": JOB, "name": "copy", "state": self.state}]
                return {"jobs": jobs}
            case ["jobs", job, *_] if job != JOB or self.state is None:
                return Answer(404, {"errors": [f"Job {job} not found"]})
            case ["jobs", _] if asked.method == "PATCH":
                self.state = "CANCELED"
                self._stop_copying()
                return {}
            case ["jobs", _]:
                return self._job()
            case ["jobs", _, "metrics"]:
                return [{"id": "numRestarts", "value": str(self.restarts)}]
            case ["jobs", _, "vertices", vertex, "subtasks", "metrics"]:
                return self._metrics(vertex, asked.query.get("get"))
            case ["jobs", _, "checkpoints"]:
                return {"counts": {"completed": 2, "failed": 0, "in_progress": 0, "restored": 0}, "latest": {}}
            case ["jobs", _, "checkpoints", "config"]:
                if self.checkpoint_interval_ms is None:
                    return Answer(404, {"errors": ["Checkpointing is not enabled"]})
                return {"interval": self.checkpoint_interval_ms}
            case ["jobs", _, "exceptions"]:
                return {"exceptionHistory": {"entries": self.exceptions[:1]}}
            case ["taskmanagers"]:
                return {"taskmanagers": [_task_manager(number) for number in range(self.task_managers)]}
            case ["taskmanagers" | "jobmanager", *_, "metrics"]:
                return _process()
            case ["jobmanager", "config"]:
                return [{"key": "metrics.fetcher.update-interval", "value": "1 s"}]
        return Answer(404, {"errors": [f"there is no {asked.path}"]})

    def _job(self) -> Any:
        running = int(self.state == "RUNNING" and self.tasks_run)
        copied = self._copier.copied if self._copier is not None else 0
        written = self._copier.written if self._copier is not None else 0
        vertices = [
            {
                "id": vertex,
                "name": name,
                "status": self.state if self.tasks_run else "SCHEDULED",
                "parallelism": 1,
                "metrics": {
                    "read-records": read,
                    "write-records": sent,
                    "read-bytes": 100 * read,
                    "write-bytes": 100 * sent,
                },
                "tasks": {"RUNNING": running, "FINISHED": 0},
            }
            for vertex, name, read, sent in (
                (SOURCE, "Source: order_in", 0, copied),
                (SINK, "Sink: order_out", copied, 0),
            )
        ]
        nodes = [{"id": SOURCE}, {"id": SINK, "inputs": [{"id": SOURCE}]}]
        return {
            "jid": JOB,
            "name": "copy",
            "state": self.state,
            "vertices": vertices,
            "plan": {"nodes": nodes},
            "timestamps": {"CREATED": self._started_ms, str(self.state): self._started_ms + 1, "FAILING": 0},
            "written": written,
        }

    def _metrics(self, vertex: str, wanted: list[str] | None) -> Any:
        copied = self._copier.copied if self._copier is not None else 0
        written = self._copier.written if self._copier is not None else 0
        figures: dict[str, float] = {"busyTimeMsPerSecond": 250, "backPressuredTimeMsPerSecond": 50}
        if vertex == SOURCE:
            source = "Source__order_in"
            figures |= {
                f"{source}.pendingRecords": self.pending,
                f"{source}.numRecordsIn": copied,
                f"{source}.currentOutputWatermark": _NEVER,
            }
        else:
            figures |= {"Sink__order_out.numRecordsSend": written}
        if wanted is None:
            return [{"id": name} for name in figures]
        chosen = {name: figures[name] for name in wanted[0].split(",") if name in figures}
        return [{"id": name, "min": value, "max": value, "sum": value, "avg": value} for name, value in chosen.items()]


class _Copier(threading.Thread):
    """The job at work."""

    def __init__(
        self, flink: StandInFlink, bootstrap_servers: str, source: str, target: str, *, from_end: bool
    ) -> None:
        super().__init__(name="stand-in of a Flink job", daemon=True)
        self.copied = self.written = 0
        self._flink = flink
        self._target = target
        self._stopping = threading.Event()
        common = {"bootstrap.servers": bootstrap_servers}
        self._reader = ck.Consumer(common | {"group.id": "stand-in-job", "fetch.wait.max.ms": 5})
        self._writer = ck.Producer(common | {"linger.ms": 0})
        partitions = [ck.TopicPartition(source, n) for n in self._reader.list_topics(source).topics[source].partitions]
        for partition in partitions:
            partition.offset = self._reader.get_watermark_offsets(partition)[int(from_end)]
        self._reader.assign(partitions)
        self.start()

    def run(self) -> None:
        while not self._stopping.is_set():
            for message in self._reader.consume(500, 0.01):
                if message.error() is None:
                    self._copy(message)
            self._writer.poll(0)
        self._writer.flush(5)
        self._reader.close()

    def _copy(self, message: Any) -> None:
        self.copied += 1
        for value in self._flink.change(message.value()):
            self.written += 1
            self._writer.produce(
                self._target, value, headers=message.headers(), timestamp=message.timestamp()[1], key=message.key()
            )

    def stop(self) -> None:
        self._stopping.set()
        self.join(10)


def _task_manager(number: int) -> dict[str, Any]:
    return {
        "id": f"10.0.0.{number}:6122-abc",
        "path": f"pekko.tcp://flink@10.0.0.{number}:6122/user/rpc/taskmanager_0",
        "slotsNumber": 4,
        "freeSlots": 3,
        "timeSinceLastHeartbeat": _now_ms(),
    }


def _process() -> list[dict[str, str]]:
    figures = {
        "Status.JVM.CPU.Load": "0.25",
        "Status.JVM.Memory.Heap.Used": "1000000",
        "Status.JVM.Memory.Heap.Max": "4000000",
        "Status.JVM.Memory.NonHeap.Used": "-1",
    }
    return [{"id": name, "value": value} for name, value in figures.items()]


def _now_ms() -> int:
    return time.time_ns() // 1_000_000
