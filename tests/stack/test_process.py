"""Processes are known again, stopped, and never mistaken for others."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pipegen.stack.process import ProcessRecord, spawn, stop, tail

WAITS = "import time; print('up', flush=True); time.sleep(120)"
STUBBORN = (
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); time.sleep(120)"
)

Start = Callable[[str], ProcessRecord]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    started: list[ProcessRecord] = []

    def run(code: str) -> ProcessRecord:
        record = spawn(
            [sys.executable, "-c", code, "marker"],
            marker="marker",
            log_file=tmp_path / "part.log",
            working_dir=tmp_path,
            environment={"SOME": "thing"},
        )
        started.append(record)
        return record

    yield run
    stop(started, grace_s=0.1)


def wait_for_log(folder: Path, text: str) -> None:
    deadline = time.monotonic() + 20
    while text not in tail(folder / "part.log"):
        assert time.monotonic() < deadline, "the process never wrote its line"


def test_a_process_is_found_again_and_stopped(start: Start) -> None:
    record = start(WAITS)
    found = ProcessRecord.model_validate_json(record.model_dump_json()).find()
    assert found is not None
    assert found.pid == record.pid
    stop([record])
    assert record.find() is None


def test_a_process_has_our_environment_without_its_secrets(
    start: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PIPEGEN_KAFKA_SECURITY_PASSWORD", "S3CRET-1")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "S3CRET-2")
    monkeypatch.setenv("HTTPS_PROXY", "http://me:S3CRET-3@127.0.0.1:1")
    monkeypatch.setenv("PLAIN", "stays")
    start("import os, time; print(dict(os.environ), 'up', flush=True); time.sleep(120)")
    wait_for_log(tmp_path, "up")
    shown = tail(tmp_path / "part.log")
    assert "'PLAIN': 'stays'" in shown
    assert "'SOME': 'thing'" in shown
    assert "S3CRET" not in shown


def test_a_process_that_ignores_the_request_is_killed(start: Start, tmp_path: Path) -> None:
    record = start(STUBBORN)
    wait_for_log(tmp_path, "up")
    stop([record], grace_s=0.2)
    assert record.find() is None


def test_another_process_with_the_same_pid_is_not_touched(start: Start) -> None:
    record = start(WAITS)
    other_time = record.model_copy(update={"started_at_s": record.started_at_s - 60})
    other_command = record.model_copy(update={"marker": "another"})
    assert other_time.find() is None
    assert other_command.find() is None
    stop([other_time, other_command])
    assert record.find() is not None


def test_an_ended_process_tells_its_exit_code(start: Start) -> None:
    record = start("raise SystemExit(7)")
    deadline = time.monotonic() + 20
    while record.find() is not None:
        assert time.monotonic() < deadline
    assert record.exit_code() == 7


def test_the_log_of_the_run_before_is_kept(start: Start, tmp_path: Path) -> None:
    start("print('first run')")
    wait_for_log(tmp_path, "first run")
    start("print('second run')")
    wait_for_log(tmp_path, "second run")
    assert tail(tmp_path / "part.log.1") == "first run"


def test_a_tail_is_short_and_survives_what_is_not_text(tmp_path: Path) -> None:
    log = tmp_path / "a.log"
    log.write_bytes(b"\xff\xfe\n" + b"\n".join(b"line %d" % number for number in range(100_000)))
    assert tail(log, lines=2) == "line 99998\nline 99999"
    assert "no log" in tail(tmp_path / "absent.log")


def test_a_process_of_ours_is_out_of_reach_of_the_terminal(start: Start) -> None:
    import os

    record = start(WAITS)
    assert os.getsid(record.pid) == record.pid != os.getsid(0)
