"""``pipegen init`` makes a project of a data file that validates and plans as it is."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from typer.testing import CliRunner

from pipegen.cli import app
from pipegen.config import load_settings
from pipegen.errors import ProjectError, SettingsError
from tests.unit.data_files import write_csv, write_file


def pipegen(*arguments: str) -> Result:
    return CliRunner().invoke(app, [*arguments], catch_exceptions=False)


def init(*arguments: str) -> str:
    result = pipegen("init", *arguments)
    assert result.exit_code == 0, result.output
    return result.output


def feed_of(project: str) -> Any:
    return load_settings(project_dir=Path(project), flags={}, environ={}).settings.feed


@pytest.fixture(autouse=True)
def _in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize("ending", ["csv", "ndjson", "avro", "parquet"])
@pytest.mark.parametrize("mode", ["kafka", "filesystem"])
def test_a_project_of_any_data_file_validates_without_a_warning(ending: str, mode: str) -> None:
    write_file(Path(f"sales.{ending}"), 100)
    init("nyc-sales", "--input-file", f"sales.{ending}", "--csv-mode", mode)
    result = pipegen("validate", "--project-dir", "nyc-sales")
    assert result.exit_code == 0, result.output
    assert "0 errors, 0 warnings" in result.output
    assert (feed_of("nyc-sales").file, feed_of("nyc-sales").mode) == (Path(f"../sales.{ending}"), mode)
    assert pipegen("run", "--dry-run", "--project-dir", "nyc-sales").exit_code == 0


def test_init_says_what_it_found(tmp_path: Path) -> None:
    write_csv(tmp_path / "sales.csv", 70)
    lines = init("sales", "--input-csv", "sales.csv").splitlines()
    assert lines[0] == "sales.csv: 70 rows, 5 columns (utf-8, delimiter comma, header in line 1)"
    table = {line.split()[0]: line.split()[1:] for line in lines[2:7]}
    assert table["Sale"] == ["int", "70", "1", "…", "70"]
    assert table["price"][:3] == ["double", "14", "%"]
    assert table["shop"] == ["string", "3", "south,", "north,", "west"]


def test_the_schema_is_named_after_the_pipeline_and_carries_hints() -> None:
    write_csv(Path("sales.csv"), 70)
    init("nyc-sales", "--input-csv", "sales.csv")
    schema = json.loads(Path("nyc-sales/schemas/input.avsc").read_text())
    assert schema["name"] == "NycSales"
    shop = next(field for field in schema["fields"] if field["name"] == "shop")
    assert list(shop["pipegen"]["one_of"]) == ["south", "north", "west"]


def test_an_avro_file_keeps_its_own_schema() -> None:
    write_file(Path("sales.avro"), 3)
    init("sales", "--input-file", "sales.avro")
    assert json.loads(Path("sales/schemas/input.avsc").read_text())["name"] == "Sale"


def test_a_file_is_found_from_wherever_the_project_is_written() -> None:
    write_csv(Path("sales.csv"), 3)
    init("sales", "--input-csv", str(Path("sales.csv").absolute()), "--dir", "some/where")
    named = feed_of("some/where").file
    assert not named.is_absolute()
    assert Path("some/where", named).samefile("sales.csv")


def test_what_was_told_of_a_file_is_kept_in_the_settings() -> None:
    Path("data.txt").write_bytes("1#ä\n2#ö\n".encode("latin-1"))
    init("data", "--input-csv", "data.txt", "--delimiter", "#", "--encoding", "latin-1", "--no-header")
    kept = feed_of("data")
    assert (kept.delimiter, kept.encoding, kept.header) == ("#", "latin-1", False)
    assert pipegen("run", "--dry-run", "--project-dir", "data").exit_code == 0


def test_dates_that_could_be_read_in_two_ways_are_pointed_out() -> None:
    Path("days.csv").write_text("day,row\n01/02/2026,x\n")
    assert "every value fits %d/%m/%Y and also %m/%d/%Y" in init("days", "--input-csv", "days.csv")


def test_the_whole_file_is_sent_at_its_own_times() -> None:
    write_csv(Path("sales.csv"), 100)
    init("sales", "--input-csv", "sales.csv")
    settings = Path("sales/.pipegen.yaml")
    assert "  # time_column: sold_at" in settings.read_text()
    settings.write_text(settings.read_text().replace("# time_column: sold_at", "time_column: sold_at"))
    result = pipegen("run", "--dry-run", "--project-dir", "sales", "--speed", "0.5")
    assert result.exit_code == 0, result.output
    total = next(line for line in result.output.splitlines() if line.startswith("total"))
    assert total.split()[1:] == ["0s", "1m39s200ns", "100"]


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        (["--input-csv", "gone.csv"], ProjectError, r"gone\.csv: no such file"),
        (["--input-csv", "ragged.csv"], ProjectError, r"ragged\.csv:3: 1 cells where the header has 2"),
        (["--input-csv", "header.csv"], ProjectError, r"header\.csv: no rows"),
        (["--input-file", "data.xml"], ProjectError, r"“\.xml” is not known"),
        (["--input-csv", "a.csv", "--input-file", "b.csv"], SettingsError, "both name a file"),
        (["--csv-mode", "kafka"], SettingsError, "none is named"),
        (["--input-csv", "header.csv", "--delimiter", ";;"], SettingsError, "“;;” is not one character"),
        (["--input-csv", "header.csv", "--input-schema", "x.avsc"], SettingsError, "the schema of a data file"),
    ],
)
def test_a_file_that_cannot_be_used_leaves_nothing_behind(
    arguments: list[str], error: type[Exception], message: str
) -> None:
    Path("ragged.csv").write_text("a,b\n1,2\n3\n")
    Path("header.csv").write_text("a,b\n")
    Path("data.xml").write_text("<a/>")
    with pytest.raises(error, match=message):
        init("data", *arguments)
    assert not Path("data").exists()


@pytest.mark.parametrize(
    ("section", "message"),
    [
        ("pipeline:\n  value_format: json\n", "pipeline.value_format: the rows of a data file are sent as Avro"),
        ("faults:\n  corrupt: 1%\n", "faults: corrupt: faults are injected into generated records"),
        ("pipeline:\n  key: {zipf: 1.1, pool: 10}\n", "pipeline.key: the key of a row is one of its fields"),
        ("pipeline:\n  key_field: gone\n", "pipeline.key_field: the schema has no field “gone”"),
        ("pipeline:\n  key: {field: gone}\n", "pipeline.key: the schema has no field “gone”"),
    ],
)
def test_what_only_generated_records_can_do_is_refused(section: str, message: str) -> None:
    write_csv(Path("sales.csv"), 3)
    init("sales", "--input-csv", "sales.csv")
    Path("sales/.pipegen.yaml").write_text(f'feed:\n  file: "../sales.csv"\n{section}')
    with pytest.raises(SettingsError, match=re.escape(message)) as caught:
        pipegen("run", "--dry-run", "--project-dir", "sales")
    assert ".pipegen.yaml:4: " in caught.value.message
    assert message in pipegen("validate", "--project-dir", "sales").output


def test_validate_names_a_file_that_is_gone_and_a_first_row_that_does_not_fit() -> None:
    write_csv(Path("sales.csv"), 3)
    init("sales", "--input-csv", "sales.csv")
    Path("sales.csv").write_text("Sale,shop,price,paid,sold at\none,a,1,true,2026-01-01T00:00:00Z\n")
    assert (
        "sales.csv:2: column “Sale”: “one” is no whole number" in pipegen("validate", "--project-dir", "sales").output
    )
    Path("sales.csv").unlink()
    result = pipegen("validate", "--project-dir", "sales")
    assert result.exit_code == 2
    assert "sales.csv: no such file" in result.output
