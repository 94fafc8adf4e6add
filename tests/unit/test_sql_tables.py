"""Tables are recognised with columns, metadata, options and roles."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipegen.errors import ProjectError
from pipegen.project import Script, Table, read_script, split_statements

FILE = Path("a.sql")


def script_of(text: str) -> Script:
    return read_script(split_statements(text, FILE))


def table_of(text: str) -> Table:
    return script_of(text).tables[0]


def test_columns_are_read_with_their_types_and_nullability() -> None:
    table = table_of("""CREATE TABLE IF NOT EXISTS cat.db.`my table` (
        id BIGINT NOT NULL COMMENT 'METADATA, really',
        price DECIMAL( 10,2 ),
        deep MAP<STRING NOT NULL, ROW<a INT NOT NULL, `b c` ARRAY<STRING>>> NOT NULL,
        `order` STRING,
        total AS id * (1 + 2),
        less AS id < 3,
        at TIMESTAMP(3),
        WATERMARK FOR at AS at - INTERVAL '1' SECOND,
        PRIMARY KEY (id) NOT ENFORCED
    ) WITH ('connector' = 'kafka')""")
    assert table.name == "my table"
    assert [
        (column.name, column.type, column.nullable, column.line) for column in table.columns if not column.computed
    ] == [
        ("id", "BIGINT", False, 2),
        ("price", "DECIMAL(10, 2)", True, 3),
        ("deep", "MAP<STRING NOT NULL, ROW<a INT NOT NULL, `b c` ARRAY<STRING>>>", False, 4),
        ("order", "STRING", True, 5),
        ("at", "TIMESTAMP(3)", True, 8),
    ]
    assert [column.name for column in table.columns if column.computed] == ["total", "less"]


def test_metadata_columns_know_their_key_and_whether_they_can_be_written() -> None:
    table = table_of("""CREATE TABLE t (a INT, hdr MAP<STRING, BYTES> METADATA FROM 'headers',
        `timestamp` TIMESTAMP_LTZ(3) NOT NULL METADATA, part INT METADATA FROM 'partition' VIRTUAL) WITH ('x' = 'y')""")
    assert [(column.metadata, column.writable, column.physical) for column in table.columns] == [
        (None, True, True),
        ("headers", True, False),
        ("timestamp", True, False),
        ("partition", False, False),
    ]
    assert [column.name for column in table.writable_columns()] == ["a", "hdr", "timestamp"]


def test_options_give_connector_topic_and_format() -> None:
    table = table_of(
        "CREATE TABLE t (a INT) WITH ('connector'='kafka', 'topic'='${INPUT_TOPIC}', 'value.format'='json')"
    )
    assert (table.connector, table.topic, table.format) == ("kafka", "${INPUT_TOPIC}", "json")


def test_a_table_like_another_takes_over_its_columns_and_options() -> None:
    script = script_of("""
        CREATE TABLE base (a INT, hdr MAP<STRING, BYTES> METADATA FROM 'headers')
            WITH ('connector' = 'kafka', 'topic' = '${INPUT_TOPIC}', 'format' = 'avro-confluent');
        CREATE TABLE copy (b INT) WITH ('topic' = '${OUTPUT_TOPIC}') LIKE base (EXCLUDING CONSTRAINTS);
    """)
    copy = script.tables[1]
    assert [column.name for column in copy.columns] == ["a", "hdr", "b"]
    assert (copy.connector, copy.topic, copy.format) == ("kafka", "${OUTPUT_TOPIC}", "avro-confluent")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("CREATE TABLE t (a INT\nWITH ('x' = 'y')", "a.sql:1: this bracket is never closed"),
        ("CREATE TABLE t (a INT) WITH (\n'x' 'y')", "a.sql:2: expected an option like"),
        ("CREATE TABLE t (a INT) WITH ('x' = 'y',\n\n'x' = 'z')", "a.sql:3: the option 'x' stands twice"),
        ("CREATE TABLE t (\na)", "a.sql:2: expected a column with a type"),
        ("CREATE TABLE (a INT)", "a.sql:1: a name is missing"),
        ("CREATE TABLE t (a INT);\nINSERT INTO t", "a.sql:2: the INSERT into t has no query"),
        ("CREATE VIEW v", "a.sql:1: the view v has no query"),
    ],
)
def test_what_cannot_be_understood_is_placed(text: str, message: str) -> None:
    with pytest.raises(ProjectError) as caught:
        script_of(text)
    assert caught.value.message.startswith(message)


@pytest.mark.parametrize(
    ("query", "sources"),
    [
        ("SELECT * FROM a", ("a",)),
        ("SELECT EXTRACT(YEAR FROM at), TRIM(BOTH ' ' FROM b) FROM a WHERE x IS DISTINCT FROM y", ("a",)),
        ("SELECT * FROM a AS x, `b` y JOIN cat.db.c ON TRUE", ("a", "b", "c")),
        ("SELECT * FROM TABLE(TUMBLE(TABLE a, DESCRIPTOR(at), INTERVAL '1' MINUTE))", ("a",)),
        ("WITH w AS (SELECT * FROM a) SELECT * FROM w JOIN b ON TRUE", ("a", "b")),
        ("SELECT * FROM (SELECT * FROM a) CROSS JOIN UNNEST(tags) AS t (tag)", ("a",)),
        ("(SELECT * FROM a) UNION ALL (SELECT * FROM b)", ("a", "b")),
        ("VALUES (1)", ()),
    ],
)
def test_the_tables_a_query_reads_are_found(query: str, sources: tuple[str, ...]) -> None:
    assert script_of(f"INSERT INTO t {query}").inserts[0].query.sources == sources


def test_roles_follow_from_use_through_views() -> None:
    script = script_of("""
        CREATE TABLE a (x INT) WITH ('connector' = 'kafka', 'topic' = '${INPUT_TOPIC}');
        CREATE TABLE b (x INT) WITH ('connector' = 'kafka', 'topic' = '${OUTPUT_TOPIC}');
        CREATE TABLE c (x INT) WITH ('connector' = 'blackhole');
        CREATE VIEW v AS SELECT x FROM a; CREATE VIEW w AS SELECT x FROM v;
        INSERT INTO b (x) SELECT x FROM w;
    """)
    assert [script.role(table) for table in script.tables] == ["source", "sink", "unused"]
    source, sink = script.input_table(), script.output_table()
    assert source is not None
    assert sink is not None
    assert (source.name, sink.name) == ("a", "b")
    assert script.inserts[0].columns == ("x",)


def test_an_insert_with_a_query_in_brackets_has_no_column_list() -> None:
    insert = script_of("INSERT INTO b (SELECT x FROM a)").inserts[0]
    assert (insert.columns, insert.query.sources) == ((), ("a",))
