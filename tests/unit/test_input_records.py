"""The records of an input follow from its table: types, event times, keys and what settings say."""

from __future__ import annotations

import json
import struct
from io import BytesIO
from pathlib import Path

import fastavro
import pytest

from pipegen.avro import parse_schema_text
from pipegen.config.topics import InputSettings
from pipegen.errors import ProjectError
from pipegen.hotpath import RecordPlan
from pipegen.project.inputs import InputRecord, input_records
from pipegen.project.plan.table import FlinkTable
from tests.unit.input_tables import DUE_NS, made, table, topology

FLINK_FIELDS = json.loads("""[
  {"name":"a","type":["null","string"],"default":null},
  {"name":"d","type":{"type":"bytes","logicalType":"decimal","precision":10,"scale":2}},
  {"name":"e","type":["null","int"],"default":null},
  {"name":"h","type":"long"},
  {"name":"i","type":["null","float"],"default":null},
  {"name":"l","type":["null","bytes"],"default":null},
  {"name":"m","type":["null",{"type":"int","logicalType":"date"}],"default":null},
  {"name":"n","type":["null",{"type":"int","logicalType":"time-millis"}],"default":null},
  {"name":"o","type":["null",{"type":"long","logicalType":"timestamp-millis"}],"default":null},
  {"name":"p","type":["null",{"type":"array","items":["null","int"]}],"default":null},
  {"name":"q","type":["null",{"type":"map","values":"int"}],"default":null},
  {"name":"r","type":["null",{"type":"map","values":["null","int"]}],"default":null},
  {"name":"s","type":["null",{"type":"record","name":"record_s","fields":[
    {"name":"x","type":["null","int"],"default":null},
    {"name":"y","type":{"type":"record","name":"record_s_y","fields":[{"name":"z","type":"string"}]}}]}],"default":null},
  {"name":"t","type":["null",{"type":"array","items":["null",{"type":"record","name":"record_t","fields":[
    {"name":"x","type":["null","int"],"default":null}]}]}],"default":null}]""")
"""What Flink 2.3's AvroSchemaConverter itself made of the columns below."""
FLINK_COLUMNS = (
    "a STRING",
    "d DECIMAL(10, 2) NOT NULL",
    "e TINYINT",
    "h BIGINT NOT NULL",
    "i FLOAT",
    "l BYTES",
    "m DATE",
    "n TIME(0)",
    "o TIMESTAMP(3)",
    "p ARRAY<INT>",
    "q MAP<STRING, INT NOT NULL>",
    "r MULTISET<STRING>",
    "s ROW<`x` INT, `y` ROW<`z` STRING NOT NULL> NOT NULL>",
    "t ARRAY<ROW<`x` INT>>",
)
AVRO = {"format": "avro"}
CONFLUENT = {"value.format": "avro-confluent"}


def record(source: FlinkTable, settings: dict[str, object] | None = None) -> InputRecord:
    told = {} if settings is None else {source.name.table: InputSettings.model_validate(settings)}
    return input_records(topology(source), settings=told, seed=42).records[0]


def rows(of: InputRecord, count: int = 200, first: int = 0) -> list[dict[str, object]]:
    if of.format.startswith("json"):
        return [json.loads(value) for value, _ in made(of, count, first)]
    parsed = fastavro.parse_schema(dict(of.schema))
    return [fastavro.schemaless_reader(BytesIO(value), parsed, None) for value, _ in made(of, count, first)]


def test_the_schema_is_the_one_that_flink_derives() -> None:
    made_of = record(table("t", FLINK_COLUMNS, options=CONFLUENT))
    assert made_of.schema["fields"] == FLINK_FIELDS
    assert (made_of.schema["namespace"], made_of.schema["name"]) == ("org.apache.flink.avro.generated", "record")
    assert made_of.registered


