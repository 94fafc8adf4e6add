"""Whether one Avro schema reads what another wrote, by the specification's schema resolution. Pure."""

from __future__ import annotations

import json
from typing import Any, Final

_PROMOTIONS: Final = {
    "int": {"long", "float", "double"},
    "long": {"float", "double"},
    "float": {"double"},
    "string": {"bytes"},
    "bytes": {"string"},
}
_NAMED: Final = ("record", "error", "enum", "fixed")

Pair = tuple[str, str]


def unreadable(writer_text: str, reader_text: str) -> str | None:
    """Why the reader's schema does not read what the writer's wrote; None when it does.

    Args:
        writer_text: The schema the data was written with, as JSON.
        reader_text: The schema it is to be read with, as JSON.
    """
    return _Resolution().check(_Named(json.loads(writer_text)), _Named(json.loads(reader_text)))


class _Named:
    """A schema with the names that are defined in it so far."""

    def __init__(self, schema: Any, names: dict[str, Any] | None = None, space: str = "") -> None:
        self.names = {} if names is None else names
        if isinstance(schema, str) and not _primitive(schema):
            schema = self.names[_full(schema, space) if _full(schema, space) in self.names else schema]
        if isinstance(schema, dict) and isinstance(schema.get("type"), dict | list):
            schema = schema["type"]
        self.schema: Any = schema
        self.space = space
        if isinstance(schema, dict) and schema.get("type") in _NAMED:
            self.space = schema.get("namespace", schema["name"].rpartition(".")[0] or space)
            self.names[_full(schema["name"], self.space)] = schema

    def inner(self, schema: Any) -> _Named:
        return _Named(schema, self.names, self.space)

    @property
    def kind(self) -> str:
        if isinstance(self.schema, list):
            return "union"
        return str(self.schema["type"] if isinstance(self.schema, dict) else self.schema)

    @property
    def name(self) -> str:
        return str(self.schema["name"]).rpartition(".")[2]

    def branches(self) -> list[_Named]:
        return [self.inner(branch) for branch in self.schema] if self.kind == "union" else [self]


class _Resolution:
    def __init__(self) -> None:
        self._under_way: set[tuple[int, int]] = set()

    def check(self, writer: _Named, reader: _Named) -> str | None:
        if writer.kind == "union":
            reasons = [self.check(branch, reader) for branch in writer.branches()]
            return next((reason for reason in reasons if reason is not None), None)
        if reader.kind == "union":
            reasons = [self.check(writer, branch) for branch in reader.branches()]
            return None if None in reasons else f"no branch of the reader's union reads {writer.kind}"
        if writer.kind != reader.kind:
            readable = reader.kind in _PROMOTIONS.get(writer.kind, ())
            return None if readable else f"{writer.kind} was written, {reader.kind} is read"
        return self._same_kind(writer, reader)

    def _same_kind(self, writer: _Named, reader: _Named) -> str | None:
        kind = writer.kind
        if kind == "array":
            return self.check(writer.inner(writer.schema["items"]), reader.inner(reader.schema["items"]))
        if kind == "map":
            return self.check(writer.inner(writer.schema["values"]), reader.inner(reader.schema["values"]))
        if kind not in _NAMED:
            return None
        aliases = {str(alias).rpartition(".")[2] for alias in reader.schema.get("aliases", [])}
        if writer.name not in aliases | {reader.name}:
            return f"{kind} {writer.name} was written, {reader.name} is read"
        if kind == "fixed":
            same = writer.schema["size"] == reader.schema["size"]
            return None if same else f"fixed {writer.name} has another size"
        if kind == "enum":
            missing = set(writer.schema["symbols"]) - set(reader.schema["symbols"])
            if missing and "default" not in reader.schema:
                return f"enum {writer.name} has lost {min(missing)}"
            return None
        return self._record(writer, reader)

    def _record(self, writer: _Named, reader: _Named) -> str | None:
        pair = (id(writer.schema), id(reader.schema))
        if pair in self._under_way:
            return None  # a record within itself: what is being checked is taken as readable
        self._under_way.add(pair)
        # Names are defined in the order of the fields, so every field is walked, also those that are not read.
        written = {field["name"]: writer.inner(field["type"]) for field in writer.schema["fields"]}
        for field in reader.schema["fields"]:
            wanted = reader.inner(field["type"])
            name = next((n for n in (field["name"], *field.get("aliases", [])) if n in written), None)
            if name is None:
                if "default" not in field:
                    return f"field {field['name']} is new and has no default"
                continue
            reason = self.check(written[name], wanted)
            if reason is not None:
                return f"field {field['name']}: {reason}"
        return None


def _primitive(name: str) -> bool:
    return name in {"null", "boolean", "int", "long", "float", "double", "bytes", "string"}


def _full(name: str, space: str) -> str:
    return name if "." in name or not space else f"{space}.{name}"
