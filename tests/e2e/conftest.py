"""Projects and runs on the real stack."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import httpx2
import pytest

from pipegen.stack import Endpoints
from tests.e2e.independent import Independent
from tests.e2e.pipegen_process import RunningPipegen, pipegen, until

StartRun = Callable[..., RunningPipegen]


@pytest.fixture(autouse=True, scope="module")
def no_job_outlives_its_module(request: pytest.FixtureRequest) -> Iterator[None]:
    """Cancels what runs with --no-cleanup left in Flink: its slots are few, and the next tests need them."""
    marks = getattr(request.module, "pytestmark", [])
    on_stack = any(mark.name == "stack" for mark in (marks if isinstance(marks, list) else [marks]))
    flink_url = request.getfixturevalue("endpoints").flink_url if on_stack else None
    yield
    if flink_url is None:
        return
    cancel_all_jobs(flink_url)


def cancel_all_jobs(flink_url: str) -> None:
    """Ends whatever runs in Flink, and waits until nothing does."""

    def living() -> list[str]:
        jobs = httpx2.get(f"{flink_url}/jobs/overview").json()["jobs"]
        return [job["jid"] for job in jobs if job["state"] not in {"CANCELED", "FINISHED", "FAILED"}]

    for job_id in living():
        httpx2.patch(f"{flink_url}/jobs/{job_id}?mode=cancel")
    until(lambda: None if living() else True, "end of the jobs that were cancelled")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The example project, as `pipegen init` writes it."""
    return make_project(tmp_path)


def make_project(folder: Path) -> Path:
    """The example project in a folder of its own."""
    done = pipegen("init", "orders", cwd=folder)
    assert done.exit_code == 0, done.err
    return folder / "orders"


@pytest.fixture
def start_run(tmp_path: Path, endpoints: Endpoints) -> Iterator[StartRun]:
    """Starts `pipegen run` on the session's stack; whatever still runs at the end is ended."""
    started: list[RunningPipegen] = []

    def start(project: Path, *arguments: str | Path, env: Mapping[str, str] | None = None) -> RunningPipegen:
        folder = tmp_path / f"run-{len(started)}"
        folder.mkdir()
        run = RunningPipegen(project, endpoints, *arguments, folder=folder, env=env)
        started.append(run)
        return run

    yield start
    for run in started:
        run.close()


@pytest.fixture
def independent(endpoints: Endpoints) -> Iterator[Independent]:
    """Clients that are not PipeGen's."""
    clients = Independent(endpoints)
    yield clients
    clients.close()
