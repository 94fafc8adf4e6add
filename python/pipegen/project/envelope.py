"""Change-data formats: the record sent is an envelope, and the table's columns are those of the row inside it. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

_ROW_FIELDS: Final[Mapping[str, tuple[str, ...]]] = {
    "debezium-avro-confluent": ("after", "before"),
    "debezium-json": ("after", "before"),
    "ogg-json": ("after", "before"),
    "canal-json": ("data",),
    "maxwell-json": ("data",),
}
ENVELOPE_FORMATS: Final = frozenset(_ROW_FIELDS)
"""Formats whose records hold the row in a field."""


def row_fields(table_format: str | None) -> tuple[str, ...]:
    """The fields of a record that hold the row; none where the record is the row."""
    return _ROW_FIELDS.get(table_format or "", ())


def row_inside(schema: Mapping[str, Any], table_format: str) -> Mapping[str, Any] | None:
    """The schema of the row in an envelope, self-contained; None where no field holds one.

    Args:
        schema: The schema of what is sent, parsed and valid.
        table_format: The format of the table that reads it.
    """
    named: dict[str, Any] = {}
    _note_names(schema, "", named)
    types = {field["name"]: field["type"] for field in schema["fields"]}
    # Debezium's own JSON may wrap the envelope once more, beside its schema.
    payload = _record_in(types.get("payload"), named)
    if payload is not None and not set(types) & set(_ROW_FIELDS[table_format]):
        types = {field["name"]: field["type"] for field in payload["fields"]}
    for name in _ROW_FIELDS[table_format]:
        row = _record_in(types.get(name), named)
        if row is not None:
            return row
    return None


def _record_in(node: Any, named: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The record behind null, an array (Canal has several rows) and names."""
    if isinstance(node, list):
        return next((found for each in node if (found := _record_in(each, named)) is not None), None)
    if isinstance(node, str):
        return named.get(node)
    if not isinstance(node, dict):
        return None
    if node["type"] in ("record", "error"):
        return {**node, "fields": [{**each, "type": _whole(each["type"], named, ())} for each in node["fields"]]}
    return _record_in(node["items"] if node["type"] == "array" else node["type"], named)


def _whole(node: Any, named: Mapping[str, Any], inside: tuple[str, ...]) -> Any:
    """A type with the definition in place of each name that is defined outside of it."""
    if isinstance(node, list):
        return [_whole(branch, named, inside) for branch in node]
    if isinstance(node, str):
        return node if node in inside or node not in named else _whole(named[node], named, (*inside, node))
    if not isinstance(node, dict):
        return node
    made = {**node, "type": _whole(node["type"], named, inside)}
    for key in ("items", "values"):
        if key in made:
            made[key] = _whole(made[key], named, inside)
    if "fields" in made:
        made["fields"] = [{**each, "type": _whole(each["type"], named, inside)} for each in made["fields"]]
    return made


def _note_names(node: Any, namespace: str, named: dict[str, Any]) -> None:
    """Notes each named type by its full name and, as most references have it, by its last part."""
    if isinstance(node, list):
        for branch in node:
            _note_names(branch, namespace, named)
    if not isinstance(node, dict):
        return
    if "name" in node and isinstance(node["type"], str):
        space, _, last = str(node["name"]).rpartition(".")
        namespace = space or node.get("namespace", namespace) or ""
        named[f"{namespace}.{last}" if namespace else last] = node
        named.setdefault(last, node)
    for key in ("type", "items", "values"):
        _note_names(node.get(key), namespace, named)
    for each in node.get("fields", ()):
        _note_names(each["type"], namespace, named)
