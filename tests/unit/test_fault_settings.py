"""Faults and keys in the settings: shares in percent, options with units, and faults of the input with their line."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pipegen.cli import app
from pipegen.config import Settings, load_settings
from pipegen.config.records import FAULT_NAMES, UNREADABLE_FAULTS
from pipegen.errors import SettingsError
from pipegen.hotpath import RecordPlan
from pipegen.run import fault_warnings

SCHEMA = '{"type": "record", "name": "R", "fields": [{"name": "s", "type": "string"}]}'


def settings_of(folder: Path, yaml: str, environ: Mapping[str, str] | None = None) -> Settings:
    (folder / ".pipegen.yaml").write_text(yaml)
    return load_settings(project_dir=folder, flags={}, environ=environ or {}).settings


def test_shares_are_ratios_or_percent_and_options_carry_units(tmp_path: Path) -> None:
    yaml = "faults:\n  late: 0.5%\n  late_by: 90s\n  oversized: 0.01\n  oversized_size: 2MB\n"
    faults = settings_of(tmp_path, yaml, {"PIPEGEN_FAULTS_TOMBSTONES": "1%"}).faults
    assert faults.shares() == {"late": 0.005, "oversized": 0.01, "tombstones": 0.01}
    assert faults.for_generator() == {
        "late": 0.005,
        "oversized": 0.01,
        "tombstones": 0.01,
        "late_by_ns": 90_000_000_000,
        "out_of_order_by_ns": 2_000_000_000,
        "null_fields": [],
        "rule_fields": [],
        "oversized_bytes": 2_000_000,
    }


def test_without_faults_the_generator_is_told_of_none() -> None:
    assert Settings().faults.for_generator() is None


@pytest.mark.parametrize(
    ("yaml", "sentence"),
    [
        ("faults:\n  late: 150%\n", ":2: faults.late: Input should be less than or equal to 1"),
        ("faults:\n  late: 1%\n  late_by: 5\n", ":3: faults.late_by: 5 has no unit"),
        ("faults:\n  tombstone: 1%\n", ":2: unknown setting “faults.tombstone”"),
        ("faults:\n  late: 60%\n  nulls: 60%\n", "the shares together are more than 1"),
        ("pipeline:\n  value_format: xml\n", ":2: pipeline.value_format: Input should be 'avro' or 'json'"),
    ],
)
def test_a_fault_that_cannot_be_is_told_with_its_line(tmp_path: Path, yaml: str, sentence: str) -> None:
    with pytest.raises(SettingsError) as caught:
        settings_of(tmp_path, yaml)
    assert sentence in caught.value.message


def test_a_key_is_a_mapping_or_the_word_none_also_in_a_variable(tmp_path: Path) -> None:
    assert settings_of(tmp_path, "pipeline:\n  key: none\n").pipeline.key == "none"
    assert settings_of(tmp_path, "pipeline:\n  key: {zipf: 1.1, pool: 9}\n").pipeline.key == {"zipf": 1.1, "pool": 9}
    assert settings_of(tmp_path, "", {"PIPEGEN_PIPELINE_KEY": '{"hot": 0.2}'}).pipeline.key == {"hot": 0.2}
    assert settings_of(tmp_path, "", {"PIPEGEN_PIPELINE_KEY": "none"}).pipeline.key == "none"


def test_settings_and_generator_know_the_same_faults() -> None:
    for name in FAULT_NAMES:
        share = f'{{"{name}": 1}}'
        try:
            plan = RecordPlan(SCHEMA, faults_json=share, value_prefix=bytes(5))
        except ValueError as error:
            assert str(error).startswith(f"faults.{name}: the schema has no ")  # noqa: PT017 - each name its own outcome
            continue
        fault = plan.outgoing(first_event=1, count=1, due_ns=0)[0][2]
        assert fault in {name, None}
    with pytest.raises(ValueError, match='there is no fault "lates"; did you mean "late"'):
        RecordPlan(SCHEMA, faults_json='{"lates": 1}')
    assert set(UNREADABLE_FAULTS) < set(FAULT_NAMES)


def test_only_faults_that_a_job_may_not_survive_are_warned_of(tmp_path: Path) -> None:
    settings = settings_of(tmp_path, "faults:\n  corrupt: 1%\n  late: 1%\n")
    (sentence,) = fault_warnings(settings, source_format="avro-confluent")
    assert sentence.startswith("faults.corrupt will stop the job")
    (sentence,) = fault_warnings(settings, source_format="json")
    assert "ignore-parse-errors" in sentence
    assert fault_warnings(settings_of(tmp_path, "faults:\n  late: 1%\n"), source_format="avro-confluent") == []


def test_validate_names_the_line_of_a_key_and_a_fault(tmp_path: Path) -> None:
    folder = tmp_path / "orders"
    assert CliRunner().invoke(app, ["init", "orders", f"--dir={folder}"]).exit_code == 0
    text = (folder / ".pipegen.yaml").read_text()
    (folder / ".pipegen.yaml").write_text(text + "faults:\n  nulls: 1%\n")
    line = text.count("\n") + 2
    done = CliRunner().invoke(app, ["validate", f"--project-dir={folder}"])
    assert done.exit_code == 2
    assert f".pipegen.yaml:{line}: faults.nulls: the schema has no nullable field" in done.output.replace("\n", "")
