"""Whether records of a schema file can be read by the table, by types and not by their spelling."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from pipegen.errors import ProjectError
from pipegen.project.inputs.format import RecordFormat
from pipegen.project.plan.sql_type import SqlType, parse_type
from pipegen.project.plan.table import TableColumn
from pipegen.suggestion import did_you_mean

_WHOLE: Final = frozenset({"TINYINT", "SMALLINT", "INT"})
_AVRO: Final[Mapping[str, frozenset[str]]] = {
    "boolean": frozenset({"BOOLEAN"}),
    "int": frozenset({*_WHOLE, "BIGINT", "FLOAT", "DOUBLE", "DATE", "TIME"}),
    "long": frozenset({"BIGINT", "FLOAT", "DOUBLE", "TIMESTAMP"}),
    "float": frozenset({"FLOAT", "DOUBLE"}),
    "double": frozenset({"DOUBLE"}),
    "string": frozenset({"VARCHAR", "CHAR", "VARBINARY", "BINARY"}),
    "bytes": frozenset({"VARBINARY", "BINARY", "DECIMAL", "VARCHAR", "CHAR"}),
    "fixed": frozenset({"VARBINARY", "BINARY", "DECIMAL"}),
    "enum": frozenset({"VARCHAR", "CHAR"}),
}
"""What Avro's own rules of resolution read each type as, in Flink's types."""
_JSON_NUMBERS: Final = frozenset({*_WHOLE, "BIGINT", "FLOAT", "DOUBLE", "DECIMAL"})
_TEXTS: Final = frozenset({"VARCHAR", "CHAR"})
_ZONED: Final = "timestamp-"
_LOCAL: Final = "local-timestamp-"


def refuse_unfit(
    schema: Mapping[str, Any], columns: tuple[TableColumn, ...], *, file: str, where: str, written: RecordFormat
) -> list[str]:
    """What a reader should know of the fit; a schema that does not fit is refused.

    Raises:
        ProjectError: the table cannot read the records: column, both types and what to do.
    """
    fields = {str(field["name"]): field["type"] for field in schema["fields"]}
    notes = []
    for column in columns:
        if column.name not in fields:
            if not column.nullable:
                raise ProjectError(
                    f"{file} has no field {column.name}, which {where} reads as NOT NULL",
                    remedy=did_you_mean(column.name, fields) or f"Fields: {', '.join(fields)}.",
                )
            notes.append(f"{file} has no field {column.name}: {where} reads it as null")
            continue
        node = fields[column.name]
        if _fault(node, parse_type(column.type), written):
            raise ProjectError(
                f"{where} reads {column.name} as {column.type}, and {file} has it as {_word(node)}",
                remedy=f"Change the schema, or leave it out: then the record is made from {where}'s columns.",
            )
        if _optional(node) and not column.nullable:
            raise ProjectError(
                f"{where} reads {column.name} as NOT NULL, and {file} lets it be null",
                remedy="Take null out of the schema, or NOT NULL out of the table.",
            )
    return notes


def _optional(node: Any) -> bool:
    return isinstance(node, list) and "null" in node


def _fault(node: Any, kind: SqlType, written: RecordFormat) -> bool:
    """Whether a type cannot be read so."""
    if isinstance(node, list):
        others = [branch for branch in node if branch != "null"]
        return len(others) != 1 or _fault(others[0], kind, written)
    base, logical = (node, None) if isinstance(node, str) else (node["type"], node.get("logicalType"))
    if not isinstance(base, str):
        return _fault(base, kind, written)
    match base:
        case "record" | "error":
            return kind.name != "ROW" or any(
                _fault(field["type"], inner, written)
                for field in node["fields"]
                if (inner := kind.field(str(field["name"]))) is not None
            )
        case "array":
            return kind.name != "ARRAY" or _fault(node["items"], kind.inner[0], written)
        case "map":
            return kind.name not in {"MAP", "MULTISET"} or (
                kind.name == "MAP" and _fault(node["values"], kind.inner[1], written)
            )
    if written.startswith("json"):
        return kind.name not in _json(base, logical)
    # A name is a type defined elsewhere in the schema: its own reader refuses what is wrong with it.
    return base in _AVRO and kind.name not in _AVRO[base]


def _json(base: str, logical: str | None) -> frozenset[str]:
    """What a JSON text or number is read as."""
    logical = logical or ""
    if logical.startswith(_LOCAL):
        return frozenset({*_TEXTS, "TIMESTAMP"})
    if logical.startswith(_ZONED):
        return frozenset({*_TEXTS, "TIMESTAMP_LTZ"})
    if logical == "date":
        return frozenset({*_TEXTS, "DATE"})
    if logical.startswith("time-"):
        return frozenset({*_TEXTS, "TIME"})
    match base:
        case "boolean":
            return frozenset({"BOOLEAN", *_TEXTS})
        case "int" | "long":
            return _JSON_NUMBERS | _TEXTS
        case "float" | "double":
            return frozenset({"FLOAT", "DOUBLE", "DECIMAL", *_TEXTS})
        case "string" | "enum":
            # What a text holds is only known when it is read.
            return _TEXTS | _JSON_NUMBERS | {"TIMESTAMP", "TIMESTAMP_LTZ", "DATE", "TIME", "VARBINARY", "BINARY"}
    if logical == "decimal":
        return _JSON_NUMBERS | _TEXTS
    return _TEXTS | {"VARBINARY", "BINARY"}


def _word(node: Any) -> str:
    if isinstance(node, list):
        return " or ".join(_word(branch) for branch in node)
    return node if isinstance(node, str) else str(node.get("logicalType") or _word(node["type"]))
