"""Rows become the Avro records that fastavro reads back, whatever the format; what does not fit is refused by place."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path
from typing import Any

import fastavro
import pytest

from pipegen.datafile import (
    CsvOptions,
    RowEncoder,
    fill_spool,
    open_data_file,
    profile_file,
    read_times_us,
    schema_of,
    schema_text,
)
from pipegen.errors import ProjectError
from pipegen.hotpath import RecordPlan
from tests.unit.data_files import SCHEMA, START, go_on, sales, unheard, write_csv, write_file

OPTIONS = CsvOptions()


def inferred(path: Path) -> dict[str, Any]:
    """The schema for a file."""
    file = open_data_file(path, OPTIONS)
    if file.avro_schema is not None:
        return file.avro_schema
    return schema_of(profile_file(file, on_progress=unheard), record="Sale", file_name=path.name)


def decoded(schema: Any, value: bytes) -> Any:
    return fastavro.schemaless_reader(io.BytesIO(value), fastavro.parse_schema(json.loads(json.dumps(schema))), None)


@pytest.mark.parametrize("ending", ["csv", "ndjson", "avro", "parquet"])
def test_every_row_of_every_format_comes_back_equal(tmp_path: Path, ending: str) -> None:
    path = write_file(tmp_path / f"sales.{ending}", 100)
    schema = inferred(path)
    file = open_data_file(path, OPTIONS)
    encoded = list(RowEncoder(file, schema, key_field="shop").encoded())
    rows = [decoded(schema, value) for value, _key in encoded]
    assert [tuple(row.values()) for row in rows] == [tuple(row.values()) for row in sales(100)]
    assert [key for _value, key in encoded] == [row["shop"].encode() for row in sales(100)]


def test_the_inferred_schema_names_columns_that_are_no_identifiers(tmp_path: Path) -> None:
    path = tmp_path / "data.csv"
    path.write_text("Größe (cm),2nd,class,Class,%\n1,2,3,4,5\n")
    fields = inferred(path)["fields"]
    assert [field["name"] for field in fields] == ["Grosse_cm", "_2nd", "class", "Class_2", "column_5"]
    assert [field.get("pipegen_column") for field in fields] == ["Größe (cm)", "2nd", None, "Class", "%"]
    assert decoded(inferred(path), first_value(path))["column_5"] == 5


def read_all(path: Path) -> list[tuple[bytes, bytes | None]]:
    file = open_data_file(path, OPTIONS)
    return list(RowEncoder(file, inferred(path), key_field=None).encoded())


def first_value(path: Path) -> bytes:
    file = open_data_file(path, OPTIONS)
    return next(RowEncoder(file, inferred(path), key_field=None).encoded())[0]


def test_the_format_of_dates_is_kept_in_the_schema_and_used_again(tmp_path: Path) -> None:
    path = tmp_path / "data.csv"
    path.write_text("day,at\n31.12.2025,12/31/2025 11:59 PM\n")
    assert [field["pipegen_format"] for field in inferred(path)["fields"]] == ["%d.%m.%Y", "%m/%d/%Y %I:%M %p"]
    row = decoded(inferred(path), first_value(path))
    assert (row["day"].isoformat(), row["at"].isoformat()) == ("2025-12-31", "2025-12-31T23:59:00+00:00")


def test_generated_records_look_like_the_file(tmp_path: Path) -> None:
    schema = inferred(write_csv(tmp_path / "sales.csv", 7_000))
    plan = RecordPlan(json.dumps(schema), seed=3)
    records = [decoded(schema, value) for value, _ in plan.records(first_event=0, count=2_000, due_ns=10**18)]
    assert {record["shop"] for record in records} == {"north", "south", "west"}
    assert sum(record["shop"] == "south" for record in records) == pytest.approx(1_000, rel=0.1)
    assert sum(record["price"] is None for record in records) == pytest.approx(2_000 / 7, rel=0.2)
    prices = [record["price"] for record in records if record["price"] is not None]
    assert 1.25 <= min(prices) <= max(prices) <= 50.25
    assert [record["Sale"] for record in records[:3]] == [1, 2, 3]


def test_the_text_of_a_schema_is_the_schema(tmp_path: Path) -> None:
    schema = inferred(write_csv(tmp_path / "sales.csv", 10))
    assert json.loads(schema_text(schema)) == schema


def test_nested_values_of_ndjson_become_their_json(tmp_path: Path) -> None:
    path = tmp_path / "data.ndjson"
    path.write_text('{"id": 1, "tags": ["a", "b"]}\n\n{"id": 2.5, "tags": null, "late": {"x": 1}}\n')
    schema = inferred(path)
    kinds = {field["name"]: field["type"] for field in schema["fields"]}
    assert kinds == {"id": "double", "tags": ["null", "string"], "late": ["null", "string"]}
    assert decoded(schema, first_value(path)) == {"id": 1.0, "tags": '["a","b"]', "late": None}


def test_numbers_in_texts_stay_texts_in_a_file_with_types(tmp_path: Path) -> None:
    path = tmp_path / "data.ndjson"
    path.write_text('{"zip": "10115", "day": "2026-01-31"}\n{"zip": "80331", "day": "2026-02-01"}\n')
    kinds = [field["type"] for field in inferred(path)["fields"]]
    assert kinds == ["string", {"type": "int", "logicalType": "date"}]


@pytest.mark.parametrize(
    ("ending", "text", "message"),
    [
        (
            "csv",
            "sale,shop,price,paid,sold_at\n1,a,2,true,2026-01-01T00:00:00Z\nx,a,2,true,\n",
            ":3: column “sale”: “x”",
        ),
        ("csv", "sale,shop,price,paid,sold_at\n1,NA,2,true,2026-01-01T00:00:00Z\n", ":2: column “shop”: there is no"),
        ("csv", "sale,shop,price,paid,sold_at\n1,a,2,7,2026-01-01T00:00:00Z\n", ":2: column “paid”: “7” is no truth"),
        ("csv", "sale,shop,price,paid,sold_at\n1,a,2,true,gone\n", ":2: column “sold_at”: “gone” is no time"),
        ("csv", "sale,shop,price,paid\n1,a,2,true\n", ": there is no column “sold_at” for the field sold_at"),
        ("ndjson", '{"sale": 1}\n', ": there is no column “shop” for the field shop"),
        ("ndjson", '{"sale": 1.5, "shop": "", "paid": true, "sold_at": 0}\n', ":1: column “sale”: “1.5” is no whole"),
        ("ndjson", '{"sale": 1\n', ":1:11: not valid JSON"),
        ("ndjson", "[1]\n", ":1:1: one JSON array"),
        ("ndjson", '{"sale": 1, "shop": "a", "paid": true, "sold_at": 0}\n7\n', ":2: not a JSON object"),
    ],
)
def test_a_row_that_does_not_fit_is_refused_with_its_line_and_column(
    tmp_path: Path, ending: str, text: str, message: str
) -> None:
    path = tmp_path / f"data.{ending}"
    path.write_text(text)
    file = open_data_file(path, OPTIONS)
    encoder = RowEncoder(file, SCHEMA, key_field=None)
    with pytest.raises(ProjectError, match=re.escape(f"{path}{message}")) as caught:
        fill_spool(encoder, prefix=b"", max_rows=10, on_rows=go_on)
    assert caught.value.remedy


@pytest.mark.parametrize("ending", ["avro", "parquet"])
def test_a_binary_file_that_is_none_is_refused(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"data.{ending}"
    path.write_bytes(b"nothing of the kind")
    with pytest.raises(ProjectError, match=re.escape(str(path))):
        read_all(path)


def test_an_avro_file_that_is_cut_short_is_refused_with_the_record(tmp_path: Path) -> None:
    path = write_file(tmp_path / "sales.avro", 100)
    path.write_bytes(path.read_bytes()[:-40])
    with pytest.raises(ProjectError, match=r"record \d+: the file is damaged or cut short"):
        read_all(path)


def test_the_spool_gives_back_every_row_with_its_prefix_in_any_order(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "sales.csv", 50)
    schema = inferred(path)
    file = open_data_file(path, OPTIONS)
    spool = fill_spool(RowEncoder(file, schema, key_field="price"), prefix=b"\0\0\0\0\7", max_rows=20, on_rows=go_on)
    assert spool.rows == 20
    for number in (19, 0, 6):
        value, key, _ = spool.row(number)
        assert value[:5] == b"\0\0\0\0\7"
        assert decoded(schema, value[5:])["Sale"] == number + 1
        assert key == (None if number % 7 == 6 else f"{1 + number % 50 + 0.25}".encode())
    spool.close()


def test_times_are_read_to_the_millisecond(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "sales.csv", 3)
    times = read_times_us(open_data_file(path, OPTIONS), inferred(path), time_column="sold_at", on_rows=go_on)
    first_us = int(START.timestamp()) * 10**6
    assert list(times) == [first_us, first_us + 500_000, first_us + 1_000_000]
    for column, message in (("gone", "has no field “gone”"), ("shop", "holds no dates or times")):
        with pytest.raises(ProjectError, match=message):
            read_times_us(open_data_file(path, OPTIONS), inferred(path), time_column=column, on_rows=go_on)
