"""Statistics of each field, taken from bytes alone, say what a plain count over decoded records says."""

from __future__ import annotations

import io
import json
import threading
from typing import Any

import fastavro
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipegen.hotpath import FieldProfile, FieldStats, SchemaValidator

SCHEMA: dict[str, Any] = {
    "type": "record",
    "name": "Order",
    "fields": [
        {"name": "id", "type": "long"},
        {"name": "coupon", "type": ["null", "string"]},
        {"name": "price", "type": "double"},
        {
            "name": "buyer",
            "type": ["null", {"type": "record", "name": "Buyer", "fields": [{"name": "city", "type": "string"}]}],
        },
        {"name": "tags", "type": {"type": "array", "items": "string"}},
    ],
}
ORDERS = st.fixed_dictionaries(
    {
        "id": st.integers(-(2**63), 2**63 - 1),
        "coupon": st.none() | st.text(alphabet="abcé", max_size=8),
        "price": st.floats(allow_nan=False, allow_infinity=False, width=64),
        "buyer": st.none() | st.fixed_dictionaries({"city": st.text(alphabet="xyz", max_size=4)}),
        "tags": st.lists(st.text(max_size=3), max_size=4),
    }
)


def encoded(record: dict[str, Any]) -> bytes:
    out = io.BytesIO()
    fastavro.schemaless_writer(out, SCHEMA, record)
    return out.getvalue()


def fields_of(profile: FieldProfile) -> dict[str, FieldStats]:
    return {field.path: field for field in profile.fields()}


def profiled(records: list[dict[str, Any]]) -> FieldProfile:
    profile = FieldProfile()
    validator = SchemaValidator(json.dumps(SCHEMA), profile=profile)
    assert validator.check_batch([encoded(record) for record in records]).valid == len(records)
    return profile


@given(st.lists(ORDERS, min_size=1, max_size=80))
def test_every_field_counts_as_a_plain_count_does(records: list[dict[str, Any]]) -> None:
    fields = fields_of(profiled(records))
    for name in ("id", "coupon", "price"):
        there = [record[name] for record in records if record[name] is not None]
        field = fields[name]
        assert (field.present, field.nulls) == (len(there), len(records) - len(there))
        assert field.distinct == pytest.approx(len(set(there)), rel=0.1, abs=5)
        if not there:
            assert field.range is None
    ids = [record["id"] for record in records]
    assert fields["id"].range == (str(min(ids)), str(max(ids)))
    prices = [record["price"] for record in records]
    assert fields["price"].range is not None
    assert tuple(map(float, fields["price"].range)) == (min(prices), max(prices))
    lengths = [len(record["tags"]) for record in records]
    assert fields["tags"].range == (str(min(lengths)), str(max(lengths)))


def test_a_field_of_a_record_that_is_null_is_neither_there_nor_missing() -> None:
    order = {"id": 1, "coupon": None, "price": 1.0, "tags": []}
    fields = fields_of(profiled([{**order, "buyer": None}, {**order, "buyer": {"city": "x"}}]))
    assert (fields["buyer"].present, fields["buyer"].nulls) == (1, 1)
    assert (fields["buyer.city"].present, fields["buyer.city"].nulls) == (1, 0)


def test_values_that_are_invalid_count_in_no_field_and_are_named_by_their_place() -> None:
    profile = FieldProfile()
    validator = SchemaValidator(json.dumps(SCHEMA), profile=profile)
    good = encoded({"id": 1, "coupon": "a", "price": 1.0, "buyer": None, "tags": []})
    outcome = validator.check_batch([good, good[:-1], good + b"x", None, good])
    assert (outcome.valid, outcome.invalid, outcome.nulls, outcome.invalid_indexes) == (2, 2, 1, [1, 2])
    assert {field.present + field.nulls for field in profile.fields() if field.path != "buyer.city"} == {2}


def test_an_interval_has_what_came_since_it_was_taken_last() -> None:
    profile = FieldProfile()
    validator = SchemaValidator(json.dumps(SCHEMA), profile=profile)
    order = {"id": 1, "coupon": "a", "buyer": None, "tags": []}
    validator.check_batch([encoded({**order, "price": price}) for price in (1e9, 1e9 + 1, 1e9 + 2)])
    first = {each.path: each for each in profile.take_interval()}
    assert first["price"].numbers is not None
    assert first["price"].numbers == pytest.approx((1e9 + 1, (2 / 3) ** 0.5))
    assert first["coupon"].numbers is None
    assert all(each.present + each.nulls == 0 for each in profile.take_interval())
    assert fields_of(profile)["price"].present == 3


def test_several_threads_may_fill_and_read_one_profile() -> None:
    profile = FieldProfile()
    batch = [encoded({"id": n, "coupon": None, "price": 1.0, "buyer": None, "tags": []}) for n in range(500)]

    def fill() -> None:
        validator = SchemaValidator(json.dumps(SCHEMA), profile=profile)
        for _ in range(20):
            validator.check_batch(batch)

    threads = [threading.Thread(target=fill) for _ in range(3)]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        profile.fields()
    assert fields_of(profile)["id"].present == 3 * 20 * 500
    assert fields_of(profile)["id"].distinct == pytest.approx(500, rel=5 * profile.distinct_error_ratio)


def test_fields_beyond_two_hundred_are_counted_as_skipped() -> None:
    wide = {"type": "record", "name": "W", "fields": [{"name": f"f{n}", "type": "int"} for n in range(230)]}
    profile = FieldProfile()
    SchemaValidator(json.dumps(wide), profile=profile)
    assert (len(profile.fields()), profile.skipped_fields) == (200, 30)
