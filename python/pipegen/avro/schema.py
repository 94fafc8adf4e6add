"""Reads an Avro schema file and says where a fault is: file and line for JSON, file and JSON path for Avro.

The compiled reader judges, the same that generates and checks records: what it takes, every part of PipeGen takes.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from fastavro.schema import SchemaParseException, UnknownType

from pipegen.avro.bundle import Bundle, Origin, TypeIndex, bundle
from pipegen.avro.json_text import read_json, without_comments
from pipegen.avro.judged import readable, without_ignored
from pipegen.avro.place import line_of
from pipegen.errors import ProjectError
from pipegen.hotpath import SchemaNote, check_schema
from pipegen.regular_file import read_regular

_MOST_BYTES: Final = 20_000_000


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
        parsed: The JSON of ``text``, without the logical types that are ignored.
        name: Full name of the record.
        fields: Its fields in order.
        sources: Text of each file that took part; empty where one file is all.
        origins: Where the parts of ``parsed`` came from; None where one file is all.
        warnings: What is valid and probably not meant, such as a logical type that is ignored.
    """

    path: Path
    text: str
    parsed: dict[str, Any]
    name: str
    fields: tuple[SchemaField, ...]
    sources: Mapping[Path, str] = field(default_factory=dict)
    origins: Bundle | None = None
    warnings: tuple[SchemaNote, ...] = ()

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
    text, parsed = _record(_read(path), path)
    folder = _Folder(path)
    try:
        made = bundle(parsed, path, TypeIndex(folder.read))
    except RecursionError:
        raise ProjectError(f"{path}: nested too deeply") from None
    for name, (first, second) in made.twice.items():
        place = f"{second.file}:{line_of(folder.texts[second.file], second.json_path)}: {second.json_path}"
        raise ProjectError(f"{place}: “{name}” is defined in {first.file} too", remedy="Keep one of them.")
    for name in made.missing:
        folder.refuse_broken(name)
    if not made.used:
        return _checked(text, parsed, path)
    return _checked(json.dumps(made.schema, indent=2), made.schema, path, {path: text, **folder.texts}, made)


def parse_schema_text(text: str, path: Path) -> InputSchema:
    """The schema in ``text``, which names no type of another file; ``path`` is only for messages.

    Raises:
        ProjectError: naming the file and the line or JSON path.
    """
    return _checked(*_record(text, path), path)


class _Folder:
    """The other schema files beside one and below it, read when a type is looked for.

    Args:
        path: The file that is known.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self.texts: dict[Path, str] = {}
        self._broken: dict[Path, tuple[str, ProjectError]] = {}

    def read(self) -> Mapping[Path, Any]:
        """Each file that can be read, parsed."""
        parsed: dict[Path, Any] = {}
        for file in sorted(self._path.parent.rglob("*.avsc")):
            try:
                if file.samefile(self._path):
                    continue
                text = _read(file)
            except (ProjectError, OSError):
                continue  # not even text: nobody can say that it is needed
            try:
                self.texts[file], parsed[file] = read_json(text, file)
            except ProjectError as error:
                self._broken[file] = (without_comments(text), error)
        return parsed

    def refuse_broken(self, name: str) -> None:
        """Says that a file cannot be read which seems to define a type that is missing."""
        for text, error in self._broken.values():
            if f'"{name.rpartition(".")[2]}"' in text:
                raise error


def _read(path: Path) -> str:
    try:
        return read_regular(path, most_bytes=_MOST_BYTES).decode()
    except FileNotFoundError:
        raise ProjectError(f"{path}: no such file", remedy="Write the Avro schema of the input there.") from None
    except UnicodeDecodeError as error:
        raise ProjectError(f"{path}: not UTF-8 text (byte {error.start})", remedy="Save it as UTF-8.") from None
    except OSError as error:
        raise ProjectError(f"{path}: cannot be read: {error.strerror}") from None


def _record(text: str, path: Path) -> tuple[str, dict[str, Any]]:
    """The text as it is registered, and the record that it describes."""
    text, parsed = read_json(text, path)
    if not isinstance(parsed, dict) or parsed.get("type") not in ("record", "error"):
        raise ProjectError(
            f"{path}:1: $: the input must be an Avro record, this is {_what(parsed)}",
            remedy='Write {"type": "record", "name": …, "fields": […]}.',
        )
    if parsed.get("fields") == []:
        place = f"{path}:{line_of(text, '$.fields')}: $.fields"
        raise ProjectError(f"{place}: the record has no fields", remedy="Give it one.")
    return text, parsed


def _checked(
    text: str,
    parsed: dict[str, Any],
    path: Path,
    sources: Mapping[Path, str] | None = None,
    origins: Bundle | None = None,
) -> InputSchema:
    try:
        check = check_schema(json.dumps(parsed))
    except RecursionError:
        raise ProjectError(f"{path}: nested too deeply") from None
    if (fault := check.fault) is not None:
        file, line, json_path = InputSchema(path, text, parsed, "", (), sources or {}, origins).place_of(fault.path)
        raise ProjectError(f"{file}:{line}: {json_path}: {fault.problem}", remedy=_sentence(fault.remedy))
    parsed = without_ignored(parsed, check.ignored)
    try:
        readable(parsed)  # records are looked at with fastavro
    except (SchemaParseException, UnknownType) as error:
        raise ProjectError(f"{path}: not a valid Avro schema: {error}") from None
    namespace = parsed.get("namespace")
    name = parsed["name"]
    full_name = f"{namespace}.{name}" if namespace and "." not in name else name
    fields = tuple(
        SchemaField(each["name"], each["type"], isinstance(each["type"], list) and "null" in each["type"])
        for each in parsed["fields"]
    )
    return InputSchema(path, text, parsed, full_name, fields, sources or {}, origins, tuple(check.warnings))


def _sentence(remedy: str) -> str:
    return f"{remedy[0].upper()}{remedy[1:]}{'' if remedy.endswith('?') else '.'}"


def _what(parsed: Any) -> str:
    if isinstance(parsed, dict):
        return f"of type {json.dumps(parsed.get('type'))}" if "type" in parsed else "an object without a type"
    if isinstance(parsed, list):
        return "a list (a union)"
    return f"the type “{parsed}”" if isinstance(parsed, str) else "no schema"
