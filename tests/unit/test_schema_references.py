"""Registry schemas that are not plain Avro: references are resolved, and other kinds are named."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from typing import Any

import fastavro
import pytest

from pipegen.avro.references import with_references
from pipegen.errors import RegistryError
from pipegen.services.registry import OtherSchemaError, RegistryClient
from tests.unit.stand_in_http import Answer, Asked, StandInHttp

INNER = {"type": "record", "name": "Inner", "namespace": "a.b", "fields": [{"name": "x", "type": "boolean"}]}
MIDDLE = {
    "type": "record",
    "name": "a.c.Middle",
    "fields": [{"name": "one", "type": "a.b.Inner"}, {"name": "self", "type": ["null", "Middle"]}],
}
OUTER = {
    "type": "record",
    "name": "Outer",
    "namespace": "a.c",
    "fields": [
        {"name": "m", "type": "Middle"},
        {"name": "list", "type": {"type": "array", "items": ["null", "a.b.Inner"]}},
        {"name": "map", "type": {"type": "map", "values": "a.b.Inner"}},
    ],
}
REFERRED = {"a.b.Inner": json.dumps(INNER), "a.c.Middle": json.dumps(MIDDLE)}


def test_each_type_is_defined_at_first_use_and_every_reader_accepts_it() -> None:
    text = with_references(json.dumps(OUTER), REFERRED)
    assert text.count('"x"') == 1
    schema: Any = fastavro.parse_schema(json.loads(text))
    assert [field["name"] for field in schema["fields"]] == ["m", "list", "map"]


def test_a_schema_without_references_means_the_same() -> None:
    text = with_references(json.dumps(INNER), {})
    assert json.loads(text) == INNER


def test_a_type_that_is_written_as_the_type_of_a_type_is_resolved() -> None:
    nested = {"type": "record", "name": "R", "fields": [{"name": "i", "type": {"type": {"type": "a.b.Inner"}}}]}
    text = with_references(json.dumps({"type": nested}), REFERRED)
    assert '"x"' in text


def shown(schemas: Mapping[str, Any]) -> str | None:
    """Schema 1 of a registry that serves these paths."""

    def answer(asked: Asked) -> Any:
        return schemas.get(asked.path, Answer(404, {"error_code": 40401, "message": "not found"}))

    async def body(url: str) -> str | None:
        client = RegistryClient(url)
        try:
            return await client.schema_text(1)
        finally:
            await client.close()

    service = StandInHttp(answer)
    try:
        return asyncio.run(body(service.url))
    finally:
        service.close()


def reference(name: str, subject: str) -> dict[str, Any]:
    return {"name": name, "subject": subject, "version": 1}


def test_all_referenced_schemas_are_fetched_from_the_registry() -> None:
    text = shown(
        {
            "/schemas/ids/1": {"schema": json.dumps(OUTER), "references": [reference("a.c.Middle", "middle")]},
            "/subjects/middle/versions/1": {
                "schema": json.dumps(MIDDLE),
                "references": [reference("a.b.Inner", "inner"), reference("a.c.Middle", "middle")],
            },
            "/subjects/inner/versions/1": {"schema": json.dumps(INNER)},
        }
    )
    assert text is not None
    fastavro.parse_schema(json.loads(text))


def test_a_missing_reference_is_named() -> None:
    answer = {"schema": json.dumps(OUTER), "references": [reference("a.c.Middle", "middle")]}
    with pytest.raises(OtherSchemaError, match=r"schema 1 refers to a\.c\.Middle, but the registry has no version 1"):
        shown({"/schemas/ids/1": answer})


@pytest.mark.parametrize(
    ("kind", "words"), [("JSON", "a JSON Schema"), ("PROTOBUF", "a Protobuf schema"), ("THRIFT", "THRIFT")]
)
def test_another_kind_of_schema_is_named(kind: str, words: str) -> None:
    with pytest.raises(OtherSchemaError, match=f"schema 1 is {words}; PipeGen decodes only Avro"):
        shown({"/schemas/ids/1": {"schemaType": kind, "schema": 'syntax = "proto3";'}})


def test_an_odd_list_of_references_is_not_a_registry_response() -> None:
    with pytest.raises(RegistryError, match="but not like a schema registry"):
        shown({"/schemas/ids/1": {"schema": json.dumps(OUTER), "references": [3]}})
