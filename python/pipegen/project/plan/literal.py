"""Literals that a plan compares a column with, such as ``2``, ``_UTF-16LE'A':CHAR(1)`` and ``Sarg['A', 'B']``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

_TEXT: Final = re.compile(r"(?:_[\w\-]+|[A-Za-z]&?)?'((?:[^']|'')*)'")
_NUMBER: Final = re.compile(r"-?\d+(?:\.\d+)?(?:E[+-]?\d+)?")
_TYPE: Final = re.compile(r":[A-Z][^,;.\[\]()]*(?:\([^)]*\))?(?: CHARACTER SET \"[^\"]*\")?")

LiteralValue = str | int | float


@dataclass(frozen=True, slots=True)
class Literal:
    """What is compared with.

    Attributes:
        values: The values; none of a literal of another kind, such as a time.
        exact: Whether a column has to be equal to one of them; otherwise they are ends of ranges.
    """

    values: tuple[LiteralValue, ...]
    exact: bool = True


def read_literal(text: str) -> Literal | None:
    """The literal of a text without its type; None for one that is neither a text nor a number."""
    if text.startswith("Sarg["):
        return _ranges(text[len("Sarg[") :].rpartition("]")[0])
    if match := _TEXT.fullmatch(text):
        return Literal((match.group(1).replace("''", "'"),))
    return Literal((_number(text),)) if _NUMBER.fullmatch(text) else None


def _ranges(body: str) -> Literal | None:
    """The points of a search argument, and where its ranges end: ``(1..5]``, ``2``, ``'A':CHAR(1)``."""
    values: list[LiteralValue] = []
    texts = [match.group(1).replace("''", "'") for match in _TEXT.finditer(body)]
    rest = _TYPE.sub("", _TEXT.sub("", body))
    numbers = [_number(each) for part in rest.replace("..", ",").split(",") for each in _NUMBER.findall(part)]
    values += texts or numbers
    if not values:
        return None
    different = tuple(dict.fromkeys(values))
    # Everything but one point is two ranges that meet there.
    return Literal(different, exact=".." not in rest or (rest.count("..") == 2 and len(different) == 1))


def _number(text: str) -> int | float:
    return float(text) if "." in text or "E" in text else int(text)
