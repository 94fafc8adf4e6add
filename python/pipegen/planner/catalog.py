"""DDL that must not outlive planning: in a catalog that is not held in memory, tables are made temporary."""

from __future__ import annotations

from collections.abc import Sequence

from pipegen.project.plan.lexer import Token

_TEMPORARY = frozenset({"TABLE", "VIEW", "FUNCTION"})
_BETWEEN = frozenset({"OR", "REPLACE", "TEMPORARY", "SYSTEM", "IF", "NOT", "EXISTS"})


def target(tokens: Sequence[Token]) -> tuple[str, ...]:
    """The parts of the name that a CREATE, ALTER or DROP is about: catalog, database and table as far as written."""
    index = 1
    while index < len(tokens) and tokens[index].upper in _BETWEEN:
        index += 1
    index += 1  # TABLE, VIEW, …
    while index < len(tokens) and tokens[index].upper in _BETWEEN:
        index += 1
    parts: list[str] = []
    while index < len(tokens) and tokens[index].kind in {"word", "name"}:
        parts.append(tokens[index].value)
        if index + 1 >= len(tokens) or tokens[index + 1].text != ".":
            break
        index += 2
    return tuple(parts)


def is_temporary(tokens: Sequence[Token]) -> bool:
    """Whether a CREATE or DROP is about something temporary."""
    return "TEMPORARY" in [token.upper for token in tokens[:4]]


def can_be_temporary(tokens: Sequence[Token]) -> bool:
    """Whether a statement creates what can be temporary instead."""
    noun = next((token.upper for token in tokens[1:] if token.upper not in _BETWEEN), "")
    return tokens[0].upper == "CREATE" and noun in _TEMPORARY
