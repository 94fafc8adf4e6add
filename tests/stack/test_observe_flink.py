"""What PipeGen says of Flink is what Flink's own REST API says, for a job with a key, a window and a watermark."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote

import httpx2
import pytest

from pipegen.observe import FlinkCollector, FlinkReading
from pipegen.services.flink import FlinkClient
from pipegen.services.sql_gateway import SqlGatewayClient
from pipegen.stack import Endpoints

pytestmark = pytest.mark.stack
# One key in ten is an hour late: its records are dropped by the window.
SOURCE = """CREATE TABLE numbers (k INT, ts AS CASE WHEN k = 0 THEN TIMESTAMPADD(HOUR, -1, LOCALTIMESTAMP)
    ELSE LOCALTIMESTAMP END, WATERMARK FOR ts AS ts - INTERVAL '1' SECOND)
    WITH ('connector' = 'datagen', 'rows-per-second' = '200', 'fields.k.min' = '0', 'fields.k.max' = '9')"""
SINK = "CREATE TABLE counts (k INT, until TIMESTAMP(3), n BIGINT) WITH ('connector' = 'blackhole')"
QUERY = """INSERT INTO counts SELECT k, window_end, COUNT(*)
    FROM TABLE(TUMBLE(TABLE numbers, DESCRIPTOR(ts), INTERVAL '1' SECOND)) GROUP BY k, window_start, window_end"""


# A second and more for each record, in which no barrier passes.
SLOW = """INSERT INTO counts SELECT k, CAST(ts AS TIMESTAMP(3)),
    CAST(CHAR_LENGTH(REGEXP_REPLACE(REPEAT('a', 40000 + k), 'a*b', '')) AS BIGINT) FROM numbers"""


async def submit(endpoints: Endpoints, query: str = QUERY, **options: str) -> str:
    gateway = SqlGatewayClient(endpoints.sql_gateway_url)
    try:
        settings = {f"execution.checkpointing.{name.replace('_', '-')}": value for name, value in options.items()}
        session = await gateway.open_session("windowed", {"execution.checkpointing.interval": "2 s", **settings})
        for statement in (SOURCE, SINK):
            await gateway.execute(statement, timeout_s=60)
        result = await gateway.execute(query, timeout_s=90)
        await gateway.end_session(session)
    finally:
        await gateway.close()
    assert result.job_id is not None
    return result.job_id


@pytest.fixture(scope="module")
def job_id(endpoints: Endpoints) -> Iterator[str]:
    job = asyncio.run(submit(endpoints))
    yield job
    httpx2.patch(f"{endpoints.flink_url}/jobs/{job}?mode=cancel", trust_env=False)


def raw(endpoints: Endpoints, path: str) -> Any:
    return httpx2.get(endpoints.flink_url + path, trust_env=False, timeout=10).json()


def watch(
    endpoints: Endpoints, job_id: str, right: Callable[[FlinkReading], bool], *, then: Callable[[], Any] = lambda: None
) -> tuple[FlinkReading, Any]:
    """Reads every half second until a reading is right; then asks the service itself at the same moment."""

    async def run() -> tuple[FlinkReading, Any]:
        client = FlinkClient(endpoints.flink_url)
        collector = FlinkCollector(client, job_ids=lambda: [job_id])
        try:
            deadline_s = time.monotonic() + 90
            while time.monotonic() < deadline_s:
                reading = await collector.collect()
                assert reading.failure is None
                if reading.value is not None and right(reading.value):
                    return reading.value, then()
                await asyncio.sleep(0.5)
            raise AssertionError(reading)
        finally:
            await client.close()

    return asyncio.run(run())


def test_counters_vertices_and_rates_are_flinks_own(endpoints: Endpoints, job_id: str) -> None:
    seen, job = watch(
        endpoints,
        job_id,
        lambda reading: (
            len(reading.vertices) == 2
            and (reading.vertices[1].records_in_per_s or 0) > 0
            and (reading.vertices[1].late_records_dropped or 0) > 0
            and reading.vertices[1].idle_ratio is not None
        ),
        then=lambda: raw(endpoints, f"/jobs/{job_id}"),
    )
    assert seen.job_name == job["name"]
    assert seen.job_state == job["state"] == "RUNNING"
    for ours, theirs in zip(seen.vertices, job["vertices"], strict=True):
        assert (ours.id, ours.name, ours.parallelism) == (theirs["id"], theirs["name"], theirs["parallelism"])
        for figure, name in ((ours.records_out_total, "write-records"), (ours.bytes_out_total, "write-bytes")):
            assert figure is not None
            assert figure <= theirs["metrics"][name] <= figure * 1.5 + 2000
    assert seen.vertices[1].bytes_in_total
    aggregate = seen.vertices[1]
    assert aggregate.busy_ratio is not None
    assert aggregate.idle_ratio is not None
    assert 0 <= (aggregate.busy_mean_ratio or 0) <= aggregate.busy_ratio <= 1
    late = metric_sum(endpoints, job_id, aggregate.id, ".numLateRecordsDropped")
    assert aggregate.late_records_dropped is not None
    assert seen.late_dropped == aggregate.late_records_dropped <= late <= aggregate.late_records_dropped * 1.5 + 400


def metric_sum(endpoints: Endpoints, job_id: str, vertex_id: str, suffix: str) -> float:
    path = f"/jobs/{job_id}/vertices/{vertex_id}/subtasks/metrics"
    names = [metric["id"] for metric in raw(endpoints, path) if metric["id"].endswith(suffix)]
    assert names
    return sum(metric["sum"] for metric in raw(endpoints, f"{path}?get={quote(','.join(names))}&agg=sum"))


def test_restarts_and_the_root_exception_are_flinks_own(endpoints: Endpoints) -> None:
    query = "INSERT INTO counts SELECT k, CAST(ts AS TIMESTAMP(3)), CAST(10 / (k - 3) AS BIGINT) FROM numbers"
    job = asyncio.run(submit(endpoints, query))
    try:
        seen, answers = watch(
            endpoints,
            job,
            lambda reading: reading.root_exception is not None and bool(reading.restarts),
            then=lambda: (
                raw(endpoints, f"/jobs/{job}/exceptions?maxExceptions=20"),
                raw(endpoints, f"/jobs/{job}/metrics?get=numRestarts"),
            ),
        )
    finally:
        httpx2.patch(f"{endpoints.flink_url}/jobs/{job}?mode=cancel", trust_env=False)
    history, restarts = answers
    assert seen.root_exception is not None
    assert "/ by zero" in seen.root_exception
    times = [entry["timestamp"] for entry in history["exceptionHistory"]["entries"]]
    assert seen.root_exception_at_ms in times
    assert (seen.restarts or 0) <= int(restarts[0]["value"]) <= (seen.restarts or 0) + 3
    states = [step.state for step in seen.jobs[0].transitions]
    assert "RESTARTING" in states


def test_the_watermark_is_flinks_and_its_lag_the_windows_delay(endpoints: Endpoints, job_id: str) -> None:
    seen, marks = watch(
        endpoints,
        job_id,
        lambda reading: len(reading.vertices) == 2 and reading.vertices[1].watermark_ms is not None,
        then=lambda: raw(endpoints, f"/jobs/{job_id}/vertices/{vertices(endpoints, job_id)[1]}/watermarks"),
    )
    ours = seen.vertices[1].watermark_ms
    assert ours is not None
    # Flink refreshes the sources of the two responses one after the other, in either order.
    assert abs(int(marks[0]["value"]) - ours) < 10_000
    assert seen.vertices[1].watermark_lag_ms is not None
    assert 500 < seen.vertices[1].watermark_lag_ms < 30_000
    assert seen.watermark_lag_ms == max(vertex.watermark_lag_ms or 0 for vertex in seen.vertices)


def vertices(endpoints: Endpoints, job_id: str) -> list[str]:
    return [vertex["id"] for vertex in raw(endpoints, f"/jobs/{job_id}")["vertices"]]


def test_checkpoints_processes_and_transitions_are_flinks_own(endpoints: Endpoints, job_id: str) -> None:
    def complete(reading: FlinkReading) -> bool:
        points = reading.checkpoints
        return points is not None and points.completed > 0 and points.start_delay_ms is not None

    seen, answers = watch(
        endpoints,
        job_id,
        complete,
        then=lambda: [
            raw(endpoints, path)
            for path in (f"/jobs/{job_id}/checkpoints", "/taskmanagers", f"/jobs/{job_id}", "/overview")
        ],
    )
    points, workers, job, overview = answers
    ours = seen.checkpoints
    assert ours is not None
    assert ours.interval_ms == 2000
    assert 0 <= points["counts"]["completed"] - ours.completed <= 1
    same = [point for point in points["history"] if point.get("end_to_end_duration") == ours.last_duration_ms]
    assert ours.last_size_bytes in [point["state_size"] for point in same]
    assert ours.alignment_ms is not None
    worker = workers["taskmanagers"][0]
    assert [process.id for process in seen.task_managers] == [worker["id"]]
    assert seen.task_managers[0].slots_total == worker["slotsNumber"] == overview["slots-total"]
    assert seen.cluster.version == overview["flink-version"]
    for process in (seen.job_manager, *seen.task_managers):
        assert process is not None
        assert process.heap_used_bytes is not None
        assert process.heap_max_bytes is not None
        assert 1e6 < process.heap_used_bytes < process.heap_max_bytes
        assert process.cpu_ratio is not None
        assert 0 <= process.cpu_ratio <= 1
    told = {state: at_ms for state, at_ms in job["timestamps"].items() if at_ms > 0}
    assert [step.state for step in seen.jobs[0].transitions] == sorted(told, key=lambda state: told[state])


def test_a_failed_checkpoint_is_shown_with_flinks_own_cause(endpoints: Endpoints) -> None:
    job = asyncio.run(submit(endpoints, SLOW, timeout="200 ms", tolerable_failed_checkpoints="1000"))
    try:
        seen, points = watch(
            endpoints,
            job,
            # One that could not even be triggered is counted by Flink, but has no cause and is not in the history.
            lambda reading: reading.checkpoints is not None and reading.checkpoints.last_failure is not None,
            then=lambda: raw(endpoints, f"/jobs/{job}/checkpoints"),
        )
    finally:
        httpx2.patch(f"{endpoints.flink_url}/jobs/{job}?mode=cancel", trust_env=False)
    ours = seen.checkpoints
    assert ours is not None
    assert ours.last_failure is not None
    assert ours.failed > 0
    failed = [point for point in points["history"] if point["status"] == "FAILED"]
    assert any(ours.last_failure in point["failure_message"] for point in failed)
    assert "expired" in ours.last_failure
    assert ours.last_failure_at is not None


def test_the_end_of_a_job_is_a_transition_with_flinks_time(endpoints: Endpoints) -> None:
    job = asyncio.run(submit(endpoints))
    watch(endpoints, job, lambda reading: reading.job_state == "RUNNING")
    httpx2.patch(f"{endpoints.flink_url}/jobs/{job}?mode=cancel", trust_env=False)
    seen, _ = watch(endpoints, job, lambda reading: reading.job_state == "CANCELED")
    states = [step.state for step in seen.jobs[0].transitions]
    assert states[:2] == ["INITIALIZING", "CREATED"]
    assert states[-2:] == ["CANCELLING", "CANCELED"]
    assert [step.at for step in seen.jobs[0].transitions] == sorted(step.at for step in seen.jobs[0].transitions)
