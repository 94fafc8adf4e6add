"""Writes rows as Flink's CSV format reads them: no header, SQL's dates and times, nulls as Hive writes them."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

from pipegen.datafile.encoder import RowEncoder
from pipegen.datafile.profile import text_of
from pipegen.datafile.rows import DataFile
from pipegen.errors import ProjectError

NULL = "\\N"
_TELL_ROWS = 10_000


def write_flink_csv(file: DataFile, encoder: RowEncoder, target: Path, *, on_rows: Callable[[int], bool]) -> int:
    """Writes all rows and returns how many there are.

    Args:
        file: The file.
        encoder: Reads its rows as the project's schema says.
        target: File to write.
        on_rows: Told from time to time how many rows there are; False ends the writing.

    Raises:
        ProjectError: a row cannot be read or does not fit the schema, or the disk is full.
    """
    rows = 0
    try:
        with target.open("w", encoding="utf-8", newline="") as out:
            writer = csv.writer(out, lineterminator="\n")
            for row in file.rows():
                writer.writerow([_cell(value) for value in encoder.record(row).values()])
                rows += 1
                if rows % _TELL_ROWS == 0 and not on_rows(rows):
                    break
    except OSError as error:
        raise ProjectError(
            f"{target}: cannot be written: {error.strerror}",
            remedy="Make room there, or name another folder in the variable TMPDIR.",
        ) from None
    if not rows:
        raise ProjectError(f"{file.path}: no rows", remedy="Name a file with at least one row.")
    return rows


def _cell(value: object) -> str:
    if value is None:
        return NULL
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")[:-3]
    if isinstance(value, date):
        return value.isoformat()
    return text_of(value) or ""
