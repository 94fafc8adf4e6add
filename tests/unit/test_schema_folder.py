"""Types that stand in other files of the schema folder: one schema in the end, and faults told with their own file."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import fastavro
import pytest

from pipegen.avro import load_schema
from pipegen.config import Settings
from pipegen.errors import ProjectError
from pipegen.run import record_plan
from tests.unit.avro_oracles import DUE_NS, apache_value, fastavro_value

ORDER = {
    "type": "record",
    "name": "Order",
    "namespace": "com.shop",
    "fields": [
        {"name": "customer", "type": "com.people.Customer"},
        {"name": "billing", "type": ["null", "com.people.Address"]},
        {"name": "lines", "type": {"type": "array", "items": "Line"}},
        {"name": "currency", "type": "Currency"},
        {"name": "refund", "type": {"type": "map", "values": "Currency"}},
    ],
}
FILES: dict[str, Any] = {
    "input.avsc": ORDER,
    "line.avsc": {
        "type": "record",
        "name": "Line",
        "namespace": "com.shop",
        "fields": [
            {"name": "price", "type": {"type": "bytes", "logicalType": "decimal", "precision": 8, "scale": 2}},
            {"name": "currency", "type": "Currency"},
            {"name": "parent", "type": ["null", "Order"]},
        ],
    },
    "people/customer.avsc": {
        "type": "record",
        "name": "Customer",
        "namespace": "com.people",
        "fields": [
            {"name": "email", "type": "string"},
            {
                "name": "address",
                "type": {
                    "type": "record",
                    "name": "Address",
                    "fields": [{"name": "city", "type": "string"}, {"name": "country", "type": "Country"}],
                },
            },
        ],
    },
    "people/country.avsc": {"type": "enum", "name": "com.people.Country", "symbols": ["NL", "PT"]},
    "currency.avsc": {"type": "enum", "name": "Currency", "symbols": ["EUR", "USD"]},
}


def write(folder: Path, **changes: Any) -> Path:
    for name, schema in (FILES | changes).items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(schema if isinstance(schema, str) else json.dumps(schema, indent=2))
    return folder / "input.avsc"


def test_named_types_of_other_files_make_one_schema_that_every_reader_takes(tmp_path: Path) -> None:
    schema = load_schema(write(tmp_path))
    alone = json.loads(schema.text)
    fastavro.parse_schema(alone)
    plan = record_plan(schema, Settings(), schema_id=None)
    for event in range(50):
        value, _key = plan.record(event, due_ns=DUE_NS)
        assert fastavro_value(alone, value) == apache_value(alone, value)
    assert schema.name == "com.shop.Order"
    names = re.findall(r'"name": "([\w.]+)",?\s+"(?:namespace|fields|symbols)', schema.text)
    assert sorted(names) == ["Address", "Currency", "Customer", "Line", "Order", "com.people.Country"]


def test_a_schema_that_needs_no_other_file_is_registered_as_it_stands_even_beside_a_broken_one(tmp_path: Path) -> None:
    whole = '{"type": "record", "name": "R", "fields": [{"name": "a",   "type": "int"}]}'
    schema = load_schema(write(tmp_path, **{"input.avsc": whole, "line.avsc": "{"}))
    assert schema.text == whole


def test_a_name_that_no_file_defines_is_told_with_the_file_and_path_that_use_it(tmp_path: Path) -> None:
    line = {**FILES["line.avsc"], "fields": [{"name": "size", "type": "Sise"}]}
    with pytest.raises(ProjectError) as caught:
        load_schema(write(tmp_path, **{"line.avsc": line}))
    assert caught.value.message == f'{tmp_path}/line.avsc:8: $.fields[0].type: no type is named "Sise"'


def test_a_fault_inside_another_file_is_told_with_that_file(tmp_path: Path) -> None:
    country = {"type": "enum", "name": "com.people.Country", "symbols": ["NL", "P-T"]}
    with pytest.raises(ProjectError) as caught:
        load_schema(write(tmp_path, **{"people/country.avsc": country}))
    assert caught.value.message.startswith(f"{tmp_path}/people/country.avsc:6: $.symbols[1]: ")


def test_what_the_generator_refuses_in_another_file_is_told_with_that_file(tmp_path: Path) -> None:
    line = json.loads(json.dumps(FILES["line.avsc"]))
    line["fields"][1]["pipegen"] = {"one_off": ["EUR"]}
    schema = load_schema(write(tmp_path, **{"line.avsc": line}))
    with pytest.raises(ProjectError) as caught:
        record_plan(schema, Settings(), schema_id=None)
    assert re.match(rf"{tmp_path}/line\.avsc:\d+: \$\.fields\[1\]\.pipegen: ", caught.value.message)


def test_a_type_that_two_files_define_differently_is_told_with_both(tmp_path: Path) -> None:
    with pytest.raises(ProjectError) as caught:
        load_schema(write(tmp_path, **{"money.avsc": {**FILES["currency.avsc"], "symbols": ["EUR"]}}))
    assert caught.value.message == f"{tmp_path}/money.avsc:1: $: “Currency” is defined in {tmp_path}/currency.avsc too"


def test_a_type_that_a_build_has_copied_is_one_type(tmp_path: Path) -> None:
    file = write(tmp_path, **{"target/line.avsc": FILES["line.avsc"]})
    copy = {**FILES["people/country.avsc"], "name": "Country", "namespace": "com.people", "doc": "of the world"}
    written_otherwise = write(tmp_path, **{"target/people/country.avsc": copy})
    assert load_schema(file).text == load_schema(written_otherwise).text


def test_files_that_are_not_needed_never_stop_a_schema(tmp_path: Path) -> None:
    expected = load_schema(write(tmp_path)).text
    write(tmp_path, **{"old.avsc": '{"type": "record",', "list.avsc": "[1, 2]", "fault.avsc": '{"type": "enum"}'})
    (tmp_path / "latin.avsc").write_bytes(b'{"name": "Gr\xf6\xdfe"}')
    (tmp_path / "folder.avsc").mkdir()
    assert load_schema(tmp_path / "input.avsc").text == expected


def test_a_file_that_is_no_json_is_told_when_its_type_is_needed(tmp_path: Path) -> None:
    with pytest.raises(ProjectError, match=r"line\.avsc:1:17: not valid JSON"):
        load_schema(write(tmp_path, **{"line.avsc": '{"name": "Line",'}))
