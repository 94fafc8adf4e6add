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


def test_a_project_without_faults_says_what_can_be_measured(folder: Path) -> None:
    code, findings = validate()
    assert code == 0
    assert [(each["severity"], each["message"].partition(":")[0]) for each in findings] == [
        ("note", "shape one_to_one"),
        ("note", "latency by header"),
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
        ("schemas/input.avsc", '"quantity", "type": "int"', '"number", "type": "int"', None, None),
        (SOURCE, "${INPUT_TOPIC}", "${INPUT}", 17, "unknown variable ${INPUT}"),
        (SOURCE, "${INPUT_TOPIC}", "mine", 4, "names the topic 'mine'"),
        (SOURCE, "'kafka',", "kafka',", 22, "a string starts here and never ends"),
        (SOURCE, "'connector' = ", "'connector' ", 16, "expected an option"),
        (SOURCE, "`quantity` INT NOT NULL", "`quantity` STRING NOT NULL", 8, "quantity is STRING, but the input"),
        (SOURCE, "`quantity`", "`quantaty`", 8, "no field quantaty"),
        (SOURCE, "TIMESTAMP(3)", "TIMESTAMP_LTZ(3)", 12, "created_at is TIMESTAMP_LTZ(3)"),
        (SOURCE, "'earliest-offset'", "'group-offsets'", 4, "starts at its group's offsets"),
        (SOURCE, "avro-confluent'", "json'", 4, "reads json"),
        (SINK, "'properties.bootstrap.servers' = '${BOOTSTRAP_SERVERS}',", "", 2, "no 'properties.bootstrap.servers'"),
        (
            SINK,
            "    'value.avro-confluent.url' = '${SCHEMA_REGISTRY_URL}',\n",
            "",
            2,
            "does not name the schema registry",
        ),
        (SINK, "`order_out`", "`order_in`", 2, "order_in is created twice"),
        (PROCESS, "`order_out`", "`order_ot`", 3, "there is no table or view order_ot"),
        (PROCESS, "FROM `order_in`", "FROM\n orders", 17, "there is no table or view orders"),
        (PROCESS, "INSERT INTO `order_out`\n", "", 3, None),
        (PROCESS, "`order_id`,", "'open,", 5, "a string starts here and never ends"),
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


def test_a_missing_quote_is_suspected_where_a_string_runs_over_its_line(folder: Path) -> None:
    change(folder / SOURCE, "'kafka',", "'kafka,")
    _, findings = validate()
    assert findings[0]["remedy"] == (
        "A quote may be missing in line 16: the string there goes on over the end of its line."
    )


def test_several_faults_are_named_at_once(folder: Path) -> None:
    change(folder / "schemas/input.avsc", '"type": "int"', '"type": "itn"')
    change(folder / SOURCE, "'kafka',", "'kafka")
    change(folder / PROCESS, "`order_id`,", "'open,")
    _, findings = validate()
    assert {each["file"] for each in findings} >= {"schemas/input.avsc", SOURCE, PROCESS}


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        (SOURCE, "'earliest-offset'", "'latest-offset'", "starts at the latest offset"),
        (
            PROCESS,
            "    `hdr`,\n    `due`\n",
            "    MAP['a', X'00'],\n    CURRENT_TIMESTAMP\n",
            "latency is not measurable",
        ),
        (
            PROCESS,
            "`order_in`;",
            "`order_in` WHERE `quantity` > 1;\nCREATE TABLE x (a INT) WITH ('connector' = 'print');",
            "never used",
        ),
        (".pipegen.yaml", "# shape: one_to_one ", "shape: aggregate ", "but the SQL looks like one_to_one"),
    ],
)
def test_what_is_only_doubtful_is_a_warning_and_exits_0(
    folder: Path, file: str, old: str, new: str, message: str
) -> None:
    change(folder / file, old, new)
    code, findings = validate()
    assert code == 0
    assert any(each["severity"] == "warning" and message in each["message"] for each in findings)


def test_a_wider_type_that_avro_allows_is_no_fault(folder: Path) -> None:
    change(folder / SOURCE, "`quantity` INT NOT NULL", "`quantity` BIGINT NOT NULL")
    assert validate()[0] == 0


def test_an_enum_needs_the_reader_schema_in_the_table(folder: Path) -> None:
    enum = '"type": {"type": "enum", "name": "Status", "symbols": ["new", "paid", "cancelled"]}'
    change(folder / "schemas/input.avsc", '"status", "type": "string"', f'"status", {enum}')
    code, findings = validate()
    assert code == 2
    assert "without 'value.avro-confluent.schema'" in findings[0]["message"]


def test_the_table_for_people_has_place_sentence_remedy_and_verdict(folder: Path) -> None:
    change(folder / SOURCE, "${INPUT_TOPIC}", "${INPUT}")
    result = CliRunner().invoke(app, ["validate"], catch_exceptions=False)
    assert result.exit_code == 2
    assert result.output.splitlines() == [
        "error sql/01_source.sql:17: unknown variable ${INPUT}",
        "  → Did you mean ${INPUT_TOPIC}?",
        "the project cannot run: 1 error, 0 warnings",
    ]


