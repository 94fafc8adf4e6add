"""A signal ends every command in order while it waits, whatever it waits for: services that never answer, or a user."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from pipegen.lock import hold
from tests.unit.project_folder import write_orders

DEADLINE_S = 60.0
CODES = {signal.SIGINT: 130, signal.SIGTERM: 143, signal.SIGHUP: 129}


@pytest.fixture
def silent() -> Iterator[str]:
    """The address of a service that takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0), backlog=100) as server:
        yield f"127.0.0.1:{server.getsockname()[1]}"


@pytest.fixture
def orders(tmp_path: Path) -> Path:
    return write_orders(tmp_path / "orders")


@contextmanager
def pipegen(*arguments: str | Path, folder: Path, **environ: str) -> Iterator[subprocess.Popen[str]]:
    """A command in a process group of its own; it is gone at the end of the block."""
    with (folder / "said.txt").open("w") as said:
        process = subprocess.Popen(
            [sys.executable, "-m", "pipegen", *map(str, arguments)],
            cwd=folder,
            env={**os.environ, "CI": "true", **environ},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=said,
            text=True,
            start_new_session=True,
        )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def said(folder: Path) -> str:
    return (folder / "said.txt").read_text()


def until(found: Callable[[], object], process: subprocess.Popen[str]) -> None:
    deadline_s = time.monotonic() + DEADLINE_S
    while not found():
        assert process.poll() is None, f"it ended by itself with {process.returncode}"
        assert time.monotonic() < deadline_s, "it did not get that far"
        time.sleep(0.02)


def until_said(text: str, folder: Path, process: subprocess.Popen[str]) -> None:
    until(lambda: text in said(folder), process)


def ended(process: subprocess.Popen[str], folder: Path, number: signal.Signals) -> str:
    """What is said after a signal, which the whole process group gets, as it does from a terminal."""
    os.killpg(process.pid, number)
    process.communicate(timeout=DEADLINE_S)
    assert process.returncode == CODES[number], said(folder)
    assert "Traceback" not in said(folder)
    return said(folder)


def services(address: str) -> list[str]:
    return [
        f"--bootstrap-servers={address}",
        f"--schema-registry-url=http://{address}",
        f"--flink-url=http://{address}",
        f"--sql-gateway-url=http://{address}",
    ]


@pytest.mark.parametrize("number", CODES)
def test_a_run_that_asks_services_which_do_not_answer(
    orders: Path, tmp_path: Path, silent: str, number: signal.Signals
) -> None:
    summary = tmp_path / "summary.json"
    with pipegen(
        "run", "--project-dir", orders, f"--summary-json={summary}", *services(silent), folder=tmp_path
    ) as process:
        until_said("starting: asking the services", tmp_path, process)
        assert "interrupted: ending in order" in ended(process, tmp_path, number)
    told = json.loads(summary.read_text())
    assert (told["outcome"], told["exit_code"], told["left_behind"]) == ("interrupted", CODES[number], [])
    (report,) = (orders / "reports").iterdir()
    assert "Interrupted" in report.read_text()


def test_a_search_for_the_capacity_still_writes_its_report(orders: Path, tmp_path: Path, silent: str) -> None:
    report = tmp_path / "capacity.json"
    with pipegen(
        "capacity", "--project-dir", orders, f"--json={report}", *services(silent), folder=tmp_path
    ) as process:
        until_said("warming up", tmp_path, process)
        ended(process, tmp_path, signal.SIGTERM)
    assert json.loads(report.read_text())["complete"] is False


def test_the_dashboard_over_services_that_pipegen_did_not_start(tmp_path: Path, silent: str) -> None:
    with pipegen(
        "dashboard", "--standalone", "--port=0", *services(silent)[:3], "--pipeline=p=in:out:job", folder=tmp_path
    ) as process:
        until_said("watching;", tmp_path, process)
        ended(process, tmp_path, signal.SIGHUP)


def test_several_dashboards_as_one(tmp_path: Path, silent: str) -> None:
    with pipegen("dashboard", "--port=0", f"--aggregate=http://{silent}", folder=tmp_path) as process:
        until_said("dashboard: http", tmp_path, process)
        ended(process, tmp_path, signal.SIGINT)


def test_a_recording_that_is_played(orders: Path, tmp_path: Path) -> None:
    with pipegen(
        "run", "--project-dir", orders, *services("127.0.0.1:1"), "--no-generate-report", folder=tmp_path
    ) as process:
        process.communicate(timeout=DEADLINE_S)
        assert process.returncode == 3, said(tmp_path)
    with pipegen("replay", "last", "--port=0", "--speed=0.01", "--project-dir", orders, folder=tmp_path) as process:
        until_said("replaying run", tmp_path, process)
        ended(process, tmp_path, signal.SIGTERM)


