"""The schemas of Debezium's changes: in Avro for the registry, and in JSON beside the payload. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

_PRIMITIVES: Final = {"boolean": "boolean", "int": "int32", "long": "int64", "float": "float", "double": "double"}
_SOURCE_TEXTS: Final = (("version", "connector", "name"), ("snapshot", "db", "schema", "table"))


def debezium_schema(row: Mapping[str, Any]) -> dict[str, Any]:
    """The schema of a change in Avro, as Debezium registers it: the row before and after, and what happened.

    Args:
        row: The schema of a row.
    """
    name = str(row.get("name", "record"))
    first, last = _SOURCE_TEXTS
    source = {
        "type": "record",
        "name": "Source",
        "fields": [
            *({"name": field, "type": "string"} for field in first),
            {"name": "ts_ms", "type": "long"},
            *({"name": field, "type": "string"} for field in last),
            {"name": "pos", "type": "long"},
        ],
    }
    # The second time a named type is only named.
    again = f"{row['namespace']}.{name}" if row.get("namespace") else name
    fields = {"before": row, "after": again, "source": source, "op": "string", "ts_ms": "long"}
    return {
        "type": "record",
        "name": "Envelope",
        "namespace": "pipegen.changes",
        "fields": [{"name": field, "type": ["null", kind], "default": None} for field, kind in fields.items()],
    }


def connect_schema(row: Mapping[str, Any], table: str) -> dict[str, Any]:
    """The schema that stands beside the payload of a change in JSON, as Kafka Connect writes it.

    Args:
        row: The schema of a row, of which JSON writes points in time as text.
        table: The name of the table.
    """
    first, last = _SOURCE_TEXTS
    source = [
        *({"type": "string", "optional": False, "field": field} for field in first),
        {"type": "int64", "optional": False, "field": "ts_ms"},
        *({"type": "string", "optional": False, "field": field} for field in last),
        {"type": "int64", "optional": False, "field": "pos"},
    ]
    return {
        "type": "struct",
        "fields": [
            *({**_connect(row), "optional": True, "name": f"{table}.Value", "field": at} for at in ("before", "after")),
            {"type": "struct", "fields": source, "optional": False, "name": "pipegen.Source", "field": "source"},
            {"type": "string", "optional": False, "field": "op"},
            {"type": "int64", "optional": True, "field": "ts_ms"},
            {"type": "string", "optional": True, "field": "transaction"},
        ],
        "optional": False,
        "name": f"{table}.Envelope",
    }


def _connect(node: Any) -> dict[str, Any]:
    """A type as Kafka Connect calls it."""
    if isinstance(node, list):
        inner = next((branch for branch in node if branch != "null"), "string")
        return {**_connect(inner), "optional": "null" in node}
    if isinstance(node, str):
        return {"type": _PRIMITIVES.get(node, "bytes" if node == "bytes" else "string"), "optional": False}
    kind, logical = node["type"], node.get("logicalType")
    if not isinstance(kind, str):
        return _connect(kind)
    if logical is not None:
        return {"type": "double" if logical == "decimal" else "string", "optional": False}
    match kind:
        case "record" | "error":
            fields = [
                {**_connect(field["type"]), "field": field.get("pipegen_name", field["name"])}
                for field in node["fields"]
            ]
            return {"type": "struct", "fields": fields, "optional": False}
        case "array":
            return {"type": "array", "items": _connect(node["items"]), "optional": False}
        case "map":
            keys = {"type": "string", "optional": False}
            return {"type": "map", "keys": keys, "values": _connect(node["values"]), "optional": False}
        case "enum" | "fixed":
            return {"type": "string" if kind == "enum" else "bytes", "optional": False}
    return _connect(kind)