def test_every_type_has_values_and_none_is_null_unless_asked_for() -> None:
    for options in (AVRO, {}):
        for row in rows(record(table("t", FLINK_COLUMNS, options=options))):
            assert None not in row.values()


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        ("TIMESTAMP_LTZ(3)", "no TIMESTAMP_LTZ"),
        ("TIMESTAMP(6)", r"no TIMESTAMP\(6\)"),
        ("MAP<INT, STRING>", "must be text"),
        ("INTERVAL DAY(2)", "INTERVAL"),
    ],
)
def test_what_flinks_avro_refuses_is_refused_in_one_sentence(kind: str, reason: str) -> None:
    with pytest.raises(ProjectError, match=rf"^t: the column x cannot be made: .*{reason}"):
        record(table("t", [f"x {kind}"], options=AVRO))


def test_values_keep_to_the_width_of_their_type() -> None:
    columns = ["year TINYINT", "port SMALLINT", "email VARCHAR(6)", "country CHAR(2)", "code BINARY(4)"]
    for row in rows(record(table("t", columns, options=AVRO))):
        assert -128 <= row["year"] <= 127
        assert -32768 <= row["port"] <= 32767
        assert len(row["email"]) == 6
        assert len(row["country"]) == 2
        assert len(row["code"]) == 4


def test_names_lead_to_values_that_look_real() -> None:
    row = rows(record(table("t", ["email STRING", "city STRING", "price DOUBLE", "ip STRING", "lat DOUBLE"])))[0]
    assert "@example." in str(row["email"])
    assert str(row["ip"]).count(".") == 3
    assert -90 <= row["lat"] <= 90


@pytest.mark.parametrize(
    ("options", "zoned", "local"),
    [
        ({}, "2026-05-28 20:26:40.123Z", "2026-05-28 20:26:40.123"),
        ({"json.timestamp-format.standard": "ISO-8601"}, "2026-05-28T20:26:40.123Z", "2026-05-28T20:26:40.123"),
    ],
)
def test_json_writes_times_as_the_table_reads_them(options: dict[str, str], zoned: str, local: str) -> None:
    row = rows(record(table("t", ["a TIMESTAMP_LTZ(3)", "b TIMESTAMP(3)"], options=options)), 1)[0]
    assert row == {"a": zoned, "b": local}


def test_json_has_the_names_of_the_table_whatever_they_are() -> None:
    assert rows(record(table("t", ["order-id INT", "größe ROW<`a b` INT>"])), 1)[0].keys() == {"order-id", "größe"}
    with pytest.raises(ProjectError, match="Avro has no field named “order-id”"):
        record(table("t", ["order-id INT"], options=AVRO))


def test_metadata_and_computed_columns_are_not_in_the_record() -> None:
    columns = ["a INT", "ts TIMESTAMP_LTZ(3) METADATA FROM timestamp", "b AS `a` + 1"]
    assert list(rows(record(table("t", columns)), 1)[0]) == ["a"]


@pytest.mark.parametrize(
    ("columns", "mark", "name", "expected"),
    [
        (["born TIMESTAMP(3)"], "born", "born", "2026-05-28 20:26:40.123"),
        (["x BIGINT", "t AS TO_TIMESTAMP_LTZ(`x`, 3)"], "t", "x", 1_780_000_000_123),
        (["x BIGINT", "t AS TO_TIMESTAMP_LTZ(`x`, 0)"], "t", "x", 1_780_000_000),
        (["x BIGINT", "t AS TO_TIMESTAMP_LTZ(`x` / 1000, 3)"], "t", "x", 1_780_000_000_123_000),
        (["x BIGINT", "t AS TO_TIMESTAMP(FROM_UNIXTIME(`x` / 1000))"], "t", "x", 1_780_000_000_123),
        (["x STRING", "t AS TO_TIMESTAMP(`x`)"], "t", "x", "2026-05-28 20:26:40.123"),
        (["x STRING", "t AS TO_TIMESTAMP(`x`, 'dd.MM.yyyy HH:mm')"], "t", "x", "28.05.2026 20:26"),
        (["x STRING", "u AS TO_TIMESTAMP(`x`)", "t AS `u`"], "t", "x", "2026-05-28 20:26:40.123"),
    ],
)
def test_the_event_time_is_the_due_time_in_what_the_watermark_reads(
    columns: list[str], mark: str, name: str, expected: object
) -> None:
    assert rows(record(table("t", columns, watermark=mark)), 1)[0][name] == expected


