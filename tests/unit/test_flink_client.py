"""What PipeGen reads from Flink's JobManager and SQL gateway: doubles that answer as Flink's documentation says."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import pytest

from pipegen.errors import FlinkError
from pipegen.services.flink import FlinkClient, SubtaskMetric
from pipegen.services.java_trace import exception_classes, root_cause
from pipegen.services.sql_gateway import SqlGatewayClient, StatementRefusedError
from tests.unit.stand_in_http import Answer, Asked, StandInHttp

T = TypeVar("T")
TRACE = """org.apache.flink.runtime.JobException: Recovery is suppressed by NoRestartBackoffTimeStrategy
	at org.apache.flink.Handler.handle(Handler.java:180)
Caused by: org.apache.flink.util.FlinkRuntimeException: it broke
in two lines
	... 12 more
Caused by: java.io.IOException
	at Reader.read(Reader.java:1)"""


def ask(answer: object, question: Callable[[FlinkClient], Awaitable[T]]) -> tuple[T, list[Asked]]:
    """What the client makes of an answer, which is the same for every path, and what it asked for."""
    service = StandInHttp(answer if callable(answer) else lambda _asked: answer)

    async def body() -> T:
        client = FlinkClient(service.url)
        try:
            return await question(client)
        finally:
            await client.close()

    try:
        return asyncio.run(body()), service.asked
    finally:
        service.close()


def test_the_cluster_says_its_version_and_its_slots() -> None:
    told = {"taskmanagers": 2, "slots-total": 8, "slots-available": 3, "flink-version": "2.1.0"}
    overview, asked = ask(told, FlinkClient.overview)
    assert (overview.version, overview.task_managers, overview.slots_total, overview.slots_free) == ("2.1.0", 2, 8, 3)
    assert asked[0].path == "/overview"


@pytest.mark.parametrize("told", [{"name": "something else"}, ["taskmanagers"], "taskmanagers"])
def test_what_is_no_job_manager_is_told_with_the_port_of_one(told: object) -> None:
    with pytest.raises(FlinkError, match="answers, but not like a Flink JobManager") as raised:
        ask(told, FlinkClient.overview)
    assert "8081" in (raised.value.remedy or "")


def test_jobs_that_have_ended_are_not_running() -> None:
    states = ["RUNNING", "FINISHED", "CANCELED", "FAILED", "RESTARTING", "CREATED"]
    told = {"jobs": [{"jid": str(n), "name": f"job {n}", "state": state} for n, state in enumerate(states)]}
    jobs, _ = ask(told, FlinkClient.running_jobs)
    assert jobs == [("0", "job 0", "RUNNING"), ("4", "job 4", "RESTARTING"), ("5", "job 5", "CREATED")]


def job(state: str = "RUNNING", running: int = 2) -> dict[str, Any]:
    metrics = {"read-records": 1, "write-records": 2, "read-bytes": 3, "write-bytes": 4}
    vertex = {
        "status": "RUNNING",
        "parallelism": 2,
        "metrics": metrics,
        "tasks": {"RUNNING": running, "FINISHED": 0, "FAILED": 0},
    }
    return {
        "jid": "j",
        "name": "orders",
        "state": state,
        "vertices": [{"id": "a", "name": "Source", **vertex}, {"id": "b", "name": "Sink", **vertex}],
        "plan": {"nodes": [{"id": "a"}, {"id": "b", "inputs": [{"id": "a"}]}]},
        "timestamps": {"CREATED": 5, "RUNNING": 9, "FAILED": 0, "CANCELED": -1},
    }


def test_a_job_comes_with_its_graph_its_counters_and_the_times_of_its_states() -> None:
    found, asked = ask(job(), lambda client: client.job("j"))
    assert asked[0].path == "/jobs/j"
    source, sink = found.vertices
    assert (source.inputs, sink.inputs) == ((), ("a",))
    assert (sink.name, sink.state, sink.parallelism, sink.running_tasks) == ("Sink", "RUNNING", 2, 2)
    assert (sink.records_in, sink.records_out, sink.bytes_in, sink.bytes_out) == (1, 2, 3, 4)
    assert found.entered_ms == {"CREATED": 5, "RUNNING": 9}


@pytest.mark.parametrize(
    ("state", "running", "all_run"), [("RUNNING", 2, True), ("RUNNING", 1, False), ("FAILING", 2, False)]
)
def test_all_runs_when_the_job_and_every_subtask_does(state: str, running: int, all_run: bool) -> None:
    found, _ = ask(job(state, running), lambda client: client.job("j"))
    assert found.all_running is all_run


def test_a_job_that_flink_does_not_know_is_refused_with_its_cause() -> None:
    told = Answer(404, {"errors": ["java.lang.IllegalStateException: Job j not found"]})
    with pytest.raises(FlinkError, match=r"refused to show job j \(HTTP 404\)") as raised:
        ask(told, lambda client: client.job("j"))
    assert raised.value.detail == "Job j not found"
    assert raised.value.code.http_status == 404


def test_metrics_that_flink_does_not_know_are_left_out() -> None:
    known = {"id": "a.numRecordsIn", "min": 1, "max": 3, "sum": 4, "avg": 2}
    told = [
        known,
        known | {"id": "nan", "max": "NaN"},
        known | {"id": "never", "min": -(2**63)},
        {"id": "half", "min": 1},
    ]
    metrics, asked = ask(told, lambda client: client.metrics("j", "v", ["a.numRecordsIn", "with space"]))
    assert metrics == {"a.numRecordsIn": SubtaskMetric(min=1, max=3, sum=4, mean=2)}
    assert asked[0].path == "/jobs/j/vertices/v/subtasks/metrics"
    assert asked[0].query == {"get": ["a.numRecordsIn,with space"], "agg": ["min,max,sum,avg"]}


def test_a_long_list_of_metrics_is_asked_for_in_pieces_that_fit_a_request_line() -> None:
    names = [f"{'x' * 99}{number:04}" for number in range(100)]
    _, asked = ask([], lambda client: client.metrics("j", "v", names))
    pieces = [each.query["get"][0] for each in asked]
    assert ",".join(pieces).split(",") == names
    assert max(map(len, pieces)) <= 3500
    # As few as fit: 33 names of 103 characters and a comma.
    assert [len(piece.split(",")) for piece in pieces] == [33, 33, 33, 1]


def test_the_names_of_metrics_are_listed() -> None:
    names, _ = ask([{"id": "a"}, {"id": "b"}], lambda client: client.metric_names("j", "v"))
    assert names == ["a", "b"]


@pytest.mark.parametrize(
    ("subtasks", "ratios"),
    [
        ([{"busyRatio": 0.5}, {"busyRatio": 1}], [0.5, 1.0]),
        ([{"busyRatio": 0.5}, {"busyRatio": "NaN"}], None),
        ([], None),
        (None, None),
    ],
)
def test_how_busy_subtasks_are_is_known_of_all_or_of_none(subtasks: object, ratios: object) -> None:
    found, asked = ask({"subtasks": subtasks}, lambda client: client.busy_ratios("j", "v"))
    assert found == ratios
    assert asked[0].path == "/jobs/j/vertices/v/backpressure"


@pytest.mark.parametrize(
    ("told", "restarts"), [([{"id": "numRestarts", "value": "3"}], 3), ([], None), ([{"id": "x"}], None)]
)
def test_restarts_are_none_until_flink_says(told: object, restarts: int | None) -> None:
    assert ask(told, lambda client: client.restarts("j"))[0] == restarts


def test_task_managers_come_with_their_slots_and_the_time_of_their_heartbeat() -> None:
    told = {
        "id": "tm",
        "path": "pekko://flink@host:1/x",
        "slotsNumber": 4,
        "freeSlots": 1,
        "timeSinceLastHeartbeat": 99,
    }
    (manager,), _ = ask({"taskmanagers": [told]}, FlinkClient.task_managers)
    assert (manager.id, manager.address, manager.slots_total, manager.slots_free) == (
        "tm",
        "pekko://flink@host:1/x",
        4,
        1,
    )
    assert manager.heartbeat_at_ms == 99


def test_figures_of_a_process_that_are_negative_are_not_known() -> None:
    told = [{"id": "cpu", "value": "0"}, {"id": "heap", "value": "-1"}, {"id": "other", "value": "NaN"}]
    figures, asked = ask(told, lambda client: client.process_figures("a:1/b", ["cpu", "heap"]))
    assert figures == {"cpu": 0.0}
    assert asked[0].path == "/taskmanagers/a%3A1%2Fb/metrics"
    _, asked = ask(told, lambda client: client.process_figures(None, ["cpu", "heap"]))
    assert (asked[0].path, asked[0].query) == ("/jobmanager/metrics", {"get": ["cpu,heap"]})


@pytest.mark.parametrize(
    ("entries", "interval_ms"),
    [
        ([], 10_000.0),
        ([{"key": "metrics.fetcher.update-interval", "value": "500 ms"}], 500.0),
        ([{"key": "other", "value": "1 s"}, {"key": "metrics.fetcher.update-interval", "value": "2s"}], 2000.0),
        ([{"key": "metrics.fetcher.update-interval", "value": "now and then"}], 10_000.0),
    ],
)
def test_metrics_are_refreshed_as_configured_or_every_ten_seconds(entries: object, interval_ms: float) -> None:
    assert ask(entries, FlinkClient.metrics_interval_ms)[0] == interval_ms


@pytest.mark.parametrize(
    ("told", "interval_ms"),
    [
        ({"interval": 3000}, 3000.0),
        ({"interval": 0}, None),
        ({}, None),
        ({"interval": 2**63 - 1}, None),
        (Answer(404, {"errors": []}), None),
    ],
)
def test_a_checkpoint_interval_is_none_where_checkpoints_are_off(told: object, interval_ms: float | None) -> None:
    assert ask(told, lambda client: client.checkpoint_interval_ms("j"))[0] == interval_ms


def test_the_newest_failure_of_a_job_is_its_root_cause() -> None:
    entries = [{"stacktrace": TRACE, "exceptionName": "x", "timestamp": 7}, {"exceptionName": "old", "timestamp": 1}]
    failure, asked = ask({"exceptionHistory": {"entries": entries}}, lambda client: client.root_exception("j"))
    assert failure is not None
    assert (failure.cause, failure.at_ms) == ("IOException at Reader.read", 7)
    assert failure.classes == (
        "org.apache.flink.runtime.JobException",
        "org.apache.flink.util.FlinkRuntimeException",
        "java.io.IOException",
    )
    assert asked[0].query == {"maxExceptions": ["1"]}
    nothing, _ = ask({"exceptionHistory": {"entries": []}}, lambda client: client.root_exception("j"))
    assert nothing is None


def test_a_failure_without_a_stack_trace_is_its_name() -> None:
    entries = [{"stacktrace": None, "exceptionName": "java.lang.OutOfMemoryError", "timestamp": 7}]
    failure, _ = ask({"exceptionHistory": {"entries": entries}}, lambda client: client.root_exception("j"))
    assert failure is not None
    assert failure.cause == "OutOfMemoryError"


@pytest.mark.parametrize("status", [200, 404, 409])
def test_a_job_that_is_gone_counts_as_cancelled(status: int) -> None:
    _, (asked,) = ask(Answer(status, {}), lambda client: client.cancel("j"))
    assert (asked.method, asked.path, asked.query) == ("PATCH", "/jobs/j", {"mode": ["cancel"]})


def test_a_job_that_cannot_be_cancelled_is_an_error() -> None:
    with pytest.raises(FlinkError, match=r"refused to cancel job j \(HTTP 500\)"):
        ask(Answer(500, {}), lambda client: client.cancel("j"))


def test_a_service_that_is_not_there_is_named_with_its_remedy() -> None:
    async def body() -> None:
        client = FlinkClient("http://user:secret@127.0.0.1:1")
        try:
            await client.overview()
        finally:
            await client.close()

    with pytest.raises(FlinkError, match=r"Flink at http://127.0.0.1:1 cannot be reached: ") as raised:
        asyncio.run(body())
    assert "pipegen deploy" in (raised.value.remedy or "")
    assert "secret" not in raised.value.message


# ---- the SQL gateway ----


def gateway(
    answer: Callable[[Asked], Any], question: Callable[[SqlGatewayClient], Awaitable[T]]
) -> tuple[T, list[Asked]]:
    service = StandInHttp(answer)

    async def body() -> T:
        client = SqlGatewayClient(service.url)
        try:
            return await question(client)
        finally:
            await client.close()

    try:
        return asyncio.run(body()), service.asked
    finally:
        service.close()


class Statement:
    """A gateway that answers one statement: RUNNING twice, a result that is not ready, then two pages of rows."""

    def __init__(self) -> None:
        self.looks = 0

    def __call__(self, asked: Asked) -> Any:
        match asked.path.split("/")[2:]:
            case ["sessions"]:
                return {"sessionHandle": "s1"}
            case ["sessions", "s1", "statements"]:
                return {"operationHandle": "o1"}
            case [*_, "o1", "status"]:
                self.looks += 1
                return {"status": ["INITIALIZED", "PENDING", "RUNNING", "FINISHED"][self.looks - 1]}
            case [*_, "result", "0"]:
                self.looks += 1
                if self.looks == 5:
                    return {"resultType": "NOT_READY", "nextResultUri": "/v1/elsewhere"}
                uri = "/v1/sessions/s1/operations/o1/result/1?rowFormat=JSON"
                rows = [{"fields": ["a", 1]}]
                return {"resultType": "PAYLOAD", "jobID": "j1", "results": {"data": rows}, "nextResultUri": uri}
            case [*_, "result", "1"]:
                return {"resultType": "EOS", "results": {"data": [{"fields": ["b", 2]}]}, "nextResultUri": "/v1/more"}
        return {}


async def run_it(client: SqlGatewayClient) -> Any:
    session = await client.open_session("mine", {"pipeline.name": "p"})
    result = await client.execute("SELECT 1", timeout_s=20)
    await client.end_session(session)
    return result


def test_a_statement_is_followed_to_its_end_and_all_its_rows_are_read() -> None:
    result, asked = gateway(Statement(), run_it)
    assert (result.rows, result.job_id) == ([["a", 1], ["b", 2]], "j1")
    assert asked[0].body == {"sessionName": "mine", "properties": {"pipeline.name": "p"}}
    assert asked[1].body == {"statement": "SELECT 1"}
    assert [(each.method, each.path) for each in asked[-2:]] == [
        ("DELETE", "/v1/sessions/s1/operations/o1/close"),
        # A session is closed once.
        ("DELETE", "/v1/sessions/s1"),
    ]


def test_a_statement_that_flink_refuses_comes_with_its_cause() -> None:
    def answer(asked: Asked) -> Any:
        if asked.path.endswith("/statements"):
            return Answer(500, {"errors": ["Internal server error.", f"<Exception on server side:\n{TRACE}"]})
        return {"sessionHandle": "s1"}

    with pytest.raises(StatementRefusedError) as raised:
        gateway(answer, run_it)
    assert raised.value.message == "IOException at Reader.read"
    assert "JobException" in raised.value.trace


def test_a_statement_that_does_not_end_is_given_up_with_its_text() -> None:
    def answer(asked: Asked) -> Any:
        return {"sessionHandle": "s1", "operationHandle": "o1", "status": "RUNNING"}

    async def body(client: SqlGatewayClient) -> None:
        await client.open_session("mine", {})
        await client.execute("SELECT " + "1" * 600, timeout_s=0.2)

    with pytest.raises(FlinkError, match=r"did not finish a statement within 0.2 s") as raised:
        gateway(answer, body)
    assert raised.value.detail == "SELECT " + "1" * 493


def test_no_statement_runs_without_a_session() -> None:
    with pytest.raises(FlinkError, match="no session is open"):
        gateway(lambda _asked: {}, lambda client: client.execute("SELECT 1", timeout_s=1))


@pytest.mark.parametrize("told", [{"name": "else"}, ["version"]])
def test_what_is_no_gateway_is_told_with_the_port_of_one(told: object) -> None:
    with pytest.raises(FlinkError, match="answers, but not like a Flink SQL gateway") as raised:
        gateway(lambda _asked: told, SqlGatewayClient.version)
    assert "8083" in (raised.value.remedy or "")
    assert gateway(lambda _asked: {"version": "2.1.0"}, SqlGatewayClient.version)[0] == "2.1.0"


def test_a_session_that_cannot_be_opened_or_closed_is_an_error() -> None:
    refused = Answer(503, {"errors": ["java.lang.IllegalStateException: too many sessions"]})
    with pytest.raises(FlinkError, match=r"refused to open a session \(HTTP 503\)") as raised:
        gateway(lambda _asked: refused, run_it)
    assert raised.value.detail == "too many sessions"

    async def close(client: SqlGatewayClient) -> None:
        await client.end_session(await client.open_session("mine", {}))

    with pytest.raises(FlinkError, match="refused to close the session"):
        gateway(lambda asked: refused if asked.method == "DELETE" else {"sessionHandle": "s"}, close)
    with pytest.raises(FlinkError, match=r"refused to say its version \(HTTP 503\)"):
        gateway(lambda _asked: refused, SqlGatewayClient.version)


@pytest.mark.parametrize(
    ("trace", "cause"),
    [
        ("", "no message"),
        ("something went wrong\nand more", "something went wrong"),
        ("java.lang.IllegalStateException", "IllegalStateException"),
        ("a.b.CException: first\n\tat X\nCaused by: a.b.DError: second\n\t... 3 more", "second"),
        ('a.b.ParseException: Encountered "x"\nWas expecting one of:\n  A\n  B\n\tat X', 'Encountered "x"'),
    ],
)
def test_the_root_cause_is_the_innermost_exception(trace: str, cause: str) -> None:
    assert root_cause(trace) == cause


def test_each_class_that_was_thrown_is_named_once() -> None:
    assert exception_classes("a.b.CException: x\nCaused by: a.b.DError: y\nCaused by: a.b.CException: z") == (
        "a.b.CException",
        "a.b.DError",
    )
