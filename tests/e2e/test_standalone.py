"""`pipegen dashboard --standalone` over services and a job that PipeGen did not start, beside their own tools."""

from __future__ import annotations

import asyncio
import json
import subprocess
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import jsonschema
import pytest
from confluent_kafka import Producer

from pipegen.errors import EXIT_TERMINATED
from pipegen.services.flink import FlinkClient
from pipegen.services.kafka import KafkaAdmin
from pipegen.services.sql_gateway import SqlGatewayClient
from pipegen.snapshot import Snapshot
from pipegen.snapshot.schema import metrics_schema
from pipegen.snapshot.together import Together
from pipegen.stack import Endpoints
from tests.e2e.pipegen_process import command, environment, pipegen, until

pytestmark = pytest.mark.stack
PARTITIONS = 2


@dataclass(frozen=True)
class Foreign:
    """A pipeline that others run: JSON lines copied by a Flink job, and a producer that goes on."""

    source: str
    sink: str
    group: str
    job_id: str
    job_name: str


def table(name: str, topic: str, endpoints: Endpoints, more: str = "") -> str:
    return f"""CREATE TABLE {name} (id BIGINT) WITH ('connector' = 'kafka', 'topic' = '{topic}',
        'properties.bootstrap.servers' = '{endpoints.bootstrap_servers}', {more}
        'scan.startup.mode' = 'earliest-offset', 'format' = 'json')"""


async def submit(source: str, sink: str, group: str, endpoints: Endpoints) -> str:
    gateway = SqlGatewayClient(endpoints.sql_gateway_url)
    try:
        session = await gateway.open_session("foreign", {"pipeline.name": f"foreign-{source}"})
        more = f"'properties.group.id' = '{group}', 'properties.commit.offsets.on.checkpoint' = 'true',"
        await gateway.execute(table("source", source, endpoints, more), timeout_s=30)
        await gateway.execute(table("sink", sink, endpoints), timeout_s=30)
        result = await gateway.execute("INSERT INTO sink SELECT id FROM source", timeout_s=60)
        await gateway.end_session(session)
    finally:
        await gateway.close()
    assert result.job_id is not None
    return result.job_id


async def cancel(job_id: str, endpoints: Endpoints) -> None:
    flink = FlinkClient(endpoints.flink_url)
    try:
        await flink.cancel(job_id)
    finally:
        await flink.close()


@pytest.fixture
def foreign(endpoints: Endpoints) -> Iterator[Foreign]:
    admin, suffix = KafkaAdmin(endpoints.bootstrap_servers), uuid.uuid4()
    source, sink, group = f"their-in-{suffix}", f"their-out-{suffix}", f"their-group-{suffix}"
    for topic in (source, sink):
        admin.create_topic(topic, partitions=PARTITIONS, replication_factor=1)
        admin.await_leaders(topic, PARTITIONS)
    job_id = asyncio.run(submit(source, sink, group, endpoints))
    ended = threading.Event()
    sender = threading.Thread(target=send, args=(endpoints, source, ended))
    sender.start()
    yield Foreign(source, sink, group, job_id, f"foreign-{source}")
    ended.set()
    sender.join()
    asyncio.run(cancel(job_id, endpoints))
    admin.delete_topics([source, sink])


def send(endpoints: Endpoints, topic: str, ended: threading.Event) -> None:
    producer = Producer({"bootstrap.servers": endpoints.bootstrap_servers})
    number = 0
    while not ended.wait(0.05):
        for _ in range(25):
            producer.produce(topic, json.dumps({"id": number}), partition=number % PARTITIONS)
            number += 1
        producer.poll(0)
    producer.flush(10)


@pytest.fixture
def watching(tmp_path: Path) -> Iterator[Callable[..., str]]:
    """Starts the watcher with these arguments and returns its address."""
    started: list[subprocess.Popen[str]] = []

    def start(*arguments: str) -> str:
        with (tmp_path / "err.txt").open("w") as log:
            started.append(
                subprocess.Popen(
                    command("dashboard", "--standalone", "--port=0", *arguments),
                    env=environment(),
                    cwd=tmp_path,
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=log,
                    text=True,
                )
            )

        def address() -> str | None:
            said = (tmp_path / "err.txt").read_text()
            return next((line.split()[1] for line in said.splitlines() if line.startswith("dashboard: ")), None)

        return until(address, "the dashboard's address", alive=started[0])

    yield start
    for process in started:
        process.terminate()
        assert process.wait(20) == EXIT_TERMINATED


def metrics(url: str) -> dict[str, Any] | None:
    answer = httpx2.get(f"{url.rstrip('/')}/api/metrics", trust_env=False, timeout=10)
    if answer.status_code != 200:
        return None
    found: dict[str, Any] = answer.json()
    return found


