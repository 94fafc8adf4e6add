"""A schema that cannot be used is explained with file, line and JSON path."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipegen.avro import decoder_of, frame, load_schema, parse_schema_text
from pipegen.avro.place import line_of
from pipegen.errors import ProjectError
from pipegen.hotpath import RecordPlan, SchemaValidator
from tests.unit.avro_oracles import DUE_NS, schemas


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
        ('"strng"', "$.fields[1].type", "no type is named"),
        ('"enum"', "$.fields[1].type", "no type is named"),
        ("12", "$.fields[1].type", "12 is not a type"),
        ('["null", "null"]', "$.fields[1].type[1]", "twice"),
        ('["null", ["int"]]', "$.fields[1].type[1]", "stands directly inside a union"),
        ("[]", "$.fields[1].type", "the union is empty"),
        ('{"type": "array"}', "$.fields[1].type", 'no "items"'),
        ('{"type": "map", "values": "nope"}', "$.fields[1].type.values", "no type is named"),
        ('{"type": "enum", "name": "E", "symbols": ["A", "A"]}', "$.fields[1].type.symbols[1]", "twice"),
        ('{"type": "enum", "name": "E", "symbols": ["a-b"]}', "$.fields[1].type.symbols[0]", "not a valid Avro name"),
        ('{"type": "fixed", "name": "F", "size": -1}', "$.fields[1].type.size", "not a size in bytes"),
        ('{"type": "record", "name": "Order", "fields": []}', "$.fields[1].type.name", "defined twice"),
        ('{"type": "record", "name": "In", "fields": [{"type": "int"}]}', "$.fields[1].type.fields[0]", 'no "name"'),
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
    assert caught.value.remedy == 'Define a named type before its first use; did you mean "string"?'


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{\n  "type": "record",\n  oops}', "input.avsc:3:3: not valid JSON"),
        ("[]", "input.avsc:1: $: the input must be an Avro record, this is a list (a union)"),
        ('"int"', "this is the type “int”"),
        ("{}", "an object without a type"),
        ('{"type": "record", "type": "record"}', "the key “type” stands twice"),
        (
            '{"type": "record", "name": "A", "fields": [{"name": "x", "type": "int", "default": "no"}]}',
            'input.avsc:1: $.fields[0].default: the default "no" is not of type int',
        ),
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


def record(*fields: str, **attributes: object) -> str:
    head = {"type": "record", "name": "Reading", **attributes}
    return f'{json.dumps(head)[:-1]}, "fields": [{", ".join(fields)}]}}'


COMMENTED = """\ufeff// all of them
{ "type": "record", /* of the
   plant */ "name": "Reading", "doc": "see http://example.org /* here */ \\" // and there",
  "fields": [ // only one
    {"name": "id", "type": "long"}
  ]
}"""


def test_comments_and_a_byte_order_mark_are_read_as_blanks_and_registered_without(tmp_path: Path) -> None:
    file = tmp_path / "input.avsc"
    file.write_text(COMMENTED, encoding="utf-8")
    schema = load_schema(file)
    assert json.loads(schema.text)["doc"] == 'see http://example.org /* here */ " // and there'
    assert schema.line_of("$.fields[0].type") == 5
    file.write_text(COMMENTED.replace('"long"', '"lang"'), encoding="utf-8")
    with pytest.raises(ProjectError, match=r"input\.avsc:5: \$\.fields\[0\]\.type: no type is named"):
        load_schema(file)


def test_a_comma_that_a_comment_swallows_is_told_with_the_line_of_the_comment() -> None:
    text = '{"type": "record", "name": "R", "fields": [\n {"name": "a", "type": "int"} // the key,\n {"name": "b"}]}'
    with pytest.raises(ProjectError, match=r"input\.avsc:2: not valid JSON: Expecting ',' delimiter") as caught:
        parse_schema_text(text, Path("input.avsc"))
    assert caught.value.remedy is not None
    assert caught.value.remedy.startswith("Comments are not JSON")


@pytest.mark.parametrize(
    ("decimal", "reason"),
    [
        ({}, "precision null"),
        ({"precision": 0}, "precision 0"),
        ({"precision": "9"}, 'precision "9"'),
        ({"precision": 9, "scale": -2}, "scale is not a whole number of 0 or more"),
        ({"precision": 20, "scale": 127}, "scale 127 is greater than its precision 20"),
    ],
)
def test_a_decimal_that_cannot_be_is_the_bytes_it_stands_on(decimal: dict[str, object], reason: str) -> None:
    kind = {"type": "bytes", "logicalType": "decimal", **decimal}
    schema = parse_schema_text(record(json.dumps({"name": "rate", "type": ["null", kind]})), Path("input.avsc"))
    assert schema.fields[0].type == ["null", {"type": "bytes"}]
    assert json.loads(schema.text)["fields"][0]["type"] == ["null", kind]
    [warning] = schema.warnings
    assert warning.path == "$.fields[0].type[1]"
    assert warning.problem.startswith("the logical type decimal is ignored: ")
    assert reason in warning.problem


@pytest.mark.parametrize("kind", ['"long"', '["null", "long"]', '{"type": "long"}'])
def test_a_logical_type_beside_the_type_is_told_and_values_are_made_as_it_means(kind: str) -> None:
    field = f'{{"name": "seen", "type": {kind}, "logicalType": "timestamp-millis"}}'
    schema = parse_schema_text(record(field), Path("input.avsc"))
    assert [(each.path, "stands beside the type" in each.problem) for each in schema.warnings] == [
        ("$.fields[0]", True)
    ]
    plan = RecordPlan(schema.text, value_format="json")
    values = [json.loads(plan.record(event, due_ns=1_780_000_000_000_000_000)[0])["seen"] for event in range(20)]
    assert {abs(value - 1_780_000_000_000) < 60_000 for value in values if value is not None} == {True}


@pytest.mark.parametrize(
    ("attributes", "path"),
    [
        ({"namespace": "plant-7.line"}, "$.namespace"),
        ({"namespace": "7th.line"}, "$.namespace"),
        ({"name": "plant-7.Reading"}, "$.name"),
    ],
)
def test_a_namespace_that_older_readers_take_is_taken_with_a_warning(attributes: dict[str, str], path: str) -> None:
    schema = parse_schema_text(record('{"name": "id", "type": "long"}', **attributes), Path("input.avsc"))
    assert [each.path for each in schema.warnings] == [path]


@pytest.mark.parametrize("namespace", ["a b", "a..b", "größe", ".a"])
def test_a_namespace_that_nobody_takes_is_refused_where_it_stands(namespace: str) -> None:
    text = record('{"name": "id", "type": "long"}', namespace=namespace)
    with pytest.raises(ProjectError, match=r"input\.avsc:1: \$\.namespace: .* is not a valid Avro namespace"):
        parse_schema_text(text, Path("input.avsc"))


def test_a_namespace_of_null_is_none() -> None:
    schema = parse_schema_text(record('{"name": "id", "type": "long"}', namespace=None), Path("input.avsc"))
    assert (schema.name, schema.warnings) == ("Reading", ())


def test_an_alias_that_is_no_name_is_refused_as_the_generator_does() -> None:
    with pytest.raises(ProjectError, match=r"input\.avsc:1: \$\.fields\[0\]\.aliases: "):
        parse_schema_text(record('{"name": "id", "type": "long", "aliases": ["a-b"]}'), Path("input.avsc"))


ODD: list[Any] = [None, 0, -1, 38, "", "x", "a-b", "long", "timestamp-millis", "decimal", [], ["null", "int"], {}, [1]]


@settings(max_examples=100, deadline=None, derandomize=True)
@given(schema=schemas(), data=st.data())
def test_every_reader_takes_what_one_takes_and_a_spoiled_schema_never_crashes(schema: Any, data: st.DataObject) -> None:
    schema = copy.deepcopy(schema)  # parts of it are shared by all examples
    places: list[Any] = []

    def visit(node: Any) -> None:
        if isinstance(node, dict | list):
            places.append(node)
            for child in node.values() if isinstance(node, dict) else node:
                visit(child)

    visit(schema)
    for _ in range(data.draw(st.integers(0, 2))):
        node = data.draw(st.sampled_from([each for each in places if each]))
        words = [*node, "logicalType", "precision", "scale", "namespace", "aliases", "default", "order"]
        key = data.draw(st.sampled_from(words if isinstance(node, dict) else range(len(node))))
        node[key] = data.draw(st.sampled_from(ODD))
    text = json.dumps(schema)
    try:
        taken = parse_schema_text(text, Path("input.avsc"))
    except ProjectError as error:
        # Flink's input is a record with fields; the compiled reader takes any type.
        if "must be an Avro record" not in error.message and "has no fields" not in error.message:
            with pytest.raises(ValueError, match=r"^\$"):
                RecordPlan(text)
        return
    value, _ = RecordPlan(taken.text).record(0, due_ns=DUE_NS)
    assert SchemaValidator(taken.text).check(value) is None
    decoder_of(taken.text)(frame(1, value))
