"""Records made readable: decoded, hidden where they shall not be shown, and never in the way of anything."""

from __future__ import annotations

import io
import json
from typing import Any

import fastavro

from pipegen.avro import frame
from pipegen.run.messages.view import MessageView
from pipegen.services.kafka_tail import KafkaRecord
from pipegen.snapshot.messages import SeenMessage

SECRET = "hunter2-S3cr3t"
SCHEMA = {
    "type": "record",
    "name": "Payment",
    "fields": [
        {"name": "customer", "type": "string"},
        {
            "name": "card",
            "type": {"type": "record", "name": "Card", "fields": [{"name": "Card_Number", "type": "string"}]},
        },
        {"name": "raw", "type": "bytes"},
        {"name": "notes", "type": {"type": "array", "items": "string"}},
    ],
}
PAYMENT = {"customer": "ada", "card": {"Card_Number": "4111"}, "raw": b"\x00\xff", "notes": [f"see {SECRET}"]}


def avro(record: dict[str, Any]) -> bytes:
    body = io.BytesIO()
    fastavro.schemaless_writer(body, fastavro.parse_schema(SCHEMA), record)
    return frame(7, body.getvalue())


def show(
    value: bytes | None, *, key: bytes | None = None, key_field: str | None = None, schema: Any = None
) -> SeenMessage:
    view = MessageView(["card_number", "customer"], key_field=key_field, secrets=[SECRET])
    record = KafkaRecord("payments", 1, 5, 1_795_507_200_123, key, value)
    return view.show(record, "in", schema, None)


def test_an_avro_value_is_decoded_and_its_hidden_fields_are_not_in_it() -> None:
    seen = show(avro(PAYMENT), schema=SCHEMA)
    assert seen.value is not None
    assert json.loads(seen.value) == {
        "customer": "***",
        "card": {"Card_Number": "***"},
        "raw": "0x00ff",
        "notes": ["see ***"],
    }
    assert (seen.schema_id, seen.partition, seen.offset, seen.at) == (7, 1, 5, "2026-11-24T08:00:00.123Z")


def test_a_json_value_loses_the_same_fields_and_secrets_of_any_form() -> None:
    text = json.dumps({"deep": [{"customer": "ada"}], "url": f"http://u:{SECRET}@h/", "password": "abc"})
    seen = show(text.encode())
    assert seen.value is not None
    assert "ada" not in seen.value
    assert "abc" not in seen.value
    assert SECRET not in seen.value


def test_a_key_is_hidden_with_the_field_it_is_made_of() -> None:
    assert show(None, key=b"ada").key == "ada"
    assert show(None, key=b"ada", key_field="Customer").key == "***"
    assert show(None, key=b"\xff\x00").key == "0xff00"


def test_what_cannot_be_decoded_says_why() -> None:
    broken = show(avro(PAYMENT)[:-3], schema=SCHEMA)
    assert broken.value is None
    assert "does not decode" in str(broken.note)
    assert "tombstone" in str(show(None).note)
    deep = show(b"[" * 100_000 + b"]" * 100_000)
    assert "too deeply" in str(deep.value)


def test_text_is_cut_and_always_sendable() -> None:
    long = show(json.dumps({"text": "x" * 50_000}).encode())
    assert long.value is not None
    assert len(long.value) < 2100
    assert "50,012" in str(long.note).replace("50012", "50,012")
    assert show(b'{"half": "\\ud800"}').model_dump_json()
