"""What the manual says of data files is so."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pipegen.cli import app
from pipegen.config import setting_keys
from pipegen.datafile import DEFAULT_NULLS, CsvOptions, RowEncoder, open_data_file, profile_file
from pipegen.datafile.files.kinds import DATE_FORMATS, TIMESTAMP_FORMATS
from pipegen.errors import ProjectError
from tests.unit.data_files import unheard, write_csv

TEXT = (Path(__file__).parents[2] / "docs" / "data-files.md").read_text(encoding="utf-8")


def listed(start: str, end: str) -> list[str]:
    """What stands in code between two places of the page."""
    return re.findall(r"`([^`]+)`", TEXT.partition(start)[2].partition(end)[0])


def test_the_example_is_what_init_prints(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write_csv(Path("sales.csv"), 70)
    printed = CliRunner().invoke(app, ["init", "sales", "--input-csv", "sales.csv"]).output.replace("\u2009", " ")
    shown = "\n".join(line.rstrip() for line in printed.splitlines()[:7])
    assert f"```\n{shown}\n```" in TEXT


def test_every_format_and_every_null_is_listed_and_no_other() -> None:
    assert listed("- dates:", "\n") == list(DATE_FORMATS)
    assert listed("- timestamps:", "\n") == list(TIMESTAMP_FORMATS)
    assert ["", *listed("these texts mean null: nothing at all,", ". `feed.null_values`")] == list(DEFAULT_NULLS)


@pytest.mark.parametrize("row", re.findall(r"^\| `\w+`.* \| `.+`.* \| .* \| .* \|$", TEXT, flags=re.MULTILINE))
def test_the_written_forms_in_the_table_have_the_type_beside_them(tmp_path: Path, row: str) -> None:
    kinds, written, *_ = (cell.strip() for cell in row.strip("|").split(" | "))
    path = tmp_path / "forms.csv"
    values = re.findall(r"`([^`]+)`", written.partition(";")[0])
    path.write_text("value,row\n" + "".join(f"{value},x\n" for value in values))
    found = profile_file(open_data_file(path, CsvOptions()), on_progress=unheard).columns[0]
    assert f"`{found.kind}`" in kinds


def test_every_setting_and_flag_on_the_page_exists() -> None:
    keys = set(
        re.findall(
            r"feed\.(?:file|mode|loop|time_column|speed|delimiter|encoding|header_line|header|skip_lines|null_values)",
            TEXT,
        )
    )
    assert keys
    assert keys <= set(setting_keys())
    commands = (Path(__file__).parents[2] / "docs" / "commands.md").read_text(encoding="utf-8")
    flags = set(re.findall(r"--[a-z][a-z-]+", TEXT))
    assert {flag for flag in flags if flag not in commands} == set()


def test_the_sentences_in_the_table_of_faults_are_those_of_the_program(tmp_path: Path) -> None:
    schema = {
        "type": "record",
        "name": "Flight",
        "fields": [
            {"name": "day", "type": {"type": "int", "logicalType": "date"}, "pipegen_format": "%d.%m.%Y"},
            {"name": "dest", "type": "string"},
        ],
    }
    told = []
    for text in (
        "day,dest\n" + "1.1.2013,A\n" * 7 + "31.2.2013,A\n",
        "day,dest\n" + "1.1.2013,A\n" * 7 + "1.1.2013,\n",
    ):
        path = tmp_path / "flights.csv"
        path.write_text(text)
        file = open_data_file(path, CsvOptions())
        encoder = RowEncoder(file, schema, key_field=None)
        with pytest.raises(ProjectError) as caught:
            list(encoder.encoded())
        told.append(caught.value.message.replace(f"{tmp_path}/", ""))
    assert [sentence for sentence in told if f"| `{sentence}` |" not in TEXT] == []
