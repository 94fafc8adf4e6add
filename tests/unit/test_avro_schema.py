"""A schema that cannot be used is explained with file, line and JSON path."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pipegen.avro import load_schema, parse_schema_text
from pipegen.avro.place import line_of
from pipegen.errors import ProjectError


def with_field(type_json: str) -> str:
    return f"""{{
  "type": "record",
  "name": "Order",
  "fields": [
    {{"name": "id", "type": "long"}},
    {{"name": "x", "type": {type_json}}}
  ]
}}"""


def test_a_schema_is_read_with_its_fields(tmp_path: Path) -> None:
    file = tmp_path / "input.avsc"
    file.write_text(
        '{"type": "record", "name": "Order", "namespace": "com.shop", "fields": ['
        '{"name": "id", "type": "string"}, {"name": "note", "type": ["null", "string"]}]}'
    )
    schema = load_schema(file)
    assert schema.name == "com.shop.Order"
    assert [(field.name, field.nullable) for field in schema.fields] == [("id", False), ("note", True)]
    assert json.loads(schema.text) == schema.parsed


@pytest.mark.parametrize(
    ("type_json", "path", "reason"),
    [
        ('"strng"', "$.fields[1].type", "unknown type “strng”"),
        ('"enum"', "$.fields[1].type", "unknown type “enum”"),
        ("12", "$.fields[1].type", "a type is a name"),
        ('["null", "null"]', "$.fields[1].type[1]", "twice"),
        ('["null", ["int"]]', "$.fields[1].type[1]", "cannot stand directly in a union"),
        ("[]", "$.fields[1].type", "at least one type"),
        ('{"type": "array"}', "$.fields[1].type", "“items” is missing"),
        ('{"type": "map", "values": "nope"}', "$.fields[1].type.values", "unknown type “nope”"),
        ('{"type": "enum", "name": "E", "symbols": ["A", "A"]}', "$.fields[1].type.symbols[1]", "twice"),
        ('{"type": "enum", "name": "E", "symbols": ["a-b"]}', "$.fields[1].type.symbols[0]", "not a name"),
        ('{"type": "fixed", "name": "F", "size": -1}', "$.fields[1].type.size", "number of bytes"),
        ('{"type": "bytes", "logicalType": "decimal"}', "$.fields[1].type.precision", "precision"),
        ('{"type": "record", "name": "Order", "fields": []}', "$.fields[1].type.name", "defined twice"),
        ('{"type": "record", "name": "In", "fields": [{"type": "int"}]}', "$.fields[1].type.fields[0]", "“name”"),
    ],
)
def test_a_faulty_type_is_named_by_line_and_json_path(type_json: str, path: str, reason: str) -> None:
    with pytest.raises(ProjectError) as caught:
        parse_schema_text(with_field(type_json), Path("input.avsc"))
    assert caught.value.message.startswith(f"input.avsc:6: {path}: ")
    assert reason in caught.value.message


def test_a_misspelt_type_is_answered_with_the_nearest() -> None:
    with pytest.raises(ProjectError) as caught:
        parse_schema_text(with_field('"strng"'), Path("input.avsc"))
    assert caught.value.remedy == "Did you mean “string”?"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{\n  "type": "record",\n  oops}', "input.avsc:3:3: not valid JSON"),
        ("[]", "input.avsc:1: $: the input must be an Avro record, this is a list (a union)"),
        ('"int"', "this is the type “int”"),
        ("{}", "an object without a type"),
        ('{"type": "record", "type": "record"}', "the key “type” stands twice"),
        ('{"type": "record", "name": "A", "fields": [{"name": "x", "type": "int", "default": "no"}]}', "Default value"),
    ],
)
def test_text_that_is_no_record_schema_is_refused(text: str, message: str) -> None:
    with pytest.raises(ProjectError) as caught:
        parse_schema_text(text, Path("input.avsc"))
    assert message in caught.value.message


def test_a_missing_and_an_unreadable_file_are_told_apart(tmp_path: Path) -> None:
    with pytest.raises(ProjectError, match="no such file"):
        load_schema(tmp_path / "none.avsc")
    (tmp_path / "binary.avsc").write_bytes(b"\xff\xfe{}")
    with pytest.raises(ProjectError, match="not UTF-8"):
        load_schema(tmp_path / "binary.avsc")
    with pytest.raises(ProjectError, match="cannot be read"):
        load_schema(tmp_path)


def test_very_deep_nesting_is_refused_and_does_not_crash() -> None:
    deep = '{"type":"array","items":' * 5000 + '"int"' + "}" * 5000
    with pytest.raises(ProjectError, match="nested too deeply"):
        parse_schema_text(with_field(deep), Path("input.avsc"))


def test_names_defined_earlier_may_be_used_with_or_without_namespace() -> None:
    text = """{"type": "record", "name": "com.shop.Order", "fields": [
        {"name": "a", "type": {"type": "enum", "name": "Kind", "symbols": ["A"]}},
        {"name": "b", "type": "Kind"}, {"name": "c", "type": ["null", "com.shop.Kind", "com.shop.Order"]}]}"""
    assert len(parse_schema_text(text, Path("input.avsc")).fields) == 3


def test_the_line_of_a_path_that_does_not_exist_is_the_nearest_around_it() -> None:
    text = '{\n "a": [1,\n  {"b, {[": "x",\n "c": 2}],\n "d": {}}'
    lines = {"$": 1, "$.a": 2, "$.a[1]": 3, "$.a[1].c": 4, "$.d": 5, "$.d.none": 5, "$.a[7]": 2, "$.none": 1}
    assert {path: line_of(text, path) for path in lines} == lines
