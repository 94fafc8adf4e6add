"""Changes of the rows of a table: what each format says of a row before and after is what was sent for its key."""

from __future__ import annotations

import io
import json
from typing import Any

import fastavro
import pytest

from pipegen.hotpath import RecordPlan
from pipegen.project.inputs.debezium import connect_schema, debezium_schema

ROW = {
    "type": "record",
    "name": "record",
    "namespace": "made",
    "fields": [
        {"name": "id", "type": "int"},
        {"name": "region", "type": "string"},
        {"name": "amount", "type": "long"},
        {"name": "note", "type": ["null", "string"], "default": None},
        {"name": "at", "type": {"type": "long", "logicalType": "timestamp-millis"}},
    ],
}
HINTS = {
    "id": {"shared": {"stream": 1, "pool": 40, "all": 40, "stride": 1}},
    "amount": {"min": 1, "max": 3},
    "note": {"null": 0.5, "one_of": ["a", "b"]},
    "at": {"lateness_ms": 0},
}
DUE_NS, STEP_NS = 1_790_000_000_000_000_000, 1_000_000
Row = dict[str, Any]


def plan(form: str, *, value_format: str = "json", key: str = "id", **changes: Any) -> RecordPlan:
    shares = {"create_ppm": 200_000, "update_ppm": 650_000, "delete_ppm": 150_000, "pool": 40}
    return RecordPlan(
        json.dumps(ROW),
        hints_json=json.dumps(HINTS),
        seed=3,
        key_json=json.dumps({"columns": [[key, key]], "format": "json"}),
        value_format=value_format,
        changes_json=json.dumps({"format": form, "table": "orders", "key": [key], **shares, **changes}),
    )


def sent(made: RecordPlan, count: int = 2_000) -> list[tuple[bytes | None, bytes | None]]:
    """Values and keys, as they go out."""
    return [
        (value, key) for value, key, _ in made.outgoing(first_event=0, count=count, due_ns=DUE_NS, due_step_ns=STEP_NS)
    ]


def followed(changes: list[tuple[str, Row | None, Row | None]]) -> dict[int, Row]:
    """The table after all changes, each of which says truly what was there before it."""
    table: dict[int, Row] = {}
    words = set()
    for word, before, after in changes:
        key = (after or before or {})["id"]
        assert before == table.get(key), (word, before)
        assert (word, before is None, after is None) in {("c", True, False), ("u", False, False), ("d", False, True)}
        words.add(word)
        if after is None:
            del table[key]
        else:
            table[key] = after
    assert words == {"c", "u", "d"}
    assert 1 < len(table) <= 40
    return table


def whole(change: Row, row: Row, word: str, old: Row | None) -> tuple[str, Row | None, Row | None]:
    """The rows of formats that tell of an update only what differs."""
    if word == "d":
        return word, row, None
    return word, None if old is None else {**row, **old}, row


def test_debezium_says_which_row_was_there_and_which_is() -> None:
    changes = []
    for event, (value, key) in enumerate(sent(plan("debezium-json"))):
        told = json.loads(value or b"")
        assert set(told) == {"before", "after", "source", "op", "ts_ms", "transaction"}
        assert told["ts_ms"] == told["source"]["ts_ms"] == (DUE_NS + event * STEP_NS) // 1_000_000
        assert told["source"]["table"] == "orders"
        assert json.loads(key or b"") == {"id": (told["after"] or told["before"])["id"]}
        changes.append((told["op"], told["before"], told["after"]))
    followed(changes)


