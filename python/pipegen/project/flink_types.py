"""Avro types as Flink SQL columns, for ``avro-confluent`` or ``json``; what Flink cannot read is refused with a reason.

Measured on Flink 2.3: the format makes its reader schema from the table, so the table's types must lead back to what
was written. An enum or a fixed leads back to ``string`` or ``bytes``, which Avro refuses to read it as; then the format
has to be told the reader schema. Times finer than a millisecond have no type and are read as the number they are.
The format ``json`` drops fractions of a second from a TIME, so times of the day stay text. Decimals of more digits than
Flink has stay the bytes that they are, or the text of their digits in JSON.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from pipegen.choices import ValueFormat
from pipegen.errors import ProjectError

_PRIMITIVES: Final = {
    "boolean": "BOOLEAN",
    "int": "INT",
    "long": "BIGINT",
    "float": "FLOAT",
    "double": "DOUBLE",
    "bytes": "BYTES",
    "string": "STRING",
}
_LOGICAL: Final = {
    ("int", "date"): "DATE",
    ("int", "time-millis"): "TIME(3)",
    ("long", "timestamp-millis"): "TIMESTAMP(3)",
    ("long", "local-timestamp-millis"): "TIMESTAMP(3)",
}
_JSON_LOGICAL: Final = {
    ("int", "date"): "DATE",
    ("int", "time-millis"): "STRING",
    ("long", "time-micros"): "STRING",
    ("long", "timestamp-millis"): "TIMESTAMP_LTZ(3)",
    ("long", "timestamp-micros"): "TIMESTAMP_LTZ(6)",
    ("long", "timestamp-nanos"): "TIMESTAMP_LTZ(9)",
    ("long", "local-timestamp-millis"): "TIMESTAMP(3)",
    ("long", "local-timestamp-micros"): "TIMESTAMP(6)",
    ("long", "local-timestamp-nanos"): "TIMESTAMP(9)",
    ("fixed", "uuid"): "STRING",
}
_AS_NUMBER: Final = {
    "time-micros": "microseconds of the day",
    "timestamp-micros": "microseconds since 1970",
    "timestamp-nanos": "nanoseconds since 1970",
    "local-timestamp-micros": "microseconds since 1970, local",
    "local-timestamp-nanos": "nanoseconds since 1970, local",
}
_READER_KEYS: Final = ("type", "name", "namespace", "symbols", "size")
_MAX_PRECISION: Final = 38


@dataclass(frozen=True, slots=True)
class FlinkColumn:
    """A column for a field.

    Attributes:
        name: The field's name, unquoted.
        type: Flink's type without NOT NULL.
        nullable: Whether it may be null.
        note: What a reader of the DDL should know about the type.
    """

    name: str
    type: str
    nullable: bool
    note: str | None = None

    @property
    def ddl(self) -> str:
        """The column as it stands in CREATE TABLE."""
        return f"{quoted(self.name)} {self.type}{'' if self.nullable else ' NOT NULL'}"


def quoted(name: str) -> str:
    """A name in backquotes, which keywords need and others bear."""
    return "`" + name.replace("`", "``") + "`"


@dataclass(frozen=True, slots=True)
class FlinkRow:
    """How Flink reads a record.

    Attributes:
        columns: One for each field.
        reader_schema: What ``avro-confluent.schema`` must say, as JSON; None where the table's types say it all.
        warnings: JSON path → what Flink cannot read as it is meant.
    """

    columns: tuple[FlinkColumn, ...]
    reader_schema: str | None
    warnings: Mapping[str, str] = field(default_factory=dict)


def flink_row(schema: Mapping[str, Any], file: Path, *, value_format: ValueFormat = "avro") -> FlinkRow:
    """How Flink reads records of a valid Avro record schema.

    Args:
        schema: The schema, parsed.
        file: Where it came from, for messages.
        value_format: How the records are written.

    Raises:
        ProjectError: for a type that Flink cannot read: file, JSON path, reason and what to do.
    """
    as_json = value_format == "json"
    mapper, note_of = (_JsonMapper(file), _json_note) if as_json else (_Mapper(file), _note)
    inner = mapper.enter(schema, "", "$")
    columns: list[FlinkColumn] = []
    for index, each in enumerate(schema["fields"]):
        path = f"$.fields[{index}].type"
        kind, nullable = mapper.type(each["type"], path, inner)
        ignored = next((text for place, text in mapper.warnings.items() if place.startswith(path)), None)
        columns.append(FlinkColumn(each["name"], kind, nullable, note_of(each["type"]) or ignored))
    told = mapper.needs_reader_schema and not as_json
    reader_schema = json.dumps(_reader_schema(schema), separators=(",", ":")) if told else None
    return FlinkRow(tuple(columns), reader_schema, mapper.warnings)


class _Mapper:
    """Walks the types; knows the named ones met so far and those it is inside of."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._named: dict[str, Mapping[str, Any]] = {}
        self._open: list[str] = []
        self.needs_reader_schema = False
        self.warnings: dict[str, str] = {}

    def enter(self, node: Mapping[str, Any], namespace: str, path: str) -> str:
        """Notes a record and returns the namespace inside it."""
        full = _full_name(node["name"], node.get("namespace", namespace))
        if full in self._open:
            raise self._refuse(path, f"the record {full} contains itself", "Flatten it: a Flink row cannot recur.")
        self._named[full] = node
        self._open.append(full)
        return full.rpartition(".")[0]

    def type(self, node: Any, path: str, namespace: str) -> tuple[str, bool]:
        """Flink's type without NOT NULL, and whether it is nullable."""
        if isinstance(node, list):
            return self._union(node, path, namespace)
        if isinstance(node, str):
            if node in _PRIMITIVES:
                return _PRIMITIVES[node], False
            if node == "null":
                raise self._refuse(path, "Flink has no column that is always null", "Remove the field.")
            named = self._named.get(_full_name(node, namespace)) or self._named[node]
            return self.type(named, path, _full_name(node, namespace).rpartition(".")[0])
        kind = node["type"]
        if not isinstance(kind, str):
            return self.type(kind, f"{path}.type", namespace)
        match kind:
            case "record" | "error":
                return self._record(node, path, namespace), False
            case "array":
                return f"ARRAY<{self._inner(node['items'], f'{path}.items', namespace)}>", False
            case "map":
                values = self._inner(node["values"], f"{path}.values", namespace)
                return f"MAP<STRING NOT NULL, {values}>", False
            case "enum":
                self._name(node, namespace)
                return "STRING", False
            case "fixed":
                self._name(node, namespace)
                logical = self._decimal(node, path) or self._logical("fixed", str(node.get("logicalType")))
                return logical or f"VARBINARY({max(node['size'], 1)})", False
        logical = self._decimal(node, path) if kind == "bytes" else self._logical(kind, str(node.get("logicalType")))
        return logical or self.type(kind, path, namespace)[0], False

    def _logical(self, kind: str, logical: str) -> str | None:
        """The column of a logical type, where there is one."""
        return _LOGICAL.get((kind, logical))

    def _inner(self, node: Any, path: str, namespace: str) -> str:
        kind, nullable = self.type(node, path, namespace)
        return kind if nullable else f"{kind} NOT NULL"

    def _union(self, branches: list[Any], path: str, namespace: str) -> tuple[str, bool]:
        others = [(index, branch) for index, branch in enumerate(branches) if branch != "null"]
        if len(others) != 1:
            reason = f"Flink cannot read a union of {len(others)} types" if others else "this union holds only null"
            raise self._refuse(path, reason, 'Use one type, or one type and null: ["null", "string"].')
        index, branch = others[0]
        kind, _ = self.type(branch, f"{path}[{index}]", namespace)
        return kind, len(branches) > 1

    def _record(self, node: Mapping[str, Any], path: str, namespace: str) -> str:
        if not node["fields"]:
            raise self._refuse(path, "Flink has no row without fields", "Give the record a field.")
        inner = self.enter(node, namespace, path)
        parts = [
            f"{quoted(field['name'])} {self._inner(field['type'], f'{path}.fields[{index}].type', inner)}"
            for index, field in enumerate(node["fields"])
        ]
        self._open.pop()
        return f"ROW<{', '.join(parts)}>"

    def _name(self, node: Mapping[str, Any], namespace: str) -> None:
        """Notes an enum or fixed: it can be named again later, and only the reader schema can say what it is."""
        self._named[_full_name(node["name"], node.get("namespace", namespace))] = node
        self.needs_reader_schema = True

    def _decimal(self, node: Mapping[str, Any], path: str) -> str | None:
        if node.get("logicalType") != "decimal":
            return None
        precision, scale = node["precision"], node.get("scale", 0)
        if precision > _MAX_PRECISION:
            self.warnings[path] = (
                f"the logical type decimal is ignored: Flink's decimals have at most {_MAX_PRECISION} digits, this one "
                f"has {precision}"
            )
            return self._large_decimal
        return f"DECIMAL({precision}, {scale})"

    _large_decimal: str | None = None
    """The column of a decimal of too many digits; None where it stays what it is without its logical type."""

    def _refuse(self, path: str, reason: str, remedy: str) -> ProjectError:
        return ProjectError(f"{self._file}: {path}: {reason}", remedy=remedy)


