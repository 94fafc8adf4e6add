"""Avro types become Flink columns that read them; what Flink cannot read is refused with its JSON path.

That Flink really reads them is proven in ``tests/stack/test_init_sql_runs_in_flink.py``.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from pipegen.errors import ProjectError
from pipegen.project.flink_types import FlinkRow, flink_row


def row_of(avro_type: Any, *more: Any) -> FlinkRow:
    fields = [{"name": f"f{index}", "type": each} for index, each in enumerate((avro_type, *more))]
    return flink_row({"type": "record", "name": "com.shop.Order", "fields": fields}, Path("in.avsc"))


INNER = {
    "type": "record",
    "name": "Inner",
    "fields": [{"name": "a", "type": "int"}, {"name": "b", "type": ["null", "int"]}],
}
KIND = {"type": "enum", "name": "Kind", "symbols": ["A"]}


@pytest.mark.parametrize(
    ("avro_type", "ddl"),
    [
        ("string", "`f0` STRING NOT NULL"),
        (["null", "string"], "`f0` STRING"),
        (["double", "null"], "`f0` DOUBLE"),
        (["long"], "`f0` BIGINT NOT NULL"),
        ({"type": {"type": "int"}}, "`f0` INT NOT NULL"),
        ({"type": "int", "logicalType": "date"}, "`f0` DATE NOT NULL"),
        ({"type": "int", "logicalType": "time-millis"}, "`f0` TIME(3) NOT NULL"),
        ({"type": "long", "logicalType": "timestamp-millis"}, "`f0` TIMESTAMP(3) NOT NULL"),
        ({"type": "long", "logicalType": "local-timestamp-millis"}, "`f0` TIMESTAMP(3) NOT NULL"),
        ({"type": "long", "logicalType": "timestamp-micros"}, "`f0` BIGINT NOT NULL"),
        ({"type": "bytes", "logicalType": "decimal", "precision": 9, "scale": 2}, "`f0` DECIMAL(9, 2) NOT NULL"),
        ({"type": "string", "logicalType": "uuid"}, "`f0` STRING NOT NULL"),
        (INNER, "`f0` ROW<`a` INT NOT NULL, `b` INT> NOT NULL"),
        ({"type": "array", "items": ["null", INNER]}, "`f0` ARRAY<ROW<`a` INT NOT NULL, `b` INT>> NOT NULL"),
        (["null", {"type": "map", "values": "float"}], "`f0` MAP<STRING NOT NULL, FLOAT NOT NULL>"),
        (KIND, "`f0` STRING NOT NULL"),
        ({"type": "fixed", "name": "F", "size": 4}, "`f0` VARBINARY(4) NOT NULL"),
    ],
)
def test_each_avro_type_has_its_flink_type(avro_type: Any, ddl: str) -> None:
    assert row_of(avro_type).columns[0].ddl == ddl


def test_the_reader_schema_is_spelt_out_only_for_enum_and_fixed() -> None:
    assert row_of("string", INNER).reader_schema is None
    nested = row_of({"type": "array", "items": {**KIND, "doc": "it's", "pipegen": {"one_of": ["A"]}}}).reader_schema
    assert nested is not None
    assert json.loads(nested)["fields"][0]["type"]["items"] == KIND


def test_the_reader_schema_keeps_only_times_that_flink_gives_back() -> None:
    micros = {"type": "long", "logicalType": "timestamp-micros"}
    local = {"type": "long", "logicalType": "local-timestamp-millis"}
    told = row_of(KIND, micros, local).reader_schema
    assert told is not None
    assert [field["type"] for field in json.loads(told)["fields"]][1:] == [
        {"type": "long"},
        {"type": "long", "logicalType": "timestamp-millis"},
    ]


def test_a_time_finer_than_a_millisecond_is_read_as_its_number_and_says_so() -> None:
    (column,) = row_of(["null", {"type": "long", "logicalType": "timestamp-micros"}]).columns
    assert column.note is not None
    assert column.note.startswith("microseconds since 1970")


def test_a_named_type_used_again_is_found_with_or_without_its_namespace() -> None:
    columns = row_of(INNER, "Inner", "com.shop.Inner").columns
    assert len({column.type for column in columns}) == 1


@pytest.mark.parametrize(
    ("avro_type", "path", "reason"),
    [
        ("null", "$.fields[0].type", "always null"),
        (["null"], "$.fields[0].type", "holds only null"),
        (["null", "int", "string"], "$.fields[0].type", "a union of 2 types"),
        ({"type": "array", "items": ["int", "string"]}, "$.fields[0].type.items", "a union of 2 types"),
        ({"type": "record", "name": "E", "fields": []}, "$.fields[0].type", "no row without fields"),
        (["null", "com.shop.Order"], "$.fields[0].type[1]", "contains itself"),
    ],
)
def test_what_flink_cannot_read_is_refused(avro_type: Any, path: str, reason: str) -> None:
    with pytest.raises(ProjectError) as caught:
        row_of(avro_type)
    assert caught.value.message.startswith(f"in.avsc: {path}: ")
    assert reason in caught.value.message
    assert caught.value.remedy


@pytest.mark.parametrize(
    ("avro_type", "ddl"),
    [
        ({"type": "long", "logicalType": "timestamp-millis"}, "`f0` TIMESTAMP_LTZ(3) NOT NULL"),
        ({"type": "long", "logicalType": "timestamp-micros"}, "`f0` TIMESTAMP_LTZ(6) NOT NULL"),
        ({"type": "long", "logicalType": "local-timestamp-micros"}, "`f0` TIMESTAMP(6) NOT NULL"),
        ({"type": "int", "logicalType": "date"}, "`f0` DATE NOT NULL"),
        ({"type": "int", "logicalType": "time-millis"}, "`f0` STRING NOT NULL"),
    ],
)
def test_in_json_times_are_written_out_to_any_precision(avro_type: Any, ddl: str) -> None:
    schema = {"type": "record", "name": "R", "fields": [{"name": "f0", "type": avro_type}]}
    (column,) = flink_row(schema, Path("in.avsc"), value_format="json").columns
    assert column.ddl == ddl


@pytest.mark.parametrize(
    ("kind", "avro", "json_type"),
    [
        ({"type": "bytes"}, "BYTES NOT NULL", "STRING NOT NULL"),
        ({"type": "fixed", "name": "D", "size": 40}, "VARBINARY(40) NOT NULL", "STRING NOT NULL"),
    ],
)
def test_a_decimal_of_more_digits_than_flink_has_stays_what_is_written(
    kind: dict[str, Any], avro: str, json_type: str
) -> None:
    field = {"name": "f0", "type": {**kind, "logicalType": "decimal", "precision": 64, "scale": 2}}
    schema = {"type": "record", "name": "R", "fields": [field]}
    row = flink_row(schema, Path("x.avsc"))
    [column] = row.columns
    assert column.ddl == f"`f0` {avro}"
    assert column.note is not None
    assert column.note.startswith("the logical type decimal is ignored: ")
    assert list(row.warnings) == ["$.fields[0].type"]
    assert "decimal" not in (row.reader_schema or "")
    assert flink_row(schema, Path("x.avsc"), value_format="json").columns[0].ddl == f"`f0` {json_type}"
