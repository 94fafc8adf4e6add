"""What is doubtful between the schema that is sent and the table that reads it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pipegen.avro import parse_schema_text
from pipegen.choices import ValueFormat
from pipegen.project.plan.table import FlinkTable, TableColumn, TableName
from pipegen.project.row_fit import doubts_of_row

ROW = {
    "type": "record",
    "name": "Row",
    "fields": [
        {"name": "id", "type": "int"},
        {"name": "city", "type": "string"},
        {"name": "score", "type": ["null", "double"], "default": None},
    ],
}
ENVELOPE = {
    "type": "record",
    "name": "Envelope",
    "namespace": "db.customers",
    "fields": [
        {"name": "before", "type": ["null", ROW], "default": None},
        {"name": "after", "type": ["null", "Row"], "default": None},
        {"name": "op", "type": "string"},
    ],
}
ID, CITY = TableColumn("id", "INT", nullable=False), TableColumn("city", "STRING", nullable=False)


def doubts(schema: object, reads: str, *columns: TableColumn, sent: ValueFormat = "avro", **options: str) -> list[str]:
    text = json.dumps(schema)
    told = {"connector": "kafka", "value.format": reads} | options
    table = FlinkTable(TableName("c", "d", "src"), columns, options=told)
    return [each.message for each in doubts_of_row(parse_schema_text(text, Path("input.avsc")), table, sent)]


def test_a_table_that_fits_raises_no_doubt_and_a_wider_type_neither() -> None:
    assert doubts(ROW, "avro-confluent", ID, CITY) == []
    assert doubts(ROW, "avro-confluent", TableColumn("id", "BIGINT"), CITY) == []


@pytest.mark.parametrize(
    ("column", "told"),
    [
        (TableColumn("town", "STRING", nullable=False), "input.avsc has no field town, which src reads as NOT NULL"),
        (TableColumn("town", "STRING"), "input.avsc has no field town: src reads it as null"),
        (TableColumn("city", "INT"), "src reads city as INT, and input.avsc has it as string"),
        (TableColumn("score", "DOUBLE", nullable=False), "src reads score as NOT NULL, and input.avsc lets it be null"),
    ],
)
def test_a_column_that_cannot_be_read_is_named_with_both_sides(column: TableColumn, told: str) -> None:
    assert doubts(ROW, "avro-confluent", ID, column) == [told]


@pytest.mark.parametrize(
    ("sent", "reads", "told"),
    [
        ("avro", "json", "src reads json, but PipeGen sends Avro as the schema registry frames it"),
        ("json", "avro-confluent", "src reads avro-confluent, but PipeGen sends JSON"),
    ],
)
def test_a_format_that_is_not_sent_is_told(sent: ValueFormat, reads: str, told: str) -> None:
    assert doubts(ROW, reads, ID, sent=sent) == [told]
    assert doubts(ROW, "raw", ID, sent=sent) == [], "raw reads anything"


@pytest.mark.parametrize(
    ("reads", "sent"), [("debezium-avro-confluent", "avro"), ("debezium-json", "json"), ("ogg-json", "json")]
)
def test_a_change_data_table_is_compared_with_the_row_inside_the_envelope(reads: str, sent: ValueFormat) -> None:
    assert doubts(ENVELOPE, reads, ID, CITY, sent=sent) == []
    told = doubts(ENVELOPE, reads, ID, TableColumn("town", "STRING", nullable=False), sent=sent)
    assert told == ["input.avsc has no field town, which src reads as NOT NULL"]


@pytest.mark.parametrize(("reads", "data"), [("canal-json", {"type": "array", "items": ROW}), ("maxwell-json", ROW)])
def test_rows_of_canal_and_maxwell_stand_in_data(reads: str, data: object) -> None:
    schema = {"type": "record", "name": "C", "fields": [{"name": "data", "type": data}]}
    assert doubts(schema, reads, ID, CITY, sent="json") == []


def test_a_change_data_table_over_plain_rows_is_told() -> None:
    assert doubts(ROW, "debezium-avro-confluent", ID) == [
        "src reads debezium-avro-confluent, and the input schema has no record in after or before"
    ]


def test_an_enum_needs_the_reader_schema_in_the_table() -> None:
    enum = {"type": "enum", "name": "Status", "symbols": ["new", "paid"]}
    schema = {"type": "record", "name": "R", "fields": [{"name": "status", "type": enum}]}
    status = TableColumn("status", "STRING")
    assert "without 'value.avro-confluent.schema'" in doubts(schema, "avro-confluent", status)[0]
    assert doubts(schema, "avro-confluent", status, **{"value.avro-confluent.schema": json.dumps(schema)}) == []