def test_the_event_time_goes_back_by_the_lateness_that_is_set() -> None:
    settings = {"hints": {"at": {"lateness_ms": [1000, 5000]}}}
    source = table("t", ["at TIMESTAMP(3)"], options=AVRO, watermark="at")
    due = [DUE_NS // 1_000_000 + 10 * event for event in range(200)]
    late = [at - int(row["at"].timestamp() * 1000) for at, row in zip(due, rows(record(source, settings)), strict=True)]
    assert all(1000 <= each <= 5000 for each in late)
    assert max(late) - min(late) > 3000


def test_a_record_is_there_where_its_kind_says_so() -> None:
    columns = ["seller ROW<`id` BIGINT>", "kind INT NOT NULL", "lot ROW<`id` BIGINT>"]
    hints = {
        "kind": {"one_of": {"0": 1, "1": 3}},
        "seller": {"present_if": {"kind": 0}},
        "lot": {"present_if": {"kind": [1, 2]}},
    }
    found = rows(record(table("events", columns, options=AVRO), {"hints": hints}), 1_000)
    assert {row["kind"] for row in found} == {0, 1}
    for row in found:
        assert (row["seller"] is not None) == (row["kind"] == 0)
        assert (row["lot"] is not None) == (row["kind"] == 1)


KEYED = {"key.format": "raw", "key.fields": "k_id", "key.fields-prefix": "k_", "value.fields-include": "EXCEPT_KEY"}


@pytest.mark.parametrize(("kind", "width", "letter"), [("INT", 4, "i"), ("BIGINT", 8, "q"), ("SMALLINT", 2, "h")])
def test_raw_keys_are_big_endian_numbers(kind: str, width: int, letter: str) -> None:
    of = record(table("t", [f"k_id {kind} NOT NULL", "id BIGINT"], options=KEYED))
    for value, key in made(of, 50):
        assert key is not None
        assert len(key) == width
        assert json.loads(value).keys() == {"id"}
        assert struct.unpack(f">{letter}", key)[0] >= 0


def test_a_key_named_like_a_column_of_the_value_has_its_values() -> None:
    of = record(table("t", ["k_id BIGINT", "id BIGINT"], options=KEYED))
    for value, key in made(of, 50):
        assert struct.unpack(">q", key or b"")[0] == json.loads(value)["id"]


def test_json_keys_have_the_names_without_the_prefix() -> None:
    of = record(table("t", ["k_id BIGINT", "a INT"], options={**KEYED, "key.format": "json"}))
    value, key = made(of, 1)[0]
    assert json.loads(key or b"").keys() == {"id"}
    assert json.loads(value).keys() == {"a"}


def test_avro_keys_are_records_of_their_own_schema() -> None:
    options = {"key.format": "avro-confluent", "value.format": "avro-confluent", "key.fields": "b;a"}
    source = table("t", ["a BIGINT NOT NULL", "b STRING"], options=options)
    of = record(source)
    assert of.key is not None
    assert of.key.registered
    plan = RecordPlan(**of.for_generator(value_prefix=b"\0\0\0\0\1", key_prefix=b"\0\0\0\0\2"))
    value, key = plan.record(7, due_ns=DUE_NS)
    parsed = fastavro.parse_schema(dict(of.key.schema or {}))
    read = fastavro.schemaless_reader(BytesIO((key or b"")[5:]), parsed, None)
    whole = fastavro.schemaless_reader(BytesIO(value[5:]), fastavro.parse_schema(dict(of.schema)), None)
    assert (key or b"")[:5] == b"\0\0\0\0\2"
    assert list(read) == ["b", "a"]
    assert read == {name: whole[name] for name in ("b", "a")}


def test_an_upsert_table_gets_every_key_once_and_then_changes_of_them() -> None:
    options = {"connector": "upsert-kafka", "key.format": "json", "value.format": "json"}
    source = table(
        "t", ["id INT NOT NULL", "currency STRING NOT NULL", "x INT"], options=options, key=("id", "currency")
    )
    of = record(source)
    assert of.load is not None
    keys = [key for _, key in made(of, of.load.records)]
    assert len(set(keys)) == of.load.records
    assert {key for _, key in made(of, 500, first=of.load.records)} <= set(keys)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"format": "protobuf"}, "t reads the format protobuf, which PipeGen does not make"),
        ({"key.format": "csv", "key.fields": "a"}, "t: the key has the format csv, which PipeGen does not make"),
        ({"key.format": "raw", "key.fields": "a;b"}, "t: the key is raw and of 2 columns"),
    ],
)
def test_a_format_that_cannot_be_made_is_refused(options: dict[str, str], sentence: str) -> None:
    with pytest.raises(ProjectError) as refused:
        record(table("t", ["a INT", "b INT"], options=options))
    assert str(refused.value).startswith(sentence)


