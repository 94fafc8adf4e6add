"""`pipegen` as a user runs it: a process of its own, its output, its exit code."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from pipegen.stack import Endpoints

T = TypeVar("T")
DEADLINE_S = 240.0
LENIENT = {"PIPEGEN_VALIDITY_GENERATOR_DELAY": "10m", "PIPEGEN_VALIDITY_ACHIEVED_RATIO": "0.01"}
"""A machine that tests share with others may hold the generator up: for tests of everything else."""


@dataclass(frozen=True)
class Finished:
    """A process that has ended."""

    exit_code: int
    out: str
    err: str
    summary: dict[str, Any] = field(default_factory=dict)


def environment(**changes: str) -> dict[str, str]:
    """The environment without settings of this machine's user."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PIPEGEN_") or "CACHE" in name}
    return clean | {"COLUMNS": "120", "CI": "true"} | changes


def command(*arguments: str | Path) -> list[str]:
    """The command line."""
    return [sys.executable, "-m", "pipegen", *map(str, arguments)]


def pipegen(*arguments: str | Path, cwd: Path | None = None, **env: str) -> Finished:
    """Runs a command to its end."""
    done = subprocess.run(
        command(*arguments),
        cwd=cwd,
        env=environment(**env),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=DEADLINE_S,
        check=False,
    )
    return Finished(done.returncode, done.stdout, done.stderr)


def service_flags(endpoints: Endpoints) -> list[str]:
    """The flags that name a stack's services."""
    return [
        f"--bootstrap-servers={endpoints.bootstrap_servers}",
        f"--schema-registry-url={endpoints.schema_registry_url}",
        f"--flink-url={endpoints.flink_url}",
        f"--sql-gateway-url={endpoints.sql_gateway_url}",
    ]


class RunningPipegen:
    """A `pipegen run` under way; its lines arrive in files, so that it never waits for a reader."""

    def __init__(
        self,
        project: Path,
        endpoints: Endpoints,
        *arguments: str | Path,
        folder: Path,
        env: Mapping[str, str] | None = None,
    ) -> None:
        self.summary_file = folder / "summary.json"
        self._out = (folder / "out.txt").open("w+")
        self._err = (folder / "err.txt").open("w+")
        self.process = subprocess.Popen(
            command(
                "run",
                f"--project-dir={project}",
                *service_flags(endpoints),
                f"--summary-json={self.summary_file}",
                *arguments,
            ),
            env=environment(**(env or {})),
            stdin=subprocess.DEVNULL,
            stdout=self._out,
            stderr=self._err,
            text=True,
        )

    @property
    def err(self) -> str:
        """What was written to standard error so far."""
        return Path(self._err.name).read_text()

    @property
    def out(self) -> str:
        """What was written to standard output so far."""
        return Path(self._out.name).read_text()

    def until_said(self, text: str) -> str:
        """Waits for a text on standard error and returns all that is there."""
        return until(lambda: self.err if text in self.err else None, f"“{text}”", alive=self.process)

    def signal(self, number: signal.Signals) -> None:
        """Sends a signal."""
        self.process.send_signal(number)

    def finish(self) -> Finished:
        """Waits for the end."""
        exit_code = self.process.wait(timeout=DEADLINE_S)
        summary = json.loads(self.summary_file.read_text()) if self.summary_file.exists() else {}
        return Finished(exit_code, self.out, self.err, summary)

    def close(self) -> None:
        """Ends it whatever happens."""
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        self._out.close()
        self._err.close()


def until(look: Callable[[], T | None], what: str, *, alive: subprocess.Popen[str] | None = None) -> T:
    """Polls until there is something; fails with what was waited for."""
    deadline_s = time.monotonic() + DEADLINE_S
    while time.monotonic() < deadline_s:
        found = look()
        if found is not None:
            return found
        if alive is not None and alive.poll() is not None:
            found = look()
            if found is not None:
                return found
            raise AssertionError(f"the process ended (exit code {alive.returncode}) before {what}")
        time.sleep(0.05)
    raise AssertionError(f"no {what} within {DEADLINE_S:g} s")
