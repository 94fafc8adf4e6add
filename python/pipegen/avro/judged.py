"""What the compiled reader says of a schema, and the schema as every other reader takes it. Pure."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterable
from typing import Any, Final

import fastavro

from pipegen.hotpath import check_schema

_STEP: Final = re.compile(r"\.([^.\[\]]+)|\[(\d+)\]")


def without_ignored(parsed: Any, places: Iterable[str]) -> Any:
    """A schema without the logical types at these JSON paths.

    The specification says that a logical type that does not fit is ignored; some readers fail instead.
    """
    ignored = list(places)
    made = copy.deepcopy(parsed) if ignored else parsed
    for place in ignored:
        node = made
        for key, index in _STEP.findall(place):
            node = node[key] if key else node[int(index)]
        for key in ("logicalType", "precision", "scale"):
            node.pop(key, None)
    return made


def readable(schema: Any) -> Any:
    """A schema for fastavro, parsed once; one that is so already is taken as it is.

    Raises:
        Exception: fastavro's own, where it cannot read the schema.
    """
    if isinstance(schema, dict) and "__fastavro_parsed__" in schema:
        return schema
    return fastavro.parse_schema(without_ignored(schema, check_schema(json.dumps(schema)).ignored))
