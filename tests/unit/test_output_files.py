"""What is to be written is tried before the load; afterwards each file is written on its own, whole or not at all."""

from __future__ import annotations

import errno
import json
import os
import resource
import signal
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from pipegen.run import RunSummary
from pipegen.session.results import ResultFiles
from pipegen.whole_file import append_whole, try_folder, try_writing, write_asked, write_whole
from tests.dashboard.invented import running, snapshot
from tests.unit.command_line import CommandLine, pipegen
from tests.unit.project_folder import change, write_orders

__all__ = ["pipegen"]


@pytest.fixture
def orders(tmp_path: Path) -> Path:
    return write_orders(tmp_path / "orders")


def summary() -> RunSummary:
    """How a run with invented figures ended."""
    counts = {"planned_total": 9, "sent_total": 9, "delivered_total": 9, "failed_total": 0, "consumed_total": 9}
    taken = snapshot(running(3))
    return RunSummary(
        run_id="abc234",
        pipeline="orders",
        pipegen_version="0",
        outcome="finished",
        exit_code=0,
        failure=None,
        failure_detail=None,
        failure_remedy=None,
        **counts,
        lost=0,
        duplicated=0,
        planned_per_second=[9],
        sent_per_second=[9],
        send_cpu_s=None,
        read_cpu_s=None,
        process_cpu_s=1.0,
        command=["pipegen", "run"],
        left_behind=[],
        expiring=[],
        verdict=taken.verdict,
        snapshot=taken,
    )


@contextmanager
def small_disk(most_bytes: int) -> Iterator[None]:
    """No file may grow beyond this, as on a disk that is full."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most_bytes, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)


def unreadable_pipe(path: Path) -> Path:
    os.mkfifo(path)
    return path


@pytest.mark.parametrize("flag", ["--junit", "--summary-json"])
@pytest.mark.parametrize("what", ["folder", "missing folder", "full device", "in a file", "pipe", "proc"])
def test_a_file_that_cannot_be_written_is_refused_before_anything_starts(
    orders: Path, tmp_path: Path, pipegen: CommandLine, flag: str, what: str
) -> None:
    (tmp_path / "file").touch()
    target = {
        "folder": tmp_path,
        "missing folder": tmp_path / "none" / "x.json",
        "full device": Path("/dev/full"),
        "in a file": tmp_path / "file" / "x.json",
        "pipe": unreadable_pipe(tmp_path / "pipe"),
        "proc": Path("/proc/nope"),
    }[what]
    before = sorted(tmp_path.rglob("*"))
    told = pipegen("run", "--dry-run", "--project-dir", orders, flag, target)
    assert (told.code, f"{flag} {target}" in told.err) == (2, True), told
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize("key", ["runs_dir", "reports_dir"])
def test_a_folder_that_cannot_be_made_is_refused_with_where_it_was_set(
    orders: Path, tmp_path: Path, pipegen: CommandLine, key: str
) -> None:
    (tmp_path / "file").touch()
    flag = "--" + key.replace("_", "-")
    told = pipegen("run", "--dry-run", "--project-dir", orders, flag, tmp_path / "file" / "x")
    assert (told.code, flag in told.err) == (2, True), told
    change(orders / ".pipegen.yaml", "pipeline:\n", f"{key}: {tmp_path / 'file'}\npipeline:\n")
    told = pipegen("run", "--dry-run", "--project-dir", orders)
    assert (told.code, ".pipegen.yaml:" in told.err, str(tmp_path / "file") in told.err) == (2, True, True), told


def test_where_nobody_asked_for_the_folder_it_is_a_warning(orders: Path, pipegen: CommandLine) -> None:
    (orders / "runs").touch()
    told = pipegen("run", "--dry-run", "--project-dir", orders)
    assert (told.code, "runs" in told.err) == (0, True), told


@pytest.mark.parametrize(("command", "flag"), [("capacity", "--json"), ("capacity", "--markdown")])
def test_other_commands_try_their_files_too(
    orders: Path, tmp_path: Path, pipegen: CommandLine, command: str, flag: str
) -> None:
    told = pipegen(command, "--project-dir", orders, flag, tmp_path)
    assert (told.code, f"{flag} {tmp_path}" in told.err) == (2, True), told


def test_a_file_that_fails_keeps_no_other_from_being_written(tmp_path: Path) -> None:
    files = ResultFiles(tmp_path / "s.json", tmp_path / "j.xml", None)
    made = summary()
    assert files.write(made) == []
    whole = (tmp_path / "s.json").read_bytes()
    assert json.loads(whole)["outcome"] == made.outcome
    (tmp_path / "j.xml").unlink()
    with small_disk(len(whole) // 2):
        (failure,) = files.write(made.model_copy(update={"outcome": "failed"}))
    assert failure == f"--summary-json {tmp_path / 's.json'} cannot be written: File too large"
    assert (tmp_path / "j.xml").is_file()
    assert (tmp_path / "s.json").read_bytes() == whole  # what was there before
    assert sorted(each.name for each in tmp_path.iterdir()) == ["j.xml", "s.json"]


def test_a_step_summary_that_cannot_be_written_is_said_and_no_half_of_it_stays(tmp_path: Path) -> None:
    step = tmp_path / "step.md"
    step.write_text("what others wrote\n")
    with small_disk(100):
        told = ResultFiles(step_summary=step).append_step_summary(summary())
    assert told is not None
    assert "GITHUB_STEP_SUMMARY" in told
    assert step.read_text() == "what others wrote\n"
    assert "No such file" in (ResultFiles(step_summary=tmp_path / "no" / "x").append_step_summary(summary()) or "")


def test_a_link_is_written_through_and_a_device_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "real").write_text("old")
    (tmp_path / "link").symlink_to("real")
    try_writing(tmp_path / "link")
    write_asked(tmp_path / "link", "new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_text() == "new"
    try_writing(Path("/dev/null"))
    write_asked(Path("/dev/null"), "gone")
    assert stat.S_ISCHR(Path("/dev/null").stat().st_mode)
    (tmp_path / "itself").symlink_to("itself")
    with pytest.raises(OSError, match="no file can have that name"):
        try_writing(tmp_path / "itself")


def test_nobody_can_lay_a_link_where_a_file_is_about_to_be_written(tmp_path: Path) -> None:
    (tmp_path / "victim").write_text("untouched")
    (tmp_path / ".x.new").symlink_to("victim")
    write_whole(tmp_path / "x", "content")
    assert (tmp_path / "victim").read_text() == "untouched"
    assert (tmp_path / "x").read_text() == "content"


def test_trying_a_folder_leaves_nothing_and_says_what_is_in_the_way(tmp_path: Path) -> None:
    try_folder(tmp_path / "a" / "b")
    assert list(tmp_path.iterdir()) == []
    with small_disk(0), pytest.raises(OSError, match="File too large") as refused:
        try_folder(tmp_path / "a")
    assert refused.value.errno == errno.EFBIG
    assert list(tmp_path.iterdir()) == []


def test_what_is_added_is_added_whole(tmp_path: Path) -> None:
    append_whole(tmp_path / "x", "a")
    append_whole(tmp_path / "x", b"b")
    assert (tmp_path / "x").read_text() == "ab"
