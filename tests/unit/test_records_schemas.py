"""Schemas: what Avro allows is generated, what it forbids is refused with the place and a way out."""

from __future__ import annotations

import json
from typing import Any

import pytest
from avro.test.test_schema import INVALID_EXAMPLES, VALID_EXAMPLES

from pipegen.hotpath import RecordPlan
from tests.unit.avro_oracles import DUE_NS, apache_value, fastavro_value


def record(*fields: dict[str, Any]) -> dict[str, Any]:
    return {"type": "record", "name": "R", "fields": list(fields)}


@pytest.mark.parametrize("example", VALID_EXAMPLES, ids=str)
def test_what_apache_avro_calls_valid_is_generated(example: Any) -> None:
    plan = RecordPlan(str(example))
    # Inside ns.int, Apache's Python reader takes "int" for ns.int itself and never ends; to the specification it is the
    # primitive, as fastavro says. fastavro in turn refuses invalid logical types, which are to be ignored.
    read = fastavro_value if "ns.int" in str(example) else apache_value
    for event in range(20):
        value, _key = plan.record(event, due_ns=DUE_NS)
        read(json.loads(str(example)), value)


@pytest.mark.parametrize("example", INVALID_EXAMPLES, ids=str)
def test_what_apache_avro_calls_invalid_is_refused(example: Any) -> None:
    with pytest.raises(ValueError, match=r"^\$.*: .+; .+"):
        RecordPlan(str(example))


@pytest.mark.parametrize(
    ("schema", "message"),
    [
        (
            record({"name": "a", "type": "int"}, {"name": "b", "type": "strin"}),
            (
                '$.fields[1].type: no type is named "strin"; define a named type before its first use; '
                'did you mean "string"?'
            ),
        ),
        (
            record({"name": "a", "type": ["null", "int"], "default": "x"}),
            (
                '$.fields[0].default: the default "x" is not one of the union\'s types (null, int); '
                "change the default or the type"
            ),
        ),
        (
            record({"name": "a", "type": "int", "default": 3_000_000_000}),
            "$.fields[0].default: the default 3000000000 is not of type int; change the default or the type",
        ),
        (
            record({"name": "a", "type": {"type": "array", "items": "int"}, "default": [1, "2"]}),
            '$.fields[0].default[1]: the default "2" is not of type int; change the default or the type',
        ),
        (
            record({"name": "a", "type": {"type": "map", "values": ["null", ["int"]]}}),
            "$.fields[0].type.values[1]: a union stands directly inside a union; list its types in the outer one",
        ),
        (
            record({"name": "a", "type": "int"}, {"name": "a", "type": "int"}),
            '$.fields[1]: the record has two fields named "a"; rename one of them',
        ),
        (
            record({"name": "a", "type": "record"}),
            '$.fields[0].type: no type is named "record"; write {"type": "record", …} with its attributes',
        ),
        (
            record({"name": "a", "type": "int", "order": "up"}),
            '$.fields[0].order: "up" is not an order; use "ascending", "descending" or "ignore"',
        ),
        (
            record({"name": "a", "type": "int", "aliases": ["b-c"]}),
            '$.fields[0].aliases: "b-c" is not a valid Avro name; use letters, digits and _, not starting with a digit',
        ),
        (
            record(
                {"name": "a", "type": {"type": "fixed", "name": "F", "size": 1}},
                {"name": "b", "type": {"type": "fixed", "name": "F", "size": 2}},
            ),
            '$.fields[1].type.name: "F" is defined twice; refer to the first definition by its name, or rename one',
        ),
        (
            record({"name": "self", "type": "R"}),
            (
                "$: R always contains itself, so that no record could ever end; "
                "make the recursive field nullable, or an array or map"
            ),
        ),
        ([], "$: the union is empty; list at least one type"),
        (7, '$: 7 is not a type; write a type\'s name, an object with "type", or a list of types for a union'),
    ],
)
def test_a_fault_is_named_with_its_place_and_a_way_out(schema: Any, message: str) -> None:
    with pytest.raises(ValueError) as caught:  # noqa: PT011 - the whole message is compared
        RecordPlan(json.dumps(schema))
    assert str(caught.value) == message


def test_text_that_is_no_json_is_refused_with_line_and_column() -> None:
    with pytest.raises(ValueError, match=r"^\$: the schema is not JSON \(.*line 2 column 0\)"):
        RecordPlan('{"type":\n')


def test_names_are_found_in_the_enclosing_namespace_and_by_full_name() -> None:
    schema = {
        "type": "record",
        "name": "Outer",
        "namespace": "com.example",
        "fields": [
            {"name": "a", "type": {"type": "enum", "name": "Kind", "symbols": ["X"], "aliases": ["Sort"]}},
            {"name": "b", "type": "Kind"},
            {"name": "c", "type": "com.example.Kind"},
            {"name": "d", "type": {"type": "fixed", "name": "other.Raw", "size": 2}},
            {"name": "e", "type": "other.Raw"},
        ],
    }
    value, _key = RecordPlan(json.dumps(schema)).record(0, due_ns=DUE_NS)
    read = fastavro_value(schema, value)
    assert [read[field] for field in "abc"] == ["X", "X", "X"]


def test_a_default_may_be_a_whole_record_with_defaults_of_its_own() -> None:
    point = record({"name": "x", "type": "int"}, {"name": "y", "type": "int", "default": 0})
    outer = {"type": "record", "name": "O", "fields": [{"name": "p", "type": point, "default": {"x": 1}}]}
    RecordPlan(json.dumps(outer))
    outer["fields"][0]["default"] = {"y": 1}  # type: ignore[index]
    with pytest.raises(ValueError, match='the default of R lacks the field "x"'):
        RecordPlan(json.dumps(outer))


def test_a_logical_type_that_does_not_fit_is_ignored_with_a_warning() -> None:
    field = {"name": "at", "type": {"type": "string", "logicalType": "timestamp-millis"}}
    plan = RecordPlan(json.dumps(record(field)))
    [warning] = plan.warnings
    assert warning == (
        "$.fields[0].type: the logical type timestamp-millis is ignored: "
        'logicalType "timestamp-millis" needs long, not string; the plain type is used'
    )
