"""Records that lay in the input topic before the run: told where nothing sets the run's own ones apart."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipegen.diagnose import ErrorLog
from pipegen.project import Project
from pipegen.project.plan.topology import Topology
from pipegen.run.read.older_records import older_records
from tests.unit.folder_topology import TOPICS, fed, read, written

EARLIEST, LATEST = "earliest-offset", "latest-offset"


def project(folder: Path, *, start: str, way: str | None = None) -> Project:
    """A folder whose topics are the user's own."""
    source, sink = fed("orders", TOPICS.input, **{"scan.startup.mode": start}), written("out", TOPICS.output, way=way)
    return read(folder, Topology(inputs=(source,), outputs=(sink,)), keeps_start=True)


def test_a_topic_that_is_read_from_its_beginning_untraced_is_told_with_a_remedy(tmp_path: Path) -> None:
    told = older_records(project(tmp_path, start=EARLIEST), "orders", {0: 0, 1: 7})
    assert told is not None
    assert told.startswith("records were written to orders before this run")
    log = ErrorLog()
    log.report(component="kafka", category="processing", severity="warning", message=told)
    (entry,) = log.entries()
    assert (entry.rule, entry.severity) == ("input.written_before", "warning")


@pytest.mark.parametrize(
    ("start", "way", "offsets"),
    [
        (EARLIEST, None, {0: 0, 1: 0}),
        (LATEST, None, {0: 7}),
        (EARLIEST, "timestamp", {0: 7}),
    ],
    ids=["an empty topic", "a source that begins at the end", "records that are told apart by their timestamp"],
)
def test_there_is_nothing_to_tell_of(tmp_path: Path, start: str, way: str | None, offsets: dict[int, int]) -> None:
    assert older_records(project(tmp_path, start=start, way=way), "orders", offsets) is None


def test_records_of_another_run_have_a_rule_of_their_own() -> None:
    log = ErrorLog()
    message = "records of another run came out of the pipeline; they are in no figure of this run"
    log.report(component="output", category="processing", severity="warning", message=message)
    (entry,) = log.entries()
    assert (entry.rule, entry.severity) == ("output.another_run", "warning")
    assert "unique_names" in (entry.remedy or "")
