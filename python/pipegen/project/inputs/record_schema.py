"""The Avro schema of a record that a table's columns ask for: the one that Flink's own formats derive from them.

Measured on Flink 2.3 (``AvroSchemaConverter``): Avro has no TIMESTAMP_LTZ, and no time finer than a millisecond. A
record that is written as JSON knows them, since there they are texts. Types that no record can hold are refused.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from typing import Any, Final

from pipegen.errors import ProjectError
from pipegen.project.plan.sql_type import SqlType, inner_types, is_nullable, parse_type
from pipegen.project.plan.table import FlinkTable, TableColumn

_ROOT: Final = "record"
NAMESPACE: Final = "org.apache.flink.avro.generated"
"""Flink's own names for what it derives, so that a schema it registers is this one, byte for byte."""
_PLAIN: Final[Mapping[str, str]] = {
    "BOOLEAN": "boolean",
    "TINYINT": "int",
    "SMALLINT": "int",
    "INT": "int",
    "BIGINT": "long",
    "FLOAT": "float",
    "DOUBLE": "double",
    "DOUBLE PRECISION": "double",
    "CHAR": "string",
    "CHARACTER": "string",
    "VARCHAR": "string",
    "BINARY": "bytes",
    "VARBINARY": "bytes",
}
_BITS: Final[Mapping[str, int]] = {"TINYINT": 8, "SMALLINT": 16}
_UNITS: Final = ((3, "millis"), (6, "micros"), (9, "nanos"))
_MS_DIGITS: Final = 3
_SHORT_TEXT: Final = 1_000
_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


@dataclass(slots=True)
class ColumnSchema:
    """A column as a field of the record.

    Attributes:
        field: The field, as Avro writes it.
        hints: What the type says about values, by the path of the field.
        paths: The path in the generator for each path that the table names.
    """

    field: dict[str, Any]
    hints: dict[str, dict[str, Any]] = dataclass_field(default_factory=dict)
    paths: dict[str, str] = dataclass_field(default_factory=dict)


def column_schema(column: TableColumn, *, where: str, is_json: bool) -> ColumnSchema:
    """The field of a column.

    Args:
        column: A column that is stored in records.
        where: The table, for messages.
        is_json: Whether the record is written as JSON, which has more types and any name.

    Raises:
        ProjectError: no record can hold the type.
    """
    maker = _Maker(where, is_json)
    made = maker.field(column.name, column.type, column.nullable, _ROOT, "", column.name)
    return ColumnSchema(made, maker.hints, maker.paths)


def value_schema(table: FlinkTable) -> dict[str, Any]:
    """The schema of a table's values in Avro, as Flink registers it.

    Raises:
        ProjectError: Avro cannot hold one of its columns.
    """
    names = set(table.value_fields)
    columns = [column for column in table.physical if column.name in names]
    fields = [column_schema(column, where=table.name.table, is_json=False).field for column in columns]
    return {"type": "record", "name": "record", "namespace": NAMESPACE, "fields": fields}


