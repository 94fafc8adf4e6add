"""Masked values keep type and shape, and what was equal or different before is so afterwards."""

from __future__ import annotations

import json
import math
import re
from typing import Any

import fastavro
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipegen.capture.mask import FieldMask, Mask

MASK = Mask("a seed")
TWO = st.tuples


@pytest.mark.parametrize(
    ("text", "shape"),
    [
        ("alice.b@example.com", r"[a-z]{5}\.[a-z]@[a-z]{7}\.[a-z]{3}"),
        ("Bob Stone", r"[A-Z][a-z]{2} [A-Z][a-z]{4}"),
        ("+49 (30) 1234-56", r"\+\d\d \(\d\d\) \d{4}-\d\d"),
        ("3f2504e0-4f89-11d3-9a0c-0305e82c3301", r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"),
        ("3F2504E0-4F89-11D3-9A0C-0305E82C3301", r"[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}"),
        ("00712", r"00[1-9]\d\d"),
        ("北京", r"[\u5300-\u53ff][\u4e00-\u4eff]"),
    ],
)
def test_a_text_keeps_its_shape_and_tells_nothing(text: str, shape: str) -> None:
    made = MASK.text(text)
    assert made != text
    assert re.fullmatch(shape, made)


@given(TWO(st.text(), st.text()))
def test_two_texts_are_equal_afterwards_exactly_if_they_were(texts: tuple[str, str]) -> None:
    one, other = map(MASK.text, texts)
    assert len(one) == len(texts[0])
    assert (one == other) == (texts[0] == texts[1])


@given(TWO(st.integers(-(2**63), 2**63 - 1), st.integers(-(2**63), 2**63 - 1)))
def test_whole_numbers_stay_within_their_type_and_apart(numbers: tuple[int, int]) -> None:
    one, other = map(MASK.whole, numbers)
    assert (one == other) == (numbers[0] == numbers[1])
    for limit in (2**31, 2**63):
        assert (-limit <= one < limit) == (-limit <= numbers[0] < limit)


def test_all_numbers_of_a_length_are_only_exchanged() -> None:
    assert sorted(map(MASK.whole, range(10, 1_000))) == list(range(10, 1_000))
    assert sorted(MASK.text(str(number)) for number in range(1_000)) == sorted(map(str, range(1_000)))


@given(TWO(st.floats(allow_nan=False), st.floats(allow_nan=False)))
def test_doubles_stay_finite_of_the_same_sign_and_apart(numbers: tuple[float, float]) -> None:
    one, other = map(MASK.double, numbers)
    assert math.isfinite(one) == math.isfinite(numbers[0])
    assert math.copysign(1, one) == math.copysign(1, numbers[0])
    if max(map(abs, numbers)) < 1e15 and all(len(repr(abs(each))) <= 16 for each in numbers):
        assert (one == other) == (numbers[0] == numbers[1])


@given(TWO(st.binary(max_size=200), st.binary(max_size=200)))
def test_bytes_keep_their_length_and_stay_apart(parts: tuple[bytes, bytes]) -> None:
    one, other = map(MASK.binary, parts)
    assert len(one) == len(parts[0])
    assert (one == other) == (parts[0] == parts[1])


def test_a_number_and_its_text_still_agree_and_another_seed_gives_other_values() -> None:
    assert MASK.text("48151") == str(MASK.whole(48151))
    assert Mask("a seed").text("alice") == MASK.text("alice") != Mask("another").text("alice")


SCHEMA: dict[str, Any] = {
    "type": "record",
    "name": "Person",
    "namespace": "t",
    "fields": [
        {"name": "email", "type": ["null", "string"]},
        {"name": "born", "type": {"type": "int", "logicalType": "date"}},
        {"name": "salary", "type": {"type": "bytes", "logicalType": "decimal", "precision": 6, "scale": 2}},
        {"name": "kind", "type": {"type": "enum", "name": "Kind", "symbols": ["A", "B", "C"]}},
        {
            "name": "home",
            "type": ["null", {"type": "record", "name": "Place", "fields": [{"name": "town", "type": "string"}]}],
        },
        {"name": "work", "type": ["null", "Place"]},
        {"name": "friends", "type": {"type": "array", "items": "Place"}},
        {"name": "notes", "type": {"type": "map", "values": "string"}},
    ],
}
PERSON = {
    "email": "a@b.de",
    "born": 12_345,
    "salary": (123_456).to_bytes(3, "big", signed=True),
    "kind": "B",
    "home": None,
    "work": ("t.Place", {"town": "Ulm"}),
    "friends": [{"town": "Ulm"}, {"town": "Bonn"}],
    "notes": {"secret": "me", "open": "you"},
}


def walked(*names: str) -> tuple[Any, FieldMask, dict[str, str]]:
    fields = FieldMask(frozenset(names), MASK)
    replaced: dict[str, str] = {}
    return fields.avro(fastavro.parse_schema(json.loads(json.dumps(SCHEMA))))(PERSON, replaced), fields, replaced


def test_only_the_named_fields_are_replaced_wherever_they_stand() -> None:
    made, fields, replaced = walked("town", "secret")
    ulm = MASK.text("Ulm")
    assert made == PERSON | {
        "work": ("t.Place", {"town": ulm}),
        "friends": [{"town": ulm}, {"town": MASK.text("Bonn")}],
        "notes": {"secret": MASK.text("me"), "open": "you"},
    }
    assert fields.seen == {"town", "secret"}
    assert replaced["Ulm"] == ulm


def test_a_path_names_one_place_and_a_record_is_replaced_with_all_that_it_holds() -> None:
    assert walked("work.town")[0]["friends"] == PERSON["friends"]
    assert walked("work")[0]["work"] == ("t.Place", {"town": MASK.text("Ulm")})


def test_dates_symbols_and_decimals_stay_what_their_type_allows() -> None:
    made, _, _ = walked("born", "kind", "salary", "email")
    assert 12_053 <= made["born"] <= 12_417, "1 January to 31 December 2003"
    assert made["kind"] in {"A", "B", "C"}
    assert 100_000 <= int.from_bytes(made["salary"], "big", signed=True) <= 999_999
    assert made["email"] == MASK.text("a@b.de")


def test_fields_of_json_are_replaced_at_any_depth_and_their_type_stays() -> None:
    fields = FieldMask(frozenset({"email", "n"}), MASK)
    value = {"email": "a@b.de", "list": [{"n": 41, "m": 41}, {"n": None}], "x": {"email": ["c@d.ef", True]}}
    made = fields.json(value, {})
    assert made["email"] == MASK.text("a@b.de")
    assert made["list"] == [{"n": MASK.whole(41), "m": 41}, {"n": None}]
    assert made["x"]["email"][0] == MASK.text("c@d.ef")
    assert isinstance(made["x"]["email"][1], bool)
