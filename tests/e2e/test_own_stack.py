"""A run that finds nothing brings the services up itself, and takes them down again."""

from __future__ import annotations

import signal
import subprocess
from pathlib import Path

import psutil
import pytest

from tests.e2e.pipegen_process import command, environment, pipegen, until

pytestmark = [pytest.mark.stack, pytest.mark.heavy]


def alive(stack_dir: Path) -> list[int]:
    """Processes of a stack that still run."""
    mark = f"-Dpipegen.stack={stack_dir}"
    every = psutil.process_iter(["pid", "cmdline"])
    return [process.info["pid"] for process in every if mark in (process.info["cmdline"] or [])]


def test_a_run_starts_the_stack_it_needs_and_stops_it_at_the_end(project: Path, stack_dir: Path) -> None:
    done = pipegen(
        "run", f"--project-dir={project}", "--stack=local", "--duration=2s", PIPEGEN_STACK_DIR=str(stack_dir)
    )
    assert done.exit_code == 0, done.out + done.err
    assert "starting the local stack" in done.err
    assert "stopping the stack" in done.err
    assert alive(stack_dir) == []


def test_an_interrupt_while_the_stack_starts_leaves_nothing_behind(project: Path, stack_dir: Path) -> None:
    process = subprocess.Popen(
        command("run", f"--project-dir={project}", "--stack=local"),
        env=environment(PIPEGEN_STACK_DIR=str(stack_dir)),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    until(lambda: alive(stack_dir) or None, "part of the stack", alive=process)
    process.send_signal(signal.SIGINT)
    _out, err = process.communicate(timeout=120)
    assert process.returncode == 130, err
    assert "Traceback" not in err
    assert alive(stack_dir) == []
