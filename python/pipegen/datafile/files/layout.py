"""How a CSV file is laid out: delimiter, quotes, lines above the table, header. Told, or guessed from its beginning.

DuckDB's own sniffer is not asked: of files as people have them it takes titles and numbers for the wrong header, drops
quotes, and reads one column where a line differs. Everything is decided here, and each guess is told.
"""

from __future__ import annotations

import csv
import itertools
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pipegen.datafile.files.kinds import DEFAULT_NULLS, NUMBER
from pipegen.datafile.files.names import unique_columns
from pipegen.datafile.files.plain_text import PlainText
from pipegen.errors import ProjectError

NO_QUOTE: Final = "none"
_USUAL: Final = ",;\t|"
_UNUSUAL: Final = "^~:\x01\x1f"
_ALIKE: Final = 0.6
_MOST_TITLES: Final = 30
_SAMPLE_ROWS: Final = 500
_NUMBER: Final = re.compile(NUMBER)
_DECIMAL_COMMA: Final = re.compile(r"[+-]?\d+(?:\.\d{3})*,\d+")
_TIME: Final = re.compile(r"\d{1,4}[-./]\d{1,2}[-./]\d{1,4}(?:[T ]\d{1,2}:\d{2}.*)?|\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?")
NAMES: Final = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar", " ": "blank"}


@dataclass(frozen=True, slots=True)
class CsvOptions:
    """What is told about a CSV file; None is found out.

    Attributes:
        delimiter: Between two cells.
        encoding: Python's name of the encoding.
        header: Whether the first line of the table names the columns.
        nulls: Texts that stand for no value.
        skip_lines: Lines above the table.
        header_line: The line that names the columns, from 1; those above it are passed over.
        comment: Lines that begin with it are passed over.
        quote: Around a cell that holds a delimiter; ``none`` for no such sign.
        escape: Before a quote within quotes.
        decimal_comma: Whether numbers are written 1.234,5.
    """

    delimiter: str | None = None
    encoding: str | None = None
    header: bool | None = None
    nulls: Sequence[str] = DEFAULT_NULLS
    skip_lines: int | None = None
    header_line: int | None = None
    comment: str | None = None
    quote: str | None = None
    escape: str | None = None
    decimal_comma: bool = False


@dataclass(frozen=True, slots=True)
class CsvLayout:
    """How a CSV file is laid out.

    Attributes:
        delimiter: Between two cells.
        quote: Around a cell that holds a delimiter; empty for none.
        escape: Before a quote within quotes.
        comment: Lines that begin with it are passed over.
        skip_lines: Lines above the first row, the header among them.
        header_line: The line of the header, from 1; None without one.
        columns: Their names, all different.
        trailing: Whether each row ends in a delimiter, after which nothing stands.
        notes: What was guessed.
    """

    delimiter: str
    quote: str
    escape: str
    comment: str | None
    skip_lines: int
    header_line: int | None
    columns: tuple[str, ...]
    trailing: bool
    notes: tuple[str, ...]


def layout_of(path: Path, text: PlainText, options: CsvOptions) -> CsvLayout:
    """The layout of a file.

    Raises:
        ProjectError: the file is empty, or nobody can know whether its first line is a header.
    """
    return _Finder(path, text, options).layout()


@dataclass(frozen=True, slots=True)
class _Line:
    """A row of the sample, and the physical lines that it takes."""

    first: int
    last: int
    cells: list[str]

    @property
    def filled(self) -> int:
        return sum(bool(cell.strip()) for cell in self.cells)