def test_a_check_of_services_that_do_not_answer(tmp_path: Path, silent: str) -> None:
    with pipegen("check", *services(silent), folder=tmp_path) as process:
        until(lambda: connected_to(silent, process), process)
        assert ended(process, tmp_path, signal.SIGINT).strip() == "interrupted"


def test_a_stack_whose_files_are_being_fetched(tmp_path: Path, silent: str) -> None:
    environ = {
        "PIPEGEN_MAVEN_URL": f"http://{silent}",
        "PIPEGEN_CACHE_DIR": str(tmp_path / "cache"),
        "PIPEGEN_STACK_DIR": str(tmp_path / "stack"),
    }
    with pipegen("deploy", "--stack=local", "--auto-ports", folder=tmp_path, **environ) as process:
        until(lambda: connected_to(silent, process), process)
        assert "interrupted: what had been started is stopped" in ended(process, tmp_path, signal.SIGINT)
    with pipegen(
        "run", "--stack=local", "--project-dir", write_orders(tmp_path / "o"), folder=tmp_path, **environ
    ) as process:
        until(lambda: connected_to(silent, process), process)
        ended(process, tmp_path, signal.SIGHUP)


def test_a_stack_that_another_process_works_on(orders: Path, tmp_path: Path) -> None:
    stack_dir = tmp_path / "stack"
    with hold(stack_dir / "lock"):
        for command in (["deploy"], ["run", "--project-dir", str(orders)]):
            with pipegen(*command, "--stack=local", folder=tmp_path, PIPEGEN_STACK_DIR=str(stack_dir)) as process:
                until_said("another process works on the stack", tmp_path, process)
                ended(process, tmp_path, signal.SIGTERM)


def test_records_that_nobody_reads(orders: Path, tmp_path: Path) -> None:
    with pipegen("generate", "--count=100000000", "--project-dir", orders, folder=tmp_path) as process:
        assert process.stdout is not None
        process.stdout.readline()
        os.killpg(process.pid, signal.SIGINT)
        assert process.wait(timeout=DEADLINE_S) == 130
    assert said(tmp_path).strip() == "interrupted"


def test_a_data_file_that_is_being_read(tmp_path: Path) -> None:
    (tmp_path / "rows.csv").write_text("a,b\n" + "1,2\n" * 5_000_000)
    with pipegen("init", "p", "--input-csv=rows.csv", folder=tmp_path) as process:
        until(lambda: "rows.csv" in open_files(process), process)
        assert ended(process, tmp_path, signal.SIGHUP).strip() == "interrupted"
    assert not (tmp_path / "p").exists()


def test_a_terminal_that_is_closed_ends_a_run_in_order(orders: Path, tmp_path: Path, silent: str) -> None:
    summary = tmp_path / "summary.json"
    command = ["run", f"--project-dir={orders}", f"--summary-json={summary}", *services(silent)]
    master, slave = os.openpty()
    process = subprocess.Popen(
        ["setsid", "--ctty", sys.executable, "-m", "pipegen", *command],
        stdin=slave,
        stdout=slave,
        stderr=slave,
    )
    os.close(slave)
    shown = b""
    while b"asking the services" not in shown:
        shown += os.read(master, 65_536)
    os.close(master)  # the kernel hangs its program up, and takes no more text
    assert process.wait(timeout=DEADLINE_S) == 129
    told = json.loads(summary.read_text())
    assert (told["outcome"], told["exit_code"]) == ("interrupted", 129)
    (report,) = (orders / "reports").iterdir()
    assert "Interrupted" in report.read_text()


def connected_to(address: str, process: subprocess.Popen[str]) -> bool:
    """Whether a process holds a connection to an address, as the kernel sees it."""
    port = f":{int(address.rpartition(':')[2]):04X}"
    lines = [line.split() for line in Path(f"/proc/{process.pid}/net/tcp").read_text().splitlines()[1:]]
    return any(line[2].endswith(port) and line[3] == "01" for line in lines)


def open_files(process: subprocess.Popen[str]) -> set[str]:
    """Names of the files that a process has open."""
    found = set()
    for link in Path(f"/proc/{process.pid}/fd").iterdir():
        with suppress(OSError):  # closed meanwhile
            found.add(link.readlink().name)
    return found


def catches_ctrl_c(process: subprocess.Popen[str]) -> bool:
    """Whether the process has said what Ctrl-C is to do, the first thing that it does."""
    with suppress(OSError):
        for line in Path(f"/proc/{process.pid}/status").read_text().splitlines():
            if line.startswith("SigCgt:"):
                # Python's own handler, from before, leaves SIGTERM alone.
                return bool(int(line.split()[1], 16) & 1 << (signal.SIGTERM - 1))
    return False


def test_ctrl_c_while_the_program_still_loads(orders: Path, tmp_path: Path) -> None:
    with pipegen("run", "--project-dir", orders, "--stack", "none", folder=tmp_path) as process:
        until(lambda: catches_ctrl_c(process), process)
        assert ended(process, tmp_path, signal.SIGINT) in {"", "interrupted\n"}
