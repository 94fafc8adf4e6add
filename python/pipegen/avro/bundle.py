"""Puts types that stand in other files of a schema folder into the schema that names them.

The registry, Flink and the generator take one self-contained schema. Each type is written out where it is used first
and named afterwards, as Avro wants it. Where a part came from is kept, so that a fault is told with its own file
and path. Pure: takes parsed files, reads none.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

PRIMITIVES: Final = frozenset({"null", "boolean", "int", "long", "float", "double", "bytes", "string"})
_NAMED: Final = frozenset({"record", "error", "enum", "fixed"})


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a part of the bundle came from."""

    file: Path
    json_path: str


@dataclass(frozen=True, slots=True)
class _Definition:
    node: dict[str, Any]
    origin: Origin
    namespace: str


@dataclass(slots=True)
class Bundle:
    """A self-contained schema.

    Attributes:
        schema: The schema as parsed JSON.
        origins: JSON path in the bundle → where that part came from; the root is among them.
        used: Files other than the first that gave types.
        twice: Full name → the places of a type that was used and that two files define differently.
        missing: Names that nobody defines.
    """

    schema: Any
    origins: dict[str, Origin]
    used: set[Path] = field(default_factory=set)
    twice: dict[str, tuple[Origin, Origin]] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)

    def origin(self, json_path: str) -> Origin:
        """Where a path of the bundle came from."""
        path = max((each for each in self.origins if _is_within(json_path, each)), key=len)
        found = self.origins[path]
        return Origin(found.file, found.json_path + json_path[len(path) :])


class TypeIndex:
    """The named types of several schema files, which are read when the first type is looked for.

    Args:
        read: Gives each file with its parsed schema.
    """

    def __init__(self, read: Callable[[], Mapping[Path, Any]]) -> None:
        self._read: Callable[[], Mapping[Path, Any]] | None = read
        self._definitions: dict[str, _Definition] = {}
        self.twice: dict[str, tuple[Origin, Origin]] = {}
        """Full name → the places of a type that two files define differently."""

    def find(self, name: str, namespace: str) -> tuple[str, _Definition] | None:
        """The full name and definition that a name means inside a namespace."""
        if self._read is not None:
            for file, parsed in self._read().items():
                self._collect(parsed, Origin(file, "$"), "")
            self._read = None
        for full in (_full(name, namespace), name):
            if full in self._definitions:
                return full, self._definitions[full]
        return None

    def _collect(self, node: Any, origin: Origin, namespace: str) -> None:
        if isinstance(node, list):
            for index, branch in enumerate(node):
                self._collect(branch, Origin(origin.file, f"{origin.json_path}[{index}]"), namespace)
        if not isinstance(node, dict):
            return
        if node.get("type") in _NAMED and isinstance(node.get("name"), str):
            full = _defined(node, namespace)
            known = self._definitions.get(full)
            if known is not None:
                # What a build copies says the same again.
                if _meaning(known.node, known.namespace) != _meaning(node, namespace):
                    self.twice.setdefault(full, (known.origin, origin))
            else:
                self._definitions[full] = _Definition(node, origin, namespace)
            namespace = full.rpartition(".")[0]
        for path, child in _children(node):
            self._collect(child, Origin(origin.file, origin.json_path + path), namespace)


def bundle(root: Any, file: Path, index: TypeIndex) -> Bundle:
    """The root with every type that only other files define written out.

    Names that nobody defines stay as they are: whoever checks the bundle finds them.
    """
    made = Bundle(None, {"$": Origin(file, "$")})
    made.schema = _Bundler(made, index).type(root, "$", Origin(file, "$"), "", "")
    return made


