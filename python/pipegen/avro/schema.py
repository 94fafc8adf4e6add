"""Reads an Avro schema file and says where a fault is: file and line for JSON, file and JSON path for Avro.

fastavro judges in the end; the walk before it exists because fastavro does not say where.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import fastavro
from fastavro.schema import SchemaParseException, UnknownType

from pipegen.avro.bundle import Bundle, Origin, TypeIndex, bundle
from pipegen.avro.place import line_of
from pipegen.avro.walk import SchemaFaultError, check_schema
from pipegen.errors import ProjectError


@dataclass(frozen=True, slots=True)
class SchemaField:
    """A field of the record: its name and its type as parsed JSON."""

    name: str
    type: Any
    nullable: bool


@dataclass(frozen=True, slots=True)
class InputSchema:
    """The schema of the records sent.

    Attributes:
        path: The file it came from.
        text: The schema as it is registered: the file's text, or with the types of other files written out.
        parsed: The JSON of ``text``.
        name: Full name of the record.
        fields: Its fields in order.
        sources: Text of each file that took part; empty where one file is all.
        origins: Where the parts of ``parsed`` came from; None where one file is all.
    """

    path: Path
    text: str
    parsed: dict[str, Any]
    name: str
    fields: tuple[SchemaField, ...]
    sources: Mapping[Path, str] = field(default_factory=dict)
    origins: Bundle | None = None

    def place_of(self, json_path: str) -> tuple[Path, int, str]:
        """File, 1-based line and path within that file of a JSON path of the schema."""
        origin = Origin(self.path, json_path) if self.origins is None else self.origins.origin(json_path)
        return origin.file, line_of(self.sources.get(origin.file, self.text), origin.json_path), origin.json_path

    def line_of(self, json_path: str) -> int:
        """The 1-based line of a JSON path such as ``$.fields[2].type``."""
        return line_of(self.sources.get(self.path, self.text), json_path)


def load_schema(path: Path) -> InputSchema:
    """Reads a schema file. Types that it only names are looked for in the other ``.avsc`` files of its folder.

    Raises:
        ProjectError: naming the file and the line or JSON path.
    """
    text = _read(path)
    parsed = _record(text, path)
    if _names_unknown_type(parsed):
        others = {file: _read(file) for file in sorted(path.parent.rglob("*.avsc")) if file.resolve() != path.resolve()}
        if others:
            return _load_bundle(text, parsed, path, others)
    return _checked(text, parsed, path)


def parse_schema_text(text: str, path: Path) -> InputSchema:
    """The schema in ``text``, which names no type of another file; ``path`` is only for messages.

    Raises:
        ProjectError: naming the file and the line or JSON path.
    """
    return _checked(text, _record(text, path), path)


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise ProjectError(f"{path}: no such file", remedy="Write the Avro schema of the input there.") from None
    except UnicodeDecodeError as error:
        raise ProjectError(f"{path}: not UTF-8 text (byte {error.start})", remedy="Save it as UTF-8.") from None
    except OSError as error:
        raise ProjectError(f"{path}: cannot be read: {error.strerror}") from None


def _json(text: str, path: Path) -> Any:
    try:
        return json.loads(text, object_pairs_hook=_no_duplicates, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        raise ProjectError(f"{path}:{error.lineno}:{error.colno}: not valid JSON: {error.msg}") from None
    except _JsonFaultError as error:
        raise ProjectError(f"{path}: not valid JSON: {error}") from None
    except RecursionError:
        raise ProjectError(f"{path}: nested too deeply") from None


def _record(text: str, path: Path) -> dict[str, Any]:
    parsed = _json(text, path)
    if not isinstance(parsed, dict) or parsed.get("type") not in {"record", "error"}:
        raise ProjectError(
            f"{path}:1: $: the input must be an Avro record, this is {_what(parsed)}",
            remedy='Write {"type": "record", "name": …, "fields": […]}.',
        )
    return parsed


def _names_unknown_type(parsed: dict[str, Any]) -> bool:
    try:
        check_schema(parsed)
    except SchemaFaultError as fault:
        return fault.reason.startswith("unknown type")
    except RecursionError:
        return False
    return False


def _load_bundle(text: str, parsed: dict[str, Any], path: Path, others: dict[Path, str]) -> InputSchema:
    index = TypeIndex({file: _json(other, file) for file, other in others.items()})
    made = bundle(parsed, path, index)
    for name in made.names:
        if name in index.twice:
            first, second = index.twice[name]
            raise ProjectError(
                f"{second.file}:{line_of(others[second.file], second.json_path)}: {second.json_path}: “{name}” is "
                f"defined in {first.file} too",
                remedy="Keep one of them.",
            )
    if not made.used:
        return _checked(text, parsed, path)
    return _checked(json.dumps(made.schema, indent=2), made.schema, path, {path: text, **others}, made)


def _checked(
    text: str,
    parsed: dict[str, Any],
    path: Path,
    sources: Mapping[Path, str] | None = None,
    origins: Bundle | None = None,
) -> InputSchema:
    try:
        check_schema(parsed)
        fastavro.parse_schema(json.loads(text))
    except SchemaFaultError as fault:
        schema = InputSchema(path, text, parsed, "", (), sources or {}, origins)
        file, line, json_path = schema.place_of(fault.json_path)
        raise ProjectError(f"{file}:{line}: {json_path}: {fault.reason}", remedy=fault.remedy) from None
    except (SchemaParseException, UnknownType) as error:
        raise ProjectError(f"{path}: not a valid Avro schema: {error}") from None
    except RecursionError:
        raise ProjectError(f"{path}: nested too deeply") from None
    namespace = parsed.get("namespace")
    name = parsed["name"]
    full_name = f"{namespace}.{name}" if namespace and "." not in name else name
    fields = tuple(
        SchemaField(each["name"], each["type"], isinstance(each["type"], list) and "null" in each["type"])
        for each in parsed["fields"]
    )
    return InputSchema(path, text, parsed, full_name, fields, sources or {}, origins)


class _JsonFaultError(ValueError):
    """JSON that Python reads and Avro must not see."""


def _no_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise _JsonFaultError(f"the key “{twice}” stands twice in one object")
    return found


def _no_constant(text: str) -> Any:
    raise _JsonFaultError(f"{text} is not a JSON value")


def _what(parsed: Any) -> str:
    if isinstance(parsed, dict):
        return f"of type {json.dumps(parsed.get('type'))}" if "type" in parsed else "an object without a type"
    if isinstance(parsed, list):
        return "a list (a union)"
    return f"the type “{parsed}”" if isinstance(parsed, str) else "no schema"
