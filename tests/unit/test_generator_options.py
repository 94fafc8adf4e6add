"""Options of generating connectors as hints for the columns."""

from __future__ import annotations

from typing import Any

import pytest

from pipegen.project.inputs.generator_options import generator_hints
from pipegen.project.plan.table import FlinkTable, TableColumn, TableName, Watermark


def table(type_name: str, connector: str, /, **options: str) -> FlinkTable:
    told = {f"fields.a.{name.replace('_', '-')}": value for name, value in options.items()}
    return FlinkTable(
        TableName("c", "d", "t"), (TableColumn("a", type_name),), replaces={"connector": connector, **told}
    )


@pytest.mark.parametrize(
    ("kind", "options", "hint"),
    [
        ("INT", {"min": "1", "max": "7"}, {"min": 1, "max": 7}),
        ("DOUBLE", {"min": "0.5"}, {"min": 0.5}),
        ("BIGINT", {"kind": "sequence", "start": "5", "end": "99"}, {"sequence": {"start": 5, "step": 1}}),
        ("STRING", {"length": "8"}, {"min_length": 8, "max_length": 8}),
        ("VARCHAR(9)", {"kind": "random", "length": "9"}, {"min_length": 9, "max_length": 9}),
        ("INT", {"null_rate": "0.25", "min": "1"}, {"min": 1, "null": 0.25}),
    ],
)
def test_options_of_datagen_are_hints(kind: str, options: dict[str, str], hint: dict[str, Any]) -> None:
    assert generator_hints(table(kind, "datagen", **options)).hints == {"a": hint}


@pytest.mark.parametrize(
    ("kind", "expression", "hint"),
    [
        ("INT", "#{number.numberBetween '1','10'}", {"min": 1, "max": 9}),
        ("DOUBLE", "#{Number.randomDouble '2','5','50'}", {"min": 5.0, "max": 50.0}),
        ("STRING", "#{regexify '(EUR|USD|GBP){1}'}", {"one_of": ["EUR", "USD", "GBP"]}),
        ("STRING", "#{Options.option 'a b','it''s'}", {"one_of": ["a b", "it's"]}),
        ("INT", "#{regexify '(1|2)'}", {"one_of": [1, 2]}),
        ("STRING", "#{Internet.uuid}", {"pattern": "{uuid}"}),
        ("STRING", "#{bothify 'INV-####-??'}", {"pattern": "INV-{digits:4}-{lower:2}"}),
        ("INT", "#{number.randomDigit}", {"min": 0, "max": 9}),
    ],
)
def test_expressions_of_faker_are_hints(kind: str, expression: str, hint: dict[str, Any]) -> None:
    assert generator_hints(table(kind, "faker", expression=expression)).hints == {"a": hint}


@pytest.mark.parametrize(
    "expression", ["#{Name.fullName}", "#{regexify '[a-z]{5}'}", "#{number.numberBetween 'x','y'}", "no call"]
)
def test_an_expression_that_is_ignored_is_reported(expression: str) -> None:
    found = generator_hints(table("INT", "faker", expression=expression))
    assert found.hints == {}
    assert found.notes == ("the options of a are ignored: describe the values in inputs.NAME.hints",)


def test_the_pace_of_a_generator_is_ignored_and_reported() -> None:
    made = FlinkTable(
        TableName("c", "d", "t"), (), replaces={"connector": "datagen", "rows-per-second": "5", "number-of-rows": "9"}
    )
    assert generator_hints(made).notes == (
        "rows-per-second = 5 is ignored: the run has its own load",
        "number-of-rows = 9 is ignored: the run has its own load",
    )


def test_an_event_time_follows_the_due_time_whatever_the_generator_says() -> None:
    made = FlinkTable(
        TableName("c", "d", "t"),
        (TableColumn("ts", "TIMESTAMP(3)"),),
        watermark=Watermark("ts", "`ts`"),
        replaces={"connector": "faker", "fields.ts.expression": "#{date.past '15','SECONDS'}"},
    )
    found = generator_hints(made)
    assert (found.hints, found.notes) == ({}, ())


def test_other_connectors_say_nothing_of_values() -> None:
    assert generator_hints(table("INT", "jdbc", min="1")).hints == {}
    assert generator_hints(FlinkTable(TableName("c", "d", "t"), (TableColumn("a", "INT"),))).hints == {}
