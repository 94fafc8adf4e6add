"""The record of an input made from the columns of its table: an Avro schema, hints, and what the key is made from."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from pipegen.choices import ValueFormat
from pipegen.errors import ProjectError
from pipegen.project.plan.lexer import tokenize
from pipegen.project.plan.sql_type import SqlType, parse_type
from pipegen.project.plan.table import FlinkTable, TableColumn
from pipegen.project.plan.topology import JoinKey

_RECORD: Final = "org.apache.flink.avro.generated.record"
"""What Flink calls the records of its tables."""
_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_FORMATS: Final[dict[str, ValueFormat]] = {"avro-confluent": "avro", "avro": "avro", "json": "json"}
_PLAIN: Final = {
    "BOOLEAN": "boolean",
    "TINYINT": "int",
    "SMALLINT": "int",
    "INT": "int",
    "BIGINT": "long",
    "FLOAT": "float",
    "DOUBLE": "double",
    "CHAR": "string",
    "VARCHAR": "string",
    "BINARY": "bytes",
    "VARBINARY": "bytes",
}
_RANGES: Final = {"TINYINT": 127, "SMALLINT": 32_767}


@dataclass(frozen=True, slots=True)
class KeyPlan:
    """What a record's key is made from: the text of one field."""

    field: str


@dataclass(frozen=True, slots=True)
class InputRecord:
    """The record of an input.

    Attributes:
        schema: Avro.
        hints: For the generator, by field path.
        key: None for records without a key.
    """

    schema: dict[str, object]
    hints: dict[str, object]
    key: KeyPlan | None


def value_format_of(table: FlinkTable) -> ValueFormat:
    """How the values of a table are written.

    Raises:
        ProjectError: for a format that is not written.
    """
    known = _FORMATS.get(table.format or "")
    if known is None:
        raise ProjectError(
            f"table {table.name.table}: records of format {table.format or '(none)'} cannot be made",
            remedy=f"Formats are {', '.join(_FORMATS)}.",
        )
    return known


def input_record(table: FlinkTable, *, join_keys: Sequence[JoinKey] = ()) -> InputRecord:
    """The record that a table reads.

    Raises:
        ProjectError: a column's type, the format or the key cannot be made.
    """
    del join_keys
    value_format = value_format_of(table)
    times = _Times(value_format, legacy=table.option(f"{table.format}.timestamp_mapping.legacy") != "false")
    in_value = set(table.value_fields)
    columns = [column for column in table.physical if column.name in in_value]
    always = _never_null(table)
    fields: list[dict[str, object]] = []
    hints: dict[str, object] = {}
    for column in columns:
        kind = parse_type(column.type)
        field: dict[str, object] = {"name": _field_name(table, column)}
        made = _schema(kind, f"{_RECORD}_{column.name}", times, f"table {table.name.table}: column {column.name}")
        hint: dict[str, object] = {}
        if column.nullable:
            field |= {"type": ["null", made], "default": None}
            if column.name in always:
                hint["null"] = 0
        else:
            field["type"] = made
        if kind.name in _RANGES:
            hint |= {"min": 0, "max": _RANGES[kind.name]}
        if hint:
            hints[column.name] = hint
        fields.append(field)
    return InputRecord({"type": "record", "name": _RECORD, "fields": fields}, hints, _key(table, in_value))


def _never_null(table: FlinkTable) -> set[str]:
    """Columns whose null would stop a job: keys, and what event time is made from."""
    found = {*table.primary_key, *table.key_fields}
    if table.watermark is not None:
        found.add(table.watermark.column)
        for column in table.columns:
            if column.name == table.watermark.column and column.expression is not None:
                found |= {token.value for token in tokenize(column.expression) if token.kind in {"word", "name"}}
    return found


def _key(table: FlinkTable, in_value: set[str]) -> KeyPlan | None:
    if not table.key_fields:
        return None
    names = [name.removeprefix(table.key_prefix) for name in table.key_fields]
    if len(names) > 1 or table.key_format != "raw" or names[0] not in in_value:
        raise ProjectError(
            f"table {table.name.table}: keys of format {table.key_format} from {', '.join(names)} cannot be made yet",
            remedy="Keys of one column that stands in the value too, of format raw, can be.",
        )
    return KeyPlan(names[0])


def _field_name(table: FlinkTable, column: TableColumn) -> str:
    if _NAME.fullmatch(column.name) is None:
        raise ProjectError(f"table {table.name.table}: a column called “{column.name}” cannot be made: Avro forbids it")
    return column.name


@dataclass(frozen=True, slots=True)
class _Times:
    """How a format writes times: with Flink's older mapping a plain TIMESTAMP is one of a time zone in Avro."""

    value_format: ValueFormat
    legacy: bool

    def name(self, kind: SqlType) -> str:
        digits = kind.numbers[0] if kind.numbers else 6
        unit = "millis" if digits <= 3 else "micros"
        zoned = kind.name == "TIMESTAMP_LTZ" or (self.value_format == "avro" and self.legacy)
        return f"{'' if zoned else 'local-'}timestamp-{unit}"


def _schema(kind: SqlType, record: str, times: _Times, where: str) -> object:
    plain = _PLAIN.get(kind.name)
    if plain is not None:
        return plain
    match kind.name:
        case "TIMESTAMP" | "TIMESTAMP_LTZ":
            return {"type": "long", "logicalType": times.name(kind)}
        case "DATE":
            return {"type": "int", "logicalType": "date"}
        case "TIME":
            return {"type": "int", "logicalType": "time-millis"}
        case "DECIMAL":
            precision, scale = (*kind.numbers, 10, 0)[:2] if kind.numbers else (10, 0)
            return {"type": "bytes", "logicalType": "decimal", "precision": precision, "scale": scale}
        case "ARRAY":
            return {"type": "array", "items": _nullable(_schema(kind.inner[0], record, times, where))}
        case "MAP" if kind.inner[0].name in {"VARCHAR", "CHAR"}:
            return {"type": "map", "values": _nullable(_schema(kind.inner[1], record, times, where))}
        case "ROW":
            parts = zip(kind.fields, kind.inner, strict=True)
            fields = [
                {"name": name, "type": _nullable(_schema(inner, f"{record}_{name}", times, where)), "default": None}
                for name, inner in parts
            ]
            return {"type": "record", "name": record, "fields": fields}
    raise ProjectError(f"{where}: values of type {kind.name} cannot be made")


def _nullable(schema: object) -> object:
    return ["null", schema]
