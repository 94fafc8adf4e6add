"""Shape and latency source are inferred from the SQL, and one_to_one only where nothing speaks against it."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipegen.project import Script, explain_shape, infer_shape, read_script, split_statements
from pipegen.project.latency import find_latency_source

META = "hdr MAP<STRING, BYTES> METADATA FROM 'headers', due TIMESTAMP_LTZ(3) METADATA FROM 'timestamp'"


def tables(source: str = META, sink: str = META) -> str:
    return f"""CREATE TABLE s (x INT, y INT, {source}) WITH ('connector' = 'kafka', 'topic' = '${{INPUT_TOPIC}}');
        CREATE TABLE o (x INT, {sink}) WITH ('connector' = 'kafka', 'topic' = '${{OUTPUT_TOPIC}}');
        CREATE TABLE other (x INT) WITH ('connector' = 'kafka', 'topic' = 'z');"""


def script_of(rest: str, **columns: str) -> Script:
    return read_script(split_statements(tables(**columns) + rest, Path("a.sql")))


@pytest.mark.parametrize(
    ("query", "shape"),
    [
        ("SELECT x, hdr, due FROM s", "one_to_one"),
        ("SELECT CASE WHEN x > 1 THEN 1 END AS sum_, hdr, due FROM s", "one_to_one"),
        ("SELECT `count`, `group`, hdr, due FROM s -- WHERE, GROUP BY", "one_to_one"),
        ("SELECT x IS NOT DISTINCT FROM y, hdr, due FROM s", "one_to_one"),
        ("SELECT x, hdr, due FROM s WHERE x > 1", "filter"),
        ("SELECT x, hdr, due FROM (SELECT * FROM s WHERE x > 1)", "filter"),
        ("SELECT x, hdr, due FROM s LIMIT 10", "filter"),
        ("SELECT x, COUNT(*) FROM s WHERE x > 1 GROUP BY x", "aggregate"),
        ("SELECT MAX(x) FROM s", "aggregate"),
        ("SELECT DISTINCT x FROM s", "aggregate"),
        ("SELECT COUNT(DISTINCT x) FROM s", "aggregate"),
        ("SELECT x FROM TABLE(TUMBLE(TABLE s, DESCRIPTOR(due), INTERVAL '1' SECOND))", "aggregate"),
        ("SELECT s.x FROM s JOIN other ON s.x = other.x", "aggregate"),
        ("SELECT s.x FROM s, other", "aggregate"),
        ("SELECT x FROM s UNION ALL SELECT x FROM s", "aggregate"),
        ("SELECT x FROM s CROSS JOIN UNNEST(t) AS t (x)", "aggregate"),
        ("SELECT ROW_NUMBER() OVER (PARTITION BY x ORDER BY due) FROM s", "aggregate"),
        ("VALUES (1)", "aggregate"),
    ],
)
def test_the_shape_follows_from_the_query(query: str, shape: str) -> None:
    assert explain_shape(script_of(f"INSERT INTO o {query}")).shape == shape


def test_a_view_counts_and_the_reason_points_into_it() -> None:
    script = script_of("\nCREATE VIEW v AS\n SELECT x FROM s\n GROUP BY x;\nINSERT INTO o SELECT x FROM v")
    inferred = explain_shape(script)
    assert (inferred.shape, inferred.reason, inferred.where) == ("aggregate", "GROUP BY aggregates", "a.sql:6")


def test_an_insert_into_another_table_does_not_count() -> None:
    script = script_of("INSERT INTO other SELECT MAX(x) FROM s; INSERT INTO o SELECT x, hdr, due FROM s")
    assert explain_shape(script).shape == "one_to_one"


def test_the_shape_can_be_asked_of_statements_alone() -> None:
    statements = split_statements("INSERT INTO o SELECT x FROM s WHERE x > 1", Path("a.sql"))
    assert infer_shape(statements) == "filter"


def test_two_inserts_into_the_output_are_not_one_to_one() -> None:
    script = script_of("INSERT INTO o SELECT x, hdr, due FROM s; INSERT INTO o SELECT y, hdr, due FROM s")
    assert explain_shape(script).shape == "aggregate"


@pytest.mark.parametrize(
    ("rest", "source"),
    [
        ("INSERT INTO o SELECT x, hdr, due FROM s", "header"),
        ("INSERT INTO o (hdr, x) SELECT hdr, x FROM s", "header"),
        ("INSERT INTO o SELECT s.x, s.hdr AS h, s.due FROM s", "header"),
        ("CREATE VIEW v AS SELECT x, hdr AS h, due FROM s; INSERT INTO o SELECT x, h, due FROM v", "header"),
        ("CREATE VIEW v AS SELECT * FROM s; INSERT INTO o SELECT x, hdr, due FROM v", "header"),
        ("INSERT INTO o (x, due) SELECT x, due FROM s", "timestamp"),
        ("INSERT INTO o (x, due) SELECT x, MAX(due) AS due FROM s GROUP BY x", "timestamp"),
        ("INSERT INTO o SELECT x, MAP['k', 'v'], due FROM s", "timestamp"),
        ("INSERT INTO o (x, due) SELECT x, TUMBLE_START(due, INTERVAL '5' SECOND) FROM s GROUP BY x", None),
        ("INSERT INTO o (x, due) SELECT x, hop_end(due, INTERVAL '1' SECOND, INTERVAL '5' SECOND) FROM s", None),
        ("INSERT INTO o (x, due) SELECT x, CAST(SESSION_ROWTIME(due, INTERVAL '5' SECOND) AS TIMESTAMP) FROM s", None),
        ("CREATE VIEW v AS SELECT HOP_START(due) AS d FROM s; INSERT INTO o (due) SELECT MAX(d) FROM v", None),
        ("INSERT INTO o (x) SELECT x FROM s", None),
        ("INSERT INTO o (x, due) SELECT x, CURRENT_TIMESTAMP FROM s", None),
        ("CREATE VIEW v AS SELECT x, y AS hdr FROM s; INSERT INTO o (x, hdr) SELECT x, hdr FROM v", None),
    ],
)
def test_the_latency_source_is_what_really_reaches_the_sink(rest: str, source: str | None) -> None:
    finding = find_latency_source(script_of(rest))
    assert finding.source == source
    assert (finding.remedy is None) == (source is not None)


def test_without_metadata_columns_the_reason_names_the_tables_and_the_remedy_the_sql() -> None:
    finding = find_latency_source(script_of("INSERT INTO o (x) SELECT x FROM s", source="z INT", sink="z INT"))
    assert finding.source is None
    assert "s has no column for the record's headers or timestamp and o has no column" in finding.reason
    assert finding.remedy is not None
    assert META in finding.remedy


def test_a_virtual_metadata_column_of_the_sink_carries_nothing() -> None:
    virtual = "hdr MAP<STRING, BYTES> METADATA FROM 'headers' VIRTUAL"
    assert find_latency_source(script_of("INSERT INTO o SELECT x FROM s", sink=virtual)).source is None


def test_headers_that_are_made_anew_are_not_the_ones_that_came_in() -> None:
    made = find_latency_source(script_of("INSERT INTO o SELECT x, MAP_UNION(hdr, hdr), due FROM s"))
    assert made.source == "timestamp"
    alone = find_latency_source(script_of("INSERT INTO o (x, hdr) SELECT x, MAP_UNION(hdr, hdr) FROM s"))
    assert alone.source is None
