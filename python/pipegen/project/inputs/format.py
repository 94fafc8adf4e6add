"""The format of an input's values, as its table reads them."""

from __future__ import annotations

from typing import Literal

from pipegen.errors import ProjectError
from pipegen.project.plan.table import FlinkTable

RecordFormat = Literal["avro-confluent", "avro", "json", "json-sql"]
"""``json`` writes times by ISO 8601, ``json-sql`` as SQL does, which is what Flink reads unless told."""


def record_format(table: FlinkTable) -> RecordFormat:
    """The format of the record's value.

    Raises:
        ProjectError: the table names none, or one that cannot be made.
    """
    match table.format:
        case "avro-confluent":
            return "avro-confluent"
        case "avro":
            told = format_option(table, "avro", "encoding") or "binary"
            if told != "binary":
                raise ProjectError(f"{table.name.table}: Avro as {told} is not made", remedy="Use 'binary'.")
            return "avro"
        case "debezium-avro-confluent":
            return "avro-confluent"
        case "json":
            return json_format(table)
        case told if table.is_changelog and (told or "").endswith("-json"):
            return "json" if _is_iso(option_of_format(table, "timestamp-format.standard")) else "json-sql"
        case None:
            raise ProjectError(f"{table.name.table} has no format", remedy="Add 'value.format' = 'json'.")
    raise ProjectError(
        f"{table.name.table} reads the format {table.format}, which PipeGen does not make",
        remedy="Use json, avro, avro-confluent or a changelog format such as debezium-json.",
    )


def json_format(table: FlinkTable, *, key: bool = False) -> Literal["json", "json-sql"]:
    """JSON with the times that the table asks for."""
    return "json" if _is_iso(format_option(table, "json", "timestamp-format.standard", key=key)) else "json-sql"


def _is_iso(told: str | None) -> bool:
    return (told or "SQL").upper() == "ISO-8601"


def option_of_format(table: FlinkTable, option: str) -> str | None:
    """An option of the format of the record's value."""
    return format_option(table, table.format or "", option)


def format_option(table: FlinkTable, name: str, option: str, *, key: bool = False) -> str | None:
    """An option of a format: with the prefix of the side it is for, or without."""
    if key:
        return table.option(f"key.{name}.{option}")
    return table.option(f"value.{name}.{option}") or table.option(f"{name}.{option}")
