"""SQL files are read in the order given; what cannot be read is named; each statement knows what it starts."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipegen.errors import ProjectError
from pipegen.project import VARIABLES, SqlStatement, render, split_statements
from pipegen.project.statements import read_statements

FILE = Path("sql/a.sql")


def one(text: str) -> SqlStatement:
    (statement,) = split_statements(text, FILE)
    return statement


def test_files_are_read_in_the_order_given_and_a_byte_order_mark_is_no_text(tmp_path: Path) -> None:
    first, second = tmp_path / "2.sql", tmp_path / "1.sql"
    first.write_bytes(b"\xef\xbb\xbfSET 'a' = 'b';\n")
    second.write_text("SELECT 1;\nSELECT 'ä'")
    found = read_statements([first, second])
    assert [(each.where, each.text) for each in found] == [
        (f"{first}:1", "SET 'a' = 'b'"),
        (f"{second}:1", "SELECT 1"),
        (f"{second}:2", "SELECT 'ä'"),
    ]


def test_a_file_that_is_not_utf_8_is_named_with_the_byte(tmp_path: Path) -> None:
    file = tmp_path / "a.sql"
    file.write_bytes(b"SELECT '\xe4'")
    with pytest.raises(ProjectError) as caught:
        read_statements([file])
    assert (caught.value.message, caught.value.remedy) == (f"{file}: not UTF-8 text (byte 8)", "Save it as UTF-8.")


def test_a_file_that_cannot_be_read_is_named_with_the_reason(tmp_path: Path) -> None:
    with pytest.raises(ProjectError, match=r"gone\.sql: cannot be read: No such file or directory"):
        read_statements([tmp_path / "gone.sql"])


@pytest.mark.parametrize(
    ("text", "kind", "writes"),
    [
        ("INSERT INTO a SELECT 1", "insert", True),
        ("EXECUTE INSERT INTO a SELECT 1", "insert", True),
        ("EXECUTE STATEMENT SET BEGIN INSERT INTO a SELECT 1; END", "statement_set", True),
        ("SELECT 1", "query", False),
        ("VALUES (1)", "query", False),
        ("(SELECT 1)", "query", False),
        ("CREATE VIEW v AS SELECT 1", "create_view", False),
        ("CREATE OR ALTER TABLE t (a INT)", "create_table", False),
        ("CREATE TABLE t AS SELECT 1", "create_table", True),
        ("CREATE CATALOG table_like WITH ()", "create_other", False),
        ("CREATE TEMPORARY SYSTEM FUNCTION f AS 'view'", "create_other", False),
        ("EXECUTE PLAN 'x'", "other", False),
    ],
)
def test_only_inserts_sets_of_them_and_tables_made_of_a_query_write(text: str, kind: str, writes: bool) -> None:
    statement = one(text)
    assert (statement.kind, bool(statement.inserts())) == (kind, writes)


def test_a_set_of_one_insert_has_that_insert_and_its_place() -> None:
    statement = one("\nEXECUTE STATEMENT SET BEGIN\nINSERT INTO a SELECT 1; END;")
    assert [(each.where, each.text, each.kind) for each in statement.inserts()] == [
        ("sql/a.sql:3", "INSERT INTO a SELECT 1", "insert")
    ]
    assert one("INSERT INTO a SELECT 1").inserts() == [one("INSERT INTO a SELECT 1")]


def test_tables_named_like_the_words_of_a_set_do_not_open_one() -> None:
    text = "EXECUTE STATEMENT SET INSERT INTO a SELECT 1; SELECT 2"
    assert [each.text for each in split_statements(text, FILE)] == text.split("; ")


def test_the_clients_spelling_and_the_gateways_become_the_same_statement() -> None:
    inserts = "\nINSERT INTO a SELECT 1;\nINSERT INTO b SELECT 2;\nEND"
    clients, gateways = one(f"BEGIN STATEMENT SET;{inserts};"), one(f"EXECUTE STATEMENT SET BEGIN{inserts};")
    assert clients.text == gateways.text
    assert [each.text for each in clients.inserts()] == ["INSERT INTO a SELECT 1", "INSERT INTO b SELECT 2"]


def test_a_word_end_inside_an_insert_does_not_close_the_set() -> None:
    text = "BEGIN STATEMENT SET;\nINSERT INTO a SELECT CASE WHEN x THEN 1 END FROM s;\nEND;\nSELECT 1"
    assert [each.kind for each in split_statements(text, FILE)] == ["statement_set", "query"]


def test_several_variables_in_one_statement_are_each_filled_in_where_they_stand() -> None:
    statement = one("CREATE TABLE ${A} (a INT) -- ${A}\nWITH ('x' = '${B}', 'y' = '${C}${B}')")
    assert (
        render(statement, {"A": "t", "B": "b", "C": "it's"}).text
        == "CREATE TABLE t (a INT) -- ${A}\nWITH ('x' = 'b', 'y' = 'it''sb')"
    )


def test_a_variable_that_is_like_no_other_is_refused_with_those_that_exist() -> None:
    with pytest.raises(ProjectError) as caught:
        render(one("SELECT '${}'"), dict.fromkeys(VARIABLES[:2], "x"))
    assert caught.value.remedy == "Known variables: ${INPUT_TOPIC}, ${OUTPUT_TOPIC}."


def test_a_variable_in_other_letters_is_refused_with_the_right_ones() -> None:
    with pytest.raises(ProjectError) as caught:
        render(one("SELECT 1,\n'${ input_topic }'"), dict.fromkeys(VARIABLES, "x"))
    assert caught.value.message == "sql/a.sql:2: unknown variable ${ input_topic }"
    assert caught.value.remedy == "Did you mean ${INPUT_TOPIC}?"