class _Maker:
    def __init__(self, where: str, is_json: bool) -> None:
        self._where = where
        self._is_json = is_json
        self.hints: dict[str, dict[str, Any]] = {}
        self.paths: dict[str, str] = {}

    def field(self, name: str, text: str, nullable: bool, owner: str, before: str, told: str) -> dict[str, Any]:
        """A field; ``before`` is the path of the record around it, ``told`` the path as the table names it."""
        avro = self._name(name, told)
        path = f"{before}.{avro}" if before else avro
        self.paths[told] = path
        made: dict[str, Any] = {"name": avro, "type": self._type(text, f"{owner}_{avro}", path, told)}
        if nullable:
            made |= {"type": ["null", made["type"]], "default": None}
        if avro != name:
            made["pipegen_name"] = name
        return made

    def _name(self, name: str, told: str) -> str:
        if _NAME.fullmatch(name):
            return name
        if not self._is_json:
            raise ProjectError(
                f"{self._where}: Avro has no field named “{told}”",
                remedy="Give the column a name of letters, digits and _, or let the table read JSON.",
            )
        plain = re.sub(r"[^A-Za-z0-9_]", "_", name) or "_"
        plain = plain if _NAME.fullmatch(plain) else f"_{plain}"
        taken = set(self.paths.values())
        return next(each for each in (plain, *(f"{plain}_{n}" for n in range(2, 10_000))) if each not in taken)

    def _type(self, text: str, owner: str, path: str, told: str) -> Any:
        kind = parse_type(text)
        name, numbers = kind.name, kind.numbers
        if name in _PLAIN:
            if hint := _limits(kind):
                self.hints[path] = hint
            return _PLAIN[name]
        match name:
            case "DATE":
                return {"type": "int", "logicalType": "date"}
            case "TIME":
                return self._time(numbers[0] if numbers else 0, told)
            case "TIMESTAMP" | "TIMESTAMP_LTZ":
                return self._moment(name, numbers[0] if numbers else 6, told)
            case "DECIMAL":
                precision, scale = (*numbers, 10, 0)[:2] if len(numbers) != 1 else (numbers[0], 0)
                return {"type": "bytes", "logicalType": "decimal", "precision": precision, "scale": scale}
            case "ARRAY":
                return {"type": "array", "items": self._inner(inner_types(text)[0][1], owner, path, told)}
            case "MAP" | "MULTISET":
                if kind.inner[0].name not in {"VARCHAR", "CHAR"}:
                    raise self._refuse(told, f"the keys of a {name} must be text", "Make them STRING.")
                if name == "MULTISET":
                    self.hints[path] = {"min": 1, "max": 5}
                    return {"type": "map", "values": ["null", "int"]}
                return {"type": "map", "values": self._inner(inner_types(text)[1][1], owner, path, told)}
            case "ROW":
                fields = [
                    self.field(each, inner, is_nullable(inner), owner, path, f"{told}.{each}")
                    for each, inner in inner_types(text)
                ]
                return {"type": "record", "name": owner, "fields": fields}
        shown = "INTERVAL" if name.startswith("INTERVAL") else name
        raise self._refuse(told, f"no record can hold the type {shown}", "Leave it out, or give it another type.")

    def _inner(self, text: str, owner: str, path: str, told: str) -> Any:
        made = self._type(text, owner, path, told)
        return ["null", made] if is_nullable(text) else made

    def _time(self, digits: int, told: str) -> dict[str, str]:
        if digits > _MS_DIGITS and not self._is_json:
            raise self._refuse(told, f"Flink's Avro has no TIME({digits})", "Declare it as TIME(3).")
        return {"type": "int", "logicalType": "time-millis"}

    def _moment(self, name: str, digits: int, told: str) -> dict[str, str]:
        if not self._is_json:
            if name == "TIMESTAMP_LTZ":
                raise self._refuse(told, "Flink's Avro has no TIMESTAMP_LTZ", "Declare it as TIMESTAMP(3).")
            if digits > _MS_DIGITS:
                raise self._refuse(told, f"Flink's Avro has no TIMESTAMP({digits})", "Declare it as TIMESTAMP(3).")
            return {"type": "long", "logicalType": "timestamp-millis"}
        unit = next(unit for most, unit in _UNITS if digits <= most)
        return {"type": "long", "logicalType": f"{'local-' if name == 'TIMESTAMP' else ''}timestamp-{unit}"}

    def _refuse(self, column: str, reason: str, remedy: str) -> ProjectError:
        return ProjectError(f"{self._where}: the column {column} cannot be made: {reason}", remedy=remedy)


def _limits(kind: SqlType) -> dict[str, Any]:
    """What a type's width allows."""
    if kind.name in _BITS:
        return {"bits": _BITS[kind.name]}
    longest = kind.numbers[0] if kind.numbers else 1
    if kind.name in {"CHAR", "CHARACTER", "VARCHAR"} and longest <= _SHORT_TEXT:
        return {"length": longest}
    if kind.name == "BINARY":
        return {"min_length": longest, "max_length": longest}
    if kind.name == "VARBINARY" and longest <= 16:
        return {"min_length": min(8, longest), "max_length": longest}
    return {}
