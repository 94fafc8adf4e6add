"""A column of a data file becomes the hint that makes records like it."""

from __future__ import annotations

from typing import Any

import pytest

from pipegen.datafile.inference.column import ColumnProfile, Numbers
from pipegen.datafile.inference.hints import hints_of, strata_of

NUMBERS = Numbers(
    minimum=0.0,
    maximum=100.0,
    quantiles=tuple(float(5 * step) for step in range(21)),
    decimals=0,
    step=None,
    first=0.0,
)


def column(kind: str, numbers: Numbers | None = None, **changes: Any) -> ColumnProfile:
    known: dict[str, Any] = {
        "name": "x",
        "kind": kind,
        "format": None,
        "other_formats": (),
        "count": 1_000,
        "nulls": 0,
        "distinct": 500,
        "distinct_exact": False,
        "frequent": (),
        "lengths": (2, 5, 9),
        "shape": None,
        "numbers": numbers,
        "earliest": None,
        "latest": None,
    }
    return ColumnProfile(**known | changes)


def numbers(**changes: Any) -> Numbers:
    return Numbers(**{name: getattr(NUMBERS, name) for name in Numbers.__slots__} | changes)


def test_numbers_that_spread_evenly_have_their_ends_alone() -> None:
    assert hints_of(column("long", numbers())) == {"min": 0, "max": 100}
    nearly = tuple(float(5 * step + 3 * (0 < step < 20)) for step in range(21))
    assert hints_of(column("long", numbers(quantiles=nearly))) == {"min": 0, "max": 100}


def test_numbers_that_gather_are_drawn_between_their_quantiles() -> None:
    gathered = (0.0, *(48.5 + 0.1 * step for step in range(19)), 100.0)
    hint = hints_of(column("long", numbers(quantiles=gathered)))
    assert (hint["min"], hint["max"]) == (0, 100)
    assert (len(hint["quantiles"]), hint["quantiles"][0], hint["quantiles"][1], hint["quantiles"][-1]) == (
        21,
        0,
        48,
        100,
    )


def test_quantiles_lie_within_the_ends_after_rounding() -> None:
    hint = hints_of(column("double", numbers(minimum=0.126, quantiles=(0.126, *([1.0] * 19), 100.0), decimals=2)))
    assert (hint["min"], hint["quantiles"][0]) == (0.13, 0.13)


def test_decimals_are_kept_where_the_generator_can_count_in_them() -> None:
    price = {"maximum": 99.5, "decimals": 2}
    assert hints_of(column("double", numbers(**price))) == {"min": 0.0, "max": 99.5, "decimals": 2}
    assert hints_of(column("double", numbers(maximum=9.9e13, decimals=1)))["max"] == 9.9e13
    # Beyond that, digits behind the point give way first.
    assert hints_of(column("double", numbers(maximum=1e14, decimals=1)))["decimals"] == 0
    assert hints_of(column("double", numbers(minimum=-1e14, decimals=1)))["decimals"] == 0
    assert hints_of(column("double", numbers(maximum=1e15))) == {}


def test_whole_numbers_that_count_up_are_a_sequence() -> None:
    counted = numbers(step=5, first=10.0)
    assert hints_of(column("long", counted)) == {"sequence": {"start": 10, "step": 5}}
    assert hints_of(column("long", counted, distinct=31)) == {"sequence": {"start": 10, "step": 5}}
    assert "sequence" not in hints_of(column("long", counted, distinct=30))
    assert "sequence" not in hints_of(column("double", counted))


def test_few_different_numbers_are_drawn_as_often_as_they_came() -> None:
    few = {"distinct_exact": True, "frequent": ((" 1", 3), ("2 ", 1))}
    assert hints_of(column("long", numbers(), distinct=200, **few)) == {"one_of": {"1": 75, "2": 25}}
    assert "one_of" not in hints_of(column("long", numbers(), distinct=201, **few))
    assert hints_of(column("long", None)) == {}


def test_texts_are_the_frequent_ones_a_pattern_or_only_as_long() -> None:
    few = {"distinct_exact": True, "distinct": 2, "frequent": (("a ", 3), ("b", 1))}
    assert hints_of(column("string", **few)) == {"one_of": {"a ": 75, "b": 25}}
    assert hints_of(column("string", shape="[A-Z]{3}")) == {"pattern": "[A-Z]{3}"}
    assert hints_of(column("string", frequent=(("a", 900),))) == {"one_of": {"a": 100}}
    assert hints_of(column("string", frequent=(("a", 899),))) == {"min_length": 2, "max_length": 8}
    # What covers nine tenths of the values that are there counts, not of the rows.
    assert hints_of(column("string", frequent=(("a", 450),), nulls=500))["one_of"] == {"a": 100}
    assert hints_of(column("string", lengths=(0, 900, 5_000)))["max_length"] == 1_000


def test_a_value_that_is_rare_keeps_a_share() -> None:
    few = {"distinct_exact": True, "distinct": 2, "frequent": (("a", 10**9), ("b", 1))}
    assert hints_of(column("string", **few))["one_of"]["b"] == 0.001


def test_booleans_have_a_share_of_true() -> None:
    assert hints_of(column("boolean", true_share=0.75)) == {"true_share": 0.75}


@pytest.mark.parametrize("nulls", [0, 1_000])
def test_a_column_with_nulls_says_how_many_and_one_of_nothing_else_nothing_else(nulls: int) -> None:
    hint = hints_of(column("long", numbers(), nulls=nulls))
    assert hint.get("null") == (1 if nulls else None)
    assert ("min" in hint) is (nulls == 0)


def test_as_many_values_differ_as_in_the_file() -> None:
    assert strata_of(column("string"), {"min_length": 2, "max_length": 8}) == {"rows": 1_000, "strata": 500}
    assert strata_of(column("string", distinct=1_000), {"pattern": "{digits:9}"}) == {"rows": 1_000}
    assert strata_of(column("string"), {"one_of": {"a": 75, "b": 25}}) == {"rows": 1_000}
    assert strata_of(column("long"), {"sequence": {"start": 1, "step": 1}}) is None
    assert strata_of(column("long"), {}) is None


def test_where_quantiles_lie_close_together_more_places_are_needed_for_as_many_values() -> None:
    half_of_them_zero = {"min": 0, "max": 1_000, "quantiles": [*[0] * 11, *range(100, 1_001, 100)]}
    strata = strata_of(column("long", distinct=501), half_of_them_zero)
    assert strata is not None
    assert 990 <= strata["strata"] <= 1_000
