"""A run whose services go away under it and stay away: what must hold of its end."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import psutil
import pytest

from pipegen.journal import journals
from pipegen.stack import LocalStack, Part
from tests.e2e.pipegen_process import DEADLINE_S, LENIENT, command, environment, pipegen, until

LEFT = {
    Part.KAFKA: {"topic", "consumer group"},
    Part.REGISTRY: {"subject"},
    Part.JOBMANAGER: {"job"},
    Part.TASKMANAGER: set[str](),
    Part.SQL_GATEWAY: {"session"},
}
AWAY: list[tuple[Part, ...]] = [*((part,) for part in Part), tuple(Part)]
HARMLESS = {Part.REGISTRY, Part.JOBMANAGER, Part.SQL_GATEWAY}
"""Without them a pipeline that runs goes on, and every record comes out."""


@pytest.fixture(scope="module")
def mortal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalStack]:
    """A stack whose parts are killed."""
    stack = LocalStack(tmp_path_factory.mktemp("away") / "stack")
    yield stack
    stack.down()


def killed_under_a_run(
    stack: LocalStack, project: Path, parts: tuple[Part, ...], number: signal.Signals, *, after: str
) -> tuple[int, str, dict[str, Any], ET.Element]:
    """Exit code, output, summary and JUnit of a run whose services end once it has said where it is."""
    summary, junit, told = (project / name for name in ("summary.json", "junit.xml", "told.txt"))
    # Where the pipeline cannot go on, the run waits out its timeout: nothing is gained by a long one.
    timeout = "90s" if set(parts) <= HARMLESS else "20s"
    processes = stack.processes()
    with told.open("w") as file:
        run = subprocess.Popen(
            [
                *command("run", f"--project-dir={project}", "--stack=local", "--duration=6s", "--message-rate=100"),
                *(f"--pipeline-timeout={timeout}", f"--summary-json={summary}", f"--junit={junit}"),
            ],
            env=environment(PIPEGEN_STACK_DIR=str(stack.stack_dir), **LENIENT),
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=file,
            text=True,
        )
        try:
            until(lambda: True if after in told.read_text() else None, after, alive=run)
            for part in parts:
                os.kill(processes[part].pid, number)
            run.wait(DEADLINE_S)
        finally:
            if run.poll() is None:
                run.kill()
                run.wait()
            for part in parts:
                processes[part].kill()
            psutil.wait_procs([processes[part] for part in parts], timeout=DEADLINE_S)
    return run.returncode, told.read_text(), json.loads(summary.read_text()), ET.parse(junit).getroot()  # noqa: S314


def a_run_ends_in_order_without(
    stack: LocalStack, project: Path, parts: tuple[Part, ...], number: signal.Signals
) -> None:
    """What must hold of a run whose services go while it sends, and of the clean-up once they are back."""
    stack.up(auto_ports=True)
    assert pipegen("clean", "--leftovers").exit_code == 0
    code, told, summary, junit = killed_under_a_run(stack, project, parts, number, after="running: sending")
    assert "Traceback" not in told
    assert "unexpected error" not in told
    assert code == (0 if set(parts) <= HARMLESS else 3), told
    assert summary["exit_code"] == code
    # One case for the run, one for its validity, and one for each threshold.
    assert len(list(junit.iter("testcase"))) == 2 + len(summary["verdict"]["results"])
    assert list((project / "reports").glob("*.html")) != []
    for sentence in summary["left_behind"]:
        assert f"left behind: {sentence}" in told
    kinds = {sentence.partition(":")[0].rpartition(" ")[0] for sentence in summary["left_behind"]}
    # A job whose broker hangs, or whose TaskManager is gone, may take Flink longer than a run waits.
    assert kinds - {"job"} == set().union(*(LEFT[part] for part in parts)) - {"job"}, summary["left_behind"]
    assert "job" in kinds or Part.JOBMANAGER not in parts
    assert [journal.head.run_id for journal in journals()] == ([summary["run_id"]] if kinds else [])
    # What was left can be removed as soon as the services are back.
    stack.up(auto_ports=True)
    cleaned = pipegen("clean", "--leftovers")
    assert cleaned.exit_code == 0, cleaned.out + cleaned.err
    assert journals() == []
