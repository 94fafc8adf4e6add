"""Reads one value of Avro binary as Python objects, whatever its bytes are."""

from __future__ import annotations

from collections.abc import Callable
from typing import IO, Any, Final

import fastavro

# The compiled reader goes down with the process where values are nested deeper than the stack; this one raises.
from fastavro import _read_py

_RECURSIVE: Final = "__pipegen_recursive__"


def read_binary(data: IO[bytes], schema: Any, reader: Any = None, **options: Any) -> Any:
    """The value at the start of ``data``.

    Args:
        data: The binary.
        schema: Its schema, as fastavro has parsed it.
        reader: The schema that it is wanted in; None for its own.
        options: Further ones of fastavro.

    Raises:
        ValueError: values are nested too deeply.
        Exception: fastavro's own, where the binary does not fit the schema.
    """
    if not _is_recursive(schema):
        return fastavro.schemaless_reader(data, schema, reader, **options)
    read: Callable[..., Any] = _read_py.schemaless_reader
    try:
        return read(data, schema, reader, **options)
    except RecursionError:
        raise ValueError("values are nested too deeply") from None


def _is_recursive(schema: Any) -> bool:
    """Whether a type of the schema holds itself; found out once for each schema."""
    if not isinstance(schema, dict):
        return _holds_open(schema, frozenset())
    if _RECURSIVE not in schema:
        schema[_RECURSIVE] = _holds_open(schema, frozenset())
    return bool(schema[_RECURSIVE])


def _holds_open(node: Any, around: frozenset[str]) -> bool:
    if isinstance(node, str):
        return node in around
    if isinstance(node, list):
        return any(_holds_open(branch, around) for branch in node)
    if not isinstance(node, dict):
        return False
    if node.get("type") in {"record", "error"}:
        around |= {str(node.get("name"))}
        return any(_holds_open(field.get("type"), around) for field in node.get("fields", ()))
    return any(_holds_open(node.get(key), around) for key in ("type", "items", "values"))
