"""Names of columns as names of Avro fields and Flink columns. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import Final

_OTHER: Final = re.compile(r"[^A-Za-z0-9_]+")
_BORDER: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def field_names(columns: Iterable[str]) -> dict[str, str]:
    """Column → field name: valid, and different from the others whatever the case of their letters."""
    found: dict[str, str] = {}
    taken: set[str] = set()
    for position, column in enumerate(columns, start=1):
        stem = field_name(column) or f"column_{position}"
        name, number = stem, 2
        while name.lower() in taken:
            name, number = f"{stem}_{number}", number + 1
        taken.add(name.lower())
        found[column] = name
    return found


def field_name(column: str) -> str:
    """A column's name as an Avro name: ``Größe (cm)`` becomes ``Grosse_cm``; empty where nothing is left of it."""
    plain = unicodedata.normalize("NFKD", column.replace("ß", "ss")).encode("ascii", "ignore").decode()
    name = _OTHER.sub("_", plain).strip("_")
    return f"_{name}" if name[:1].isdigit() else name


def record_name(pipeline: str) -> str:
    """A pipeline's name as the name of its record: ``nyc-flights`` becomes ``NycFlights``."""
    words = [word for word in re.split(r"[^A-Za-z0-9]+", _BORDER.sub(" ", pipeline)) if word]
    name = "".join(word[0].upper() + word[1:] for word in words)
    return name if name[:1].isalpha() else f"Record{name}"


def unique_columns(header: Iterable[str]) -> list[str]:
    """A header whose names are all different: ``id``, ``id (2)``; a name that is missing becomes ``column 3``."""
    found: list[str] = []
    for position, cell in enumerate(header, start=1):
        stem = cell.strip() or f"column {position}"
        name, number = stem, 2
        while name in found:
            name, number = f"{stem} ({number})", number + 1
        found.append(name)
    return found