class _Finder:
    def __init__(self, path: Path, text: PlainText, options: CsvOptions) -> None:
        self._path = path
        self._options = options
        self._notes: list[str] = []
        self._lines = text.sample.splitlines(keepends=True)
        if not text.whole and len(self._lines) > 1:
            self._lines.pop()  # probably cut in two
        self._quote = {None: '"', NO_QUOTE: ""}.get(options.quote, options.quote or "")
        self._escape = options.escape or self._found_escape(text.sample)

    def layout(self) -> CsvLayout:
        options = self._options
        skip = options.skip_lines if options.header_line is None else options.header_line - 1
        skip = skip or 0
        delimiter = options.delimiter
        told = self._excel_delimiter(skip)
        if told is not None:
            delimiter, skip = delimiter or told, skip + 1
        comment = options.comment or self._found_comment(skip, delimiter)
        if delimiter is None:
            delimiter = self._found_delimiter(skip, comment)
        rows = self._rows(delimiter, skip, comment)
        if not rows:
            raise ProjectError(f"{self._path}: the file is empty", remedy="Name a file with a header line and rows.")
        if options.skip_lines is None and options.header_line is None:
            rows = self._without_titles(rows)
        return self._with_header(delimiter, comment, rows)

    def _found_escape(self, sample: str) -> str:
        # One that ends a cell is a backslash before the closing quote, as of a Windows folder.
        within = re.search(rf"\\{re.escape(self._quote)}(?![,;|\t\n^~]|\Z)", sample)
        if self._quote and within and f"{self._quote}{self._quote}" not in sample:
            self._notes.append(
                f"\\{self._quote} is read as a quote within quotes; --escape {self._quote} if that is wrong"
            )
            return "\\"
        return self._quote

    def _excel_delimiter(self, skip: int) -> str | None:
        first = self._lines[skip].rstrip("\n") if skip < len(self._lines) else ""
        match = re.fullmatch(r"sep=(.)", first.strip('"'), flags=re.DOTALL)
        if match is None:
            return None
        self._notes.append(f"line {skip + 1} says that the delimiter is “{match[1]}”")
        return match[1]

    def _found_comment(self, skip: int, delimiter: str | None) -> str | None:
        """``#``, where the first lines begin with it and are not as wide as the table below."""
        lines = [line for line in self._lines[skip:] if line.strip()]
        head = [line for line in lines if line.startswith("#")]
        rest = [line for line in lines if not line.startswith("#")]
        if not lines or not lines[0].startswith("#") or not rest:
            return None
        sign = delimiter or max(_USUAL, key=rest[0].count)
        if rest[0].count(sign) and head[0].count(sign) == rest[0].count(sign):
            return None
        self._notes.append('lines that begin with “#” are passed over; --comment "" reads them')
        return "#"

    def _found_delimiter(self, skip: int, comment: str | None) -> str:
        lines = [line for line in self._lines[skip:] if line.strip() and not (comment and line.startswith(comment))]
        if self._path.suffix.lower() in {".tsv", ".tab"} and any("\t" in line for line in lines[:20]):
            return "\t"
        scores = [(self._score(sign, skip, comment), -rank, sign) for rank, sign in enumerate(_USUAL + _UNUSUAL)]
        best = max(scores)
        if best[0] > 0:
            if best[2] in _UNUSUAL:
                self._notes.append(
                    f"the delimiter is taken to be “{_shown(best[2])}”; name --delimiter if that is wrong"
                )
            return best[2]
        often = next((sign for sign in ";\t|,^~" if sum(sign in line for line in lines) > len(lines) // 2), None)
        if often is not None:
            self._notes.append(f"one column: is it delimited by “{_shown(often)}”? Then name --delimiter")
        # A sign that no line holds: a single column may hold commas.
        return next((sign for sign in ",;|" if not any(sign in line for line in lines)), "\x1f")

    def _score(self, sign: str, skip: int, comment: str | None) -> float:
        """How well a delimiter splits the sample: rows alike wide, cells that look like cells. 0 for not at all."""
        rows = self._rows(sign, skip, comment)
        width, count = Counter(len(row.cells) for row in rows).most_common(1)[0] if rows else (1, 0)
        alike = count / max(len(rows), 1)
        if width < 2 or alike < (_ALIKE if sign in _USUAL else 1):
            return 0
        first = next((index for index, row in enumerate(rows) if len(row.cells) == width), 0)
        if first > _MOST_TITLES or not any(abs(len(row.cells) - width) <= 1 for row in rows[: first + 1]):
            return 0
        cells = [cell.strip() for row in rows if len(row.cells) == width for cell in row.cells]
        clean = sum(_is_number(cell) or not any(other in cell for other in _USUAL) for cell in cells) / len(cells)
        typed = sum(not cell or _is_number(cell) or _is_time(cell) for cell in cells) / len(cells)
        return alike * (3 * clean + typed)

    def _rows(self, delimiter: str, skip: int, comment: str | None) -> list[_Line]:
        rows: list[_Line] = []
        reader = csv.reader(
            self._lines[skip:],
            delimiter=delimiter,
            quotechar=self._quote or None,
            quoting=csv.QUOTE_MINIMAL if self._quote else csv.QUOTE_NONE,
            doublequote=self._escape == self._quote,
            escapechar=None if self._escape == self._quote else self._escape,
            skipinitialspace=bool(self._quote),
        )
        first = skip + 1
        try:
            for cells in reader:
                last = skip + reader.line_num
                line = self._lines[first - 1] if first <= len(self._lines) else ""
                if any(cell.strip("\x1a \t") for cell in cells) and not (comment and line.startswith(comment)):
                    rows.append(_Line(first, last, cells))
                first = last + 1
                if len(rows) >= _SAMPLE_ROWS:
                    break
        except csv.Error:
            pass  # what can be read is enough to guess by; reading tells what is wrong
        return rows

    def _without_titles(self, rows: list[_Line]) -> list[_Line]:
        """Leaves out lines above the table: they are narrower, or have one cell where the next lines have all."""
        width = Counter(len(row.cells) for row in rows).most_common(1)[0][0]
        start = next((index for index, row in enumerate(rows) if len(row.cells) == width), 0)
        # A header that is one name short stands over rows of numbers; a title stands over the header.
        if start == 1 and len(rows[0].cells) == width - 1 and (_looks_like_row(rows[1]) or len(rows) == 2):
            start = 0
        if start == 1 and len(rows[0].cells) == width + 1 and not rows[0].cells[-1].strip():
            start = 0
        if width > 1 and start == 0 and len(rows) > 2 and len(rows[0].cells) == width and rows[0].filled == 1:
            second = rows[1]
            if rows[0].cells[0].strip() and second.filled == len(second.cells) and not _looks_like_row(second):
                start = 1
        if width < 2 or not 0 < start <= _MOST_TITLES:
            return rows
        what = "line 1 is" if rows[start].first == 2 else f"lines 1 to {rows[start].first - 1} are"
        self._notes.append(f"{what} taken for a title and passed over; --skip-lines says how many lines to pass over")
        return rows[start:]

    def _with_header(self, delimiter: str, comment: str | None, rows: list[_Line]) -> CsvLayout:
        head, body = rows[0], rows[1:]
        has_header = self._options.header
        if self._options.header_line is not None:
            has_header = True
        if has_header is None:
            has_header = self._is_header(head, body)
        below = body if has_header else rows
        width = Counter(len(row.cells) for row in below).most_common(1)[0][0] if below else len(head.cells)
        ends = [row.cells[-1].strip() for row in below if len(row.cells) == width]
        names = head.cells if has_header else []
        trailing = False
        if not has_header:
            columns = tuple(f"column {number}" for number in range(1, width + 1))
        else:
            if len(names) == width + 1 and not names[-1].strip():
                names = names[:-1]
            elif len(names) == width - 1 and len(below) * 1.0 == sum(len(row.cells) == width for row in below):
                trailing = not any(ends)
                if not trailing:
                    names = ["", *names]
                    self._notes.append(
                        "the header has one name less than the rows have cells: the first column has none"
                    )
            columns = tuple(unique_columns(names))
            if sum(bool(name.strip()) for name in names) == 1 < len(names):
                self._notes.append("the header names one column only; --header-line says which line is the header")
        return CsvLayout(
            delimiter=delimiter,
            quote=self._quote,
            escape=self._escape,
            comment=comment,
            skip_lines=head.last if has_header else head.first - 1,
            header_line=head.first if has_header else None,
            columns=columns,
            trailing=trailing,
            notes=tuple(self._notes),
        )

    def _is_header(self, head: _Line, body: Sequence[_Line]) -> bool:
        """Whether the first line names the columns.

        Raises:
            ProjectError: it holds numbers or times, and the rows below do not tell.
        """
        cells = [cell.strip() for cell in head.cells]
        data = [next((cell for cell in cells if _is_number(cell)), None), next(filter(_is_time, cells), None)]
        if data == [None, None] or _told_by_rows(cells, body):
            return True
        number, time = data
        what = f"the number {number}" if number is not None else f"the time {time}"
        raise ProjectError(
            f"{self._path}:{head.first}: the first line should name the columns, but holds {what}",
            remedy="Use --header if it does name them, --no-header if the file has no header, or --header-line N.",
        )


def _told_by_rows(cells: list[str], body: Sequence[_Line]) -> bool:
    """Whether the rows differ from the first line as rows differ from a header."""
    below = [[cell.strip() for cell in row.cells] for row in body if len(row.cells) in {len(cells), len(cells) + 1}]
    if not below:
        return False
    shift = 1 if len(below[0]) == len(cells) + 1 else 0
    columns = [[row[index + shift] for row in below if len(row) == len(cells) + shift] for index in range(len(cells))]
    for cell, values in zip(cells, columns, strict=True):
        filled = [value for value in values if value]
        if cell and not _is_number(cell) and not _is_time(cell) and filled and all(map(_is_number, filled)):
            return True
    numbered = [index for index, cell in enumerate(cells) if re.fullmatch(r"\d{1,9}", cell)]
    if not numbered or any(_is_number(cell) for index, cell in enumerate(cells) if index not in numbered):
        return False
    numbers = [int(cells[index]) for index in numbered]
    if not _steady(numbers):
        return all(1800 <= number <= 2200 for number in numbers) and not any(
            re.fullmatch(r"(?:18|19|20|21)\d\d", value) for index in numbered for value in columns[index]
        )
    rows = [[row[index + shift] for index in numbered] for row in below if len(row) == len(cells) + shift]
    whole = [all(re.fullmatch(r"\d{1,9}", value) for value in row) for row in rows]
    if not all(whole) or not all(_steady([int(value) for value in row]) for row in rows):
        return True
    return all(1800 <= number <= 2200 for number in numbers) and not any(
        1800 <= int(value) <= 2200 for row in rows for value in row
    )


def _steady(numbers: Sequence[int]) -> bool:
    steps = {after - before for before, after in itertools.pairwise(numbers)}
    return len(steps) == 1 and steps.pop() > 0


def _looks_like_row(row: _Line) -> bool:
    return any(_is_number(cell.strip()) or _is_time(cell.strip()) for cell in row.cells)


def _is_number(cell: str) -> bool:
    return _NUMBER.fullmatch(cell) is not None or _DECIMAL_COMMA.fullmatch(cell) is not None


def _is_time(cell: str) -> bool:
    return _TIME.fullmatch(cell) is not None


def _shown(sign: str) -> str:
    return sign if sign.isprintable() else f"\\x{ord(sign):02x}"
