"""The journal of a run: on the disk before a resource is made, readable after any crash, and a sign of life."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from pipegen.journal import Journal, Resource, RunHead, journal_folder, journals, living, read

HEAD = RunHead("k3m9xa", 4711, "2026-11-28T02:24:21.843Z", "/projects/orders")
SERVICES = {
    "bootstrap_servers": "127.0.0.1:9092,127.0.0.1:9093",
    "schema_registry_url": "https://me:secret@registry.example/apis?token=secret",
    "flink_url": "http://localhost:8081",
    "sql_gateway_url": "http://127.0.0.1:8083",
}


def unexpected(text: str, remedy: str) -> None:
    raise AssertionError(text + remedy)


def written(folder: Path, head: RunHead = HEAD) -> Journal:
    journal = Journal(head, on_failure=unexpected, folder=folder)
    journal.open()
    journal.services(SERVICES)
    journal.making("topic", "orders-k3m9xa")
    journal.has_made("topic", "orders-k3m9xa", "rl+EUD59S2yIb097yq0FeQ")
    journal.making("subject", "orders-k3m9xa-value", topic="orders-k3m9xa")
    journal.making("job", "pipegen-orders-k3m9xa")
    journal.has_made("job", "pipegen-orders-k3m9xa", "j1")
    journal.has_made("job", "pipegen-orders-k3m9xa", "j2")
    journal.using("topic", "orders")
    return journal


MADE = (
    Resource("topic", "orders-k3m9xa", ("rl+EUD59S2yIb097yq0FeQ",)),
    Resource("subject", "orders-k3m9xa-value", topic="orders-k3m9xa"),
    Resource("job", "pipegen-orders-k3m9xa", ("j1", "j2")),
)


def test_what_is_read_is_what_was_written(tmp_path: Path) -> None:
    journal = written(tmp_path)
    found = read(journal.path)
    assert found is not None
    assert (found.head, found.made, found.unread) == (HEAD, MADE, 0)
    assert journal.made == MADE
    assert found.holds(Resource("topic", "orders"))
    assert found.holds(Resource("topic", "orders-k3m9xa"))
    assert not found.holds(Resource("subject", "orders"))


def test_no_credentials_are_written(tmp_path: Path) -> None:
    journal = written(tmp_path)
    assert "secret" not in journal.path.read_text()
    found = read(journal.path)
    assert found is not None
    assert found.services["schema_registry_url"] == "https://registry.example/apis"
    assert journal.path.stat().st_mode & 0o077 == 0


def test_a_line_is_on_the_disk_when_the_call_returns(tmp_path: Path) -> None:
    journal = written(tmp_path)
    journal.making("group", "pipegen-orders-k3m9xa")
    assert journal.path.read_text().splitlines()[-1] == (
        '{"making": {"kind": "group", "name": "pipegen-orders-k3m9xa", "topic": null}}'
    )


@pytest.mark.parametrize("cut_bytes", range(1, 300, 7))
def test_a_journal_that_was_cut_off_anywhere_is_read_up_to_its_last_whole_line(tmp_path: Path, cut_bytes: int) -> None:
    journal = written(tmp_path)
    whole = journal.path.read_bytes()
    journal.path.write_bytes(whole[:-cut_bytes])
    found = read(journal.path)
    assert found is not None
    assert found.unread == 0
    names = [resource.name for resource in found.made]
    assert names == [resource.name for resource in MADE][: len(names)]


def test_lines_of_a_later_version_are_counted_and_the_others_read(tmp_path: Path) -> None:
    journal = written(tmp_path)
    with journal.path.open("a") as file:
        file.write('{"making": {"kind": "moon", "name": "x", "topic": null}}\n{"dreams": {}}\nnot JSON\n')
    found = read(journal.path)
    assert found is not None
    assert (found.made, found.unread) == (MADE, 3)


def test_the_end_of_a_run_removes_its_journal_unless_something_is_left(tmp_path: Path) -> None:
    journal = written(tmp_path)
    journal.close(keep=True)
    assert [found.head.run_id for found in journals(tmp_path)] == ["k3m9xa"]
    other = written(tmp_path, RunHead("b7c2de", 1, HEAD.started_at, "/"))
    other.close(keep=False)
    other.close(keep=False)
    assert [path.name for path in tmp_path.iterdir() if "b7c2de" in path.name] == []


def test_a_run_lives_as_long_as_its_process_and_not_longer(tmp_path: Path) -> None:
    program = (
        "import sys, time; from pathlib import Path; from pipegen.journal import Journal, RunHead\n"
        "journal = Journal(RunHead('k3m9xa', 1, '', '/'), on_failure=print, folder=Path(sys.argv[1]))\n"
        "journal.open(); print('open', flush=True); time.sleep(600)"
    )
    command = [sys.executable, "-c", program, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "open\n"
            assert [found.head.run_id for found in living(folder=tmp_path)] == ["k3m9xa"]
            assert living(besides="k3m9xa", folder=tmp_path) == []
        finally:
            os.kill(process.pid, signal.SIGKILL)
    assert living(folder=tmp_path) == []
    (found,) = journals(tmp_path)
    claimed = found.claim()
    assert claimed is not None
    assert found.claim() is None, "two cleaners work on one journal"
    found.remove()
    claimed.__exit__(None, None, None)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_written_is_told_once_and_stops_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    told: list[str] = []
    journal = Journal(HEAD, on_failure=lambda text, remedy: told.append(text + remedy), folder=tmp_path / "file" / "x")
    journal.open()
    journal.making("topic", "orders-k3m9xa")
    journal.close(keep=True)
    assert journal.made == (Resource("topic", "orders-k3m9xa"),)
    assert len(told) == 1
    assert "XDG_STATE_HOME" in told[0]


def test_services_are_the_same_by_whatever_name_of_this_machine(tmp_path: Path) -> None:
    found = read(written(tmp_path).path)
    assert found is not None
    assert found.reaches("flink_url", "http://127.0.0.1:8081")
    assert found.reaches("bootstrap_servers", "localhost:9093")
    assert not found.reaches("flink_url", "http://127.0.0.1:8083")
    assert not found.reaches("flink_url", None)


def test_journals_lie_in_the_users_state_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    assert journal_folder() == tmp_path / "pipegen" / "journal"
    monkeypatch.setenv("XDG_STATE_HOME", "relative")
    assert journal_folder() == Path.home() / ".local/state/pipegen/journal"
