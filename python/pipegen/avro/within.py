"""A schema with the schemas within it changed: one walk for every such change. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any


def with_changed(schema: Mapping[str, Any], change: Callable[[Any], Any]) -> dict[str, Any]:
    """A copy of a schema that is a JSON object, with the type, items, values or field types within it changed.

    Args:
        schema: The schema, parsed and valid.
        change: Makes another schema of one within it.
    """
    made = dict(schema)
    for key in ("type", "items", "values"):
        if key in made:
            made[key] = change(made[key])
    if isinstance(made.get("fields"), list):
        made["fields"] = [{**field, "type": change(field["type"])} for field in made["fields"]]
    return made
