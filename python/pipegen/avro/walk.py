"""Walks a schema and finds the JSON path of the first fault. Pure: takes parsed JSON, touches no file."""

from __future__ import annotations

import json
import re
from typing import Any, Final

from pipegen.suggestion import did_you_mean

PRIMITIVES: Final = frozenset({"null", "boolean", "int", "long", "float", "double", "bytes", "string"})
_COMPLEX: Final = ("record", "error", "enum", "array", "map", "fixed")
_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


class SchemaFaultError(Exception):
    """What is wrong and at which JSON path."""

    def __init__(self, json_path: str, reason: str, remedy: str | None = None) -> None:
        super().__init__(f"{json_path}: {reason}")
        self.json_path = json_path
        self.reason = reason
        self.remedy = remedy


def check_schema(parsed: Any) -> None:
    """Checks a whole schema.

    Raises:
        SchemaFaultError: at the first fault, in the order of the text.
    """
    _Walk().type(parsed, "$", "")


class _Walk:
    """The names defined so far; Avro names must be defined before they are used."""

    def __init__(self) -> None:
        self._names: set[str] = set()

    def type(self, node: Any, path: str, namespace: str) -> None:
        if isinstance(node, str):
            self._reference(node, path, namespace)
        elif isinstance(node, list):
            self._union(node, path, namespace)
        elif isinstance(node, dict):
            self._object(node, path, namespace)
        else:
            raise SchemaFaultError(path, f"a type is a name, an object or a list, not {json.dumps(node)}")

    def _reference(self, name: str, path: str, namespace: str) -> None:
        full = name if "." in name or not namespace else f"{namespace}.{name}"
        if name in PRIMITIVES or full in self._names or name in self._names:
            return
        known = [*sorted(PRIMITIVES), *sorted(self._names)]
        if name in _COMPLEX:
            hint = f'Write {{"type": {{"type": "{name}", …}}}}: it needs attributes of its own.'
        else:
            hint = did_you_mean(name, known) or f"Primitive types: {', '.join(sorted(PRIMITIVES))}."
        raise SchemaFaultError(path, f"unknown type “{name}”", hint)

    def _union(self, branches: list[Any], path: str, namespace: str) -> None:
        if not branches:
            raise SchemaFaultError(path, "a union needs at least one type")
        seen: set[str] = set()
        for index, branch in enumerate(branches):
            where = f"{path}[{index}]"
            if isinstance(branch, list):
                raise SchemaFaultError(where, "a union cannot stand directly in a union")
            self.type(branch, where, namespace)
            key = _union_key(branch)
            if key in seen:
                raise SchemaFaultError(where, f"the union has “{key}” twice")
            seen.add(key)

    def _object(self, node: dict[str, Any], path: str, namespace: str) -> None:
        if "type" not in node:
            raise SchemaFaultError(path, "the attribute “type” is missing")
        kind = node["type"]
        if not isinstance(kind, str):
            self.type(kind, f"{path}.type", namespace)
            return
        match kind:
            case "record" | "error":
                self._record(node, path, namespace)
            case "enum":
                self._define(node, path, namespace)
                self._symbols(node, path)
            case "fixed":
                self._define(node, path, namespace)
                size = _required(node, "size", path)
                if not isinstance(size, int) or isinstance(size, bool) or size < 0:
                    raise SchemaFaultError(f"{path}.size", "the size of a fixed type is a number of bytes")
                self._logical(node, path)
            case "array":
                self.type(_required(node, "items", path), f"{path}.items", namespace)
            case "map":
                self.type(_required(node, "values", path), f"{path}.values", namespace)
            case _:
                self._reference(kind, f"{path}.type", namespace)
                self._logical(node, path)

    def _record(self, node: dict[str, Any], path: str, namespace: str) -> None:
        inner = self._define(node, path, namespace)
        fields = _required(node, "fields", path)
        if not isinstance(fields, list):
            raise SchemaFaultError(f"{path}.fields", "the fields of a record are a list")
        if not fields and path == "$":
            raise SchemaFaultError(f"{path}.fields", "the record has no fields")
        seen: set[str] = set()
        for index, field in enumerate(fields):
            where = f"{path}.fields[{index}]"
            if not isinstance(field, dict):
                raise SchemaFaultError(where, "a field is an object with “name” and “type”")
            name = _required(field, "name", where)
            if not isinstance(name, str) or _NAME.fullmatch(name) is None:
                raise SchemaFaultError(f"{where}.name", f"{json.dumps(name)} is not a name", _name_rule())
            if name in seen:
                raise SchemaFaultError(f"{where}.name", f"the field “{name}” stands twice")
            seen.add(name)
            self.type(_required(field, "type", where), f"{where}.type", inner)

    def _define(self, node: dict[str, Any], path: str, namespace: str) -> str:
        """Notes a named type and returns the namespace inside it."""
        name = _required(node, "name", path)
        if not isinstance(name, str) or not all(_NAME.fullmatch(part) for part in name.split(".")):
            raise SchemaFaultError(f"{path}.name", f"{json.dumps(name)} is not a name", _name_rule())
        own = node.get("namespace", namespace)
        if not isinstance(own, str):
            raise SchemaFaultError(f"{path}.namespace", "a namespace is a text")
        full = name if "." in name or not own else f"{own}.{name}"
        if full in PRIMITIVES:
            raise SchemaFaultError(f"{path}.name", f"“{full}” is the name of a primitive type")
        if full in self._names:
            raise SchemaFaultError(f"{path}.name", f"the name “{full}” is defined twice")
        self._names.add(full)
        return full.rpartition(".")[0]

    @staticmethod
    def _symbols(node: dict[str, Any], path: str) -> None:
        symbols = _required(node, "symbols", path)
        if not isinstance(symbols, list) or not symbols:
            raise SchemaFaultError(f"{path}.symbols", "the symbols of an enum are a list with at least one name")
        for index, symbol in enumerate(symbols):
            if not isinstance(symbol, str) or _NAME.fullmatch(symbol) is None:
                raise SchemaFaultError(f"{path}.symbols[{index}]", f"{json.dumps(symbol)} is not a name", _name_rule())
            if symbol in symbols[:index]:
                raise SchemaFaultError(f"{path}.symbols[{index}]", f"the symbol “{symbol}” stands twice")

    @staticmethod
    def _logical(node: dict[str, Any], path: str) -> None:
        if node.get("logicalType") != "decimal":
            return
        precision = node.get("precision")
        scale = node.get("scale", 0)
        if not isinstance(precision, int) or isinstance(precision, bool) or precision < 1:
            raise SchemaFaultError(f"{path}.precision", "a decimal needs a precision of at least 1")
        if not isinstance(scale, int) or isinstance(scale, bool) or not 0 <= scale <= precision:
            raise SchemaFaultError(
                f"{path}.scale", f"the scale of a decimal lies between 0 and its precision {precision}"
            )


def _required(node: dict[str, Any], attribute: str, path: str) -> Any:
    if attribute not in node:
        raise SchemaFaultError(path, f"the attribute “{attribute}” is missing")
    return node[attribute]


def _union_key(branch: Any) -> str:
    if isinstance(branch, dict):
        kind = branch["type"]
        return str(branch["name"]) if kind in {"record", "error", "enum", "fixed"} else str(kind)
    return str(branch)


def _name_rule() -> str:
    return "Names start with a letter or _ and go on with letters, digits and _."
