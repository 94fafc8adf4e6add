"""``pipegen init`` on the command line, for data files that need to be told something, and for odd values in them."""

from __future__ import annotations

import json
import socket
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from typer.testing import CliRunner

from pipegen.cli import app
from pipegen.config import load_settings
from pipegen.datafile.files import engine
from pipegen.errors import ProjectError

TABLE = "id;price\n1;2,5\n2;3,5\n3;4,5\n"


def init(file: Path, text: str | bytes, *options: str) -> Result:
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return CliRunner().invoke(app, ["init", "p", "--input-csv", str(file), *options])


def rows_of() -> list[dict[str, Any]]:
    """The first fields' types, as the project's schema has them."""
    return list(json.loads(Path("p/schemas/input.avsc").read_text())["fields"])


@pytest.fixture(autouse=True)
def _in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_with_strict_a_guess_is_an_error_before_anything_is_written() -> None:
    nearly = "id,level\n" + "".join(f"{row},{row}\n" for row in range(60)) + "60,?\n"
    told = init(Path("x.csv"), nearly)
    assert told.exit_code == 0
    assert "note: " in told.output
    strict = init(Path("y.csv"), nearly, "--dir", "q", "--strict")
    assert isinstance(strict.exception, ProjectError)
    assert "y.csv: guessed, and --strict is on:" in strict.exception.message
    assert "62" in strict.exception.message
    assert not Path("q").exists()


@pytest.mark.parametrize(
    ("text", "options"),
    [
        (f"Report of May\n\n{TABLE}", ["--header-line", "3", "--delimiter", ";", "--decimal-comma"]),
        (f"one\ntwo\n{TABLE}", ["--skip-lines", "2", "--delimiter", ";", "--decimal-comma"]),
        (TABLE.replace("2;3", "% a remark\n2;3"), ["--comment", "%", "--delimiter", ";", "--decimal-comma"]),
        (TABLE.replace("3,5", "|3,5|"), ["--quote", "|", "--delimiter", ";", "--decimal-comma"]),
        (TABLE.replace("3,5", "none"), ["--null-values", "none", "--delimiter", ";", "--decimal-comma"]),
        (TABLE.encode("utf-16"), ["--encoding", "utf-16", "--delimiter", ";", "--decimal-comma"]),
    ],
)
def test_each_option_about_the_layout_is_heeded_and_kept(text: str | bytes, options: list[str]) -> None:
    result = init(Path("x.csv"), text, *options)
    assert result.exit_code == 0, result.output
    assert [field["name"] for field in rows_of()] == ["id", "price"]
    assert "double" in json.dumps(rows_of()[1]["type"])
    feed = load_settings(project_dir=Path("p"), flags={}, environ={}).settings.feed
    name = options[0].removeprefix("--").replace("-", "_")
    assert str(getattr(feed, name)) in {options[1], f"['', '{options[1]}']"}
    validated = CliRunner().invoke(app, ["validate", "--project-dir", "p"])
    assert validated.exit_code == 0, validated.output


QUOTED = 'id,text\n1,"say ^"hi^", twice"\n2,"C:\\temp\\"\n3,plain\n'


def test_a_sign_before_quotes_is_heeded_and_kept() -> None:
    result = init(Path("x.csv"), QUOTED, "--escape", "^")
    assert result.exit_code == 0, result.output
    assert load_settings(project_dir=Path("p"), flags={}, environ={}).settings.feed.escape == "^"
    assert CliRunner().invoke(app, ["validate", "--project-dir", "p"]).exit_code == 0
    assert set(rows_of()[1]["pipegen"]["one_of"]) == {'say "hi", twice', "C:\\temp\\", "plain"}


def test_without_the_sign_before_quotes_the_file_is_refused_with_the_option_that_mends_it() -> None:
    result = init(Path("x.csv"), QUOTED)
    assert isinstance(result.exception, ProjectError)
    assert "x.csv:2: " in result.exception.message
    assert "--escape" in str(result.exception.remedy)
    assert not Path("p").exists()


@pytest.mark.parametrize("folder", ['"C:\\temp\\"', '"\\\\server\\share\\"'])
def test_a_backslash_at_the_end_of_a_cell_is_no_sign_before_the_quote(folder: str) -> None:
    result = init(Path("x.csv"), f"id,folder\n1,{folder}\n2,{folder}\n3,x\n")
    assert result.exit_code == 0, result.output
    assert folder.strip('"') in rows_of()[1]["pipegen"]["one_of"]


@pytest.mark.parametrize("day", ["0000-01-01", "10000-01-01", "2026-02-30", "2026-13-01"])
def test_a_day_that_there_is_not_makes_no_date_and_is_told(day: str) -> None:
    days = "".join(f"{row},2026-03-{row % 28 + 1:02}\n" for row in range(60))
    result = init(Path("x.csv"), f"id,day\n{days}60,{day}\n")
    assert result.exit_code == 0, result.output
    assert rows_of()[1]["type"] == "string"
    told = " ".join(result.output.split())
    assert f"column day: 1 of 61 values are not dates, first on line 62: “{day}”" in told, told


def test_a_column_without_values_is_shown_as_null_throughout_and_runs() -> None:
    result = init(Path("x.csv"), "id,gone\n1,\n2,\n3,\n")
    assert "100 %" in next(line for line in result.output.splitlines() if line.startswith("gone"))
    generated = CliRunner().invoke(app, ["generate", "-n", "20", "--project-dir", "p"])
    assert {json.loads(line)["gone"] for line in generated.stdout.splitlines()} == {None}


@pytest.mark.parametrize("value", ["[/INST] hello", "[bold]x[/bold]", "a\x1b[2Jb"])
def test_values_that_look_like_markup_are_shown_as_they_stand(value: str) -> None:
    result = init(Path("x.csv"), f"id,text\n1,{value}\n2,{value}\n")
    assert result.exit_code == 0, result.output
    assert value.replace("\x1b", "\\x1b") in result.output


@pytest.mark.parametrize("year", ["0001", "0800", "1066", "9999"])
def test_days_of_every_year_that_there_is_are_days(year: str) -> None:
    result = init(Path("x.csv"), f"id,day\n1,{year}-03-01\n2,{year}-03-02\n")
    assert f"{year}-03-01 … {year}-03-02" in result.output
    assert rows_of()[1]["type"] == {"type": "int", "logicalType": "date"}
    assert CliRunner().invoke(app, ["validate", "--project-dir", "p"]).exit_code == 0


def test_no_extension_is_loaded_or_fetched_for_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("the network was used")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    assert init(Path("x.csv"), TABLE, "--delimiter", ";").exit_code == 0
    connection = engine.connect()
    settings = connection.execute(
        "SELECT name, value FROM duckdb_settings() WHERE name IN "
        "('autoinstall_known_extensions', 'autoload_known_extensions')"
    ).fetchall()
    assert {value for _, value in settings} == {"false"}
    with pytest.raises(Exception, match=r"(?i)extension|not found|configuration"):
        connection.execute("SELECT * FROM read_csv('https://127.0.0.1:1/x.csv')")
