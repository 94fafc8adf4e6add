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
    """What a column is compared with.

    Attributes:
        values: What it is equal to where a condition holds, or where it does not.
        above: What it lies above, or at, where a condition holds.
        below: What it lies below, or at.
    """

    values: tuple[LiteralValue, ...] = ()
    above: tuple[LiteralValue, ...] = ()
    below: tuple[LiteralValue, ...] = ()


def read_literal(text: str) -> Literal | None:
    """The literal of a text without its type; None for one that is neither a text nor a number."""
    if text.startswith("Sarg["):
        return _ranges(text[len("Sarg[") :].rpartition("]")[0])
    if match := _TEXT.fullmatch(text):
        return Literal((match.group(1).replace("''", "'"),))
    return Literal((_number(text),)) if _NUMBER.fullmatch(text) else None


def _ranges(body: str) -> Literal | None:
    """The points of a search argument, and where its ranges end: ``(1..5]``, ``2``, ``'A':CHAR(1)``."""
    texts = [match.group(1).replace("''", "'") for match in _TEXT.finditer(body)]
    if texts:
        return Literal(tuple(dict.fromkeys(texts)))
    points: list[LiteralValue] = []
    above: list[LiteralValue] = []
    below: list[LiteralValue] = []
    for part in _TYPE.sub("", body).split(","):
        least, dots, most = part.partition("..")
        first, second = (list(map(_number, _NUMBER.findall(text))) for text in (least, most))
        if dots:
            above, below = [*above, *first], [*below, *second]
        else:
            points += first
    if len(above) == 1 and above == below:
        return Literal((above[0],))  # everything but one point is two ranges that meet there
    return Literal(tuple(points), tuple(above), tuple(below)) if points or above or below else None


def _number(text: str) -> int | float:
    return float(text) if "." in text or "E" in text else int(text)
