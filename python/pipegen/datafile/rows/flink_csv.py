"""Writes rows as Flink's CSV format reads them: no header, SQL's dates and times, nulls as Hive writes them."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from pipegen.datafile.rows.encoder import RowEncoder
from pipegen.errors import ProjectError

NULL: Final = "\\N"
_TELL_ROWS: Final = 10_000
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def write_flink_csv(
    encoder: RowEncoder, schema: Mapping[str, Any], target: Path, *, on_rows: Callable[[int], bool]
) -> int:
    """Writes all rows and returns how many there are.

    Args:
        encoder: Reads the rows of a file as the project's schema says.
        schema: That schema.
        target: File to write.
        on_rows: Told from time to time how many rows there are; False ends the writing.

    Raises:
        ProjectError: a row cannot be read or does not fit the schema, or the disk is full.
    """
    texts = [_text_of(field["type"]) for field in schema["fields"]]
    rows = 0
    try:
        with target.open("w", encoding="utf-8", newline="") as out:
            writer = csv.writer(out, lineterminator="\n")
            for record in encoder.records():
                cells = zip(texts, record.values(), strict=True)
                writer.writerow([NULL if value is None else text(value) for text, value in cells])
                rows += 1
                if rows % _TELL_ROWS == 0 and not on_rows(rows):
                    break
    except OSError as error:
        raise ProjectError(
            f"{target}: cannot be written: {error.strerror}",
            remedy="Make room there, or name another folder in the variable TMPDIR.",
        ) from None
    if not rows:
        raise encoder.no_rows()
    return rows


def _text_of(kind: Any) -> Callable[[Any], str]:
    """How values of a type are written."""
    others = [branch for branch in kind if branch != "null"] if isinstance(kind, list) else [kind]
    logical = str(others[0].get("logicalType")) if len(others) == 1 and isinstance(others[0], dict) else ""
    if logical == "date":
        return lambda days: (date(1970, 1, 1) + timedelta(days=days)).isoformat()
    if logical in {"timestamp-millis", "local-timestamp-millis"}:
        # Not strftime, which writes the year 800 with three digits.
        return lambda millis: (
            (_EPOCH + timedelta(milliseconds=millis)).replace(tzinfo=None).isoformat(" ", "milliseconds")
        )
    return _plain


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False, default=str)
    return str(value)
