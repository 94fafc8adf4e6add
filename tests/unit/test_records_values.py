"""Values look real by their names, and follow hints."""

from __future__ import annotations

import ipaddress
import json
import re
from collections import Counter
from datetime import UTC, datetime
from statistics import fmean, median, stdev
from typing import Any

import pytest

from pipegen.hotpath import RecordPlan
from tests.unit.avro_oracles import DUE_NS, fastavro_value, plain

COUNT = 4_000


def values(name: str, field_type: Any, hint: dict[str, Any] | None = None, *, record: str = "Order") -> list[Any]:
    schema = {"type": "record", "name": record, "fields": [{"name": name, "type": field_type}]}
    plan = RecordPlan(json.dumps(schema), hints_json=None if hint is None else json.dumps({name: hint}), seed=11)
    records = plan.records(first_event=0, count=COUNT, due_ns=DUE_NS)
    return [plain(fastavro_value(schema, value))[name] for value, _key in records]


@pytest.mark.parametrize(
    ("name", "pattern"),
    [
        ("id", r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"),
        ("order_id", r"order-\d{8}"),
        ("customerId", r"customer-\d{5}"),
        ("contact_email", r"[a-z]+\.[a-z]+\d{1,3}@example\.(com|org|net)"),
        ("phone", r"\+1-\d{3}-555-01\d\d"),
        ("country", r"[A-Z]{2}"),
        ("currency", r"[A-Z]{3}"),
        ("homepageUrl", r"https://example\.com/[a-z]+/\d+"),
        ("price", r"\d+\.\d\d"),
        ("created_at", r"2026-05-28T20:26:40\.123Z"),
        ("order_date", r"2026-05-28"),
        ("sku", r"[A-Z]{3}-\d{4}"),
        ("description", r"The [a-z ]+\."),
        ("anything", r"[a-z]+-[a-z]+-\d{1,3}"),
    ],
)
def test_texts_look_like_their_names(name: str, pattern: str) -> None:
    wrong = [value for value in values(name, "string") if not re.fullmatch(pattern, value)]
    assert wrong == []


def test_addresses_are_of_the_networks_kept_for_documentation() -> None:
    networks = [ipaddress.ip_network(each) for each in ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24")]
    for value in values("client_ip", "string"):
        assert any(ipaddress.ip_address(value) in network for network in networks)


def test_a_person_and_a_place_agree_within_a_record() -> None:
    fields = ("first_name", "last_name", "full_name", "email", "country", "currency")
    schema = {"type": "record", "name": "C", "fields": [{"name": name, "type": "string"} for name in fields]}
    currencies: dict[str, set[str]] = {}
    for value, _key in RecordPlan(json.dumps(schema)).records(first_event=0, count=500, due_ns=DUE_NS):
        read = fastavro_value(schema, value)
        assert read["full_name"] == f"{read['first_name']} {read['last_name']}"
        assert read["email"].startswith(read["full_name"].lower().replace(" ", "."))
        currencies.setdefault(read["country"], set()).add(read["currency"])
    assert all(len(each) == 1 for each in currencies.values())


def test_identifiers_are_unique_or_counted_or_from_a_pool() -> None:
    assert len(set(values("id", "string"))) == COUNT
    assert values("order_id", "long") == list(range(1, COUNT + 1))
    assert len(set(values("product_id", "string"))) == 500
    assert set(values("store_id", "int")) == set(range(1, 51))


def test_numbers_look_like_their_names() -> None:
    prices = values("price", "double")
    assert all(0.5 <= price <= 5_000 and round(price, 2) == price for price in prices)
    assert 30 < median(prices) < 40
    assert all(1 <= quantity <= 20 for quantity in values("quantity", "int"))
    assert all(-60 <= latitude <= 70 for latitude in values("latitude", "double"))
    assert Counter(values("http_status", "int")).most_common(1)[0][0] == 200
    assert set(values("event_time", "long")) == {DUE_NS // 1_000_000}
    assert set(values("epoch_seconds", "int")) == {DUE_NS // 1_000_000_000}
    assert all(value.year < 2009 for value in values("birth_date", {"type": "int", "logicalType": "date"}))
    due = datetime.fromtimestamp(DUE_NS // 1_000_000_000, UTC)
    assert all(value > due for value in values("expires_at", {"type": "long", "logicalType": "timestamp-millis"}))


def test_nullable_fields_are_null_in_one_of_twenty_records_unless_hinted() -> None:
    assert 0.035 < values("note", ["null", "string"]).count(None) / COUNT < 0.065
    assert values("note", ["null", "string"], {"null": 0}).count(None) == 0
    assert values("note", ["string", "null"], {"null": 1.0}).count(None) == COUNT
    assert 0.27 < values("note", ["null", "int"], {"null": 0.3, "min": 5, "max": 5}).count(None) / COUNT < 0.33


def test_one_of_keeps_its_weights() -> None:
    counts = Counter(values("status", "string", {"one_of": {"ok": 9, "bad": 1, "never": 0}}))
    assert set(counts) == {"ok", "bad"}
    assert 0.08 < counts["bad"] / COUNT < 0.12
    enum = {"type": "enum", "name": "E", "symbols": ["A", "B", "C"]}
    assert set(values("e", enum, {"one_of": ["C", "A"], "weights": [1, 1]})) == {"C", "A"}
    assert set(values("x", "double", {"one_of": [0.1, 2.5e10]})) == {0.1, 2.5e10}
    assert set(values("x", "long", {"one_of": [-(2**63), 2**63 - 1]})) == {-(2**63), 2**63 - 1}


def test_ranges_and_distributions_are_kept() -> None:
    assert set(values("x", "int", {"min": -2, "max": 2})) == {-2, -1, 0, 1, 2}
    assert {round(value, 1) for value in values("x", "double", {"min": 0, "max": 0.3, "decimals": 1})} == {
        0.0,
        0.1,
        0.2,
        0.3,
    }
    normal = values("x", "double", {"normal": {"mean": 100, "deviation": 15}})
    assert abs(fmean(normal) - 100) < 1
    assert abs(stdev(normal) - 15) < 1
    log_normal = values("x", "long", {"lognormal": {"median": 1_000, "sigma": 1}})
    assert 930 < median(log_normal) < 1_070
    assert fmean(log_normal) > 1_400
    ranks = Counter(values("customer_id", "string", {"zipf": 1.0, "pool": 100}))
    assert len(ranks) > 90
    assert 1.7 < ranks["customer-001"] / ranks["customer-002"] < 2.4


def test_numbers_lie_between_their_quantiles_as_often_between_any_two() -> None:
    found = values("x", "long", {"quantiles": [0, 10, 1_000]})
    assert (min(found) >= 0, max(found) <= 1_000) == (True, True)
    assert sum(value <= 10 for value in found) == pytest.approx(len(found) / 2, rel=0.2)
    with pytest.raises(ValueError, match="quantiles"):
        values("x", "long", {"quantiles": [10, 0]})


@pytest.mark.parametrize(
    ("kind", "hint"),
    [
        ("long", {"min": 1, "max": 1_000}),
        ("double", {"quantiles": [0, 10, 1_000], "decimals": 2}),
        ("string", {"pattern": "{upper:2}{digits:1}"}),
        ("string", {"min_length": 8, "max_length": 12}),
    ],
)
def test_values_that_are_drawn_without_replacement_differ_as_often_as_they_should(
    kind: str, hint: dict[str, Any]
) -> None:
    found = values("x", ["null", kind], hint | {"null": 0.25, "stratified": {"rows": 400, "strata": 150}})
    for start in range(0, COUNT, 400):
        part = found[start : start + 400]
        assert part.count(None) == 100
        assert Counter(part) == Counter(found[:400]), "the same values each time"
        assert len({each for each in part if each is not None}) == 150
        if kind != "string":
            assert (min(filter(None, part)) <= 10, max(filter(None, part))) == (True, 1_000)
    assert found[:400] != found[400:800], "in another order"


def test_weights_are_exact_where_values_are_drawn_without_replacement() -> None:
    found = values("x", "string", {"one_of": {"a": 7, "b": 2, "c": 1}, "stratified": {"rows": 10}})
    assert all(Counter(found[start : start + 10]) == {"a": 7, "b": 2, "c": 1} for start in range(0, COUNT, 10))
    truth = values("x", "boolean", {"true_share": 0.3, "stratified": {"rows": 10}})
    assert all(sum(truth[start : start + 10]) == 3 for start in range(0, COUNT, 10))
    for wrong in (5, {}, {"rows": 0}, {"rows": 5, "strata": 6}, {"rows": 5, "row": 1}):
        with pytest.raises(ValueError, match="stratified"):
            values("x", "long", {"stratified": wrong})


def test_sequences_and_patterns_count_with_the_events() -> None:
    assert values("x", "long", {"sequence": {"start": 100, "step": 10}})[:3] == [100, 110, 120]
    assert values("x", "int", {"sequence": True, "max": 3})[:5] == [1, 2, 3, 1, 2]
    assert values("x", "string", {"pattern": "ORD-{seq:05}/{upper:2}"})[7].startswith("ORD-00007/")
    assert values("x", "string", {"sequence": {"start": 5}})[0] == "5"


def test_sizes_are_kept() -> None:
    assert {len(value) for value in values("x", "string", {"min_length": 98, "max_length": 100})} == {98, 99, 100}
    assert {len(value) for value in values("x", "bytes", {"min_length": 1_000})} == {1_000}
    assert {len(value) for value in values("x", {"type": "array", "items": "int"})} == {1, 2, 3}
    items = {"type": "map", "values": "int"}
    assert {len(value) for value in values("x", items, {"min_items": 50, "max_items": 50})} == {50}


def test_a_kind_stands_in_for_a_name() -> None:
    assert all("@example." in value for value in values("x", "string", {"kind": "email"}))
    assert all(0.5 <= value <= 5_000 for value in values("x", "double", {"kind": "price"}))


def test_hints_stand_in_the_schema_too_and_the_project_overrides_them() -> None:
    line = {"type": "record", "name": "L", "fields": [{"name": "n", "type": "int", "pipegen": {"one_of": [1]}}]}
    schema = {"type": "record", "name": "R", "fields": [{"name": "lines", "type": {"type": "array", "items": line}}]}

    def numbers(hints: str | None) -> set[int]:
        value, _key = RecordPlan(json.dumps(schema), hints_json=hints).record(0, due_ns=DUE_NS)
        return {each["n"] for each in plain(fastavro_value(schema, value))["lines"]}

    assert numbers(None) == {1}
    assert numbers('{"lines.n": {"min": 7, "max": 7}}') == {7}


@pytest.mark.parametrize(
    ("field_type", "hint", "message"),
    [
        ("int", {"mni": 1}, 'hints["x"]: the hint "mni" is not known; did you mean "min"?'),
        ("int", {"pattern": "a"}, 'hints["x"]: the hint "pattern" has no meaning for an int'),
        ("int", {"min": 5, "max": 1}, 'hints["x"]: "min" is greater than "max"; exchange them'),
        ("int", {"max": 2**31}, 'hints["x"]: "max" is 2147483648, which the field cannot hold'),
        ("int", {"one_of": [1], "sequence": True}, '"one_of" and "sequence" both say where values come from'),
        ("int", {"one_of": []}, '"one_of" gives nothing to choose from'),
        ("int", {"normal": {"mean": 1}}, '"normal" lacks the number "deviation"; add "deviation": …'),
        ("int", {"zipf": 1.1}, '"zipf" does not know how many values there are; add "pool" or "max"'),
        ("int", {"sequence": {"start": 9}, "max": 5}, "the sequence starts outside its range"),
        ("int", {"sequence": {"start": 10**12}}, "the sequence starts outside its range"),
        ("string", {"pattern": "{sek}"}, "the pattern piece {sek} is not known; use {seq}"),
        ("string", {"kind": "emial"}, 'the kind "emial" is not known here; did you mean "email"?'),
        ("boolean", {"true_share": 2}, '"true_share" is 2, not a share; write a number from 0 to 1'),
        ("string", {"null": 0.5}, 'the hint "null" has no meaning for a string'),
        (["int", "string"], {"null": 0.5}, 'the hint "null" stands at a union without null'),
        ({"type": "enum", "name": "E", "symbols": ["AB"]}, {"one_of": ["AC"]}, '"AC" is no symbol of the enum'),
        ({"type": "array", "items": "int"}, {"min_items": 10**9}, '"min_items" is 1000000000; write a whole number'),
    ],
)
def test_a_wrong_hint_is_named_with_a_way_out(field_type: Any, hint: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        values("x", field_type, hint)


def test_a_hint_for_a_field_that_does_not_exist_names_the_nearest() -> None:
    schema = {"type": "record", "name": "R", "fields": [{"name": "amount", "type": "int"}]}
    with pytest.raises(ValueError, match=re.escape('hints["amuont"]: the schema has no field "amuont"; did you mean')):
        RecordPlan(json.dumps(schema), hints_json='{"amuont": {"min": 1}}')


@pytest.mark.parametrize(
    ("field_type", "hint", "key"),
    [
        ("long", {"one_of": [-7]}, b"-7"),
        ("double", {"one_of": [0.25]}, b"0.25"),
        ("boolean", {"true_share": 1}, b"true"),
        (["null", "string"], {"one_of": ["ü"], "null": 0}, "ü".encode()),
        (["null", "string"], {"null": 1}, None),
        ({"type": "enum", "name": "E", "symbols": ["A", "B"]}, {"one_of": ["B"]}, b"B"),
        ({"type": "bytes", "logicalType": "decimal", "precision": 5, "scale": 2}, {"one_of": [-1.05]}, b"-1.05"),
    ],
)
def test_a_key_is_the_field_as_text(field_type: Any, hint: dict[str, Any], key: bytes | None) -> None:
    fields = [{"name": "a", "type": "string"}, {"name": "k", "type": field_type}, {"name": "z", "type": "string"}]
    schema = {"type": "record", "name": "R", "fields": fields}
    plan = RecordPlan(json.dumps(schema), hints_json=json.dumps({"k": hint}), key_field="k")
    assert {key for _value, key in plan.records(first_event=0, count=60, due_ns=DUE_NS)} == {key}


def test_a_key_field_that_does_not_exist_or_is_no_text_is_refused() -> None:
    array = {"name": "tags", "type": {"type": "array", "items": "int"}}
    schema = json.dumps({"type": "record", "name": "R", "fields": [{"name": "user", "type": "int"}, array]})
    with pytest.raises(ValueError, match='the key field "usr" is no field of the record; did you mean "user"'):
        RecordPlan(schema, key_field="usr")
    with pytest.raises(ValueError, match="the key field is of type array"):
        RecordPlan(schema, key_field="tags")
