"""Replaces characters in names that newer Avro libraries refuse, such as the hyphen in ``com.acme-corp``. Pure.

A record's bytes contain no names, so they are the same with either schema.
"""

from __future__ import annotations

import json
import re
from typing import Any, Final

from pipegen.avro.within import with_changed

_SIGN: Final = re.compile(r"[^A-Za-z0-9_.]")
_DIGIT: Final = re.compile(r"(^|\.)(?=[0-9])")


def plain_names(schema_text: str) -> str | None:
    """The schema with ``_`` for each character that is not a letter, digit or ``_``; None if its names are valid.

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
    names = {key: _plain(node[key]) for key in ("namespace", "name") if key in node}
    return with_changed({**node, **names}, _plain)
