"""Reads CSV files row by row."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, TextIO

from pipegen.datafile.dialect import CsvDialect, unreadable
from pipegen.datafile.formats import read_double
from pipegen.datafile.names import unique_columns
from pipegen.datafile.rows import Row
from pipegen.errors import ProjectError

_MAX_CELL: Final = 16 * 1024 * 1024


class CsvFile:
    """A CSV file.

    Args:
        path: The file.
        dialect: How it is written.
        nulls: Texts that stand for no value.
        header: Whether the first line names the columns; without, they are ``column 1``, ``column 2``…
    """

    typed = False
    avro_schema: dict[str, Any] | None = None

    def __init__(self, path: Path, dialect: CsvDialect, *, nulls: frozenset[str], header: bool) -> None:
        self.path = path
        self.dialect = dialect
        self.nulls = nulls
        self._has_header = header
        self._size_bytes = 0
        self._file: TextIO | None = None

    def rows(self) -> Iterator[Row]:
        """All rows; lines without any text are passed over.

        Raises:
            ProjectError: a line has more or fewer cells than the header, or cannot be decoded.
        """
        try:
            self._size_bytes = self.path.stat().st_size
            file = self.path.open(encoding=self.dialect.encoding, newline="")
        except OSError as error:
            raise unreadable(self.path, error) from None
        with file:
            self._file = file
            csv.field_size_limit(_MAX_CELL)
            reader = csv.reader(file, delimiter=self.dialect.delimiter, quotechar=self.dialect.quote, strict=True)
            try:
                yield from self._rows(reader)
            except csv.Error as error:
                raise ProjectError(
                    f"{self.path}:{reader.line_num}: {_csv_reason(error)}",
                    remedy="A quote is probably opened and never closed: mend the line.",
                ) from None
            except UnicodeDecodeError as error:
                raise ProjectError(
                    f"{self.path}:{reader.line_num + 1}: not {self.dialect.encoding} text",
                    remedy=f"Name the encoding of the file, for example --encoding latin-1 ({error.reason}).",
                ) from None
            finally:
                self._file = None

    def where(self, place: int) -> str:
        """File and line."""
        return f"{self.path}:{place}"

    def read_ratio(self) -> float | None:
        """Share of the file's bytes read."""
        if self._file is None or not self._size_bytes:
            return None
        return min(1.0, self._file.buffer.tell() / self._size_bytes)

    def _rows(self, reader: Any) -> Iterator[Row]:
        columns: list[str] = []
        width = 0
        line = 1
        for cells in reader:
            # A quoted cell may hold line breaks: the row begins one after the line where the one before ended.
            start, line = line, reader.line_num + 1
            if not columns:
                if not any(cells):
                    continue
                columns = self._columns(cells, start)
                width = len(columns)
                if self._has_header:
                    continue
            if len(cells) != width:
                if not any(cells):
                    continue
                raise self._ragged(cells, width, start)
            yield Row(start, dict(zip(columns, cells, strict=True)))
        if not columns:
            raise ProjectError(f"{self.path}: the file is empty", remedy="Name a file with a header line and rows.")

    def _columns(self, cells: list[str], line: int) -> list[str]:
        if not self._has_header:
            return [f"column {number}" for number in range(1, len(cells) + 1)]
        number = next((cell for cell in cells if _is_number(cell)), None)
        if number is not None:
            raise ProjectError(
                f"{self.path}:{line}: the first line should name the columns, but holds the number {number}",
                remedy="Add a header line, or use --no-header if the file has none.",
            )
        return unique_columns(cells)

    def _ragged(self, cells: list[str], width: int, line: int) -> ProjectError:
        return ProjectError(
            f"{self.path}:{line}: {len(cells)} cells where the header has {width}",
            remedy=f"Mend the line: a {self._delimiter_name()} within a cell needs quotes around the cell. "
            "If the whole file looks so, name its --delimiter.",
        )

    def _delimiter_name(self) -> str:
        return {",": "comma", ";": "semicolon", "\t": "tab"}.get(self.dialect.delimiter, self.dialect.delimiter)


def _is_number(cell: str) -> bool:
    try:
        read_double(cell)
    except ValueError:
        return False
    return True


def _csv_reason(error: csv.Error) -> str:
    text = str(error)
    return "the file ends within quotes" if "unexpected end of data" in text else text
