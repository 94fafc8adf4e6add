"""The newest records of a pipeline's topics as the page shows them, from a double of Kafka and one of a registry."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from typing import Any

import pytest

from pipegen.avro import frame
from pipegen.bus import MessagesSeen
from pipegen.config import Settings
from pipegen.run.messages.tap import MessageTap, message_view
from pipegen.services.kafka import KafkaAccess
from pipegen.services.registry import RegistryClient
from tests.unit.stand_in_http import Asked, StandInHttp
from tests.unit.stand_in_kafka import StandInKafka
from tests.unit.stand_in_registry import StandInRegistry

SCHEMA = {"type": "record", "name": "R", "fields": [{"name": "a", "type": "int"}, {"name": "card", "type": "string"}]}
VALUE = b"\x0e\x08abcd"


@pytest.fixture(scope="module")
def kafka() -> Iterator[StandInKafka]:
    opened = StandInKafka()
    opened.create("in", 1)
    opened.create("out", 1)
    yield opened
    opened.close()


@pytest.fixture
def registry() -> Iterator[StandInRegistry]:
    opened = StandInRegistry()
    opened.register("in-value", json.dumps(SCHEMA))
    yield opened
    opened.close()


def look(kafka: StandInKafka, url: str | None, *, times: int = 1, **settings: object) -> list[MessagesSeen]:
    """What is published in so many looks."""
    seen: list[MessagesSeen] = []

    async def body() -> None:
        client = None if url is None else RegistryClient(url)
        tap = MessageTap(
            run_id="7f3a",
            topics={"in": "in", "out": "out"},
            access=KafkaAccess(kafka.bootstrap_servers),
            registry=client,
            view=message_view(Settings.model_validate(settings), ()),
            publish=seen.append,
        )
        for _ in range(times):
            assert await tap.measure() == len(seen[-1].messages)
        await asyncio.to_thread(tap.close)
        if client is not None:
            await client.close()

    asyncio.run(body())
    return seen


def test_records_are_decoded_with_the_schema_of_their_id(kafka: StandInKafka, registry: StandInRegistry) -> None:
    kafka.put("in", [frame(1, VALUE)], key=b"k1")
    kafka.put("out", [b"plain"])
    first, second = look(kafka, registry.url, times=2)
    incoming, outgoing = first.messages[-2:]
    assert (incoming.direction, outgoing.direction) == ("in", "out")
    assert json.loads(incoming.value or "") == {"a": 7, "card": "abcd"}
    assert incoming.key == "k1"
    assert first.run_id == "7f3a"
    assert [message.offset for message in second.messages] == [message.offset for message in first.messages]
    # The schema is asked for once.
    assert registry.http.paths("GET") == ["/schemas/ids/1"]


def test_fields_that_are_to_be_hidden_are(kafka: StandInKafka, registry: StandInRegistry) -> None:
    kafka.put("in", [frame(1, VALUE)])
    (seen,) = look(kafka, registry.url, dashboard={"redact_fields": ["card"]})
    shown = [message for message in seen.messages if message.direction == "in"][-1]
    assert "abcd" not in (shown.value or "")
    assert '"a": 7' in (shown.value or "")


def reason(seen: MessagesSeen) -> Any:
    (shown,) = [message for message in seen.messages if message.direction == "in"][-1:]
    return shown.note if hasattr(shown, "note") else shown.model_dump()


def test_without_a_schema_a_record_says_why_it_is_not_decoded(kafka: StandInKafka, registry: StandInRegistry) -> None:
    kafka.put("in", [frame(99, VALUE)])
    assert "the registry has no schema with id 99" in str(reason(look(kafka, registry.url)[0]))
    url = registry.url
    gone = StandInRegistry()
    gone_url = gone.url
    gone.close()
    assert "the registry did not show schema 99" in str(reason(look(kafka, gone_url)[0]))
    assert "registry" not in str(reason(look(kafka, None)[0]))
    assert url


@pytest.mark.parametrize(
    ("pipeline", "hidden"),
    [({"key": {"field": "card"}}, True), ({"key_field": "card"}, True), ({"key": {"zipf": 1.1}}, False), ({}, False)],
)
def test_a_key_that_holds_a_hidden_field_is_hidden_as_well(
    kafka: StandInKafka, pipeline: dict[str, object], hidden: bool
) -> None:
    kafka.put("in", [b"x"], key=b"abcd")
    (seen,) = look(kafka, None, pipeline=pipeline, dashboard={"redact_fields": ["card"]})
    shown = [message for message in seen.messages if message.direction == "in"][-1]
    assert (shown.key != "abcd") is hidden


def test_a_topic_of_another_kind_of_schema_hides_only_itself(kafka: StandInKafka) -> None:
    def answer(asked: Asked) -> Any:
        if asked.path.endswith("/1"):
            return {"schema": json.dumps(SCHEMA)}
        return {"schemaType": "PROTOBUF", "schema": 'syntax = "proto3"; message A { string x = 1; }'}

    kafka.put("in", [frame(2, b"\x00\x0a\x01x")])
    kafka.put("out", [frame(1, VALUE)])
    service = StandInHttp(answer)
    try:
        (seen,) = look(kafka, service.url)
    finally:
        service.close()
    assert reason(seen) == "schema 2 is a Protobuf schema; PipeGen decodes only Avro"
    shown = [message for message in seen.messages if message.direction == "out"][-1]
    assert '"a": 7' in (shown.value or "")
