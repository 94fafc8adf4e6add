"""Names without signs that newer Avro libraries refuse, such as the hyphen of ``com.acme-corp``. Pure.

A record's bytes hold no names: with either schema they are the same.
"""

from __future__ import annotations

import json
import re
from typing import Any, Final

_SIGN: Final = re.compile(r"[^A-Za-z0-9_.]")
_DIGIT: Final = re.compile(r"(^|\.)(?=[0-9])")


def plain_names(schema_text: str) -> str | None:
    """The schema with ``_`` for each sign that is no letter, digit or ``_``; None where its names have none.

    Args:
        schema_text: A valid schema, as JSON.
    """
    schema = json.loads(schema_text)
    plain = _plain(schema)
    return None if plain == schema else json.dumps(plain, ensure_ascii=False)


def _plain(node: Any) -> Any:
    if isinstance(node, str):
        return _DIGIT.sub(r"\1_", _SIGN.sub("_", node))
    if isinstance(node, list):
        return [_plain(branch) for branch in node]
    if not isinstance(node, dict):
        return node
    made = dict(node)
    for key in ("namespace", "name", "type", "items", "values"):
        if key in made:
            made[key] = _plain(made[key])
    if isinstance(made.get("fields"), list):
        made["fields"] = [{**field, "type": _plain(field["type"])} for field in made["fields"]]
    return made
