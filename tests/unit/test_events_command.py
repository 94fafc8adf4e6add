"""`pipegen events`: the events behind the counts of a recorded run, and the same in the report."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from pipegen.errors import EXIT_CONFIG, EXIT_OK
from pipegen.outputs.report import tables
from pipegen.outputs.report.data import Ending, ReportData, events_of
from pipegen.snapshot.events import RunEvent
from tests.dashboard.recorded import manifest
from tests.unit.command_line import CommandLine, pipegen
from tests.unit.report_rows import texts

DUE_MS = 1_780_000_000_123.5


def event(kind: str, number: int, **changes: Any) -> dict[str, Any]:
    known: dict[str, Any] = {"input": "orders", "output": "paid", "key": f"k{number}", "due_ms": DUE_MS}
    known["value"] = f'{{"id":{number}}}'
    found = RunEvent(
        **{**known, "kind": kind, "number": number, "partition": None, "offset": None, "seen_ms": None, **changes}
    )
    return found.model_dump()


__all__ = ["pipegen"]
EVENTS = [event("lost", 3), event("duplicated", 4, partition=1, offset=77), event("late", 5, output=None)]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A project with one recorded run, of which only manifest and summary are there."""
    (tmp_path / ".pipegen.yaml").write_text("")
    run = tmp_path / "runs" / "2026-11-24-14-30-15-k3m9xa"
    run.mkdir(parents=True)
    (run / "manifest.json").write_text(manifest(run_id="k3m9xa").model_dump_json())
    (run / "recording.jsonl.gz").write_bytes(b"")
    write_summary(tmp_path, {"events": EVENTS, "notes": ["a note"]})
    return tmp_path


def write_summary(folder: Path, events: Any) -> None:
    (run,) = (folder / "runs").iterdir()
    summary = {"snapshot": {"outputs": [{"name": "paid"}, {"name": "totals"}]}, "events": events}
    (run / "summary.json").write_text(json.dumps(summary))


def test_the_events_are_a_table_that_can_be_copied(pipegen: CommandLine, folder: Path) -> None:
    told = pipegen("events", "--project-dir", folder)
    assert told.code == EXIT_OK, told.text
    note, heading, lost, doubled, late = told.out.splitlines()
    assert note == "note: a note"
    assert heading.split() == ["what", "input", "output", "number", "due", "partition", "offset", "key", "record"]
    assert lost.split() == ["lost", "orders", "paid", "3", "2026-05-28T20:26:40.123Z", "–", "–", "k3", '{"id":3}']
    assert doubled.split()[5:7] == ["1", "77"]
    assert late.split()[:3] == ["late", "orders", "–"]


def test_kinds_and_outputs_are_chosen_and_json_has_one_event_a_line(pipegen: CommandLine, folder: Path) -> None:
    told = pipegen("events", "last", "--lost", "--late", "--format", "json", "--project-dir", folder)
    assert [json.loads(line) for line in told.out.splitlines()] == [EVENTS[0], EVENTS[2]]
    told = pipegen("events", "--output", "paid", "--format", "json", "--project-dir", folder)
    assert [json.loads(line)["kind"] for line in told.out.splitlines()] == ["lost", "duplicated"]
    told = pipegen("events", "--out-of-order", "--project-dir", folder)
    assert told.out.splitlines()[-1] == "no event of the run is out of order"
    told = pipegen("events", "--output", "pad", "--project-dir", folder)
    assert (told.code, "Did you mean “paid”?" in told.err) == (EXIT_CONFIG, True), told.err


def test_a_run_without_events_says_why(pipegen: CommandLine, folder: Path) -> None:
    (run,) = (folder / "runs").iterdir()
    (run / "summary.json").write_text("{}")
    told = pipegen("events", "--project-dir", folder)
    assert (told.code, "it was recorded by an older version" in told.err) == (EXIT_CONFIG, True), told.err
    write_summary(folder, {"events": [{"kind": "odd"}]})
    told = pipegen("events", "--project-dir", folder)
    assert (told.code, "its events cannot be read" in told.err) == (EXIT_CONFIG, True), told.err
    (run / "summary.json").unlink()
    told = pipegen("events", "--project-dir", folder)
    assert (told.code, "the run was cut off" in told.err) == (EXIT_CONFIG, True), told.err


def test_the_report_lists_the_same() -> None:
    data = ReportData(None, None, Ending("finished"), events=events_of({"events": {"events": EVENTS}}))
    table = tables.events(data)
    assert texts(table.rows[0])[:5] == ["lost", "orders", "paid", "3", "2026-05-28T20:26:40.123Z"]
    assert len(table.rows) == 3
    assert tables.events(ReportData(None, None, Ending("finished"), events=events_of(None))).rows == []
    assert events_of({"events": {"events": [{}]}}).events == []
