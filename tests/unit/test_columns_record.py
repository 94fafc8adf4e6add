"""The record of an input made from the columns of its table."""

from __future__ import annotations

import json

import pytest

from pipegen.errors import ProjectError
from pipegen.hotpath import RecordPlan
from pipegen.project.columns_record import KeyPlan, input_record
from pipegen.project.plan.table import FlinkTable, TableColumn, TableName, Watermark


def table(*columns: TableColumn, key: str | None = None, **options: str) -> FlinkTable:
    return FlinkTable(
        TableName("c", "d", "orders"),
        columns,
        primary_key=(key,) if key else (),
        options={"connector": "kafka", "topic": "orders", "format": "avro-confluent"} | options,
    )


@pytest.mark.parametrize(
    ("kind", "schema"),
    [
        ("STRING", "string"),
        ("TINYINT", "int"),
        ("BIGINT", "long"),
        ("TIMESTAMP(3)", {"type": "long", "logicalType": "timestamp-millis"}),
        ("TIMESTAMP(6)", {"type": "long", "logicalType": "timestamp-micros"}),
        ("DECIMAL(10, 2)", {"type": "bytes", "logicalType": "decimal", "precision": 10, "scale": 2}),
        ("DATE", {"type": "int", "logicalType": "date"}),
        ("ARRAY<INT>", {"type": "array", "items": ["null", "int"]}),
        ("MAP<STRING, DOUBLE>", {"type": "map", "values": ["null", "double"]}),
    ],
)
def test_a_column_becomes_the_field_that_flink_reads(kind: str, schema: object) -> None:
    (field,) = input_record(table(TableColumn("a", kind, nullable=False))).schema["fields"]  # type: ignore[misc]
    assert field == {"name": "a", "type": schema}


def test_every_type_makes_records_that_the_generator_takes() -> None:
    kinds = ("BOOLEAN", "SMALLINT", "FLOAT", "BYTES", "TIME(0)", "ROW<`x` INT, `y` ROW<`z` STRING>>", "TIMESTAMP(3)")
    columns = [TableColumn(f"c{number}", kind) for number, kind in enumerate(kinds)]
    record = input_record(table(*columns))
    plan = RecordPlan(json.dumps(record.schema), hints_json=json.dumps(record.hints), seed=1)
    assert plan.record(0, due_ns=0)[0]


def test_json_writes_times_without_a_zone_where_the_column_has_none() -> None:
    columns = (TableColumn("a", "TIMESTAMP(3)", nullable=False), TableColumn("b", "TIMESTAMP_LTZ(3)", nullable=False))
    fields = input_record(table(*columns, format="json")).schema["fields"]
    assert [each["type"]["logicalType"] for each in fields] == ["local-timestamp-millis", "timestamp-millis"]  # type: ignore[attr-defined]


def test_keys_and_what_event_time_is_made_from_are_never_null() -> None:
    columns = (
        TableColumn("id", "INT"),
        TableColumn("epoch", "BIGINT"),
        TableColumn("ts", "TIMESTAMP_LTZ(3)", kind="computed", expression="TO_TIMESTAMP_LTZ(`epoch`, 3)"),
        TableColumn("note", "STRING"),
    )
    source = table(*columns, key="id")
    source = FlinkTable(source.name, columns, ("id",), Watermark("ts", "`ts`"), source.options)
    assert input_record(source).hints == {"id": {"null": 0}, "epoch": {"null": 0}}


def test_the_key_of_a_table_is_the_text_of_its_column() -> None:
    columns = (TableColumn("id", "STRING"), TableColumn("a", "INT"))
    options = {"key.format": "raw", "key.fields": "id"}
    assert input_record(table(*columns, **options)).key == KeyPlan("id")


@pytest.mark.parametrize(
    ("columns", "options", "told"),
    [
        ((TableColumn("a", "INT"),), {"format": "protobuf"}, "records of format protobuf cannot be made"),
        ((TableColumn("a", "INTERVAL DAY"),), {}, "column a: values of type INTERVAL DAY cannot be made"),
        ((TableColumn("a b", "INT"),), {}, "a column called “a b” cannot be made"),
        ((TableColumn("a", "INT"),), {"key.format": "json", "key.fields": "a"}, "keys of format json from a"),
    ],
)
def test_what_cannot_be_made_is_one_sentence(
    columns: tuple[TableColumn, ...], options: dict[str, str], told: str
) -> None:
    with pytest.raises(ProjectError, match="table orders") as caught:
        input_record(table(*columns, **options))
    assert told in caught.value.message
