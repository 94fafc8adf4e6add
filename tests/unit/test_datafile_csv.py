"""CSV files of all sorts are read, and a faulty one is refused with the file and the line."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from pipegen.datafile import CsvOptions, open_data_file
from pipegen.errors import ProjectError
from tests.unit.data_files import texts


def rows(path: Path, **options: Any) -> list[dict[str, Any]]:
    return list(texts(open_data_file(path, CsvOptions(**options))))


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found_out(tmp_path: Path, delimiter: str) -> None:
    path = tmp_path / "data.csv"
    path.write_text(f'id{delimiter}text\n1{delimiter}"a{delimiter}b, c; d"\n2{delimiter}e\n')
    assert rows(path) == [{"id": "1", "text": f"a{delimiter}b, c; d"}, {"id": "2", "text": "e"}]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_the_encoding_is_found_out_and_a_byte_order_mark_is_no_part_of_a_name(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "data.csv"
    path.write_text("größe,b\nü,1\n", encoding=encoding)
    assert rows(path) == [{"größe": "ü", "b": "1"}]


def test_what_is_told_is_not_found_out(tmp_path: Path) -> None:
    path = tmp_path / "data.csv"
    path.write_bytes("a,b;c\nä,1;2\n".encode("latin-1"))
    assert rows(path, delimiter=";", encoding="latin-1") == [{"a,b": "ä,1", "c": "2"}]


def test_one_column_needs_no_delimiter(tmp_path: Path) -> None:
    path = tmp_path / "data.csv"
    path.write_text("name\nx\ny\n")
    assert rows(path) == [{"name": "x"}, {"name": "y"}]


def test_without_a_header_columns_are_numbered(tmp_path: Path) -> None:
    path = tmp_path / "data.csv"
    path.write_text("1,2\n3,4\n")
    assert rows(path, header=False)[1] == {"column 1": "3", "column 2": "4"}


def test_names_that_stand_twice_or_are_missing_become_different(tmp_path: Path) -> None:
    path = tmp_path / "data.csv"
    path.write_text("id,id,,id\na,b,c,d\n")
    assert rows(path) == [{"id": "a", "id (2)": "b", "column 3": "c", "id (3)": "d"}]


def test_line_breaks_within_quotes_and_empty_lines_keep_the_line_numbers_right(tmp_path: Path) -> None:
    path = tmp_path / "data.csv"
    path.write_text('a,b\n"1\n2",x\n\n3,y\n')
    file = open_data_file(path, CsvOptions())
    assert [row["a"] for row in texts(file)] == ["1\n2", "3"]
    assert [file.where(number) for number in (1, 2)] == [f"{path}:2", f"{path}:5"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a,b\n1,2\n3\n", ":3: 1 cells where the header has 2"),
        ("a,b\n1,2\n3,4,5\n", ":3: 3 cells where the header has 2"),
        ('a,b\n1,"2\n', ":2: the quote opened in column 2 is never closed"),
        ("1,2\n3,4\n", ":1: the first line should name the columns, but holds the number 1"),
        ("", ": the file is empty"),
    ],
)
def test_a_faulty_file_is_refused_with_its_line(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "data.csv"
    path.write_text(text)
    with pytest.raises(ProjectError, match=re.escape(message)) as caught:
        rows(path)
    assert str(path) in caught.value.message
    assert caught.value.remedy


def test_bytes_that_the_encoding_does_not_know_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "data.csv"
    path.write_bytes(b"a,b\n" + b"x,1\n" * 20_000 + b"\xff\xff,2\n")
    with pytest.raises(ProjectError, match="not UTF-8 text") as caught:
        rows(path)
    assert "--encoding" in (caught.value.remedy or "")


def test_a_file_that_is_not_there_or_of_an_unknown_kind_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ProjectError, match="no such file"):
        rows(tmp_path / "missing.csv")
    (tmp_path / "data.xlsx").write_text("x")
    with pytest.raises(ProjectError, match=r"“\.xlsx” is not known"):
        rows(tmp_path / "data.xlsx")
    with pytest.raises(ProjectError, match="not a file"):
        rows(tmp_path)


def test_an_encoding_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "data.csv"
    path.write_text("a\nx\n")
    with pytest.raises(ProjectError, match="there is no encoding “utf-9”"):
        rows(path, encoding="utf-9")
