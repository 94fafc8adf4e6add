"""Reads an Avro schema file and says where a fault is: file and line for JSON, file and JSON path for Avro.

fastavro judges in the end; the walk before it exists because fastavro does not say where.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import fastavro
from fastavro.schema import SchemaParseException, UnknownType

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
        text: The file's text, as it is registered.
        parsed: The JSON of ``text``.
        name: Full name of the record.
        fields: Its fields in order.
    """

    path: Path
    text: str
    parsed: dict[str, Any]
    name: str
    fields: tuple[SchemaField, ...]

    def line_of(self, json_path: str) -> int:
        """The 1-based line of a JSON path such as ``$.fields[2].type``."""
        return line_of(self.text, json_path)


def load_schema(path: Path) -> InputSchema:
    """Reads a schema file.

    Raises:
        ProjectError: naming the file and the line or JSON path.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise ProjectError(f"{path}: no such file", remedy="Write the Avro schema of the input there.") from None
    except UnicodeDecodeError as error:
        raise ProjectError(f"{path}: not UTF-8 text (byte {error.start})", remedy="Save it as UTF-8.") from None
    except OSError as error:
        raise ProjectError(f"{path}: cannot be read: {error.strerror}") from None
    return parse_schema_text(text, path)


def parse_schema_text(text: str, path: Path) -> InputSchema:
    """The schema in ``text``; ``path`` is only for messages.

    Raises:
        ProjectError: naming the file and the line or JSON path.
    """
    try:
        parsed = json.loads(text, object_pairs_hook=_no_duplicates, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        raise ProjectError(f"{path}:{error.lineno}:{error.colno}: not valid JSON: {error.msg}") from None
    except _JsonFaultError as error:
        raise ProjectError(f"{path}: not valid JSON: {error}") from None
    except RecursionError:
        raise ProjectError(f"{path}: nested too deeply") from None
    if not isinstance(parsed, dict) or parsed.get("type") not in {"record", "error"}:
        raise ProjectError(
            f"{path}:1: $: the input must be an Avro record, this is {_what(parsed)}",
            remedy='Write {"type": "record", "name": …, "fields": […]}.',
        )
    try:
        check_schema(parsed)
        fastavro.parse_schema(json.loads(text))
    except SchemaFaultError as fault:
        line = line_of(text, fault.json_path)
        raise ProjectError(f"{path}:{line}: {fault.json_path}: {fault.reason}", remedy=fault.remedy) from None
    except (SchemaParseException, UnknownType) as error:
        raise ProjectError(f"{path}: not a valid Avro schema: {error}") from None
    except RecursionError:
        raise ProjectError(f"{path}: nested too deeply") from None
    namespace = parsed.get("namespace")
    name = parsed["name"]
    full_name = f"{namespace}.{name}" if namespace and "." not in name else name
    fields = tuple(
        SchemaField(field["name"], field["type"], isinstance(field["type"], list) and "null" in field["type"])
        for field in parsed["fields"]
    )
    return InputSchema(path, text, parsed, full_name, fields)


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
