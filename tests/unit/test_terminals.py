"""Wherever PipeGen prints to: other alphabets, 20 columns, no terminal, a reader that left, a disk that is full."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from pathlib import Path

import pytest

from pipegen.cli import streams
from tests.unit.project_folder import write_orders

PLACES = {
    "C": {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    "ascii": {"PYTHONIOENCODING": "ascii"},
    "latin-1": {"PYTHONIOENCODING": "latin-1:strict"},
    "dumb and narrow": {"TERM": "dumb", "COLUMNS": "20", "FORCE_COLOR": "1"},
}


@pytest.fixture(scope="module")
def orders(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_orders(tmp_path_factory.mktemp("terminals") / "orders")


def pipegen(
    *arguments: str | Path, folder: Path, stdout: int = subprocess.PIPE, **environ: str
) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "pipegen", *map(str, arguments)],
        cwd=folder,
        env={**os.environ, **environ},
        stdin=subprocess.DEVNULL,
        stdout=stdout,
        stderr=subprocess.PIPE,
        check=False,
        timeout=120,
    )


COMMANDS = {
    "help": (["--help"], 0),
    "start": ([], 2),
    "metrics": (["run", "--list-metrics"], 0),
    "plan": (["run", "--dry-run", "--traffic-pattern", "5s-10s:400%"], 0),
    "settings": (["run", "--show-config"], 0),
    "validate": (["validate"], 0),
    "error": (["run", "--message-rate", "→"], 2),
}


@pytest.mark.parametrize(
    ("place", "command"),
    [("C", "plan"), ("C", "help"), ("ascii", "start"), ("latin-1", "metrics"), ("dumb and narrow", "validate")],
)
def test_what_cannot_be_shown_is_replaced_and_changes_no_exit_code(place: str, command: str, orders: Path) -> None:
    shows(place, command, orders)


@pytest.mark.heavy
@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("command", COMMANDS)
def test_the_same_everywhere(place: str, command: str, orders: Path) -> None:
    shows(place, command, orders)


def shows(place: str, command: str, orders: Path) -> None:
    arguments, code = COMMANDS[command]
    done = pipegen(*arguments, folder=orders, **PLACES[place])
    assert done.returncode == code, done.stderr.decode(errors="replace")
    assert b"unexpected" not in done.stderr
    assert b"Traceback" not in done.stderr
    if place in {"C", "ascii"}:
        (done.stdout + done.stderr).decode("ascii")


def test_a_replacement_looks_like_what_it_stands_for() -> None:
    with pytest.raises(UnicodeEncodeError):
        "●".encode("ascii")
    streams.register()
    assert "● 1 × 2 → 9 841 … ≤ “a” ü \udcff".encode("ascii", "pipegen-shown") == b'* 1 x 2 -> 9 841 ... <= "a" ? ?'
    assert "× ü →".encode("latin-1", "pipegen-shown") == "× ü ->".encode("latin-1")


@pytest.mark.parametrize("command", [["run", "--list-metrics"], ["--help"], ["generate", "--count", "2000000"]])
def test_a_reader_that_has_seen_enough_is_no_error(command: list[str], orders: Path) -> None:
    read, write = os.pipe()
    os.close(read)
    try:
        done = pipegen(*command, folder=orders, stdout=write)
    finally:
        os.close(write)
    assert (done.returncode, done.stderr) == (0, b"")


def test_what_cannot_be_written_is_said_once_and_is_a_failure_where_it_is_the_result(orders: Path) -> None:
    with Path("/dev/full").open("wb") as full:
        done = pipegen("run", "--list-metrics", folder=orders, stdout=full.fileno())
    assert done.returncode == 1
    assert done.stderr.decode() == "warning: standard output could not be written: No space left on device\n"


def test_for_a_run_it_is_none(orders: Path) -> None:
    with Path("/dev/full").open("wb") as full:
        done = pipegen("run", "--dry-run", folder=orders, stdout=full.fileno())
    assert done.returncode == 0
    assert done.stderr.count(b"standard output could not be written") == 1


def test_closed_streams_are_nobodys_and_no_file_of_ours_becomes_one(orders: Path, tmp_path: Path) -> None:
    line = f"{sys.executable} -m pipegen run --show-config >&- 2>&- <&-; echo $?"
    done = subprocess.run(["bash", "-c", line], cwd=orders, capture_output=True, text=True, check=False, timeout=120)
    assert done.stdout == "0\n", done.stderr


def test_a_stream_that_is_lost_takes_whatever_comes(tmp_path: Path) -> None:
    read, write = os.pipe()
    os.close(read)
    stream = io.TextIOWrapper(io.BufferedWriter(streams.LastingStream(write, "wb")), "utf-8", line_buffering=True)
    for _ in range(100):
        stream.write("a line\n")
    stream.close()
