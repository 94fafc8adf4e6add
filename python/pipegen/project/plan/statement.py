"""One statement of a script: its text, what kind it is, and where each character of it stands in the user's file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from pipegen.project.plan.lexer import Token

StatementKind = Literal[
    "insert",
    "statement_set",
    "create_table_as",
    "query",
    "compile_plan",
    "compile_and_execute_plan",
    "execute_plan",
    "create_materialized_table",
    "create_table",
    "create_view",
    "create_catalog",
    "create_database",
    "create_function",
    "alter",
    "drop",
    "use",
    "set",
    "reset",
    "add_jar",
    "client",
    "changes_data",
    "other",
]
"""What a statement is, as far as planning must tell kinds apart."""

STARTS_JOB: Final = frozenset(
    {"insert", "statement_set", "query", "create_table_as", "compile_and_execute_plan", "execute_plan"}
)
_CLIENT: Final = frozenset({"QUIT", "EXIT", "CLEAR", "HELP"})
_BY_WORDS: Final[Mapping[str, StatementKind]] = {
    "INSERT": "insert",
    "UPSERT": "insert",
    "EXECUTE INSERT": "insert",
    "BEGIN STATEMENT SET": "statement_set",
    "EXECUTE STATEMENT SET": "statement_set",
    "EXECUTE PLAN": "execute_plan",
    "COMPILE AND EXECUTE": "compile_and_execute_plan",
    "COMPILE": "compile_plan",
    **dict.fromkeys(("SELECT", "WITH", "VALUES", "TABLE", "("), "query"),
    **dict.fromkeys(("DELETE", "UPDATE", "TRUNCATE", "CALL", "ANALYZE", "STOP", "ALTER MATERIALIZED"), "changes_data"),
    "ALTER": "alter",
    "DROP": "drop",
    "USE": "use",
    "SET": "set",
    "RESET": "reset",
    "ADD JAR": "add_jar",
    "REMOVE JAR": "add_jar",
}
_BETWEEN: Final = frozenset({"OR", "REPLACE", "TEMPORARY", "SYSTEM"})
_CREATED: Final[Mapping[str, StatementKind]] = {
    "TABLE": "create_table",
    "VIEW": "create_view",
    "CATALOG": "create_catalog",
    "DATABASE": "create_database",
    "FUNCTION": "create_function",
    "MATERIALIZED": "create_materialized_table",
}


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A place in a file of the user's: line and column count from 1."""

    file: Path
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement as the user wrote it, from its first word to its last.

    Attributes:
        place: Where its first word stands.
        text: Without the semicolon at its end.
        kind: What it is.
        parts: The statements inside a statement set, in their order.
        spelling: ``client`` for ``BEGIN STATEMENT SET; …; END;``, which the SQL client takes as several statements.
    """

    place: Place
    text: str
    kind: StatementKind
    parts: tuple[Statement, ...] = ()
    spelling: Literal["gateway", "client"] = "gateway"

    def place_of(self, offset: int) -> Place:
        """Where a character of the text stands in the file."""
        before = self.text[:offset]
        lines = before.count("\n")
        column = len(before) - before.rfind("\n") if lines else self.place.column + offset
        return Place(self.place.file, self.place.line + lines, column)

    def summary(self, length: int = 60) -> str:
        """The text in one line, cut."""
        line = " ".join(self.text.split())
        return line if len(line) <= length else line[: length - 1] + "…"


def kind_of(tokens: Sequence[Token]) -> StatementKind:
    """What a statement is, from its words."""
    words = [token.upper for token in tokens]
    if words[0] in {"CREATE", "REPLACE"}:
        return _created(words)
    if len(words) == 1 and words[0] in _CLIENT:
        return "client"
    for length in (3, 2, 1):
        kind = _BY_WORDS.get(" ".join(words[:length]))
        if kind is not None:
            return kind
    return "other"


def _created(words: Sequence[str]) -> StatementKind:
    noun = next((word for word in words[1:] if word not in _BETWEEN), "")
    if words[0] == "REPLACE":
        noun = words[1] if len(words) > 1 else ""
    kind = _CREATED.get(noun, "other")
    return "create_table_as" if kind == "create_table" and query_of_create(words) is not None else kind


def query_of_create(words: Sequence[str]) -> int | None:
    """Where the query of a CREATE TABLE … AS begins; None for any other CREATE TABLE.

    Args:
        words: The words and symbols in capitals, as :attr:`Token.upper` gives them.
    """
    depth = 0
    for index, word in enumerate(words):
        if word == "(":
            depth += 1
        elif word == ")":
            depth -= 1
        elif word == "AS" and depth == 0 and words[index + 1 : index + 2]:
            following = words[index + 1]
            if following in {"SELECT", "WITH", "VALUES", "TABLE", "("}:
                return index + 1
    return None
