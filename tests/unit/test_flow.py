"""Which INSERTs lie on the way from the input to the output, and what is in force there."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipegen.project import Script, read_script, split_statements
from pipegen.project.flow import (
    bounded_source,
    leading_statements,
    tables_on_the_way,
    topics_of,
    writes_exactly_once,
)
from pipegen.project.statements import SqlStatement

TABLES = """CREATE TABLE i (x INT) WITH ('connector' = 'kafka', 'topic' = '${INPUT_TOPIC}');
    CREATE TABLE o (x INT) WITH ('connector' = 'kafka', 'topic' = '${OUTPUT_TOPIC}');
    CREATE TABLE mid (x INT) WITH ('connector' = 'kafka', 'topic' = 'mid-${RUN_ID}');
    CREATE TABLE mid_again (x INT) WITH ('connector' = 'kafka', 'topic' = 'mid-${RUN_ID}');
    CREATE TABLE dims (x INT) WITH ('connector' = 'kafka', 'topic' = 'dims');
    CREATE TABLE elsewhere (x INT) WITH ('connector' = 'blackhole');
    CREATE TABLE noise (x INT) WITH ('connector' = 'datagen');
"""
BEFORE = TABLES.count(";")


def read(rest: str, tables: str = TABLES) -> tuple[Script, list[SqlStatement]]:
    statements = split_statements(tables + rest, Path("a.sql"))
    return read_script(statements), statements


@pytest.mark.parametrize(
    ("inserts", "leading"),
    [
        ("INSERT INTO o SELECT x FROM i", {0}),
        ("INSERT INTO dims VALUES (1); INSERT INTO o SELECT i.x FROM i JOIN dims ON i.x = dims.x", {1}),
        ("INSERT INTO elsewhere SELECT x FROM noise; INSERT INTO o SELECT x FROM i", {1}),
        ("INSERT INTO o SELECT x FROM noise; INSERT INTO o SELECT x FROM i", {1}),
        ("INSERT INTO elsewhere SELECT x FROM i; INSERT INTO o SELECT x FROM i", {1}),
        ("INSERT INTO mid SELECT x FROM i; INSERT INTO o SELECT x FROM mid_again", {0, 1}),
        ("INSERT INTO o SELECT x FROM mid; INSERT INTO mid SELECT x FROM i; INSERT INTO dims VALUES (1)", {0, 1}),
        ("EXECUTE STATEMENT SET BEGIN INSERT INTO dims VALUES (1); INSERT INTO o SELECT x FROM i; END", {0}),
        # Where no way is found, each may be the one.
        ("INSERT INTO o SELECT x FROM noise; INSERT INTO elsewhere SELECT x FROM i", {0, 1}),
    ],
)
def test_a_statement_leads_when_it_lies_on_a_way_from_the_input_to_the_output(inserts: str, leading: set[int]) -> None:
    script, statements = read(f"{inserts};")
    assert {index - BEFORE for index in leading_statements(script, statements)} == leading


def test_what_the_pipeline_writes_and_reads_on_the_way_is_its_own_and_other_topics_are_not() -> None:
    script, _ = read("INSERT INTO mid SELECT x FROM i; INSERT INTO o SELECT m.x FROM mid m JOIN dims ON m.x = dims.x;")
    tables = tables_on_the_way(script)
    assert [table.name for table in tables] == ["i", "mid"]
    assert [topics_of(table) for table in tables] == [("${INPUT_TOPIC}",), ("mid-${RUN_ID}",)]


def test_a_source_is_bounded_by_its_table_or_by_a_hint_even_behind_the_last_word() -> None:
    by_table = TABLES.replace("'${INPUT_TOPIC}'", "'${INPUT_TOPIC}', 'scan.bounded.mode' = 'latest-offset'")
    found = bounded_source(read("INSERT INTO o SELECT x FROM i;", by_table)[0])
    assert found is not None
    assert found.text.startswith("CREATE TABLE i")
    hint = "/*+ OPTIONS('scan.bounded.mode' = 'latest-offset') */"
    script, statements = read("INSERT INTO o SELECT x FROM i HINT;".replace("HINT", hint))
    assert bounded_source(script) == statements[-1]
    assert statements[-1].text.endswith(hint)


@pytest.mark.parametrize("told", ["'scan.bounded.mode' = 'unbounded'", "'scan.startup.mode' = 'earliest-offset'"])
def test_a_source_without_a_bound_is_not_bounded(told: str) -> None:
    tables = TABLES.replace("'${INPUT_TOPIC}'", f"'${{INPUT_TOPIC}}', {told}")
    assert bounded_source(read("INSERT INTO o SELECT x FROM i;", tables)[0]) is None


def test_the_bound_of_another_source_does_not_bound_the_input() -> None:
    tables = TABLES.replace("'dims')", "'dims', 'scan.bounded.mode' = 'latest-offset')")
    assert bounded_source(read("INSERT INTO o SELECT i.x FROM i JOIN dims ON i.x = dims.x;", tables)[0]) is None


def test_an_exactly_once_sink_is_seen_in_its_table_and_in_a_hint() -> None:
    option = "'sink.delivery-guarantee' = 'exactly-once'"
    by_table = TABLES.replace("'${OUTPUT_TOPIC}'", f"'${{OUTPUT_TOPIC}}', {option}")
    assert writes_exactly_once(read("INSERT INTO o SELECT x FROM i;", by_table)[0])
    assert writes_exactly_once(read("INSERT INTO o /*+ OPTIONS(IT) */ SELECT x FROM i;".replace("IT", option))[0])
    assert not writes_exactly_once(read("INSERT INTO o SELECT x FROM i;")[0])
