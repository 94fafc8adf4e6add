"""Types, nulls and statistics of a CSV file's columns are those of all its rows."""

from __future__ import annotations

import tracemalloc
from pathlib import Path

import pytest

from pipegen.datafile import ColumnProfile, CsvOptions, FileProfile, open_data_file, profile_file
from tests.unit.data_files import unheard, write_csv, write_file

FIELDS = {"Sale": "int", "shop": "string", "price": "double", "paid": "boolean", "sold at": "timestamp"}


def profile(path: Path, **options: object) -> FileProfile:
    file = open_data_file(path, CsvOptions(**options))  # type: ignore[arg-type]
    return profile_file(file, on_progress=unheard)


def column(tmp_path: Path, *cells: str, **options: object) -> ColumnProfile:
    """The profile of a file with one column, beside another that is never empty."""
    path = tmp_path / "one.csv"
    path.write_text("value,row\n" + "".join(f"{cell},x\n" for cell in cells))
    return profile(path, **options).columns[0]


def test_every_type_is_found_and_the_statistics_are_exact(tmp_path: Path) -> None:
    found = profile(write_csv(tmp_path / "sales.csv", 700))
    assert found.rows == 700
    assert {each.name: each.kind for each in found.columns} == FIELDS
    by_name = {each.name: each for each in found.columns}
    assert [each.name for each in found.columns if each.nullable] == ["price"]
    assert by_name["price"].null_ratio == pytest.approx(100 / 700)
    assert by_name["price"].numbers is not None
    assert (by_name["price"].numbers.minimum, by_name["price"].numbers.maximum) == (1.25, 50.25)
    assert by_name["price"].numbers.decimals == 2
    assert by_name["shop"].frequent == (("south", 350), ("north", 175), ("west", 175))
    assert by_name["Sale"].distinct == 700
    assert by_name["Sale"].numbers is not None
    assert by_name["Sale"].numbers.step == 1


@pytest.mark.parametrize("ending", ["ndjson", "parquet"])
def test_a_typed_file_has_the_same_columns_as_the_csv_file(tmp_path: Path, ending: str) -> None:
    found = profile(write_file(tmp_path / f"sales.{ending}", 70))
    assert [each.kind for each in found.columns] == list(FIELDS.values())
    assert [each.name for each in found.columns if each.nullable] == ["price"]


@pytest.mark.parametrize(
    ("cells", "kind"),
    [
        (["1", "-7", "2147483647"], "int"),
        (["1", "2147483648"], "long"),
        (["1", "99999999999999999999"], "string"),
        (["0.1", "3.14159265358979323846"], "string"),
        (["1", "2.5", "1e3", ".5"], "double"),
        (["007", "12"], "string"),
        (["1", "two"], "string"),
        (["True", "false"], "boolean"),
        (["yes", "No"], "boolean"),
        (["F", "M"], "string"),
        (["0", "1"], "int"),
        (["2026-01-31", "2024-02-29"], "date"),
        (["2026-01-31", "2025-02-29"], "string"),
        (["31.12.2025", "1.1.2026"], "date"),
        (["2026-01-31T10:00:00Z", "2026-01-31T10:00:00.123+02:00"], "timestamp"),
        (["2026-01-31 10:00", "2026-01-31 10:00:59"], "timestamp"),
        (["31/12/2025 23:59", "01/01/2026 00:00"], "timestamp"),
        (["12/31/2025 11:59:00 PM", "1/1/2026 1:00:00 AM"], "timestamp"),
        (["2026-01-31", "2026-01-31 10:00"], "string"),
    ],
)
def test_the_type_is_the_narrowest_that_holds_every_value(tmp_path: Path, cells: list[str], kind: str) -> None:
    assert column(tmp_path, *cells).kind == kind


@pytest.mark.parametrize("null", ["", "NA", "N/A", "NULL", "null", "None", "nan", " "])
def test_texts_that_mean_null_make_a_column_nullable_and_decide_no_type(tmp_path: Path, null: str) -> None:
    found = column(tmp_path, "1", null, "2")
    assert (found.kind, found.nulls) == ("int", 1)


def test_which_texts_mean_null_can_be_told(tmp_path: Path) -> None:
    assert column(tmp_path, "NA", "DE", nulls=[""]).nulls == 0
    assert column(tmp_path, "-", "4", nulls=["-"]).kind == "int"


def test_a_column_without_any_value_is_a_nullable_text(tmp_path: Path) -> None:
    found = column(tmp_path, "", "NA")
    assert (found.kind, found.nullable, found.distinct) == ("string", True, 0)


def test_day_and_month_that_could_be_exchanged_are_told(tmp_path: Path) -> None:
    found = column(tmp_path, "01/02/2026", "03/04/2026")
    assert (found.format, found.other_formats) == ("%d/%m/%Y", ("%m/%d/%Y",))
    found = column(tmp_path, "01/02/2026", "03/14/2026")
    assert (found.format, found.other_formats) == ("%m/%d/%Y", ())


def test_a_value_late_in_a_long_file_still_decides_the_type(tmp_path: Path) -> None:
    assert column(tmp_path, *["1"] * 20_000, "x").kind == "string"


def test_distinct_values_of_a_long_column_are_counted_within_five_percent(tmp_path: Path) -> None:
    found = column(tmp_path, *(f"c{number}" for number in range(60_000)))
    assert not found.distinct_exact
    assert found.distinct == pytest.approx(60_000, rel=0.05)


def test_a_frequent_value_is_found_among_many_others(tmp_path: Path) -> None:
    cells = [f"c{number}" if number % 4 else "often" for number in range(40_000)]
    value, count = column(tmp_path, *cells).frequent[0]
    assert value == "often"
    assert 10_000 - 40 <= count <= 10_000


def test_memory_stays_flat_however_long_the_file_is(tmp_path: Path) -> None:
    peaks = []
    for rows in (20_000, 80_000):
        path = tmp_path / "long.csv"
        path.write_text("id,name\n" + "".join(f"{number},customer {number}\n" for number in range(rows)))
        tracemalloc.start()
        profile(path)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < peaks[0] + 1_000_000
