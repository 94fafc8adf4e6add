"""Resolves references between Avro schemas into one self-contained schema that any reader accepts. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

_NAMED: Final = frozenset({"record", "error", "enum", "fixed"})
_PRIMITIVE: Final = frozenset({"null", "boolean", "int", "long", "float", "double", "bytes", "string"})


def with_references(text: str, referred: Mapping[str, str]) -> str:
    """The schema with each referenced type defined where it is first used.

    Args:
        text: The schema.
        referred: Full name of a type → the schema that defines it, which may refer to other types in the mapping.

    Raises:
        ValueError: a text is not JSON.
    """
    return json.dumps(_Inliner(referred).walk(json.loads(text), ""))


class _Inliner:
    def __init__(self, referred: Mapping[str, str]) -> None:
        self._referred = referred
        self._defined: set[str] = set()

    def walk(self, schema: Any, namespace: str) -> Any:
        """The schema, within a namespace, with the types it refers to."""
        if isinstance(schema, str):
            return self._type(schema, namespace)
        if isinstance(schema, list):
            return [self.walk(branch, namespace) for branch in schema]
        if not isinstance(schema, dict):
            return schema
        kind = schema.get("type")
        if not isinstance(kind, str):
            return schema | {"type": self.walk(kind, namespace)}
        if kind in _NAMED:
            return self._named(schema, namespace)
        if kind == "array":
            return schema | {"items": self.walk(schema.get("items"), namespace)}
        if kind == "map":
            return schema | {"values": self.walk(schema.get("values"), namespace)}
        return schema | {"type": self.walk(kind, namespace)}

    def _type(self, name: str, namespace: str) -> Any:
        if name in _PRIMITIVE:
            return name
        full = name if "." in name or not namespace else f"{namespace}.{name}"
        known = next((each for each in (full, name) if each in self._defined or each in self._referred), None)
        if known is None:
            return name
        if known in self._defined:
            return known
        # Its own namespace, not that of the place where it is inlined.
        return self.walk(json.loads(self._referred[known]), known.rpartition(".")[0])

    def _named(self, schema: dict[str, Any], namespace: str) -> dict[str, Any]:
        name = str(schema.get("name"))
        own = name.rpartition(".")[0] if "." in name else str(schema.get("namespace", namespace))
        full = name if "." in name or not own else f"{own}.{name}"
        self._defined.add(full)
        told = schema | {"namespace": own}
        fields = schema.get("fields")
        if isinstance(fields, list):
            told["fields"] = [
                field | {"type": self.walk(field.get("type"), own)} if isinstance(field, dict) else field
                for field in fields
            ]
        return told
