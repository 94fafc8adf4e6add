"""A report that cannot be had is a warning with what to do, and never changes how a run ended."""

from __future__ import annotations

import asyncio
from pathlib import Path

from pipegen.config import ResolvedSettings
from pipegen.session.recording import RunRecord
from tests.unit.run_spec import spec_in


def told(folder: Path, **settings: object) -> list[str]:
    """What is said when the report of a run without a recording is written."""
    spec = spec_in(folder, **settings)
    record = RunRecord(
        run_id="abc234",
        project=spec.project,
        resolved=ResolvedSettings(spec.settings, {}),
        command=("pipegen", "run"),
        secrets=(),
        on_failure=lambda _message, _remedy: None,
    )
    said: list[str] = []
    asyncio.run(record.report(None, said.append))
    return said


def test_a_report_is_written_even_without_a_recording(tmp_path: Path) -> None:
    (line,) = told(tmp_path / "orders")
    assert line.startswith("report: ")
    (page,) = (tmp_path / "orders" / "reports").glob("*.html")
    assert "There are no charts" in page.read_text(encoding="utf-8")


def test_two_reports_of_one_moment_have_names_of_their_own(tmp_path: Path) -> None:
    for _ in range(3):
        told(tmp_path / "orders")
    assert len(list((tmp_path / "orders" / "reports").glob("*.html"))) == 3


def test_a_folder_that_cannot_be_written_is_a_warning_with_the_flag_that_names_another(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file")
    (line,) = told(tmp_path / "orders", reports_dir=str(tmp_path / "taken"))
    assert line.startswith("warning: the report ")
    assert line.endswith(" Name another folder with --reports-dir; `pipegen report last` makes it from the recording.")


def test_a_logo_that_cannot_be_had_is_a_warning_beside_the_report(tmp_path: Path) -> None:
    warning, report = told(tmp_path / "orders", dashboard={"logo_url": "nowhere.svg"})
    assert warning.startswith("warning: ")
    assert warning.endswith("; the report shows PipeGen's own mark")
    assert report.startswith("report: ")


def test_no_report_is_written_where_none_is_wanted(tmp_path: Path) -> None:
    assert told(tmp_path / "orders", generate_report=False) == []
    assert not (tmp_path / "orders" / "reports").exists()
