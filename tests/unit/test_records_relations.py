"""Values that belong together: pools shared by fields, entities that go through states, keys with a skew."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from typing import Any

import pytest

from pipegen.hotpath import RecordPlan
from tests.unit.avro_oracles import DUE_NS, fastavro_value

STATES = {
    "start": "created",
    "next": {"created": {"paid": 9, "cancelled": 1}, "paid": {"shipped": 1}},
    "entity": "order_id",
    "pool": 50,
}
ORDER = {
    "type": "record",
    "name": "Order",
    "fields": [
        {"name": "order_id", "type": "string"},
        {"name": "status", "type": "string"},
        {"name": "customer_id", "type": "string"},
        {"name": "referrer", "type": ["null", "string"]},
    ],
}


def read(schema: Any, hints: dict[str, Any], count: int, **options: Any) -> list[tuple[dict[str, Any], bytes | None]]:
    plan = RecordPlan(json.dumps(schema), hints_json=json.dumps(hints), seed=4, **options)
    records = plan.records(first_event=0, count=count, due_ns=DUE_NS)
    return [(fastavro_value(schema, value), key) for value, key in records]


def keys(key: object, count: int = 20_000) -> Counter[bytes | None]:
    return Counter(key_of for _, key_of in read(ORDER, {}, count, key_json=json.dumps(key)))


def test_a_field_with_pool_of_shares_the_values_of_the_other_but_not_those_of_its_record() -> None:
    hints = {"customer_id": {"pool": 20}, "referrer": {"pool_of": "customer_id", "null": 0.5}}
    records = [record for record, _ in read(ORDER, hints, 4_000)]
    customers = {record["customer_id"] for record in records}
    referrers = [record["referrer"] for record in records if record["referrer"] is not None]
    assert len(customers) == 20
    assert set(referrers) == customers
    assert 0.45 < len(referrers) / len(records) < 0.55
    assert sum(record["customer_id"] == record["referrer"] for record in records) < 200


@pytest.mark.parametrize(
    ("hints", "message"),
    [
        ({"referrer": {"pool_of": "custmer_id"}}, '"pool_of" names "custmer_id", which is no field; did you mean'),
        ({"referrer": {"pool_of": "order_id.x"}}, "order_id is no record"),
        (
            {"customer_id": {"pool_of": "referrer"}, "referrer": {"pool_of": "customer_id"}},
            "has no pool of its own",
        ),
        ({"status": {"states": STATES | {"entity": "ordr_id"}}}, 'the entity "ordr_id" is no field beside it; did you'),
        ({"status": {"states": {"start": "a"}}}, '"states" lacks "start" or "next"'),
        ({"status": {"states": STATES | {"nxt": 1}}}, '"states" has no "nxt"; did you mean "next"?'),
        ({"status": {"states": STATES}, "order_id": {"pool": 5}}, 'the hint "pool" has no meaning for a string'),
    ],
)
def test_a_relation_that_cannot_be_is_refused(hints: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError) as caught:  # noqa: PT011 - a part of the message is compared
        RecordPlan(json.dumps(ORDER), hints_json=json.dumps(hints))
    assert str(caught.value).startswith('hints["')
    assert message in str(caught.value)


def test_every_order_goes_from_created_through_allowed_steps_only() -> None:
    lives: defaultdict[str, list[str]] = defaultdict(list)
    for record, _ in read(ORDER, {"status": {"states": STATES}}, 20_000):
        lives[record["order_id"]].append(record["status"])
    whole = {"created,paid,shipped", "created,cancelled"}
    stories = Counter(",".join(life) for life in lives.values())
    assert all(any(story.startswith(life) for story in whole) for life in stories)
    assert 0.07 < stories["created,cancelled"] / len(lives) < 0.13
    assert stories["created,paid,shipped"] > 0.8 * len(lives)


def test_an_enum_goes_through_states_too_and_must_have_them() -> None:
    symbols = ["shipped", "cancelled", "paid", "created"]
    kind = {"type": "enum", "name": "Status", "symbols": symbols}
    schema = {**ORDER, "fields": [{"name": "order_id", "type": "long"}, {"name": "status", "type": kind}]}
    records = [record for record, _ in read(schema, {"status": {"states": STATES}}, 2_000)]
    assert {record["status"] for record in records} == set(symbols)
    assert [record["status"] for record in records[:50]] == ["created"] * 50
    kind["symbols"] = symbols[1:]
    with pytest.raises(ValueError, match='"shipped" is no symbol of the enum'):
        RecordPlan(json.dumps(schema), hints_json=json.dumps({"status": {"states": STATES}}))


def test_hot_keys_take_their_share_and_the_others_are_spread() -> None:
    found = keys({"hot": 0.2, "keys": 1, "pool": 100})
    assert 0.19 < found[b"key-00001"] / found.total() < 0.21
    assert len(found) == 100
    assert max(count for key, count in found.items() if key != b"key-00001") < 250


def test_zipf_keys_fall_by_rank() -> None:
    found = keys({"zipf": 1.0, "pool": 1_000})
    assert 1.8 < found[b"key-00001"] / found[b"key-00002"] < 2.2


def test_keys_come_from_a_field_or_not_at_all() -> None:
    for record, key in read(ORDER, {}, 100, key_json='{"field": "customer_id"}'):
        assert key == record["customer_id"].encode()
    assert set(keys("none", 100)) == {None}


@pytest.mark.parametrize(
    ("key", "message"),
    [
        ({"hot": 0.2, "pol": 5}, 'key: a key by "hot" has no "pol"; did you mean "pool"?'),
        ({"hot": 2}, 'key: "hot" is no share'),
        ({"hot": 0.2, "keys": 5, "pool": 5}, "5 hot keys leave none of a pool of 5"),
        ({"zipf": 0}, 'key: "zipf" is no exponent'),
        ({"field": "status", "zipf": 1}, "does not say by one word where keys come from"),
        ({"field": "stats"}, 'the key field "stats" is no field of the record; did you mean "status"?'),
    ],
)
def test_a_key_that_cannot_be_is_refused(key: object, message: str) -> None:
    with pytest.raises(ValueError) as caught:  # noqa: PT011 - a part of the message is compared
        RecordPlan(json.dumps(ORDER), key_json=json.dumps(key))
    assert message in str(caught.value)
