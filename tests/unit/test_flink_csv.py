"""The copy of a data file that Flink reads by itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipegen.datafile import CsvOptions, open_data_file
from pipegen.datafile.rows.encoder import RowEncoder
from pipegen.datafile.rows.flink_csv import write_flink_csv
from pipegen.errors import ProjectError
from tests.unit.data_files import SCHEMA, go_on, write_file


def write(folder: Path, rows: int, target: Path | None = None) -> tuple[int, list[str]]:
    """The lines of the copy of so many sales."""
    file = open_data_file(write_file(folder / "sales.ndjson", rows), CsvOptions())
    target = target or folder / "rows.csv"
    written = write_flink_csv(RowEncoder(file, SCHEMA, key_field=None), SCHEMA, target, on_rows=go_on)
    return written, target.read_text(encoding="utf-8").splitlines()


def test_every_row_is_a_line_in_the_order_of_the_schema_with_sqls_times(tmp_path: Path) -> None:
    written, lines = write(tmp_path, 7)
    assert (written, len(lines)) == (7, 7)
    assert lines[0] == "1,north,1.25,false,2026-03-01 12:00:00.000"
    assert lines[1] == "2,south,2.25,true,2026-03-01 12:00:00.500"
    # The seventh has no price.
    assert lines[6] == "7,south,\\N,false,2026-03-01 12:00:03.000"


def test_the_writing_can_be_ended_after_every_ten_thousand_rows(tmp_path: Path) -> None:
    file = open_data_file(write_file(tmp_path / "sales.ndjson", 20_001), CsvOptions())
    told: list[int] = []

    def once(rows: int) -> bool:
        told.append(rows)
        return rows < 20_000

    encoder = RowEncoder(file, SCHEMA, key_field=None)
    assert write_flink_csv(encoder, SCHEMA, tmp_path / "rows.csv", on_rows=once) == 20_000
    assert told == [10_000, 20_000]


def test_a_folder_that_cannot_be_written_is_named_with_the_variable_that_moves_it(tmp_path: Path) -> None:
    with pytest.raises(ProjectError, match="cannot be written: No such file") as raised:
        write(tmp_path, 1, tmp_path / "nowhere" / "rows.csv")
    assert "TMPDIR" in (raised.value.remedy or "")


def test_a_file_without_rows_is_refused(tmp_path: Path) -> None:
    (tmp_path / "sales.csv").write_text("sale,shop,price,paid,sold_at\n")
    file = open_data_file(tmp_path / "sales.csv", CsvOptions())
    with pytest.raises(ProjectError, match="no rows"):
        write_flink_csv(RowEncoder(file, SCHEMA, key_field=None), SCHEMA, tmp_path / "rows.csv", on_rows=go_on)
