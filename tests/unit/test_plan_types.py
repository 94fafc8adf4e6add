"""Types are the same however Flink spells them, and a cast is known to keep the value or not."""

from __future__ import annotations

import pytest

from pipegen.project.plan.sql_type import keeps_value, parse_type


@pytest.mark.parametrize(
    ("described", "planned"),
    [
        ("INT", "INTEGER NOT NULL"),
        ("STRING", 'VARCHAR(2147483647) CHARACTER SET "UTF-16LE" NOT NULL'),
        ("BYTES", "VARBINARY(2147483647)"),
        ("MAP<STRING, BYTES>", '(VARCHAR(2147483647) CHARACTER SET "UTF-16LE", VARBINARY(2147483647)) MAP'),
        ("ARRAY<INT NOT NULL>", "INTEGER NOT NULL ARRAY"),
        ("TIMESTAMP_LTZ(3)", "TIMESTAMP_WITH_LOCAL_TIME_ZONE(3)"),
        ("TIMESTAMP(3) *ROWTIME*", "TIMESTAMP(3)"),
        ("TIMESTAMP(3) WITH LOCAL TIME ZONE", "TIMESTAMP_LTZ(3)"),
        ("ROW<`city` STRING, `zip` INT>", "RecordType:peek_no_expand(VARCHAR(2147483647) city, INTEGER zip)"),
        ("DECIMAL(10, 2)", "DECIMAL(10, 2)"),
    ],
)
def test_both_spellings_of_a_type_are_the_same(described: str, planned: str) -> None:
    assert parse_type(described) == parse_type(planned)


@pytest.mark.parametrize(
    ("source", "target", "kept"),
    [
        ("INT", "BIGINT", True),
        ("BIGINT", "INT", False),
        ("INT", "STRING", False),
        ("VARCHAR(5)", "STRING", True),
        ("STRING", "VARCHAR(5)", False),
        ("STRING", "CHAR(5)", False),
        ("MAP<STRING, BYTES>", "MAP<STRING, BYTES>", True),
        ("MAP<STRING, BYTES>", "MAP<STRING, STRING>", False),
        ("TIMESTAMP_LTZ(3)", "TIMESTAMP(3)", True),
        ("TIMESTAMP_LTZ(3)", "TIMESTAMP(0)", False),
        ("TIMESTAMP(6)", "TIMESTAMP(3)", True),
        ("TIMESTAMP(3)", "DATE", False),
        ("DECIMAL(10, 2)", "DECIMAL(12, 2)", True),
        ("DECIMAL(10, 2)", "DECIMAL(10, 3)", False),
        ("FLOAT", "DOUBLE", True),
        ("DOUBLE", "FLOAT", False),
    ],
)
def test_a_cast_keeps_the_value_or_not(source: str, target: str, kept: bool) -> None:
    assert keeps_value(parse_type(source), parse_type(target)) == kept


def test_nothing_is_promised_of_a_type_that_is_not_known() -> None:
    assert not keeps_value(None, parse_type("INT"))