class _JsonMapper(_Mapper):
    """The same for JSON texts, where times, UUIDs and decimals are written out."""

    _large_decimal = "STRING"

    def _logical(self, kind: str, logical: str) -> str | None:
        return _JSON_LOGICAL.get((kind, logical))


def _full_name(name: str, namespace: str) -> str:
    return name if "." in name or not namespace else f"{namespace}.{name}"


def _reader_schema(node: Any) -> Any:
    """The schema with only what reading needs, and only logical types that Flink's own mapping gives back."""
    if isinstance(node, list):
        return [_reader_schema(branch) for branch in node]
    if not isinstance(node, dict):
        return node
    kept = {key: node[key] for key in _READER_KEYS if key in node}
    kept["type"] = _reader_schema(node["type"])
    if "fields" in node:
        kept["fields"] = [{"name": field["name"], "type": _reader_schema(field["type"])} for field in node["fields"]]
    for inner in ("items", "values"):
        if inner in node:
            kept[inner] = _reader_schema(node[inner])
    logical = node.get("logicalType")
    if logical == "local-timestamp-millis":
        kept["logicalType"] = "timestamp-millis"
    elif logical in {"date", "time-millis", "timestamp-millis"}:
        kept["logicalType"] = logical
    elif logical == "decimal" and node["precision"] <= _MAX_PRECISION:
        kept |= {"logicalType": logical, "precision": node["precision"], "scale": node.get("scale", 0)}
    return kept


def _note(node: Any) -> str | None:
    """What a plain number in the DDL stands for."""
    if isinstance(node, list):
        return next((note for branch in node if (note := _note(branch))), None)
    if isinstance(node, dict):
        unit = _AS_NUMBER.get(str(node.get("logicalType")))
        return f"{unit}: finer than Flink's avro-confluent can read as a time" if unit else None
    return None


def _json_note(node: Any) -> str | None:
    """Why a time of the day is a text."""
    if isinstance(node, list):
        return next((note for branch in node if (note := _json_note(branch))), None)
    if isinstance(node, dict) and str(node.get("logicalType")).startswith("time-"):
        return "a time of the day as text: Flink's json would drop the fractions of a second"
    return None
