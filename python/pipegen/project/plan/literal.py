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
        values: What it equals where a condition holds or does not hold.
        above: Lower bounds it is compared with.
        below: Upper bounds it is compared with.
    """

    values: tuple[LiteralValue, ...] = ()
    above: tuple[LiteralValue, ...] = ()
    below: tuple[LiteralValue, ...] = ()


def read_literal(text: str) -> Literal | None:
    """The literal in a text, without its type; None if it is neither text nor number."""
    if text.startswith("Sarg["):
        return _ranges(text[len("Sarg[") :].rpartition("]")[0])
    if match := _TEXT.fullmatch(text):
        return Literal((match.group(1).replace("''", "'"),))
    return Literal((_number(text),)) if _NUMBER.fullmatch(text) else None


def _ranges(body: str) -> Literal | None:
    """The points and range bounds of a search argument: ``(1..5]``, ``2``, ``'A':CHAR(1)``."""
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
        return Literal((above[0],))  # everything except one point: two ranges that meet there
    return Literal(tuple(points), tuple(above), tuple(below)) if points or above or below else None


def _number(text: str) -> int | float:
    return float(text) if "." in text or "E" in text else int(text)
