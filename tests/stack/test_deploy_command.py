"""``pipegen deploy`` and ``pipegen clean`` from the outside."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from typer.testing import CliRunner

from pipegen.cli import app
from pipegen.services.flink import FlinkClient
from pipegen.services.sql_gateway import SqlGatewayClient
from pipegen.stack import Endpoints, LocalStack, PartState


@pytest.fixture
def in_stack(local_stack: LocalStack, monkeypatch: pytest.MonkeyPatch) -> LocalStack:
    """The commands work on the session's stack."""
    monkeypatch.setenv("PIPEGEN_STACK_DIR", str(local_stack.stack_dir))
    return local_stack


@pytest.fixture
def in_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The commands find no stack."""
    monkeypatch.setenv("PIPEGEN_STACK_DIR", str(tmp_path / "none"))
    return tmp_path / "none"


def run(*arguments: str) -> str:
    result = CliRunner().invoke(app, arguments, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.stdout


@pytest.mark.stack
def test_status_as_json_has_every_part(in_stack: LocalStack, endpoints: Endpoints) -> None:
    told = json.loads(run("deploy", "--status", "--format", "json"))
    assert told["stack"] == "local"
    assert told["endpoints"] == endpoints.model_dump()
    assert [part["state"] for part in told["parts"]] == ["running"] * 5
    assert set(told["parts"][0]) >= {"name", "state", "port", "version", "pid", "log_file", "uptime_s", "rss_bytes"}


@pytest.mark.stack
def test_status_as_a_table_has_every_part_and_the_logs(in_stack: LocalStack, endpoints: Endpoints) -> None:
    table = run("deploy", "--status")
    for part in in_stack.status():
        line = next(line for line in table.splitlines() if part.name in line)
        assert "running" in line
        assert part.log_file is not None
        assert part.log_file.name in line
        assert str(part.port or "–") in line
    assert str(in_stack.stack_dir / "logs") in table
    assert endpoints.bootstrap_servers in table


def test_status_without_a_stack_says_stopped(in_nothing: Path) -> None:
    told = json.loads(run("deploy", "--stack", "local", "--status", "--format", "json"))
    assert {part["state"] for part in told["parts"]} == {"stopped"}
    assert told["endpoints"] is None
    assert not in_nothing.exists()


def test_clean_without_a_stack_says_that_there_is_none(in_nothing: Path) -> None:
    assert "nothing to do" in run("clean", "--volumes")


async def _start_a_job(endpoints: Endpoints) -> str:
    gateway = SqlGatewayClient(endpoints.sql_gateway_url)
    try:
        session = await gateway.open_session("job", {})
        await gateway.execute("CREATE TABLE s (n BIGINT) WITH ('connector' = 'datagen')", timeout_s=30)
        await gateway.execute("CREATE TABLE t (n BIGINT) WITH ('connector' = 'blackhole')", timeout_s=30)
        result = await gateway.execute("INSERT INTO t SELECT n FROM s", timeout_s=60)
        await gateway.end_session(session)
    finally:
        await gateway.close()
    assert result.job_id is not None
    return result.job_id


async def _jobs(endpoints: Endpoints) -> list[str]:
    client = FlinkClient(endpoints.flink_url)
    try:
        return [job_id for job_id, _, _ in await client.running_jobs()]
    finally:
        await client.close()


@pytest.mark.stack
def test_clean_flink_cancels_jobs_and_leaves_the_services_up(in_stack: LocalStack, endpoints: Endpoints) -> None:
    job_id = asyncio.run(_start_a_job(endpoints))
    assert job_id in run("clean", "--flink")
    deadline = time.monotonic() + 30
    while job_id in asyncio.run(_jobs(endpoints)):
        assert time.monotonic() < deadline, "the job still runs"
    assert {part.state for part in in_stack.status()} == {PartState.RUNNING}
    assert "no job was running" in run("clean", "--flink")


def _left_of(stack_dir: Path) -> list[int]:
    marker = f"-Dpipegen.stack={stack_dir}"
    return [p.pid for p in psutil.process_iter(["cmdline"]) if marker in (p.info["cmdline"] or [])]


@pytest.fixture
def deploying(stack_dir: Path) -> Iterator[subprocess.Popen[str]]:
    """A ``deploy`` in a process of its own that has begun to start parts."""
    # Whoever runs the tests in the background of a shell has them started with Ctrl-C ignored.
    heed = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)"
    code = f"{heed}; from pipegen.cli import main; main()"
    command = [sys.executable, "-c", code, "deploy", "--stack", "local", "--auto-ports"]
    environment = {**os.environ, "PIPEGEN_STACK_DIR": str(stack_dir)}
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environment) as process:
        deadline = time.monotonic() + 60
        while len(_left_of(stack_dir)) < 3:
            assert process.poll() is None
            assert time.monotonic() < deadline, "no part was ever started"
        yield process
        process.kill()


@pytest.mark.stack
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_deploy_that_is_interrupted_stops_what_it_started(
    deploying: subprocess.Popen[str], stack_dir: Path, number: signal.Signals, code: int
) -> None:
    deploying.send_signal(number)
    _, told = deploying.communicate(timeout=60)
    assert deploying.returncode == code, told
    assert "Traceback" not in told
    assert _left_of(stack_dir) == []
