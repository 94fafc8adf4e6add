"""Values the SQL needs: compared literals occur, groups have several records, and hints win."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from typing import Any

import pytest

from pipegen.config.topics import InputSettings
from pipegen.project.inputs import InputRecord, input_records
from pipegen.project.plan.topology import ComparedColumn, Topology
from tests.unit.input_tables import made, table, topology

COLUMNS = [
    "id BIGINT NOT NULL",
    "kind INT",
    "flag TINYINT",
    "status STRING",
    "code CHAR(1)",
    "level DOUBLE",
    "total DECIMAL(4, 1)",
    "token STRING",
    "seen TIMESTAMP(3)",
]


def compared(column: str, *values: Any, above: tuple[Any, ...] = (), below: tuple[Any, ...] = ()) -> ComparedColumn:
    return ComparedColumn("events", column, values, above, below)


def record(*conditions: ComparedColumn, groups: tuple[str, ...] = (), **hints: dict[str, Any]) -> InputRecord:
    read: Topology = topology(table("events", COLUMNS))
    read = replace(read, compared=conditions, groups=tuple(("events", each) for each in groups))
    settings = {"events": InputSettings(hints=hints)} if hints else {}
    (only,) = input_records(read, settings=settings, seed=7).records
    return only


def values(of: InputRecord, column: str) -> Counter[Any]:
    return Counter(json.loads(value or b"")[column] for value, _ in made(of, 600))


@pytest.mark.parametrize(
    ("column", "literals", "besides"),
    [("kind", (2,), 3), ("flag", (-3, 127), -4), ("status", ("A", "B"), "other"), ("code", ("o", "x"), "y")],
)
def test_rows_with_each_literal_occur_and_rows_without(column: str, literals: tuple[Any, ...], besides: Any) -> None:
    found = values(record(compared(column, *literals)), column)
    assert found.keys() == {*literals, besides}
    assert min(found.values()) > 600 / len(found) / 2


@pytest.mark.parametrize(
    ("asked", "least", "most"),
    [
        (compared("kind", above=(5_000, 7_000)), 0, 14_000),
        (compared("level", below=(0.5,)), 0, 1.5),
        (compared("level", above=(-3,), below=(-2,)), -6, 1),
        (compared("total", above=(900,)), 0, 999),
        (compared("flag", above=(100,)), 0, 127),
    ],
)
def test_values_lie_on_both_sides_of_a_bound_that_they_would_rarely_cross(
    asked: ComparedColumn, least: float, most: float
) -> None:
    found, ends = values(record(asked), asked.column), (*asked.above, *asked.below)
    assert least <= min(found) < min(ends)
    assert max(ends) < max(found) <= most


def test_a_range_that_enough_values_fall_into_changes_nothing() -> None:
    level = sorted(values(record(), "level"))
    assert record(compared("level", above=(float(level[300]),))).hints == record().hints
    assert record(compared("level", above=(float(level[0]) - 1,))).hints == record().hints
    assert record(compared("level", below=(float(level[-1]) + 1,))).hints == record().hints
    assert record(compared("level", below=(float(level[0]) - 1,))).hints != record().hints


def test_literals_that_a_column_cannot_have_change_nothing() -> None:
    asked = (compared("kind", "two"), compared("status", 2), compared("flag", 1000), compared("seen", "2020-01-01"))
    assert record(*asked).hints == record().hints


def test_a_grouping_column_has_few_values() -> None:
    plain = record()
    assert len(values(plain, "token")) > 500
    grouped = record(groups=("token", "seen"))
    assert 50 < len(values(grouped, "token")) <= 100
    assert "seen" not in grouped.hints or grouped.hints["seen"] == plain.hints["seen"]
    assert record(compared("token", "t"), groups=("token",)).hints["token"] == {"one_of": ["t", "other"]}


def test_a_guess_is_reported_with_the_setting_that_overrides_it() -> None:
    assert record(compared("kind", 2), groups=("token",)).notes == (
        "kind is one of 2, 3, because the SQL compares it with 2: a guess; override it with inputs.events.hints.kind",
        (
            "token has 100 distinct values, because the SQL groups records by it: a guess; "
            "override it with inputs.events.hints.token"
        ),
    )


def test_a_hint_overrides_a_guess() -> None:
    of = record(compared("kind", 2), groups=("token",), kind={"min": 50, "max": 60}, token={"pattern": "t-{seq}"})
    assert min(values(of, "kind")) >= 50
    assert len(values(of, "token")) == 600
    assert of.notes == ()


def test_keys_that_joins_share_are_left_alone() -> None:
    read = topology(table("events", COLUMNS), table("kinds", ["kind INT"]), joins=["events.kind = kinds.kind"])
    asked = replace(read, compared=(compared("kind", 2),), groups=(("events", "kind"),))
    assert input_records(asked, settings={}, seed=7).records == input_records(read, settings={}, seed=7).records