def test_tables_that_disagree_about_one_topic_are_refused() -> None:
    first, second = table("a", ["x INT"]), table("b", ["x STRING"])
    both = topology(first)
    shared = type(both.inputs[0])("a", ("t",), (first, second))
    with pytest.raises(ProjectError, match="a and b read one topic, and x is INT in one and STRING in the other"):
        input_records(type(both)(inputs=(shared,)), settings={}, seed=1)


def test_settings_of_an_input_or_a_column_that_is_not_there_are_refused() -> None:
    source = topology(table("orders", ["a INT"]))
    with pytest.raises(ProjectError, match=r"inputs\.order: the script has no such input") as refused:
        input_records(source, settings={"order": InputSettings()}, seed=1)
    assert refused.value.remedy == "Did you mean “orders”?"
    with pytest.raises(ProjectError, match="there is no column b in the records"):
        input_records(source, settings={"orders": InputSettings(hints={"b": {"min": 1}})}, seed=1)


@pytest.mark.parametrize(
    ("column", "field"),
    [
        ("a SMALLINT", '"int"'),
        ("a BIGINT", '{"type": "long", "logicalType": "timestamp-millis"}'),
        ("a INT", '{"type": "int", "logicalType": "date"}'),
        ("a TIME(0)", '{"type": "int", "logicalType": "time-millis"}'),
        ("a DECIMAL(10, 2)", '{"type": "bytes", "logicalType": "decimal", "precision": 10, "scale": 2}'),
        (
            "a ROW<`n` VARCHAR(9)>",
            '["null", {"type": "record", "name": "P", "fields": [{"name": "n", "type": "string"}]}]',
        ),
    ],
)
def test_a_schema_file_fits_by_types_and_not_by_spellings(column: str, field: str) -> None:
    text = f'{{"type": "record", "name": "R", "fields": [{{"name": "a", "type": {field}}}]}}'
    schema = parse_schema_text(text, parse_path())
    of = input_records(topology(table("t", [column], options=AVRO)), settings={}, seed=1, schemas={"t": schema})
    assert of["t"].schema == json.loads(text)


@pytest.mark.parametrize(
    ("column", "options", "sentence"),
    [
        ("a STRING", AVRO, "t reads a as STRING, and s.avsc has it as timestamp-millis"),
        ("a BIGINT", {}, "t reads a as BIGINT, and s.avsc has it as timestamp-millis"),
        ("b INT NOT NULL", AVRO, "s.avsc has no field b, which t reads as NOT NULL"),
    ],
)
def test_a_schema_file_that_does_not_fit_is_refused(column: str, options: dict[str, str], sentence: str) -> None:
    field = '{"name": "a", "type": {"type": "long", "logicalType": "timestamp-millis"}}'
    schema = parse_schema_text(f'{{"type": "record", "name": "R", "fields": [{field}]}}', parse_path())
    with pytest.raises(ProjectError) as refused:
        input_records(topology(table("t", [column], options=options)), settings={}, seed=1, schemas={"t": schema})
    assert str(refused.value).startswith(sentence)


def parse_path() -> Path:

    return Path("s.avsc")


def test_a_timestamp_without_digits_has_microseconds_as_in_flink() -> None:
    of = input_records(topology(table("t", ["a TIMESTAMP NOT NULL", "b TIMESTAMP_LTZ NOT NULL"])), settings={}, seed=1)
    kinds = [field["type"]["logicalType"] for field in of["t"].schema["fields"]]
    assert kinds == ["local-timestamp-micros", "timestamp-micros"]
