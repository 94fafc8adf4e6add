"""The rows' own times: when each one is due after the first, to send the file at its own pace."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Mapping
from typing import Any

from pipegen.datafile import formats
from pipegen.datafile.encoder import RowEncoder, column_of, find_field
from pipegen.datafile.rows import DataFile
from pipegen.errors import ProjectError

_TELL_ROWS = 10_000


def read_times_ns(
    file: DataFile, schema: Mapping[str, Any], *, time_column: str, on_rows: Callable[[int], bool]
) -> array[int]:
    """Each row's time in ns since the epoch, in the order of the file.

    Raises:
        ProjectError: the schema has no such field or it holds no times, a row cannot be read, or has no time.
    """
    field = find_field(schema, time_column)
    if field is None:
        names = ", ".join(str(each["name"]) for each in schema["fields"])
        raise ProjectError(f"feed.time_column: the schema has no field “{time_column}”", remedy=f"Name one of {names}.")
    encoder = RowEncoder(file, {**schema, "fields": [field]}, key_field=None)
    name = field["name"]
    times: array[int] = array("q")
    for row in file.rows():
        moment = encoder.record(row)[name]
        times.append(_ns(moment, file.where(row.place), field))
        if len(times) % _TELL_ROWS == 0 and not on_rows(len(times)):
            break
    if not times:
        raise ProjectError(f"{file.path}: no rows", remedy="Name a file with at least one row.")
    return times


def _ns(moment: object, where: str, field: Mapping[str, Any]) -> int:
    if moment is None:
        raise ProjectError(
            f"{where}: column “{column_of(field)}”: there is no time, so nobody knows when the row is due",
            remedy="Fill it in, or leave out --speed: rows are then sent in the shape of the traffic.",
        )
    nanoseconds = formats.epoch_ns(moment)
    if nanoseconds is None:
        raise ProjectError(
            f"feed.time_column: the field {field['name']} holds no dates or times",
            remedy="Name a field of a timestamp or date type.",
        )
    return nanoseconds
