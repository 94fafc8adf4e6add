"""The Kafka key of an input's records, as its table reads it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from pipegen.errors import ProjectError
from pipegen.project.inputs.format import json_format
from pipegen.project.plan.sql_type import parse_type
from pipegen.project.plan.table import FlinkTable, TableColumn

KeyFormat = Literal["raw", "json", "json-sql", "avro", "avro-confluent"]
_RAW_BITS: Final = {"TINYINT": 8, "SMALLINT": 16, "INT": 32}
_RAW: Final = frozenset(
    {"BOOLEAN", "TINYINT", "SMALLINT", "INT", "BIGINT", "FLOAT", "DOUBLE", "CHAR", "VARCHAR", "BINARY", "VARBINARY"}
)


@dataclass(frozen=True, slots=True)
class KeyPlan:
    """How a key is made of the record's fields.

    Attributes:
        format: The key's format.
        columns: Pairs: the field of the generated record, and its name in the key.
        schema: The key's Avro schema, for the registry; None for other formats.
        bits: Width of a raw whole number.
    """

    format: KeyFormat
    columns: tuple[tuple[str, str], ...]
    schema: Mapping[str, Any] | None = None
    bits: int | None = None

    @property
    def registered(self) -> bool:
        """Whether the schema has to be known to the registry."""
        return self.format == "avro-confluent"

    def for_generator(self, prefix: bytes = b"") -> dict[str, Any]:
        """The key as the generator takes it.

        Args:
            prefix: Stands before each key: Confluent's framing.
        """
        told: dict[str, Any] = {
            "columns": [list(pair) for pair in self.columns],
            "format": "avro" if self.registered else self.format,
        }
        if prefix:
            told["prefix"] = list(prefix)
        if self.bits is not None:
            told["bits"] = self.bits
        return told


def key_columns(table: FlinkTable) -> tuple[TableColumn, ...]:
    """The columns that the table reads from the key; none where it does not read it."""
    if table.key_format is None:
        return ()
    by_name = {column.name: column for column in table.physical}
    return tuple(by_name[name] for name in table.key_fields if name in by_name)


def name_in_key(table: FlinkTable, column: TableColumn) -> str:
    """What a key column is called in the key."""
    return column.name.removeprefix(table.key_prefix)


def key_format(table: FlinkTable) -> KeyFormat:
    """The key's format.

    Raises:
        ProjectError: it cannot be made.
    """
    told = table.key_format
    columns = key_columns(table)
    where = f"{table.name.table}: the key"
    match told:
        case "avro" | "avro-confluent":
            return told
        case "json":
            return json_format(table, key=True)
        case "raw":
            if len(columns) != 1:
                raise ProjectError(f"{where} is raw and of {len(columns)} columns", remedy="A raw key has one column.")
            kind = parse_type(columns[0].type).name
            if kind not in _RAW:
                raise ProjectError(
                    f"{where} is raw and of type {columns[0].type}, which Flink's raw format does not know",
                    remedy="Use another type, or 'key.format' = 'json'.",
                )
            if (table.option("key.raw.endianness") or "big-endian") != "big-endian":
                raise ProjectError(f"{where} is little-endian", remedy="Set 'key.raw.endianness' = 'big-endian'.")
            return "raw"
    raise ProjectError(
        f"{where} has the format {told}, which PipeGen does not make",
        remedy="Use raw, json, avro or avro-confluent.",
    )


def raw_bits(table: FlinkTable) -> int | None:
    """The width of a raw whole number."""
    columns = key_columns(table)
    return _RAW_BITS.get(parse_type(columns[0].type).name) if len(columns) == 1 else None
