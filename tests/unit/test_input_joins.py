"""Columns that are compared share keys: joins find partners, as many as was computed before."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from pydantic import ValidationError

from pipegen.avro import InputSchema, parse_schema_text
from pipegen.config.topics import InputSettings
from pipegen.errors import ProjectError
from pipegen.project.inputs import Follow, InputRecords, input_records
from pipegen.project.plan.topology import Topology
from tests.unit.input_tables import made, table, topology

ORDERS = table("orders", ["order_id BIGINT", "customer_id STRING", "placed_at TIMESTAMP(3)"])
PAYMENTS = table("payments", ["order_id BIGINT", "amount DOUBLE"])
CUSTOMERS = table(
    "customers",
    ["id STRING NOT NULL", "city STRING"],
    options={"connector": "upsert-kafka", "key.format": "raw", "value.format": "json"},
    key=("id",),
)
CLICKS = table("clicks", ["user_id INT", "page STRING"])
VIEWS = table("views", ["viewer BIGINT", "page STRING"])
MASK = (1 << 64) - 1
GOLDEN = 0x9E3779B97F4A7C15


def records(of: Topology, settings: dict[str, dict[str, object]] | None = None, **more: object) -> InputRecords:
    told = {name: InputSettings.model_validate(each) for name, each in (settings or {}).items()}
    return input_records(of, settings=told, seed=42, **more)


def values(of: InputRecords, name: str, column: str, count: int) -> list[object]:
    return [json.loads(value)[column] for value, _ in made(of[name], count)]


def shares(left: list[object], right: list[object]) -> tuple[float, float]:
    """Share of each side with a partner on the other."""
    lefts, rights = set(left), set(right)
    return sum(each in rights for each in left) / len(left), sum(each in lefts for each in right) / len(right)


def test_every_order_finds_its_customer_and_few_customers_have_many_orders() -> None:
    of = records(topology(ORDERS, CUSTOMERS, joins=["orders.customer_id = customers.id"], versioned=["customers"]))
    load = of["customers"].load
    assert load is not None
    customers = values(of, "customers", "id", load.records)
    orders = values(of, "orders", "customer_id", 4_000)
    (join,) = records(
        topology(ORDERS, CUSTOMERS, joins=["orders.customer_id = customers.id"]), totals={"orders": 4_000}
    ).joins
    assert shares(orders, customers) == pytest.approx((join.left_share, join.right_share), abs=0.02)
    assert join.left_share == 1.0
    most = max(orders.count(each) for each in set(orders))
    assert most > 20 * len(orders) / load.records


def test_payments_follow_their_orders_as_often_and_as_late_as_is_said() -> None:
    follows = {"input": "orders", "on": "order_id", "share": "95%", "delay": "1s..30s"}
    of = records(
        topology(ORDERS, PAYMENTS, joins=["orders.order_id = payments.order_id"]),
        {"payments": {"follows": follows}},
        lowest_rates={"orders": 100.0},
    )
    follow = of["payments"].follow
    assert follow is not None
    orders = values(of, "orders", "order_id", 20_000)
    payments = values(of, "payments", "order_id", follow.total(20_000))
    (join,) = of.joins
    assert (join.left_share, join.right_share) == (0.95, 1.0)
    assert shares(orders, payments) == pytest.approx((join.left_share, join.right_share), abs=0.02)
    assert len(set(payments)) == len(payments)
    at = {key: event for event, key in enumerate(orders)}
    delays = [
        (follow.base(event) - at[key]) / 100 + follow.offset_ns / 1e9 for event, key in enumerate(payments) if key in at
    ]
    assert 1 <= min(delays) < 8
    assert 22 < max(delays) <= 30


def test_two_streams_over_one_pool_meet_as_often_as_was_computed() -> None:
    clicks, views = 700, 1_500
    of = records(
        topology(CLICKS, VIEWS, joins=["clicks.user_id = views.viewer"]), totals={"clicks": clicks, "views": views}
    )
    (join,) = of.joins
    found = shares(values(of, "clicks", "user_id", clicks), values(of, "views", "viewer", views))
    assert found == pytest.approx((join.left_share, join.right_share), abs=0.02)
    assert 0.4 < found[1] < found[0] < 0.9


def test_a_share_that_is_not_known_says_why() -> None:
    (join,) = records(topology(CLICKS, VIEWS, joins=["clicks.user_id = views.viewer"])).joins
    assert (join.left_share, join.reason) == (None, "it depends on how many records views has by then")
    (join,) = records(topology(CLICKS, VIEWS, joins=["f(clicks.user_id) = views.viewer"])).joins
    assert (join.left_share, join.reason) == (None, "a computed value is compared")


def test_a_key_of_another_inputs_records_is_followed_unless_told() -> None:
    both = topology(ORDERS, PAYMENTS, joins=["payments.order_id = orders.order_id"])
    of = records(both)
    assert of["payments"].follow == Follow("orders", (("order_id", "order_id"),), 1.0, 0, 2_000_000_000)
    assert "payments follows orders" in of["payments"].notes[0]
    assert records(both, {"payments": {"rate": 5}})["payments"].follow is None


def test_keys_of_text_and_number_meet_where_the_script_converts_them() -> None:
    source = topology(table("a", ["x STRING"]), table("b", ["y INT"]), joins=["f(a.x) = b.y"])
    of = records(source)
    assert {int(str(each)) for each in values(of, "a", "x", 200)} & set(values(of, "b", "y", 200))


def test_a_hint_of_one_side_holds_for_the_other() -> None:
    of = records(
        topology(CLICKS, VIEWS, joins=["clicks.user_id = views.viewer"]),
        {"clicks": {"hints": {"user_id": {"min": 5, "max": 9}}}},
    )
    assert set(values(of, "views", "viewer", 200)) == {5, 6, 7, 8, 9}


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        (
            {
                "clicks": {"hints": {"user_id": {"min": 1, "max": 9}}},
                "views": {"hints": {"viewer": {"min": 10, "max": 19}}},
            },
            "the join of clicks.user_id = views.viewer finds no partners",
        ),
        ({"views": {"follows": {"input": "click", "on": "viewer"}}}, "inputs.views.follows: there is no other input"),
        ({"views": {"follows": {"input": "clicks", "on": "x"}}}, "inputs.views.follows: views has no column x"),
        ({"views": {"follows": {"input": "clicks", "on": "page"}}}, None),
    ],
)
def test_keys_that_never_meet_and_what_is_not_there_are_refused(
    settings: dict[str, dict[str, object]], sentence: str | None
) -> None:
    source = topology(CLICKS, VIEWS, joins=["clicks.user_id = views.viewer"])
    if sentence is None:
        assert records(source, settings)["views"].follow is not None
        return
    with pytest.raises(ProjectError) as refused:
        records(source, settings)
    assert str(refused.value).startswith(sentence)


def test_bytes_cannot_be_joined_on() -> None:
    source = topology(table("a", ["x BYTES"]), table("b", ["x BYTES"]), joins=["a.x = b.x"])
    with pytest.raises(ProjectError, match=r"the join of a\.x = b\.x finds no partners: a\.x is VARBINARY"):
        records(source)


def test_an_input_that_follows_has_no_rate_of_its_own() -> None:
    with pytest.raises(ValidationError, match="has no rate of its own"):
        InputSettings.model_validate({"rate": 5, "follows": {"input": "a", "on": "b"}})


# ---- The same in Python: what the generator's shared keys are by definition --------------------------------------


def mix(bits: int) -> int:
    bits = (bits ^ (bits >> 30)) * 0xBF58476D1CE4E5B9 & MASK
    bits = (bits ^ (bits >> 27)) * 0x94D049BB133111EB & MASK
    return bits ^ (bits >> 31)


def stream(seed: int, event: int) -> Callable[[], int]:
    state = mix(mix((seed + GOLDEN) & MASK) ^ (event * GOLDEN & MASK))

    def bits() -> int:
        nonlocal state
        state = (state + GOLDEN) & MASK
        return mix(state)

    return bits


def reference(shared: dict[str, object], event: int) -> int:
    """The number of an event's key."""
    follows = shared.get("follows")
    if isinstance(follows, dict):
        block, place = divmod(event * 1_000_000 // follows["share_ppm"], follows["block"])
        bits = stream(follows["stream"], block)
        factor, offset = bits() | 1, bits()
        event = block * follows["block"] + ((place * factor + offset) & (follows["block"] - 1))
    if "pool" not in shared:
        return event
    bits = stream(int(str(shared["stream"])), event)
    if "all" in shared:
        every = int(str(shared["all"]))
        key = event if event < every else bits() * every >> 64
        return key // int(str(shared["stride"])) % int(str(shared["pool"]))
    return bits() * int(str(shared["pool"])) >> 64


def test_keys_are_the_same_in_rust_and_in_python() -> None:
    of = records(
        topology(
            ORDERS,
            PAYMENTS,
            CLICKS,
            VIEWS,
            joins=["orders.order_id = payments.order_id", "clicks.user_id = views.viewer"],
        ),
        lowest_rates={"orders": 300.0},
    )
    for name, column in (("orders", "order_id"), ("payments", "order_id"), ("clicks", "user_id"), ("views", "viewer")):
        shared = dict(of[name].hints[column]["shared"])
        assert values(of, name, column, 3_000) == [1 + reference(shared, event) for event in range(3_000)]


def test_a_stream_is_the_same_on_every_machine() -> None:
    of = records(topology(CLICKS, VIEWS, joins=["clicks.user_id = views.viewer"]))
    digest = hashlib.blake2b(b"42\0clicks\0user_id", digest_size=8).digest()
    assert of["clicks"].hints["user_id"]["shared"]["stream"] == int.from_bytes(digest, "big") >> 1


def enum_of(*symbols: str) -> InputSchema:
    kind = {"type": "enum", "name": "E", "symbols": list(symbols)}
    text = json.dumps({"type": "record", "name": "R", "fields": [{"name": "page", "type": kind}]})
    return parse_schema_text(text, Path("clicks.avsc"))


def test_the_symbols_of_an_enum_are_what_its_joins_compare() -> None:
    clicks, views = (table(name, ["page STRING"], options={"format": "avro"}) for name in ("clicks", "views"))
    both = topology(clicks, table("views", ["page STRING"]), joins=["clicks.page = views.page"])
    of = records(both, schemas={"clicks": enum_of("HOME", "CART")})
    assert set(values(of, "views", "page", 50)) == {"HOME", "CART"}
    apart = topology(clicks, views, joins=["clicks.page = views.page"])
    with pytest.raises(ProjectError, match="finds no partners: their hints"):
        records(apart, schemas={"clicks": enum_of("HOME"), "views": enum_of("CART")})


def test_a_pool_has_no_more_keys_than_the_digits_before_the_point_can_write() -> None:
    accounts = table("accounts", ["account DECIMAL(4, 2)", "name STRING"])
    bookings = table("bookings", ["account DECIMAL(4, 2)", "amount DOUBLE"])
    of = records(topology(accounts, bookings, joins=["accounts.account = bookings.account"]))
    assert len(set(values(of, "bookings", "account", 4_000))) == 99
