"""The end of the dashboard: within two seconds whatever the open tabs do, on every supported interpreter.

``NEWER_PYTHON`` names a Python 3.13 with Quart, Hypercorn, pydantic, PyYAML and psutil; without it that half is
skipped. Python 3.12 changed what closing a server waits for, so one interpreter does not speak for the other.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.dashboard.websocket import WebSocket

ROOT = Path(__file__).parent.parent.parent
LIMIT_S = 2.0
WAIT_S = 30
MORE_THAN_ANY_BUFFER_BYTES = 3_000_000


def interpreters() -> list[object]:
    newer = os.environ.get("NEWER_PYTHON")
    missing = pytest.mark.skip(
        reason="no Python 3.13 with the dashboard's packages: run `make test` where `python3.13` is"
    )
    return [
        pytest.param(sys.executable, id="this-python"),
        pytest.param(newer, id="python-3.13", marks=() if newer else missing),
    ]


class Child:
    """The process of stop_child.py."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self.port = int(self._line().rsplit(":", 1)[1])

    def publish(self, size_bytes: int) -> None:
        self._say(f"frame {size_bytes}")
        assert self._line() == "published"

    def stop(self) -> tuple[float, int]:
        """Seconds that the stop took on the child's own clock, and tasks left behind."""
        self._say("stop")
        word, seconds, tasks = self._line().split()
        assert word == "stopped"
        assert self._process.wait(WAIT_S) == 0
        return float(seconds), int(tasks)

    def _say(self, line: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()

    def _line(self) -> str:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line, "the child ended early"
        return line.strip()


@contextmanager
def child(python: str, folder: Path) -> Iterator[Child]:
    """Runs the child on an interpreter where pipegen itself need not be installed."""
    metadata = folder / "pipegen-0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: pipegen\nVersion: 0\n", encoding="utf-8")
    path = os.pathsep.join([str(ROOT / "python"), str(ROOT), str(folder)])
    process = subprocess.Popen(
        [python, "-W", "error", "-m", "tests.dashboard.stop_child"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1"},
        cwd=folder,
    )
    try:
        yield Child(process)
        assert process.stderr is not None
        assert process.stderr.read() == ""
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()
        for stream in (process.stdin, process.stdout, process.stderr):
            assert stream is not None
            stream.close()


@pytest.mark.parametrize("python", interpreters())
def test_it_stops_at_once_when_nobody_looks(python: str, tmp_path: Path) -> None:
    with child(python, tmp_path) as dashboard:
        seconds, tasks = dashboard.stop()
    assert seconds < LIMIT_S
    assert tasks == 0


@pytest.mark.parametrize("python", interpreters())
def test_an_open_tab_does_not_hold_it_up_and_is_told_goodbye(python: str, tmp_path: Path) -> None:
    with child(python, tmp_path) as dashboard:
        tab = WebSocket(dashboard.port)
        dashboard.publish(100)
        assert tab.receive() is not None
        seconds, tasks = dashboard.stop()
        assert not tab.was_cut()
        tab.close()
    assert seconds < LIMIT_S
    assert tasks == 0


@pytest.mark.parametrize("python", interpreters())
def test_a_tab_that_stopped_reading_does_not_hold_it_up(python: str, tmp_path: Path) -> None:
    with child(python, tmp_path) as dashboard:
        tab = WebSocket(dashboard.port, receive_buffer_bytes=4096)
        dashboard.publish(MORE_THAN_ANY_BUFFER_BYTES)
        seconds, tasks = dashboard.stop()
        assert tab.was_cut()
        tab.close()
    assert seconds < LIMIT_S
    assert tasks == 0


@pytest.mark.parametrize("python", interpreters())
def test_a_connection_that_never_asked_for_anything_does_not_hold_it_up(python: str, tmp_path: Path) -> None:
    with child(python, tmp_path) as dashboard, socket.socket() as idle, socket.socket() as kept:
        for connection in (idle, kept):
            connection.connect(("127.0.0.1", dashboard.port))
        kept.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert kept.recv(4096).startswith(b"HTTP/1.1 200")
        seconds, tasks = dashboard.stop()
        assert idle.recv(1) == b""
    assert seconds < LIMIT_S
    assert tasks == 0
