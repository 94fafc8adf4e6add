"""What every data file is to the rest: named columns and rows, each with the line or number it stands at."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple, Protocol


class Row(NamedTuple):
    """A row.

    Attributes:
        place: The line of a text file, the number of the record in another; from 1.
        values: Column → value; in a CSV file texts, as they stand there.
    """

    place: int
    values: Mapping[str, Any]


class DataFile(Protocol):
    """A file of rows."""

    @property
    def path(self) -> Path:
        """The file."""

    @property
    def typed(self) -> bool:
        """Whether values have types of their own; those of a CSV file are texts."""

    @property
    def nulls(self) -> frozenset[str]:
        """Texts that stand for no value; none in a typed file."""

    @property
    def avro_schema(self) -> dict[str, Any] | None:
        """The Avro schema that the file itself has."""

    def rows(self) -> Iterator[Row]:
        """All rows, from the start.

        Raises:
            ProjectError: a row cannot be read, with its line or number.
        """

    def where(self, place: int) -> str:
        """A row's place for a message: ``flights.csv:17`` or ``flights.avro, record 17``."""

    def read_ratio(self) -> float | None:
        """How much of the file the newest :meth:`rows` has read; None where that is not known."""