class _Bundler:
    def __init__(self, made: Bundle, index: TypeIndex) -> None:
        self._made = made
        self._index = index
        self._defined: dict[str, str] = {}
        """Full name in its own file → full name in the bundle: a type without a namespace joins the one around it."""

    def type(self, node: Any, path: str, origin: Origin, namespace: str, around: str) -> Any:
        """One type.

        Args:
            node: The type.
            path: Its path in the bundle.
            origin: Where it came from.
            namespace: The namespace it stands in, in its own file.
            around: The namespace around it in the bundle.
        """
        if isinstance(node, str):
            return self._reference(node, path, namespace, around)
        if isinstance(node, list):
            return [
                self.type(branch, f"{path}[{number}]", _below(origin, f"[{number}]"), namespace, around)
                for number, branch in enumerate(node)
            ]
        return self._object(node, path, origin, namespace, around) if isinstance(node, dict) else node

    def _object(self, node: dict[str, Any], path: str, origin: Origin, namespace: str, around: str) -> Any:
        made = dict(node)
        if node.get("type") in _NAMED and isinstance(node.get("name"), str):
            full = _defined(node, namespace)
            if full in self._defined and origin.file in self._made.used:
                return self._name(full, around)  # a part of a file that is needed twice
            self._defined[full] = _full(full, around)
            namespace, own = full.rpartition(".")[0], self._defined[full].rpartition(".")[0]
            if own == around:
                made.pop("namespace", None)
            elif "." not in node["name"]:
                made["namespace"] = own
            around = own
        for part, child in _children(node):
            built = self.type(child, path + part, _below(origin, part), namespace, around)
            _put(made, part, built)
        return made

    def _reference(self, name: str, path: str, namespace: str, around: str) -> Any:
        if name in PRIMITIVES:
            return name
        for full in (_full(name, namespace), name):
            if full in self._defined:
                return self._name(full, around)
        found = self._index.find(name, namespace)
        if found is None:
            self._made.missing.append(name)
            return name
        full, definition = found
        if full in self._index.twice:
            self._made.twice[full] = self._index.twice[full]
        self._made.origins[path] = definition.origin
        self._made.used.add(definition.origin.file)
        return self._object(definition.node, path, definition.origin, definition.namespace, around)

    def _name(self, full: str, around: str) -> str:
        """A type's name as it is understood inside a namespace of the bundle."""
        name = self._defined[full]
        space, _, last = name.rpartition(".")
        return last if space == around else name


def _children(node: dict[str, Any]) -> list[tuple[str, Any]]:
    """The types directly in a type, with their paths below it."""
    found: list[tuple[str, Any]] = []
    kind = node.get("type")
    if isinstance(kind, dict | list) or (isinstance(kind, str) and kind not in {*_NAMED, "array", "map"}):
        found.append((".type", kind))
    if kind in {"array", "map"}:
        found.extend((f".{key}", node[key]) for key in ("items", "values") if key in node)
    if kind in {"record", "error"} and isinstance(node.get("fields"), list):
        found.extend(
            (f".fields[{number}].type", each["type"])
            for number, each in enumerate(node["fields"])
            if isinstance(each, dict) and "type" in each
        )
    return found


def _put(node: dict[str, Any], part: str, built: Any) -> None:
    if not part.startswith(".fields["):
        node[part[1:]] = built
        return
    number = int(part[len(".fields[") : part.index("]")])
    node["fields"] = list(node["fields"])
    node["fields"][number] = {**node["fields"][number], "type": built}


def _meaning(node: Any, namespace: str) -> Any:
    """A type with full names and without documentation, to be compared with another."""
    if isinstance(node, str):
        return node if node in PRIMITIVES else _full(node, namespace)
    if isinstance(node, list):
        return [_meaning(branch, namespace) for branch in node]
    if not isinstance(node, dict):
        return node
    made = {key: value for key, value in node.items() if key not in {"namespace", "doc"}}
    if node.get("type") in _NAMED and isinstance(node.get("name"), str):
        made["name"] = _defined(node, namespace)
        namespace = made["name"].rpartition(".")[0]
    for part, child in _children(node):
        _put(made, part, _meaning(child, namespace))
    return made


def _below(origin: Origin, part: str) -> Origin:
    return Origin(origin.file, origin.json_path + part)


def _full(name: str, namespace: str) -> str:
    return name if "." in name or not namespace else f"{namespace}.{name}"


def _defined(node: dict[str, Any], namespace: str) -> str:
    own = node.get("namespace", namespace)
    return _full(str(node["name"]), own if isinstance(own, str) else "")


def _is_within(path: str, outer: str) -> bool:
    return path == outer or (path.startswith(outer) and path[len(outer)] in ".[")
