"""Finds the line of a JSON path in the text of a schema, for messages that point at it."""

from __future__ import annotations

import json
import re
from typing import Final

_STEP: Final = re.compile(r"\.([^.\[\]]+)|\[(\d+)\]")
_SPACE: Final = re.compile(r"[ \t\n\r]*")
_DECODER: Final = json.JSONDecoder()


def line_of(text: str, json_path: str) -> int:
    """The 1-based line where the value at ``json_path`` starts, or the nearest value around it that exists.

    Args:
        text: Valid JSON.
        json_path: Like ``$.fields[2].type``.
    """
    position = _skip(text, 0)
    for key, index in _STEP.findall(json_path):
        found = _member(text, position, key) if key else _element(text, position, int(index))
        if found is None:
            break
        position = found
    return text.count("\n", 0, position) + 1


def _skip(text: str, position: int) -> int:
    match = _SPACE.match(text, position)
    return match.end() if match else position


def _after_value(text: str, position: int) -> int:
    return _skip(text, _DECODER.raw_decode(text, position)[1])


def _member(text: str, position: int, key: str) -> int | None:
    if text[position] != "{":
        return None
    position = _skip(text, position + 1)
    while text[position] == '"':
        name, position = _DECODER.raw_decode(text, position)
        value = _skip(text, _skip(text, position) + 1)
        if name == key:
            return value
        position = _after_value(text, value)
        if text[position] != ",":
            return None
        position = _skip(text, position + 1)
    return None


def _element(text: str, position: int, index: int) -> int | None:
    if text[position] != "[":
        return None
    position = _skip(text, position + 1)
    for _ in range(index):
        if text[position] == "]":
            return None
        position = _after_value(text, position)
        if text[position] != ",":
            return None
        position = _skip(text, position + 1)
    return None if text[position] == "]" else position
