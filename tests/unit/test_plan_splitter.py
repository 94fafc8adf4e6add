"""Scripts are split where Flink's client splits them, variables are filled in, and every character keeps its place."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipegen.errors import ProjectError
from pipegen.project.plan.filled import fill
from pipegen.project.plan.splitter import split_script
from pipegen.project.plan.statement import Statement

FILE = Path("a.sql")
VARIABLES = {"INPUT_TOPIC": "it's\nhere", "RUN_ID": "abc"}


def split(text: str) -> list[Statement]:
    return split_script(text, FILE)


def filled(text: str) -> str:
    (statement,) = split(text)
    return str(fill(statement, VARIABLES)[0])


@pytest.mark.parametrize(
    "text",
    [
        "SELECT 'a;b', `c;d` -- e;f\n FROM t",
        "SELECT E'a\\';b' FROM t",
        "SELECT 1 // it's; here\n FROM t",
        "SELECT /* ; ' */ 1 /** ; */ FROM t",
        "SELECT /***/ ; */ 1 FROM t",
        "SELECT * FROM t /*+ OPTIONS('a' = 'b;*/c') */ AS x",
        "SELECT a / 2, b - -1 FROM t",
        "SELECT 'never ends; FROM t",
        "SELECT 1 /* never ends; FROM t",
    ],
)
def test_a_semicolon_splits_only_where_flink_sees_one(text: str) -> None:
    assert [each.text for each in split(text)] == [text]


def test_hints_at_the_end_belong_to_the_statement_and_comments_do_not() -> None:
    text = "-- before\nSELECT * FROM t /*+ OPTIONS('a'='b') */ -- behind\n;"
    assert [each.text for each in split(text)] == ["SELECT * FROM t /*+ OPTIONS('a'='b') */"]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("insert into t select 1", "insert"),
        ("EXECUTE INSERT INTO t SELECT 1", "insert"),
        ("(SELECT 1)", "query"),
        ("TABLE t", "query"),
        ("CREATE TABLE t (a INT)", "create_table"),
        ("CREATE TEMPORARY TABLE IF NOT EXISTS t (a AS b) WITH ('as' = 'select')", "create_table"),
        ("CREATE TABLE t (a, b) WITH ('x' = 'y') AS SELECT 1", "create_table_as"),
        ("CREATE OR REPLACE TABLE t AS (SELECT 1)", "create_table_as"),
        ("REPLACE TABLE t AS TABLE s", "create_table_as"),
        ("CREATE TABLE `as` LIKE b", "create_table"),
        ("CREATE TEMPORARY VIEW v AS SELECT 1", "create_view"),
        ("CREATE TEMPORARY SYSTEM FUNCTION f AS 'x'", "create_function"),
        ("COMPILE PLAN 'f' FOR INSERT INTO t SELECT 1", "compile_plan"),
        ("COMPILE AND EXECUTE PLAN 'f' FOR INSERT INTO t SELECT 1", "compile_and_execute_plan"),
        ("EXECUTE PLAN 'f'", "execute_plan"),
        ("CREATE MATERIALIZED TABLE t AS SELECT 1", "create_materialized_table"),
        ("DELETE FROM t", "changes_data"),
        ("ADD JAR 'x'", "add_jar"),
        ("quit", "client"),
        ("SHOW TABLES", "other"),
    ],
)
def test_each_kind_is_told_from_the_others(text: str, kind: str) -> None:
    assert [each.kind for each in split(text)] == [kind]


def test_both_spellings_of_a_statement_set_hold_their_statements() -> None:
    inner = "INSERT INTO a SELECT CASE WHEN x THEN 1 END FROM s;\nINSERT INTO b SELECT 'END;' FROM s;\n"
    for opening in ("BEGIN STATEMENT SET;", "EXECUTE STATEMENT SET BEGIN", "COMPILE PLAN 'f' FOR STATEMENT SET BEGIN"):
        statement, last = split(f"{opening}\n{inner}END;\nSET 'a' = 'b'")
        assert [(each.place.line, each.text[:13]) for each in statement.parts] == [
            (2, "INSERT INTO a"),
            (3, "INSERT INTO b"),
        ]
        assert last.kind == "set"


def test_flink_gets_a_clients_statement_set_as_the_gateway_takes_it() -> None:
    text = "BEGIN STATEMENT SET; -- two\nINSERT INTO a SELECT '${RUN_ID}';\nINSERT INTO b SELECT 2;\nEND;"
    assert filled(text) == ("EXECUTE STATEMENT SET BEGIN\nINSERT INTO a SELECT 'abc';\nINSERT INTO b SELECT 2;\nEND")


@pytest.mark.parametrize(
    ("text", "sent"),
    [
        ("SELECT '${RUN_ID}-${RUN_ID}'", "SELECT 'abc-abc'"),
        ("SELECT '${INPUT_TOPIC}'", "SELECT 'it''s\nhere'"),
        ("SELECT E'${INPUT_TOPIC}'", "SELECT E'it\\'s\nhere'"),
        ("SELECT * FROM `t_${RUN_ID}` x", "SELECT * FROM `t_abc` x"),
        ("SELECT * FROM t_${RUN_ID}", "SELECT * FROM t_abc"),
        ("SELECT 1 /* ${RUN_ID} ${NOTHING} */ FROM t", "SELECT 1 /* ${RUN_ID} ${NOTHING} */ FROM t"),
        ("SELECT * FROM t /*+ OPTIONS('a' = '${RUN_ID}') */", "SELECT * FROM t /*+ OPTIONS('a' = 'abc') */"),
        ("SELECT '$${RUN_ID} ${1} ${year} $5 ${}'", "SELECT '${RUN_ID} ${1} ${year} $5 ${}'"),
    ],
)
def test_variables_are_filled_in_where_flink_reads_them(text: str, sent: str) -> None:
    assert filled(text) == sent


def test_a_variable_that_does_not_exist_is_an_error_with_its_place_and_the_nearest() -> None:
    (statement,) = split("-- x\nSELECT 'a',\n  '${RUN_IDS}'")
    with pytest.raises(ProjectError) as caught:
        fill(statement, VARIABLES)
    assert caught.value.message == "a.sql:3:4: unknown variable ${RUN_IDS}"
    assert caught.value.remedy is not None
    assert "Did you mean ${RUN_ID}?" in caught.value.remedy
    assert "$${RUN_IDS}" in caught.value.remedy


def test_small_letters_that_look_like_a_variable_are_sent_and_warned_about() -> None:
    (statement,) = split("SELECT '${run_id}'")
    sent, (warning,) = fill(statement, VARIABLES)
    assert str(sent) == statement.text
    assert (warning.severity, warning.where) == ("warning", "a.sql:1:9")


def test_a_place_that_flink_names_is_found_in_the_users_file() -> None:
    text = "SET 'a' = 'b';\n  INSERT INTO t -- ${RUN_ID}\nSELECT '${INPUT_TOPIC}😀', x,\n\ty FROM s"
    statement = split(text)[1]
    sent = fill(statement, VARIABLES)[0].behind("EXPLAIN ")
    for word in ("INSERT", "x,", "y FROM"):
        before = str(sent)[: str(sent).index(word)]
        line = before.count("\n") + 1
        units = len(before.rpartition("\n")[2].encode("utf-16-le")) // 2
        place = sent.place_of(line, units + 1)
        lines = text.split("\n")
        assert lines[place.line - 1][place.column - 1 :].startswith(word)


@given(st.lists(st.sampled_from(["'a;'", "`b;`", "-- c;\n", "/* d; */", "/*+ H('x;') */", "E'\\';'", "e", " ", "\n"])))
def test_whatever_stands_between_semicolons_is_one_statement(pieces: list[str]) -> None:
    text = "x " + " ".join(pieces) + " y"
    first, second = split(text + "\n;" + text)
    assert first.text == second.text == text
