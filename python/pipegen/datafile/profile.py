"""Reads a data file once, row by row, and says what its columns are like. Memory stays flat."""

from __future__ import annotations

import itertools
import json
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from pipegen.datafile.column import Column, ColumnProfile
from pipegen.datafile.rows import DataFile, Row
from pipegen.errors import ProjectError

_CHUNK_ROWS: Final = 5_000
_MAX_COLUMNS: Final = 2_000

OnProgress = Callable[[int, float | None], None]
"""Told the rows read so far, and the share of the file where that is known."""


@dataclass(frozen=True, slots=True)
class FileProfile:
    """What was found out about a file."""

    rows: int
    columns: tuple[ColumnProfile, ...]


def profile_file(file: DataFile, *, on_progress: OnProgress) -> FileProfile:
    """Reads the whole file.

    Raises:
        ProjectError: a row cannot be read, or there is none.
    """
    columns: dict[str, Column] = {}
    rows = 0
    source = file.rows()
    while chunk := list(itertools.islice(source, _CHUNK_ROWS)):
        _take(file, columns, chunk, rows)
        rows += len(chunk)
        on_progress(rows, file.read_ratio())
    if not rows:
        raise ProjectError(f"{file.path}: no rows", remedy="Name a file with at least one row.")
    if not columns:
        raise ProjectError(f"{file.path}: no columns")
    return FileProfile(rows, tuple(column.profile() for column in columns.values()))


def _take(file: DataFile, columns: dict[str, Column], chunk: list[Row], before: int) -> None:
    for name in dict.fromkeys(itertools.chain.from_iterable(row.values for row in chunk)):
        if name not in columns:
            columns[name] = Column(name)
            columns[name].miss(before)
    if len(columns) > _MAX_COLUMNS:
        raise ProjectError(f"{file.path}: more than {_MAX_COLUMNS} columns", remedy="Use objects of the same fields.")
    for column in columns.values():
        values: Iterable[Any] = [row.values.get(column.name) for row in chunk]
        if file.typed:
            values = _texts(file, column, chunk)
        counts: Counter[str | None] = Counter(values)
        nulls = counts.pop(None, 0)
        texts = {text: count for text, count in counts.items() if text is not None}
        for text in [text for text in texts if text.strip() in file.nulls]:
            nulls += texts.pop(text)
        column.take(texts, nulls)


def _texts(file: DataFile, column: Column, chunk: list[Row]) -> list[str | None]:
    """Typed values as the texts that a CSV file would have for them."""
    texts: list[str | None] = []
    for row in chunk:
        value = row.values.get(column.name)
        if isinstance(value, str):
            column.texts_are_no_numbers()
            texts.append(value)
        elif isinstance(value, bytes):
            raise ProjectError(
                f"{file.where(row.place)}: column “{column.name}” holds bytes, for which there is no type here",
                remedy="Remove the column from the file, or use an Avro container file.",
            )
        else:
            if isinstance(value, dict | list):
                column.texts_are_no_numbers()
            texts.append(text_of(value))
    return texts


def text_of(value: object) -> str | None:
    """A typed value as text; objects and lists as JSON."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, int | float | Decimal):
        return str(value)
    return json.dumps(value, ensure_ascii=False, default=str)
