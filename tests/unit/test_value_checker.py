"""Values of the output topic are judged by their bytes and the registry's schema, and not judged without it."""

from __future__ import annotations

import io
import json

import fastavro
import pytest

from pipegen.errors import RegistryError
from pipegen.run.read.checking import ValueChecker
from pipegen.services.registry import OtherSchemaError

SCHEMA = '{"type":"record","name":"R","fields":[{"name":"id","type":"string"},{"name":"n","type":"long"}]}'


def framed(schema_id: int = 7, **changes: bytes) -> bytes:
    body = io.BytesIO()
    fastavro.schemaless_writer(body, json.loads(SCHEMA), {"id": "a", "n": 5})
    return b"\0" + schema_id.to_bytes(4, "big") + body.getvalue() + changes.get("tail", b"")


def checker() -> ValueChecker:
    return ValueChecker({7: SCHEMA}.get)


def test_a_value_of_a_known_schema_is_good() -> None:
    outcome = checker().check([framed(), framed()])
    assert (outcome.invalid, outcome.unchecked, outcome.faults) == (0, 0, {})


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (b"", "wrong_magic_byte"),
        (b"\0\0\0", "wrong_magic_byte"),
        (b"\x01" + framed()[1:], "wrong_magic_byte"),
        (framed(schema_id=8), "unknown_schema_id"),
        (framed()[:-1], "truncated"),
        (framed(tail=b"x"), "trailing_bytes"),
    ],
)
def test_a_value_that_does_not_decode_is_counted_with_its_reason(value: bytes, reason: str) -> None:
    outcome = checker().check([framed(), value])
    assert outcome.invalid == 1
    assert outcome.faults[reason][0] == 1


def test_a_tombstone_is_neither_good_nor_bad() -> None:
    assert checker().check([None]).invalid == 0


def test_without_an_answer_of_the_registry_values_are_unchecked_and_asked_for_again() -> None:
    answers: list[str | None] = [None]

    def ask(_schema_id: int) -> str | None:
        if answers[0] is None:
            raise RegistryError("the registry does not answer")
        return answers[0]

    asked = ValueChecker(ask)
    assert asked.check([framed()]).unchecked == 1
    answers[0] = SCHEMA
    later = asked.check([framed()])
    assert (later.unchecked, later.invalid) == (0, 0)


@pytest.mark.parametrize(
    "shown",
    [
        OtherSchemaError("schema 7 is a JSON Schema; PipeGen decodes Avro"),
        '{"type":"record","name":"R","fields":[{"name":"x","type":"Missing"}]}',
        '{"type":"record","name":"old-name","fields":[{"name":"x","type":"int"}]}',
        "no schema",
    ],
)
def test_values_of_a_schema_that_cannot_be_read_are_unchecked_and_it_is_asked_for_once(shown: str | Exception) -> None:
    asked: list[int] = []

    def ask(schema_id: int) -> str:
        asked.append(schema_id)
        if isinstance(shown, Exception):
            raise shown
        return shown

    reader = ValueChecker(ask)
    outcomes = [reader.check([framed(), framed()]) for _ in range(2)]
    assert [(each.unchecked, each.invalid) for each in outcomes] == [(2, 0), (2, 0)]
    assert asked == [7]
