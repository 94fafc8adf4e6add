"""DDL that must not outlive planning: in a catalog that is not held in memory, tables are made temporary."""

from __future__ import annotations

from collections.abc import Sequence

from pipegen.project.plan.lexer import Token
from pipegen.project.plan.names import BETWEEN

_TEMPORARY = frozenset({"TABLE", "VIEW", "FUNCTION"})


def is_temporary(tokens: Sequence[Token]) -> bool:
    """Whether a CREATE or DROP is about something temporary."""
    return "TEMPORARY" in [token.upper for token in tokens[:4]]


def can_be_temporary(tokens: Sequence[Token]) -> bool:
    """Whether a statement creates what can be temporary instead."""
    noun = next((token.upper for token in tokens[1:] if token.upper not in BETWEEN), "")
    return tokens[0].upper == "CREATE" and noun in _TEMPORARY
