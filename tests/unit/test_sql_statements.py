"""SQL is split where Flink would split it, keeps its places, and gets its variables."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipegen.errors import ProjectError
from pipegen.project import VARIABLES, SqlStatement, read_script, render, split_statements

FILE = Path("sql/a.sql")


def split(text: str) -> list[SqlStatement]:
    return split_statements(text, FILE)


def test_semicolons_in_comments_strings_and_quoted_names_do_not_split() -> None:
    text = "-- a; b's\nSET 'k' = 'x;''y';\n/* ; ' */\n\nINSERT INTO `t;1` SELECT a -- ; it's\n FROM s;;\n"
    statements = split(text)
    assert [(each.line, each.kind) for each in statements] == [(2, "set"), (5, "insert")]
    assert statements[0].text == "SET 'k' = 'x;''y'"
    assert statements[1].text == "INSERT INTO `t;1` SELECT a -- ; it's\n FROM s"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("create table t (a INT)", "create_table"),
        ("CREATE OR REPLACE TEMPORARY TABLE IF NOT EXISTS t (a INT)", "create_table"),
        ("CREATE TEMPORARY VIEW v AS SELECT 1", "create_view"),
        ("CREATE FUNCTION f AS 'x'", "create_other"),
        ("INSERT OVERWRITE t SELECT 1", "insert"),
        ("EXECUTE STATEMENT SET BEGIN INSERT INTO t SELECT 1; END", "statement_set"),
        ("RESET 'a'", "set"),
        ("WITH x AS (SELECT 1) SELECT * FROM x", "query"),
        ("TABLE orders", "query"),
        ("DESCRIBE orders", "other"),
        ("EXPLAIN SELECT 1", "other"),
        ("COMPILE AND EXECUTE PLAN '/tmp/p.json' FOR INSERT INTO t SELECT 1", "insert"),
        ("REPLACE TABLE t AS SELECT 1", "create_table"),
        ("USE CATALOG c", "other"),
    ],
)
def test_each_kind_of_statement_is_recognised(text: str, kind: str) -> None:
    assert [each.kind for each in split(text)] == [kind]


def test_a_statement_set_is_one_statement_that_starts_one_job() -> None:
    first, second = "INSERT INTO a SELECT CASE WHEN x THEN 1 END FROM s", "INSERT INTO b SELECT 2"
    text = f"EXECUTE STATEMENT SET\nBEGIN\n{first};\n{second};\nEND;"
    statements = split(text)
    assert [each.kind for each in statements] == ["statement_set"]
    assert statements[0].text == text.removesuffix(";")
    assert [(each.line, each.text[:13]) for each in statements[0].inserts()] == [
        (3, "INSERT INTO a"),
        (4, "INSERT INTO b"),
    ]


@pytest.mark.parametrize(
    "head", ["COMPILE AND EXECUTE PLAN '/tmp/p.json' FOR STATEMENT SET BEGIN", "EXPLAIN STATEMENT SET BEGIN"]
)
def test_a_statement_set_under_another_verb_stays_one_statement(head: str) -> None:
    (statement,) = split(f"{head} INSERT INTO a SELECT 1; INSERT INTO b SELECT 2; END;")
    assert statement.text.endswith("END")
    assert len(statement.inserts()) == (0 if head.startswith("EXPLAIN") else 2)


def test_what_flink_takes_in_no_statement_set_is_named_with_its_line() -> None:
    (statement,) = split("BEGIN STATEMENT SET;\nINSERT INTO a SELECT 1;\nCREATE TABLE b AS SELECT 2;\nEND;")
    with pytest.raises(ProjectError, match=r"a.sql:3: Flink takes nothing but INSERT in a statement set"):
        statement.inserts()


@pytest.mark.parametrize(
    "text",
    [
        "CREATE TABLE t WITH ('connector' = 'blackhole') AS SELECT a, b AS c FROM s WHERE a LIKE 'x%'",
        "CREATE TABLE IF NOT EXISTS t AS SELECT a, b AS c FROM s",
        "CREATE TABLE t (c, a) AS SELECT a, b AS c FROM s",
        "CREATE OR REPLACE TABLE t (n AS a + 1, WATERMARK FOR a AS a) COMMENT 'AS' AS SELECT a, b AS c FROM s",
        "CREATE TABLE t AS WITH q AS (SELECT * FROM s) SELECT a, b AS c FROM q",
        "REPLACE TABLE t WITH ('connector' = 'blackhole') AS SELECT a, b AS c FROM s",
    ],
)
def test_a_table_that_is_made_of_a_query_is_written_by_it(text: str) -> None:
    script = read_script(split(f"CREATE TABLE s (a STRING) WITH ('connector' = 'datagen'); {text}"))
    (insert,) = script.inserts
    assert (insert.target, insert.columns, insert.query.sources) == ("t", ("a", "c"), ("s",))
    made = script.table("t")
    assert made is not None
    assert (script.role(made), made.like) == ("sink", None)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("SET 'table.dml-sync' = 'TRUE'", "true"),
        ("SET 'table.dml-sync'='false'", "false"),
        ("SET table.dml-sync = true", "true"),
        ("SET 'table.dml-sync.x' = 'true'", None),
        ("RESET 'table.dml-sync'", None),
        ("RESET", None),
        ("INSERT INTO a SELECT 'table.dml-sync' = 'true'", None),
    ],
)
def test_what_a_statement_sets_an_option_to_is_read(text: str, value: str | None) -> None:
    (statement,) = split(text)
    assert statement.sets("table.dml-sync") == value


def test_the_clients_spelling_of_a_statement_set_becomes_the_gateways() -> None:
    statements = split(
        "BEGIN STATEMENT SET; -- both\nINSERT INTO a SELECT 1;\nINSERT INTO b SELECT 2;\nEND;\nSET 'a'='b';"
    )
    assert [each.kind for each in statements] == ["statement_set", "set"]
    assert statements[0].text.startswith("EXECUTE STATEMENT SET BEGIN -- both\nINSERT INTO a SELECT 1;")
    assert [each.line for each in statements[0].inserts()] == [2, 3]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("SELECT 1;\n\nSET 'a' = 'b", "sql/a.sql:3: a string starts here"),
        ("SELECT `a", "sql/a.sql:1: a quoted name starts here"),
        ("SELECT 1\n/* never", "sql/a.sql:2: a comment starts here"),
        ("SET 'a'='b';\nBEGIN STATEMENT SET;\nINSERT INTO a SELECT 1;", "sql/a.sql:2: the statement set has no END"),
    ],
)
def test_what_never_ends_is_reported_where_it_starts(text: str, message: str) -> None:
    with pytest.raises(ProjectError) as caught:
        split(text)
    assert caught.value.message.startswith(message)


def test_a_file_of_comments_alone_has_no_statements() -> None:
    assert split("-- nothing\n/* at all */\n ;; ") == []


@given(
    st.lists(
        st.sampled_from(["'a;b'", "`c;d`", "-- e;\n", "/* f; */", "word", "1.5", "(", ")", "\n", " "]), max_size=30
    )
)
def test_pieces_with_hidden_semicolons_stay_one_statement(pieces: list[str]) -> None:
    text = "SELECT " + " ".join(pieces)
    statements = split(text)
    assert len(statements) == 1
    assert text.startswith(statements[0].text)


def test_variables_are_filled_in_and_quotes_in_strings_doubled() -> None:
    (statement,) = split("INSERT INTO ${T} SELECT '${A}-${B}' -- ${NOT_HERE}\nFROM s")
    rendered = render(statement, {"T": "sink", "A": "it's", "B": "b"})
    assert rendered.text == "INSERT INTO sink SELECT 'it''s-b' -- ${NOT_HERE}\nFROM s"
    assert (rendered.line, rendered.kind) == (1, "insert")


def test_an_unknown_variable_is_named_with_its_line_and_the_nearest() -> None:
    (statement,) = split("CREATE TABLE t (a INT)\nWITH ('topic' = '${INPUT_TOPC}')")
    with pytest.raises(ProjectError) as caught:
        render(statement, dict.fromkeys(VARIABLES, "x"))
    assert caught.value.message == "sql/a.sql:2: unknown variable ${INPUT_TOPC}"
    assert caught.value.remedy == "Did you mean ${INPUT_TOPIC}?"
