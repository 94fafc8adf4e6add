"""``pipegen validate`` finds SQL that does not go with the settings."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pipegen.cli import app
from pipegen.config import Settings
from tests.unit.project_folder import write_orders


def test_the_limits_of_a_valid_run_are_those_that_the_manual_names() -> None:
    limits = Settings().validity
    assert (limits.generator_delay_ns, limits.achieved_ratio, limits.send_cpu_ratio) == (100_000_000, 0.99, 0.9)


def test_what_a_run_leaves_out_of_the_sql_is_a_note(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project = write_orders(tmp_path / "p")
    with (project / "sql" / "03_process.sql").open("a") as file:
        file.write("\nSET 'table.dml-sync' = 'true';\nSELECT * FROM order_in;\n")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.chdir(project)
    result = CliRunner().invoke(app, ["validate", "--format", "json"], catch_exceptions=False)
    found = [(each["severity"], each["message"], each["line"]) for each in json.loads(result.output)["findings"]]
    assert result.exit_code == 0
    assert [(severity, line) for severity, message, line in found if "table.dml-sync" in message] == [("note", 18)]
