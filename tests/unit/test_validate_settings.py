"""``pipegen validate`` finds SQL that does not go with the settings."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pipegen.cli import app
from pipegen.config import Settings
from tests.unit.project_folder import write_orders

JSON = "order_in reads avro-confluent, but pipeline.value_format is json"
NOBODY = "order_in does not say who asks the registry"


def findings(folder: Path, monkeypatch: pytest.MonkeyPatch, settings: str) -> list[tuple[str, str]]:
    """Severity and message of what is found with these settings added."""
    monkeypatch.setenv("HOME", str(folder / "home"))
    project = write_orders(folder / "p")
    monkeypatch.chdir(project)
    with (project / ".pipegen.yaml").open("a") as file:
        file.write(settings)
    result = CliRunner().invoke(app, ["validate", "--format", "json"], catch_exceptions=False)
    return [(each["severity"], each["message"]) for each in json.loads(result.output)["findings"]]


def test_json_is_not_read_as_avro(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert ("error", JSON) in findings(tmp_path, monkeypatch, "\npipeline:\n  value_format: json\n")


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ("    username: ada\n    password: secret\n", True),
        ("    bearer_token: secret\n", True),
        ("    ca_file: ca.pem\n", False),
    ],
)
def test_a_registry_that_wants_to_know_who_asks_is_told_in_sql(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: str, told: bool
) -> None:
    (tmp_path / "p").mkdir()
    (tmp_path / "p" / "ca.pem").write_text("")
    found = findings(tmp_path, monkeypatch, f"\nschema_registry:\n  security:\n{settings}")
    assert (("warning", NOBODY) in found) == told, found


def test_the_limits_of_a_valid_run_are_those_that_the_manual_names() -> None:
    limits = Settings().validity
    assert (limits.generator_delay_ns, limits.achieved_ratio, limits.send_cpu_ratio) == (100_000_000, 0.99, 0.9)


def test_what_a_run_leaves_out_of_the_sql_is_a_warning(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project = write_orders(tmp_path / "p")
    with (project / "sql" / "03_process.sql").open("a") as file:
        file.write("\nSET 'table.dml-sync' = 'true';\nSELECT * FROM order_in;\n")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.chdir(project)
    result = CliRunner().invoke(app, ["validate", "--format", "json"], catch_exceptions=False)
    found = {(each["severity"], each["message"]) for each in json.loads(result.output)["findings"]}
    assert result.exit_code == 0
    assert ("warning", "a query whose rows go nowhere: a run leaves it out") in found
    assert ("warning", "table.dml-sync makes every INSERT wait for its job: a run leaves it out") in found
