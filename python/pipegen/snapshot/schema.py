"""The contract in the languages of others: JSON Schema for integrations, JSDoc types for the page. Decides nothing."""

from __future__ import annotations

import json
from typing import Any, Final

from pipegen.snapshot.messages import RecentMessages
from pipegen.snapshot.snapshot import Snapshot
from pipegen.snapshot.together import Together

_SCALARS: Final = {"string": "string", "number": "number", "integer": "number", "boolean": "boolean", "null": "null"}


def metrics_schema() -> dict[str, Any]:
    """JSON Schema (draft 2020-12) of what ``/ws/metrics`` and ``/api/metrics`` send."""
    schema = Snapshot.model_json_schema(mode="serialization")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


def metrics_schema_text() -> str:
    """The schema as the text of ``docs/metrics.schema.json``."""
    return json.dumps(metrics_schema(), indent=2, ensure_ascii=False) + "\n"


def jsdoc_text() -> str:
    """The contract as JSDoc types: the text of ``web/model/snapshot.js``."""
    schema = metrics_schema()
    together = Together.model_json_schema(mode="serialization")
    models: dict[str, Any] = {**schema["$defs"], "Snapshot": schema, **together["$defs"], "Together": together}
    messages = RecentMessages.model_json_schema(mode="serialization")
    models |= {**messages["$defs"], "RecentMessages": messages}
    blocks = [
        "// The contract as types. Written by tools/write_contract.py from python/pipegen/snapshot; do not edit.",
        *(_typedef(name, model) for name, model in models.items()),
        "export {};",
    ]
    return "\n\n".join(blocks) + "\n"


def _typedef(name: str, model: dict[str, Any]) -> str:
    lines = ["/**", f" * {_one_line(model)}", " *", f" * @typedef {{object}} {name}"]
    for field, definition in model["properties"].items():
        lines.append(f" * @property {{{_type(definition)}}} {field} {_one_line(definition)}".rstrip())
    return "\n".join([*lines, " */"])


def _one_line(definition: dict[str, Any]) -> str:
    return " ".join(str(definition.get("description", "")).split()).replace("``", "`")


def _type(definition: dict[str, Any]) -> str:
    if "$ref" in definition:
        return str(definition["$ref"]).rsplit("/", 1)[1]
    if "anyOf" in definition:
        return " | ".join(_type(option) for option in definition["anyOf"])
    values = [definition["const"]] if "const" in definition else definition.get("enum")
    if values is not None:
        return " | ".join(json.dumps(value) for value in values)
    return _named_type(definition)


def _named_type(definition: dict[str, Any]) -> str:
    if definition["type"] == "array":
        return f"Array<{_type(definition['items'])}>"
    if definition["type"] == "object":
        return f"Record<string, {_type(definition['additionalProperties'])}>"
    return _SCALARS[definition["type"]]
