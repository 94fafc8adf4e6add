"""How a CSV file is written: encoding, delimiter, quote. Found out from its beginning, or told."""

from __future__ import annotations

import codecs
import csv
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pipegen.errors import ProjectError

_SAMPLE_BYTES: Final = 65_536
_DELIMITERS: Final = ",;\t|"
_BYTE_ORDER_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


@dataclass(frozen=True, slots=True)
class CsvDialect:
    """How a CSV file is written.

    Attributes:
        encoding: Python's name of the encoding.
        delimiter: The character between two cells.
        quote: The character around a cell that holds a delimiter.
    """

    encoding: str
    delimiter: str
    quote: str = '"'


def detect_dialect(path: Path, *, delimiter: str | None = None, encoding: str | None = None) -> CsvDialect:
    """The dialect of a file; what is told is not looked for.

    Raises:
        ProjectError: the file cannot be read, or is empty.
    """
    try:
        with path.open("rb") as file:
            sample = file.read(_SAMPLE_BYTES)
    except OSError as error:
        raise unreadable(path, error) from None
    if not sample.strip():
        raise ProjectError(f"{path}: the file is empty", remedy="Name a file with a header line and rows.")
    if encoding is None:
        encoding = _encoding(sample)
    else:
        check_encoding(encoding)
    text = sample.decode(encoding, errors="replace")
    lines = text.splitlines(keepends=True)
    if len(sample) == _SAMPLE_BYTES and len(lines) > 1:
        lines.pop()  # probably cut in two
    found, quote = _delimiter(lines)
    return CsvDialect(encoding, delimiter or found, quote)


def check_encoding(encoding: str) -> None:
    """Checks that there is such an encoding.

    Raises:
        ProjectError: when not.
    """
    try:
        codecs.lookup(encoding)
    except LookupError:
        raise ProjectError(f"there is no encoding “{encoding}”", remedy="Write utf-8, latin-1 or cp1252.") from None


def unreadable(path: Path, error: OSError) -> ProjectError:
    """The sentence for a file that cannot be read."""
    if isinstance(error, FileNotFoundError):
        return ProjectError(f"{path}: no such file", remedy="Give the path of the data file.")
    return ProjectError(f"{path}: cannot be read: {error.strerror}")


def _encoding(sample: bytes) -> str:
    for mark, name in _BYTE_ORDER_MARKS:
        if sample.startswith(mark):
            return name
    try:
        # The sample may end within a character.
        codecs.getincrementaldecoder("utf-8")().decode(sample)
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


def _delimiter(lines: list[str]) -> tuple[str, str]:
    """Delimiter and quote: what splits every sampled line into the same number of cells, else the sniffer's word."""
    best = (0, 0, ",")
    for rank, candidate in enumerate(_DELIMITERS):
        widths = {len(row) for row in csv.reader(lines[:200], delimiter=candidate) if row}
        if len(widths) == 1 and (width := widths.pop()) > 1:
            best = max(best, (width, -rank, candidate))
    if best[0]:
        return best[2], '"'
    try:
        sniffed = csv.Sniffer().sniff("".join(lines[:50]), delimiters=_DELIMITERS)
    except csv.Error:
        return ",", '"'
    return sniffed.delimiter, sniffed.quotechar or '"'
