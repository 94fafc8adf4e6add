"""How the records of an output are read back: their format, their fields, and where one stands in a record. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from pipegen.project.plan.topology import Output

_ROW: Final[Mapping[str, tuple[str, ...]]] = {
    "json": (),
    "avro-confluent": (),
    "debezium-json": ("after",),
    "debezium-avro-confluent": ("after",),
    "ogg-json": ("after",),
    "canal-json": ("data",),
    "maxwell-json": ("data",),
}
"""Where the row stands in a value of each format whose fields can be read."""
TRACED_FORMATS: Final = tuple(_ROW)
"""The formats whose fields can be read."""


def written_by_user(output: Output) -> bool:
    """Whether the script writes a Kafka topic, which no topic of the run's own stands in for."""
    return bool(output.tables) and output.tables[0].is_kafka


def reading_format(output: Output) -> str | None:
    """Format of the records that come out."""
    if written_by_user(output):
        return output.tables[0].format
    return "debezium-json" if output.rewritten else "json"


def fields_of(output: Output) -> tuple[str, ...] | None:
    """Top-level fields of an output's records; None where the SQL does not tell."""
    if not written_by_user(output):
        return None if output.rewritten else tuple(column.name for column in output.columns)
    table = output.tables[0]
    return None if table.format is None or table.format.endswith("raw") else table.value_fields


def place_in_value(output: Output, column: str) -> tuple[str, ...] | None:
    """The names that lead to a column in the value of a record; None where it cannot be read there."""
    row = _ROW.get(reading_format(output) or "")
    if row is None or (written_by_user(output) and column not in output.tables[0].value_fields):
        return None
    return (*row, column)
