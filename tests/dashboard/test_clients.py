"""The clients of a few lines that the manual prints work as printed, but for the port."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.dashboard.invented import running
from tests.dashboard.serving import Serving

MANUAL = Path(__file__).parent.parent.parent / "docs" / "dashboard.md"


def printed(language: str, containing: str, port: int) -> str:
    """A block of the manual, for the port of the test."""
    blocks = re.findall(rf"```{language}\n(.*?)```", MANUAL.read_text(), re.DOTALL)
    return str(next(block for block in blocks if containing in block).replace("3000", str(port)))


def need(*programs: str) -> None:
    for program in programs:
        package = "nodejs" if program == "node" else program
        if shutil.which(program) is None:
            pytest.skip(f"{program} is not on PATH: run `make test` as root, or `apt-get install {package}`")


def test_curl_and_jq_read_the_producers_rate(served: Serving) -> None:
    need("curl", "jq")
    served.publish(running(426))
    script = printed("bash", "jq '.producer.rate'", served.port)
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, timeout=60, check=True)
    assert json.loads(done.stdout) == served.json("/api/metrics")["producer"]["rate"]


def test_a_client_of_two_lines_reads_the_socket(served: Serving) -> None:
    need("node")
    served.publish(running(426))
    script = printed("javascript", "new WebSocket", served.port)
    # Node's own WebSocket is behind a flag before version 22; after the first message the client has shown enough.
    once = script + "\nsocket.addEventListener('message', () => socket.close());"
    command = ["node", "--experimental-websocket", "-e", once]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    assert json.loads(done.stdout) == served.json("/api/metrics")["consumer"]["lag"]