def test_a_folder_that_is_no_project_is_a_fault(folder: Path) -> None:
    (folder / ".pipegen.yaml").unlink()
    code, findings = validate()
    assert code == 2
    assert "there is no .pipegen.yaml" in findings[0]["message"]


def test_a_business_rule_that_cannot_be_is_named_with_line_and_column(folder: Path) -> None:
    settings = folder / ".pipegen.yaml"
    text = settings.read_text(encoding="utf-8")
    line = text.count("\n") + 4
    settings.write_text(
        text + "data_quality:\n  rules:\n    - name: cheap\n      expression: prices < 10.0\n", encoding="utf-8"
    )
    code, findings = validate()
    assert code == 2
    (finding,) = [each for each in findings if each["severity"] == "error"]
    assert (finding["file"], finding["line"]) == (".pipegen.yaml", line)
    assert "data_quality.rules[0].expression: the output records have no field “prices” (column 1" in finding["message"]
    assert "Did you mean “price”?" in finding["remedy"]


ENVELOPE = {
    "type": "record",
    "name": "Envelope",
    "namespace": "db.customers",
    "fields": [
        {
            "name": "before",
            "type": [
                "null",
                {
                    "type": "record",
                    "name": "Value",
                    "fields": [
                        {"name": "id", "type": "int"},
                        {"name": "city", "type": "string"},
                        {"name": "score", "type": ["null", "double"], "default": None},
                    ],
                },
            ],
            "default": None,
        },
        {"name": "after", "type": ["null", "Value"], "default": None},
        {"name": "source", "type": ["null", "int", "string"], "default": None},
        {"name": "op", "type": "string"},
    ],
}
CHANGES_SQL = """CREATE TABLE src (
    id INT NOT NULL,
    city STRING NOT NULL
) WITH (
    'connector' = 'kafka', 'topic' = '${INPUT_TOPIC}', 'properties.bootstrap.servers' = '${BOOTSTRAP_SERVERS}',
    'properties.group.id' = '${GROUP_ID}', 'scan.startup.mode' = 'earliest-offset',
    'value.format' = 'FORMAT', 'value.FORMAT.url' = '${SCHEMA_REGISTRY_URL}'
);
CREATE TABLE snk (id INT NOT NULL, PRIMARY KEY (id) NOT ENFORCED) WITH (
    'connector' = 'upsert-kafka', 'topic' = '${OUTPUT_TOPIC}',
    'properties.bootstrap.servers' = '${BOOTSTRAP_SERVERS}', 'key.format' = 'raw',
    'value.format' = 'avro-confluent', 'value.avro-confluent.url' = '${SCHEMA_REGISTRY_URL}'
);
INSERT INTO snk SELECT id FROM src;
"""


def write_changes(table_format: str, schema: object, sql: str = CHANGES_SQL) -> None:
    for file in (SOURCE, SINK, PROCESS):
        Path(file).unlink()
    Path(SOURCE).write_text(sql.replace("FORMAT'", f"{table_format}'").replace("FORMAT.", f"{table_format}."))
    Path("schemas/input.avsc").write_text(json.dumps(schema))


def said_of_columns(findings: list[dict[str, Any]]) -> list[str]:
    return [each["message"] for each in findings if each["severity"] == "error" or "no field" in each["message"]]


@pytest.mark.parametrize("table_format", ["debezium-avro-confluent", "debezium-json", "ogg-json"])
def test_a_change_data_table_is_compared_with_the_row_inside_the_envelope(folder: Path, table_format: str) -> None:
    write_changes(table_format, ENVELOPE)
    if table_format.endswith("json"):
        change(Path(".pipegen.yaml"), "  # value_format: avro ", "  value_format: json # ")
    assert said_of_columns(validate()[1]) == []
    change(Path(SOURCE), "city STRING", "town STRING")
    code, findings = validate()
    assert code == 2
    assert said_of_columns(findings) == ["the input schema has no field town: Avro refuses to read NOT NULL"]


@pytest.mark.parametrize("table_format", ["canal-json", "maxwell-json"])
def test_rows_of_canal_and_maxwell_stand_in_data(folder: Path, table_format: str) -> None:
    row = ENVELOPE["fields"][0]["type"][1]  # type: ignore[index]
    data = {"type": "array", "items": row} if table_format == "canal-json" else row
    schema = {"type": "record", "name": "C", "fields": [{"name": "data", "type": data}]}
    write_changes(table_format, schema)
    change(Path(".pipegen.yaml"), "  # value_format: avro ", "  value_format: json # ")
    assert said_of_columns(validate()[1]) == []


def test_a_change_data_table_over_plain_rows_is_an_error_that_says_so(folder: Path) -> None:
    write_changes("debezium-avro-confluent", ENVELOPE["fields"][0]["type"][1])  # type: ignore[index]
    [error] = [each for each in validate()[1] if each["severity"] == "error"]
    assert error["message"].endswith("the input schema has no record in after or before")
    assert (error["file"], error["line"]) == (SOURCE, 1)


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