def test_a_foreign_pipeline_is_shown_as_its_own_tools_show_it(
    endpoints: Endpoints, foreign: Foreign, watching: Callable[..., str]
) -> None:
    url = watching(
        f"--bootstrap-servers={endpoints.bootstrap_servers}",
        f"--flink-url={endpoints.flink_url}",
        f"--schema-registry-url={endpoints.schema_registry_url}",
        f"--pipeline=theirs={foreign.source}:{foreign.sink}:{foreign.job_name}",
        f"--group={foreign.group}",
        "--messages",
    )

    def complete() -> dict[str, Any] | None:
        seen = metrics(url)
        known = seen and seen["flink"]["group_lag"] is not None and (seen["producer"]["rate"] or 0) > 0
        return seen if known and seen and seen["flink"]["rate"] else None

    seen = until(complete, "figures of every service")
    jsonschema.Draft202012Validator(metrics_schema()).validate(seen)
    assert Snapshot.model_validate(seen).unexplained() == []
    assert seen["run"]["pipeline"] == "theirs"
    assert 200 < seen["producer"]["rate"] < 800
    assert seen["flink"]["job_id"] == foreign.job_id
    assert [job["state"] for job in seen["flink"]["jobs"]] == ["RUNNING"]
    assert "RUNNING" in [step["state"] for step in seen["flink"]["jobs"][0]["transitions"]]
    raw = httpx2.get(f"{endpoints.flink_url}/jobs/{foreign.job_id}", trust_env=False).json()
    assert [v["name"] for v in seen["flink"]["vertices"]] == [v["name"] for v in raw["vertices"]]
    assert [v["parallelism"] for v in seen["flink"]["vertices"]] == [v["parallelism"] for v in raw["vertices"]]
    group = next(group for group in seen["kafka"]["groups"] if group["id"] == foreign.group)
    assert group["lag"] == seen["flink"]["group_lag"]
    # What needs a run is null and says so.
    assert seen["pipeline"]["lost"] is None
    assert seen["latency"]["end_to_end"] is None
    assert "pipegen run" in seen["reasons"]["pipeline"]
    assert seen["consumer"]["lag"] is None

    def both_ways() -> list[dict[str, Any]] | None:
        recent = httpx2.get(f"{url.rstrip('/')}/api/messages", trust_env=False).json()["messages"]
        return recent if {message["direction"] for message in recent} == {"in", "out"} else None

    for message in until(both_ways, "records of both topics"):
        assert message["topic"] == (foreign.source if message["direction"] == "in" else foreign.sink)
        assert list(json.loads(message["value"])) == ["id"]


def test_several_pipelines_have_a_dashboard_each_and_one_that_shows_them_together(
    endpoints: Endpoints, watching: Callable[..., str]
) -> None:
    admin, names = KafkaAdmin(endpoints.bootstrap_servers), [f"many-{uuid.uuid4()}" for _ in range(2)]
    for name in names:
        admin.create_topic(name, partitions=1, replication_factor=1)
        admin.await_leaders(name, 1)
    producer = Producer({"bootstrap.servers": endpoints.bootstrap_servers})
    for number in range(30):
        producer.produce(names[0 if number < 10 else 1], b"x")
    assert producer.flush(20) == 0
    url = watching(
        f"--bootstrap-servers={endpoints.bootstrap_servers}",
        *(f"--pipeline=pipeline-{number}={name}" for number, name in enumerate(names)),
    )

    def both() -> dict[str, Any] | None:
        seen = metrics(url)
        known = seen and all(one["producer_total"] is not None for one in seen["pipelines"])
        return seen if known else None

    together = until(both, "figures of both pipelines")
    Together.model_validate(together)
    views = together["pipelines"]
    assert [(one["name"], one["status"], one["producer_total"]) for one in views] == [
        ("pipeline-0", "up", 10),
        ("pipeline-1", "up", 20),
    ]
    assert together["producer"]["total"] == 30
    assert together["headline"]["level"] == "ok"
    for one, topic in zip(views, names, strict=True):
        own = metrics(one["url"])
        assert own is not None
        assert (own["run"]["pipeline"], own["kafka"]["input_topic"]) == (one["name"], topic)
        # Records of others are shown to nobody who did not ask for them.
        recent = httpx2.get(f"{one['url'].rstrip('/')}/api/messages", trust_env=False).json()
        assert (recent["messages"], "--messages" in recent["reason"]) == ([], True)
    admin.delete_topics(names)


def test_two_pipelines_of_one_name_are_refused(tmp_path: Path) -> None:
    done = pipegen("dashboard", "--standalone", "--port=0", "--pipeline=a=x", "--pipeline=a=y", cwd=tmp_path)
    assert done.exit_code == 2
    assert "two pipelines are called a" in done.err


def test_services_that_are_not_named_are_said_to_be_unwatched_and_a_dead_one_is_red(
    endpoints: Endpoints, watching: Callable[..., str]
) -> None:
    started_s = time.monotonic()
    url = watching(f"--flink-url={endpoints.flink_url}", "--schema-registry-url=http://127.0.0.1:1")

    def told() -> dict[str, Any] | None:
        seen = metrics(url)
        return seen if seen and seen["registry"]["status"] == "error" and seen["flink"]["version"] else None

    seen = until(told, "the dead registry")
    assert time.monotonic() - started_s < 30
    assert seen["kafka"]["status"] == "unknown"
    assert seen["reasons"]["kafka"] == "not watched: name it with --bootstrap-servers"
    assert seen["headline"]["level"] == "error"
    assert [error["component"] for error in seen["errors"]] == ["registry"]
    assert seen["errors"][0]["category"] == "connection"
    assert seen["flink"]["task_managers"] == 1
    assert Snapshot.model_validate(seen).unexplained() == []
