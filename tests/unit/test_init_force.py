"""``pipegen init`` overwrites nothing that it was not told to."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from pipegen.cli import app


def test_files_that_exist_stay_as_they_are_without_force(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    made = CliRunner().invoke(app, ["init", "orders"], catch_exceptions=False)
    assert made.exit_code == 0, made.output
    mine = next(Path("orders").rglob("*.sql"))
    mine.write_text("-- mine\n")
    again = CliRunner().invoke(app, ["init", "orders"])
    assert again.exit_code != 0
    assert mine.read_text() == "-- mine\n"
    forced = CliRunner().invoke(app, ["init", "orders", "--force"], catch_exceptions=False)
    assert forced.exit_code == 0, forced.output
    assert mine.read_text() != "-- mine\n"
