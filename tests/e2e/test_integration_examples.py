"""The shell examples of the manual as a user pastes them: `curl`, `jq`, and a run in CI that leaves a report.

Only what cannot be in a test is another: minutes are seconds, the port is a free one, and what the loop feeds is a
receiver of this machine in place of a company's.
"""

from __future__ import annotations

import json
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Self

import pytest

from pipegen.stack import Endpoints
from tests.e2e.conftest import make_project
from tests.e2e.pipegen_process import LENIENT, RunningPipegen, until
from tests.e2e.test_dashboard_run import address, until_running

pytestmark = pytest.mark.stack


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("integration")


@pytest.fixture(scope="module")
def running(folder: Path, endpoints: Endpoints) -> Iterator[RunningPipegen]:
    """`pipegen run --duration 5m --dashboard --generate-report --reports-dir ./ci-reports --traffic-pattern …`."""
    run = RunningPipegen(
        make_project(folder),
        endpoints,
        "--duration=20s",
        "--dashboard",
        "--dashboard-port=0",
        "--generate-report",
        f"--reports-dir={folder / 'ci-reports'}",
        "--traffic-pattern=1s-2s:200%",
        "--threshold=error_rate<1%",
        folder=folder,
        env=LENIENT,
    )
    yield run
    run.close()


@pytest.fixture(scope="module")
def url(running: RunningPipegen) -> str:
    found = address(running)
    until_running(found)
    return found


def shell(script: str, cwd: Path) -> str:
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script], cwd=cwd, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_current_metrics_can_be_fetched(url: str, folder: Path) -> None:
    metrics = json.loads(shell(f"curl {url}/api/metrics", folder))
    assert {"timestamp", "producer", "consumer", "kafka"} <= metrics.keys()
    assert {"rate", "total", "errors"} <= metrics["producer"].keys()


def test_a_report_can_be_exported_while_the_run_goes_on(url: str, folder: Path) -> None:
    shell(f"curl {url}/api/export -o pipeline-report.html", folder)
    page = (folder / "pipeline-report.html").read_text()
    assert page.startswith("<!doctype html>")
    assert "orders" in page


def test_the_loop_that_feeds_a_monitoring_system_sends_a_number(url: str, folder: Path) -> None:
    with Monitoring() as monitoring:
        shell(
            f"""
            curl -s {url}/api/metrics | \\
                jq '.producer.rate' | \\
                curl -X POST {monitoring.url}/metrics \\
                -H "Content-Type: application/json" -d @-
            """,
            folder,
        )
        (body,) = until(lambda: monitoring.received or None, "a figure")
        assert isinstance(body, int | float)


@pytest.mark.heavy
def test_a_run_in_ci_leaves_a_report_and_fails_the_build_by_its_exit_code(
    running: RunningPipegen, url: str, folder: Path
) -> None:
    done = running.finish()
    assert done.exit_code == 0, done.out + done.err
    (report,) = (folder / "ci-reports").glob("execution-report-*.html")
    assert "error_rate" in report.read_text()
    assert done.summary["verdict"]["outcome"] == "pass"


class Monitoring:
    """A receiver of JSON on a free port of this machine."""

    def __init__(self) -> None:
        received: list[Any] = []

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                received.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
                self.send_response(204)
                self.end_headers()

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 -- the base class calls it so
                pass

        self.received = received
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
