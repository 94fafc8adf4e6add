"""What PipeGen asks a schema registry, on a double that answers as the documentation of Confluent's says."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from typing import Any, TypeVar

import pytest

from pipegen.errors import RegistryError
from pipegen.observe import RegistryCollector
from pipegen.services.registry import RegistryClient, SubjectVersion
from pipegen.snapshot import SchemaChange
from tests.unit.stand_in_http import Answer, Asked, StandInHttp
from tests.unit.stand_in_registry import StandInRegistry

T = TypeVar("T")
ONE = '{"type":"record","name":"R","fields":[{"name":"a","type":"int"}]}'
TWO = '{"type":"record","name":"R","fields":[{"name":"a","type":"int"},{"name":"b","type":"int","default":0}]}'
THREE = '{"type":"record","name":"R","fields":[{"name":"c","type":"string"}]}'


def ask(url: str, question: Callable[[RegistryClient], Awaitable[T]]) -> T:
    async def body() -> T:
        client = RegistryClient(url)
        try:
            return await question(client)
        finally:
            await client.close()

    return asyncio.run(body())


@pytest.fixture
def registry() -> Iterator[StandInRegistry]:
    """Two versions of `orders/in-value`."""
    opened = StandInRegistry()
    opened.register("orders/in-value", ONE)
    opened.register("orders/in-value", TWO)
    yield opened
    opened.close()


def answering(answer: Callable[[Asked], Any], question: Callable[[RegistryClient], Awaitable[T]], path: str = "") -> T:
    """What the client makes of any other answer."""
    service = StandInHttp(answer)
    try:
        return ask(service.url + path, question)
    finally:
        service.close()


def test_a_subject_is_found_by_its_name_whatever_is_in_it(registry: StandInRegistry) -> None:
    subject = "orders/in-value"
    assert ask(registry.url, lambda client: client.latest(subject)) == SubjectVersion(subject, 2, 2)
    assert ask(registry.url, lambda client: client.versions(subject)) == [1, 2]
    assert ask(registry.url, lambda client: client.version(subject, 1)) == (SubjectVersion(subject, 1, 1), ONE)
    contract: Any = ask(registry.url, lambda client: client.contract(subject))
    assert (contract["version"], contract["schema"]) == (2, TWO)


def test_a_subject_that_is_not_there_is_none_and_no_error(registry: StandInRegistry) -> None:
    assert ask(registry.url, lambda client: client.latest("other")) is None
    assert ask(registry.url, lambda client: client.contract("other")) is None
    assert ask(registry.url, lambda client: client.versions("other")) == []
    assert ask(registry.url, lambda client: client.delete_subject("other")) is False
    assert ask(registry.url, lambda client: client.schema_text(99)) is None


def test_a_version_that_is_not_there_is_an_error(registry: StandInRegistry) -> None:
    with pytest.raises(RegistryError, match="refused to show version 1 of subject other"):
        ask(registry.url, lambda client: client.version("other", 1))


def test_a_schema_is_registered_and_found_by_its_id(registry: StandInRegistry) -> None:
    schema_id = ask(registry.url, lambda client: client.register("new", THREE))
    assert schema_id == 3
    assert ask(registry.url, lambda client: client.schema_text(schema_id)) == THREE
    assert registry.subjects["new"] == [THREE]


def test_a_subject_is_deleted_once(registry: StandInRegistry) -> None:
    assert ask(registry.url, lambda client: client.delete_subject("orders/in-value")) is True
    assert registry.deleted == ["orders/in-value"]


def test_a_refusal_comes_with_the_registrys_own_words_and_code() -> None:
    told = Answer(409, {"error_code": 40901, "message": "incompatible: field c has no default"})
    with pytest.raises(RegistryError, match=r"refused the schema of subject s \(HTTP 409\)") as raised:
        answering(lambda _asked: told, lambda client: client.register("s", THREE))
    assert raised.value.detail == "incompatible: field c has no default"
    assert (raised.value.code.http_status, raised.value.code.registry) == (409, 40901)


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        ({"message": "", "detail": "the detail"}, "the detail"),
        ({"title": "the title"}, "the title"),
        ({"other": 1}, "{'other': 1}"),
        (b"plain text", "plain text"),
        (b"x" * 3000, "x" * 2000),
    ],
)
def test_a_refusal_of_another_make_is_shown_as_it_comes(body: object, detail: str) -> None:
    with pytest.raises(RegistryError) as raised:
        answering(lambda _asked: Answer(500, body), lambda client: client.latest("s"))
    assert raised.value.detail == detail


def test_what_is_no_registry_is_told_with_the_path_of_apicurio(registry: StandInRegistry) -> None:
    with pytest.raises(RegistryError, match="answers, but not like a schema registry") as raised:
        answering(lambda _asked: {"hello": "world"}, RegistryClient.ping_ms)
    assert "/apis/ccompat/v7" in (raised.value.remedy or "")
    assert 0 < ask(registry.url, RegistryClient.ping_ms) < 60_000


@pytest.mark.parametrize(
    ("told", "level"),
    [
        ({"compatibilityLevel": "FULL"}, "FULL"),
        ({"compatibility": "NONE"}, "NONE"),
        ({}, None),
        (["FULL"], None),
        (Answer(404, {}), None),
    ],
)
def test_a_compatibility_level_is_told_by_either_name_or_not_at_all(told: object, level: str | None) -> None:
    assert answering(lambda _asked: told, lambda client: client.compatibility()) == level


def test_the_level_of_a_subject_is_asked_for_with_that_of_the_registry_behind_it() -> None:
    def answer(asked: Asked) -> Any:
        return {"compatibilityLevel": f"{asked.path} {asked.query}"}

    told = answering(answer, lambda client: client.compatibility("a/b"))
    assert told == "/config/a%2Fb {'defaultToGlobal': ['true']}"


@pytest.mark.parametrize(
    ("path", "asked_for", "told", "version"),
    [
        ("", "/v1/metadata/version", {"version": "8.1.0"}, "8.1.0"),
        ("", "/v1/metadata/version", {"name": "x", "version": "8.1.0"}, "8.1.0"),
        ("/apis/ccompat/v7", "/apis/registry/v3/system/info", {"name": "Apicurio", "version": "3"}, "Apicurio 3"),
        ("/apis/ccompat/v7", "/apis/registry/v3/system/info", {"version": "3"}, "3"),
        ("", "/v1/metadata/version", {"version": ""}, None),
        ("", "/v1/metadata/version", ["8.1.0"], None),
        ("", "/v1/metadata/version", Answer(404, {}), None),
    ],
)
def test_a_registry_says_what_it_is_where_its_make_says_so(
    path: str, asked_for: str, told: object, version: str | None
) -> None:
    paths: list[str] = []

    def answer(asked: Asked) -> Any:
        paths.append(asked.path)
        return told

    assert answering(answer, RegistryClient.version_text, path) == version
    assert paths == [asked_for]


# ---- the collector ----


def test_versions_that_are_added_while_watching_are_judged_by_avros_rules(registry: StandInRegistry) -> None:
    changes: list[SchemaChange] = []

    async def body() -> Any:
        client = RegistryClient(registry.url)
        collector = RegistryCollector(
            client, input_subject="orders/in-value", output_subject="out-value", on_change=changes.append
        )
        first = await collector.collect()
        registry.register("orders/in-value", ONE.replace('"a"', '"a", "doc": "more"'))
        registry.register("orders/in-value", THREE)
        registry.register("out-value", ONE)
        registry.levels["orders/in-value"] = "NONE"
        second = await collector.collect()
        await client.close()
        return first.value, second.value

    first, second = asyncio.run(body())
    assert (first.input_version, first.output_version, first.compatibility) == (2, None, "BACKWARD")
    assert first.changes == ()
    assert (second.input_version, second.output_version, second.compatibility) == (4, 1, "NONE")
    # The first version of a subject, and those from before, are no change.
    assert [(change.subject, change.version, change.compatible) for change in changes] == [
        ("orders/in-value", 3, True),
        ("orders/in-value", 4, False),
    ]
    assert list(second.changes) == changes
    assert changes[0].reason is None
    assert changes[1].reason
    states = {state.subject: state for state in second.subjects}
    assert (states["orders/in-value"].own_compatibility, states["out-value"].own_compatibility) == (True, False)
    assert (states["orders/in-value"].schema_id, states["out-value"].schema_id) == (4, 1)


def test_a_new_version_is_held_against_the_one_before_it(registry: StandInRegistry) -> None:
    async def body() -> Any:
        client = RegistryClient(registry.url)
        collector = RegistryCollector(client, input_subject="orders/in-value", output_subject=None)
        await collector.collect()
        # Nobody who reads it finds what version 2 had; what version 1 had is there.
        registry.register("orders/in-value", TWO.replace(',"default":0', ""))
        value = (await collector.collect()).value
        await client.close()
        return value

    (change,) = asyncio.run(body()).changes
    assert (change.version, change.compatible) == (3, True)


def test_subjects_that_are_not_known_are_not_asked_for(registry: StandInRegistry) -> None:
    async def body() -> Any:
        client = RegistryClient(registry.url)
        reading = await RegistryCollector(client, input_subject=None, output_subject=None).collect()
        await client.close()
        return reading.value

    value = asyncio.run(body())
    assert (value.subjects, value.input_version, value.compatibility) == ((), None, "BACKWARD")
    assert registry.http.paths("GET") == ["/subjects", "/config"]
