"""Detached processes: start them, know them again later, stop them. Never signals a process it cannot identify.

A process is known by its pid *and* its start time *and* a marker on its command line, so a recycled pid is never hurt.
"""

from __future__ import annotations

import os
import subprocess
import threading
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import psutil
from pydantic import BaseModel, ConfigDict

from pipegen.redact import without_secrets

# The kernel's start time is exact, but psutil adds the boot time, which moves when the clock is set.
_START_TOLERANCE_S = 5.0
_POLL_S = 0.3

# Our own children must be reaped by us, else they stay as zombies; another process only looks them up.
_children: dict[int, subprocess.Popen[bytes]] = {}
_started: dict[int, ProcessRecord] = {}


class ProcessRecord(BaseModel):
    """What is written down about a process to know it again."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    pid: int
    started_at_s: float
    marker: str

    def find(self) -> psutil.Process | None:
        """The process while it lives, else ``None``."""
        child = _children.get(self.pid)
        if child is not None and child.poll() is not None:
            return None
        try:
            process = psutil.Process(self.pid)
            if child is not None and _started[self.pid] == self:
                # Ours and not reaped yet, so the pid is still its own, even while it is dying.
                return process
            if process.status() == psutil.STATUS_ZOMBIE:
                return None
            known = abs(process.create_time() - self.started_at_s) < _START_TOLERANCE_S
            return process if known and self.marker in process.cmdline() else None
        except psutil.Error:
            return None

    def exit_code(self) -> int | None:
        """How it ended, where this process started it and it has ended."""
        child = _children.get(self.pid)
        return child.poll() if child is not None else None


def spawn(
    command: Sequence[str], *, marker: str, log_file: Path, working_dir: Path, environment: Mapping[str, str]
) -> ProcessRecord:
    """Start a process in a session of its own, so that the terminal's Ctrl-C does not reach it.

    Args:
        command: The argument list; ``marker`` must be one of them.
        marker: The argument it is known by.
        log_file: Takes its output; the log of the run before is kept beside it as ``….1``.
        working_dir: Where it runs.
        environment: Added to our own environment without its secrets: Flink shows its variables to whoever asks.
    """
    if log_file.exists():
        log_file.replace(log_file.with_name(log_file.name + ".1"))
    with log_file.open("wb") as log:
        child = subprocess.Popen(
            list(command),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            cwd=working_dir,
            env={**without_secrets(os.environ), **environment},
            start_new_session=True,
        )
    _children[child.pid] = child
    try:
        started_at_s = psutil.Process(child.pid).create_time()
    except psutil.Error:
        started_at_s = time.time()
    record = ProcessRecord(pid=child.pid, started_at_s=started_at_s, marker=marker)
    _started[child.pid] = record
    return record


def run_to_its_end(
    command: Sequence[str], environment: Mapping[str, str], *, timeout_s: float, cancelled: threading.Event
) -> subprocess.CompletedProcess[str] | None:
    """Runs a command, in a session of its own so that Ctrl-C does not reach it; None when it was cancelled.

    Raises:
        OSError: it cannot be run.
        subprocess.TimeoutExpired: it did not end in time.
    """
    deadline_s = time.monotonic() + timeout_s
    with subprocess.Popen(
        command,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as child:
        try:
            while not cancelled.is_set():
                try:
                    out, err = child.communicate(timeout=_POLL_S)
                    return subprocess.CompletedProcess(command, child.returncode, out, err)
                except subprocess.TimeoutExpired:
                    if time.monotonic() > deadline_s:
                        raise
            return None
        finally:
            if child.poll() is None:
                child.kill()


def record_of(pid: int, *, marker: str) -> ProcessRecord | None:
    """What is written down about a process that runs already; None once it is gone."""
    try:
        return ProcessRecord(pid=pid, started_at_s=psutil.Process(pid).create_time(), marker=marker)
    except psutil.Error:
        return None


def find_by_arguments(marker: str, argument: str) -> list[ProcessRecord]:
    """Every process that has both on its command line, written down or not.

    An interruption can come after a process was started and before it was written down; this finds it all the same.
    """
    found: list[ProcessRecord] = []
    for candidate in psutil.process_iter(["cmdline", "create_time"]):
        command = candidate.info["cmdline"] or []
        if marker in command and argument in command:
            found.append(ProcessRecord(pid=candidate.pid, started_at_s=candidate.info["create_time"], marker=marker))
    return found


def stop(records: Iterable[ProcessRecord], *, grace_s: float = 20.0) -> None:
    """Ask the processes to end, wait for them together, and kill those that have not after ``grace_s``."""
    found = [process for record in records if (process := record.find()) is not None]
    for process in found:
        _signal(process, kill=False)
    if _still_there(found, grace_s):
        for process in found:
            _signal(process, kill=True)
        _still_there(found, grace_s)


def _signal(process: psutil.Process, *, kill: bool) -> None:
    try:
        if kill:
            process.kill()
        else:
            process.terminate()
    except psutil.NoSuchProcess:
        return


def _still_there(processes: list[psutil.Process], timeout_s: float) -> bool:
    _, alive = psutil.wait_procs(processes, timeout=timeout_s)
    for process in processes:
        child = _children.get(process.pid)
        if child is not None:
            child.poll()
    return bool(alive)


def tail(log_file: Path, *, lines: int = 15, at_most_bytes: int = 64_000) -> str:
    """The last lines of a log."""
    try:
        with log_file.open("rb") as log:
            log.seek(max(0, log.seek(0, os.SEEK_END) - at_most_bytes))
            text = log.read().decode("utf-8", "replace")
    except OSError as error:
        return f"(no log: {error.strerror})"
    return "\n".join(text.rstrip().splitlines()[-lines:])
