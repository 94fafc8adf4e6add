"""``pipegen validate`` names each fault with file and line, and its exit code can be trusted."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from pipegen.cli import app
from tests.unit.project_folder import change, write_orders

SOURCE, SINK, PROCESS = "sql/01_source.sql", "sql/02_sink.sql", "sql/03_process.sql"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.chdir(write_orders(tmp_path / "p"))
    return Path()


def validate() -> tuple[int, list[dict[str, Any]]]:
    result = CliRunner().invoke(app, ["validate", "--format", "json"], catch_exceptions=False)
    answer = json.loads(result.output)
    assert answer["valid"] == (result.exit_code == 0)
    return result.exit_code, answer["findings"]


def test_a_project_without_faults_says_that_only_flink_knows_what_its_sql_means(folder: Path) -> None:
    code, findings = validate()
    assert code == 0
    assert [(each["severity"], each["message"]) for each in findings] == [
        ("note", "only Flink can say what this SQL means")
    ]


@pytest.mark.parametrize(
    ("file", "old", "new", "line", "message"),
    [
        (".pipegen.yaml", "message_rate: 100", "mesage_rate: 100", 5, "unknown setting “mesage_rate”"),
        (".pipegen.yaml", "message_rate: 100", "message_rate: -1", 5, "message_rate: Input should be greater than 0"),
        (".pipegen.yaml", "# traffic_pattern", "traffic_pattern", None, None),
        (".pipegen.yaml", '# traffic_pattern: "10s', 'traffic_pattern: "10x', 8, "unknown unit “x”\n10x-20s:400%\n  ^"),
        (
            ".pipegen.yaml",
            "# key: {field: customer_id}",
            "key: {field: customer}",
            25,
            'the key field "customer" is no f',
        ),
        (".pipegen.yaml", "# seed: 42 ", "hints: {quantity: {mni: 1}} ", 26, 'the hint "mni" is not known'),
        ("schemas/input.avsc", '"zipf"', '"zpif"', 8, 'the hint "zpif" is not known'),
        ("schemas/input.avsc", '"type": "int"', '"type": "itn"', 10, '$.fields[3].type: no type is named "itn"'),
        ("schemas/input.avsc", '"type": "int"', '"type": ["int", "long"]', 10, "$.fields[3].type: Flink cannot read"),
        (SOURCE, "${INPUT_TOPIC}", "${INPUT}", 17, "unknown variable ${INPUT}"),
    ],
)
def test_each_fault_is_named_with_file_and_line(
    folder: Path, file: str, old: str, new: str, line: int | None, message: str | None
) -> None:
    change(folder / file, old, new)
    code, findings = validate()
    errors = [each for each in findings if each["severity"] == "error"]
    if message is None:
        assert code == (0 if "traffic_pattern" in new else 2)
        return
    assert code == 2
    found = [each for each in errors if message in each["message"]]
    assert [(each["file"], each["line"]) for each in found] == [(file, line)], findings


def test_the_table_for_people_has_place_sentence_remedy_and_verdict(folder: Path) -> None:
    change(folder / SOURCE, "${INPUT_TOPIC}", "${INPUT}")
    result = CliRunner().invoke(app, ["validate"], catch_exceptions=False)
    assert result.exit_code == 2
    assert result.output.splitlines() == [
        "error sql/01_source.sql:17:16: unknown variable ${INPUT}",
        "  → Did you mean ${INPUT_TOPIC}? Write $${INPUT} where the text itself is meant.",
        "the project cannot run: 1 error, 0 warnings",
    ]


def test_a_folder_that_is_no_project_is_a_fault(folder: Path) -> None:
    (folder / ".pipegen.yaml").unlink()
    code, findings = validate()
    assert code == 2
    assert "there is no .pipegen.yaml" in findings[0]["message"]


def test_what_a_schema_probably_does_not_mean_is_a_warning_with_its_line(folder: Path) -> None:
    field = '"name": "amount", "type": {"type": "bytes", "logicalType": "decimal", "precision": %d}'
    text = '{"type": "record", "name": "R", "namespace": "a-b", "fields": [\n{%s}]}'
    Path("schemas/input.avsc").write_text(text % (field % 0))
    told = [(each["line"], each["message"]) for each in validate()[1] if "schemas" in each["file"]]
    assert [line for line, _ in told] == [1, 2]
    assert told[1][1].startswith("$.fields[0].type: the logical type decimal is ignored: ")
    Path("schemas/input.avsc").write_text(text % (field % 64))
    told = [(each["line"], each["message"]) for each in validate()[1] if "schemas" in each["file"]]
    assert told[1][1].endswith("Flink's decimals have at most 38 digits, this one has 64")
