"""What a CREATE, ALTER or DROP is about: the name behind its keywords."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from pipegen.project.plan.lexer import Token

BETWEEN: Final = frozenset({"OR", "REPLACE", "TEMPORARY", "SYSTEM", "IF", "NOT", "EXISTS"})
"""Keywords that may stand before and behind TABLE, VIEW and their like."""


def target(tokens: Sequence[Token]) -> tuple[str, ...]:
    """The parts of the name that a CREATE, ALTER or DROP is about: catalog, database and table as far as written."""
    index = 1
    while index < len(tokens) and tokens[index].upper in BETWEEN:
        index += 1
    index += 1  # TABLE, VIEW, …
    while index < len(tokens) and tokens[index].upper in BETWEEN:
        index += 1
    parts: list[str] = []
    while index < len(tokens) and tokens[index].kind in {"word", "name"}:
        parts.append(tokens[index].value)
        if index + 1 >= len(tokens) or tokens[index + 1].text != ".":
            break
        index += 2
    return tuple(parts)
