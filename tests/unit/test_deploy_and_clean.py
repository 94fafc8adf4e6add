"""``pipegen deploy`` and ``pipegen clean`` on a stack of small servers."""

from __future__ import annotations

import asyncio
import json
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipegen.cli.clean import _cancel_all, clean_stacks
from pipegen.cli.deploy import show_stack, start_stack
from pipegen.cli.option_groups import ProjectOptions
from pipegen.services.http_access import OPEN_ACCESS
from pipegen.stack import Part
from tests.unit.stand_in_flink import JOB, StandInFlink
from tests.unit.stand_in_stack import StandInStack


@pytest.fixture
def stack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[StandInStack]:
    made = StandInStack(tmp_path)
    monkeypatch.setattr("pipegen.cli.deploy.choose_stack", lambda _kind: made)
    monkeypatch.setattr("pipegen.cli.clean.stacks_present", lambda: [made] if made.state_file.exists() else [])
    before = signal.getsignal(signal.SIGTERM)
    yield made
    signal.signal(signal.SIGTERM, before)
    made.down()


def clean(capsys: pytest.CaptureFixture[str], *, volumes: bool = False, flink: bool = False) -> list[str]:
    capsys.readouterr()
    clean_stacks(ProjectOptions(), volumes=volumes, flink=flink)
    return capsys.readouterr().out.splitlines()


def test_a_stack_is_started_told_of_stopped_and_deleted(
    stack: StandInStack, capsys: pytest.CaptureFixture[str]
) -> None:
    start_stack("local", "json", auto_ports=True)
    told = capsys.readouterr()
    answer = json.loads(told.out)
    assert {part["state"] for part in answer["parts"]} == {"running"}
    assert answer["endpoints"]["flink_url"].startswith("http://127.0.0.1:")
    # Progress goes to standard error: standard output is the result alone.
    assert sum(" answers after " in line for line in told.err.splitlines()) == len(Part)
    show_stack("local", "json")
    again = json.loads(capsys.readouterr().out)
    assert again["endpoints"] == answer["endpoints"]

    (stopped,) = clean(capsys)
    assert stopped == f"local stack: stopped {', '.join(Part)}"
    assert clean(capsys) == ["local stack: nothing was running"]
    assert clean(capsys, flink=True) == ["local stack: Flink is not running, so there is no job to cancel"]
    assert clean(capsys, volumes=True) == ["local stack: nothing was running", "local stack: data deleted"]
    assert clean(capsys) == ["there is no stack of PipeGen's here: nothing to do"]


def test_jobs_that_run_are_cancelled_by_name() -> None:
    flink = StandInFlink()
    assert asyncio.run(_cancel_all(flink.rest.url, OPEN_ACCESS, [])) == []
    flink._start()
    assert asyncio.run(_cancel_all(flink.rest.url, OPEN_ACCESS, [])) == [f"cancelled copy ({JOB})"]
    assert flink.state == "CANCELED"
    flink.close()
