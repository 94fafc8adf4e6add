"""CSV files as tables of DuckDB, and lines at fault with what mends them."""

from __future__ import annotations

import csv
import itertools
import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from pipegen.datafile.files import kinds
from pipegen.datafile.files.engine import literal
from pipegen.datafile.files.layout import NAMES, CsvLayout, CsvOptions, layout_of
from pipegen.datafile.files.plain_text import ENCODING_REMEDY, PlainText, plain_text
from pipegen.datafile.files.table import MAX_CELL_BYTES, Source, Table
from pipegen.errors import ProjectError

if TYPE_CHECKING:
    import duckdb

_MAX_REJECTED: Final = 100_000


class CsvTable(Table):
    """A CSV file.

    Args:
        path: The file.
        options: What is told about it.
    """

    leaves_out_nulls = False

    def __init__(self, path: Path, options: CsvOptions) -> None:
        self._text: PlainText = plain_text(path, options.encoding)
        self.layout: CsvLayout = layout_of(path, self._text, options)
        layout = self.layout
        width = len(layout.columns) + layout.trailing
        told: dict[str, str] = {
            "columns": "{" + ", ".join(f"c{index}: 'VARCHAR'" for index in range(width)) + "}",
            "auto_detect": "false",
            "header": "false",
            "skip": str(layout.skip_lines),
            "delim": literal(layout.delimiter),
            "quote": literal(layout.quote),
            "escape": literal(layout.escape),
            "nullstr": literal("\x00none"),
            "max_line_size": str(MAX_CELL_BYTES),
            "buffer_size": str(MAX_CELL_BYTES),
            "strict_mode": "true",
            "store_rejects": "true",
            "rejects_limit": str(_MAX_REJECTED),
        }
        relation = (
            f"read_csv({literal(str(self._text.path))}, {', '.join(f'{key} = {value}' for key, value in told.items())})"
        )
        comment = f" WHERE NOT starts_with(c0, {literal(layout.comment)})" if layout.comment else ""
        nulls = ", ".join(literal(each) for each in sorted(set(options.nulls))) or literal("\x00none")
        cells = ", ".join(
            f"c{index}, trim(c{index}) AS d{index}, trim(c{index}) IN ({nulls}) AS e{index}"
            for index in range(len(layout.columns))
        )
        self._lines = relation
        relation = f"(SELECT {cells} FROM {relation}{comment})"
        sources = [_cells(name, index, options) for index, name in enumerate(layout.columns)]
        header = "no header" if layout.header_line is None else f"header in line {layout.header_line}"
        sign = NAMES.get(layout.delimiter, layout.delimiter)
        columns = f"delimiter {sign}, " if len(layout.columns) > 1 else ""
        super().__init__(
            path, relation, sources, (*self._text.notes, *layout.notes), f"{self._text.encoding}, {columns}{header}"
        )

    def where(self, row: int) -> str:
        """File and line."""
        return f"{self.path}:{self._line_of(row)}"

    def check_rows(self) -> None:
        """Refuses lines with more or fewer cells, by counting all of them."""
        with self.reading() as connection:
            connection.execute(f"SELECT count(c0) FROM {self._lines}").fetchall()

    def check(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Refuses the first line that is no row; lines of blanks and comments are passed over.

        Raises:
            ProjectError: there is one.
        """
        comment = literal(self.layout.comment) if self.layout.comment else "NULL"
        found = connection.execute(
            "SELECT line, error_type, csv_line, column_idx, line_byte_position, byte_position FROM reject_errors "
            "WHERE trim(csv_line, ' \t\r\n\x1a') <> '' "
            f"AND NOT coalesce(starts_with(ltrim(csv_line, '\r\n'), {comment}), false) ORDER BY line LIMIT 1"
        ).fetchone()
        if found is not None:
            raise self._fault(*found)

    def diagnose(self, error: duckdb.Error) -> None:
        """A row that is too long for memory."""
        if "maximum line size" in str(error).lower():
            raise ProjectError(
                f"{self.path}: a row is longer than {MAX_CELL_BYTES >> 20} MB",
                remedy="A quote is probably opened and never closed: see --quote.",
            ) from None

    def _fault(self, line: int, kind: str, text: str, column: int, start: int, byte: int) -> ProjectError:
        width = len(self.layout.columns)
        text = text.strip("\r\n")
        around = self._around(line)
        if "QUOTE" in kind:
            if "\n" in text or self.layout.quote not in text[max(byte - start, 0) + 1 :]:
                reason = f"the quote opened in column {column} is never closed"
                remedy = "Close it, or read quotes as they stand with --quote none."
            else:
                reason = f"a quote within the quotes of column {column} is not doubled"
                remedy = (
                    'Read quotes as they stand with --quote none, name the sign before them with --escape, or write "".'
                )
            return ProjectError(f"{self.path}:{line}: {reason}{around}", remedy=remedy)
        if "ENCODING" in kind or "UNICODE" in kind:
            return ProjectError(f"{self.path}:{line}: not UTF-8 text{around}", remedy=ENCODING_REMEDY)
        if "COLUMNS" in kind:
            cells = len(next(iter(self._reader([text])), []))
            sign = NAMES.get(self.layout.delimiter, self.layout.delimiter)
            return ProjectError(
                f"{self.path}:{line}: {cells} cells where the header has {width}{around}",
                remedy=f"Mend the line: a {sign} within a cell needs quotes around the cell. If the whole file looks "
                "so, name its --delimiter; --skip-lines passes over lines above the table, --comment over comments.",
            )
        return ProjectError(f"{self.path}:{line}: cannot be read as a row ({kind.lower()}){around}")

    def _around(self, line: int) -> str:
        """The line at fault between its neighbours, as they stand in the file."""
        with self._text.path.open(encoding="utf-8", errors="replace", newline="") as file:
            near = list(itertools.islice(file, max(line - 2, 0), line + 1))
        first = max(line - 1, 1)
        return "".join(f"\n{number:>7} | {_cut(text)}" for number, text in enumerate(near, start=first))

    def _reader(self, lines: Any) -> Iterator[list[str]]:
        layout = self.layout
        csv.field_size_limit(2 * MAX_CELL_BYTES)
        return csv.reader(
            lines,
            delimiter=layout.delimiter,
            quotechar=layout.quote or None,
            quoting=csv.QUOTE_MINIMAL if layout.quote else csv.QUOTE_NONE,
            doublequote=layout.escape == layout.quote,
            escapechar=None if layout.escape == layout.quote else layout.escape,
            skipinitialspace=bool(layout.quote),
        )

    def _line_of(self, row: int) -> int:
        """The line where a row begins. Only a fault asks for it, so that the file is read once more for it."""
        layout, comment = self.layout, self.layout.comment
        width = len(layout.columns) + layout.trailing
        with self._text.path.open(encoding="utf-8", errors="replace", newline="") as file:
            for _ in range(layout.skip_lines):
                file.readline()
            reader: Any = self._reader(file)
            line = start = layout.skip_lines + 1
            for cells in reader:
                start, line = line, layout.skip_lines + reader.line_num + 1
                passed = not cells or (comment and cells[0].startswith(comment))
                if passed or (len(cells) < width and not "".join(cells).strip()):
                    continue
                row -= 1
                if not row:
                    return start
        return start


def _cells(name: str, index: int, options: CsvOptions) -> Source:
    text = f"CASE WHEN NOT e{index} THEN c{index} END"
    trimmed = f"CASE WHEN NOT e{index} THEN d{index} END"
    number = kinds.with_decimal_comma(trimmed) if options.decimal_comma else trimmed
    named = f"CASE WHEN e{index} AND d{index} <> '' THEN d{index} END"
    return Source(name, text, number, trimmed, raw=text, null=named, comma=options.decimal_comma)


def _cut(text: str) -> str:
    text = text.rstrip("\r\n")
    shown = json.dumps(text, ensure_ascii=False)[1:-1].replace('\\"', '"').replace("\\\\", "\\")
    return shown if len(shown) <= 100 else f"{shown[:99]}…"