def test_every_format_tells_the_same_changes_of_the_same_seed() -> None:
    tables = []
    debezium = [json.loads(value or b"") for value, _ in sent(plan("debezium-json"))]
    tables.append(followed([(told["op"], told["before"], told["after"]) for told in debezium]))
    ogg = [json.loads(value or b"") for value, _ in sent(plan("ogg-json"))]
    words = {"I": "c", "U": "u", "D": "d"}
    tables.append(followed([(words[told["op_type"]], told["before"], told["after"]) for told in ogg]))
    canal = [json.loads(value or b"") for value, _ in sent(plan("canal-json"))]
    words = {"INSERT": "c", "UPDATE": "u", "DELETE": "d"}
    tables.append(
        followed([whole(told, told["data"][0], words[told["type"]], (told["old"] or [None])[0]) for told in canal])
    )
    maxwell = [json.loads(value or b"") for value, _ in sent(plan("maxwell-json"))]
    words = {"insert": "c", "update": "u", "delete": "d"}
    tables.append(followed([whole(told, told["data"], words[told["type"]], told.get("old")) for told in maxwell]))
    rows: dict[int, Row] = {}
    for value, key in sent(plan("upsert")):
        number = json.loads(key or b"")["id"]
        if value is None:
            del rows[number]
        else:
            rows[number] = json.loads(value)
    assert all(each == rows for each in tables)
    assert set(canal[0]) == {
        "data",
        "old",
        "type",
        "es",
        "ts",
        "id",
        "database",
        "table",
        "pkNames",
        "isDdl",
        "sql",
    }
    assert ogg[0]["op_ts"] == "2026-09-21 14:13:20.000000"
    assert (ogg[0]["table"], ogg[0]["primary_keys"]) == ("pipegen.orders", ["id"])
    assert maxwell[0]["ts"] == DUE_NS // 10**9


def test_an_update_tells_of_canal_and_maxwell_only_what_differs() -> None:
    for form in ("canal-json", "maxwell-json"):
        told = [json.loads(value or b"") for value, _ in sent(plan(form))]
        updates = [each for each in told if each["type"].lower() == "update"]
        for each in updates:
            row, old = (each["data"], each["old"]) if form == "maxwell-json" else (each["data"][0], each["old"][0])
            assert old
            assert all(row[name] != value for name, value in old.items())


def test_debezium_in_avro_is_read_by_the_schema_that_is_registered() -> None:
    schema = fastavro.parse_schema(debezium_schema(ROW))
    changes = []
    for value, _ in sent(plan("debezium-avro-confluent", value_format="avro")):
        file = io.BytesIO(value or b"")
        told: Any = fastavro.schemaless_reader(file, schema, None)
        assert file.read() == b""
        assert told["ts_ms"] == told["source"]["ts_ms"]
        changes.append((told["op"], told["before"], told["after"]))
    followed(changes)


def test_a_schema_stands_beside_the_payload_where_it_is_asked_for() -> None:
    value, _ = sent(plan("debezium-json", schema=connect_schema(ROW, "orders")), 1)[0]
    told = json.loads(value or b"")
    assert set(told) == {"schema", "payload"}
    assert told["payload"]["op"] == "c"
    assert [each["field"] for each in told["schema"]["fields"]] == [
        "before",
        "after",
        "source",
        "op",
        "ts_ms",
        "transaction",
    ]
    after = told["schema"]["fields"][1]["fields"]
    assert {each["field"]: each["type"] for each in after} == {
        "id": "int32",
        "region": "string",
        "amount": "int64",
        "note": "string",
        "at": "string",
    }
    assert [each["optional"] for each in after] == [False, False, False, True, False]
    assert [each["field"] for each in told["schema"]["fields"][2]["fields"]] == list(told["payload"]["source"])


def test_rows_that_are_there_before_the_load_are_what_their_first_change_tells() -> None:
    law = {"loaded": 30, "loaded_due_ns": DUE_NS - 10**9}
    loading = [
        json.loads(value) for value, _ in plan("debezium-json", **law).records(first_event=0, count=30, due_ns=DUE_NS)
    ]
    assert {told["op"] for told in loading} == {"r"}
    assert {told["source"]["snapshot"] for told in loading} == {"true"}
    rows = {told["after"]["id"]: told["after"] for told in loading}
    assert len(rows) == 30
    changing = plan("debezium-json", **law).outgoing(first_event=30, count=500, due_ns=DUE_NS, due_step_ns=STEP_NS)
    first: dict[int, Row] = {}
    for value, _, _ in changing:
        told = json.loads(value or b"")
        first.setdefault((told["after"] or told["before"])["id"], told)
    assert all(told["before"] == rows.get(key) for key, told in first.items())


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"form": "avro"}, 'there is no changelog format "avro"'),
        ({"form": "upsert", "create_ppm": 0}, "the shares of create, update and delete are not 1 together"),
        ({"form": "upsert", "pool": 0}, "the pool is no number of rows"),
        ({"form": "upsert", "loaded": 41}, "more rows are loaded than the pool has"),
        ({"form": "upsert", "pol": 1}, 'there is no "pol"'),
    ],
)
def test_a_setting_that_cannot_be_is_refused(changes: dict[str, Any], reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        plan(**changes)
