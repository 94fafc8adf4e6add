"""Text for Flink made from the user's, with the way back: from a place that Flink names to one in the user's file.

Fills ``${NAME}``, wraps a statement in EXPLAIN, and writes a client's statement set as the gateway takes it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from pipegen.errors import ProjectError
from pipegen.project.findings import Finding
from pipegen.project.plan.lexer import Token, tokenize
from pipegen.project.plan.statement import Place, Statement
from pipegen.suggestion import nearest

_VARIABLE: Final = re.compile(r"(?P<escape>\$)?\$\{(?P<name>[^}\n]*)\}")
_OURS: Final = re.compile(r"[A-Z][A-Z0-9_]*")
_BOUNDARY: Final = 0xFFFF


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of the text: the user's own (``start`` is its place in the statement), or put there by PipeGen."""

    text: str
    statement: Statement
    start: int
    own: bool = True


@dataclass(frozen=True, slots=True)
class SqlText:
    """What Flink gets, as pieces."""

    pieces: tuple[Piece, ...]

    def __str__(self) -> str:
        return "".join(piece.text for piece in self.pieces)

    def behind(self, words: str) -> SqlText:
        """The same behind some words of PipeGen's."""
        first = self.pieces[0]
        return SqlText((Piece(words, first.statement, first.start, own=False), *self.pieces))

    def from_(self, offset: int) -> SqlText:
        """The same without what stands before a character."""
        pieces: list[Piece] = []
        for piece in self.pieces:
            cut = min(max(offset, 0), len(piece.text))
            offset -= len(piece.text)
            start = piece.start + cut if piece.own else piece.start
            pieces.append(Piece(piece.text[cut:], piece.statement, start, own=piece.own))
        return SqlText(tuple(piece for piece in pieces if piece.text))

    def inserted(self, offset: int, words: str) -> SqlText:
        """The same with words of PipeGen's put in before a character."""
        before, rest = self.until(offset), self.from_(offset)
        first = rest.pieces[0]
        return SqlText((*before.pieces, Piece(words, first.statement, first.start, own=False), *rest.pieces))

    def until(self, offset: int) -> SqlText:
        """The same up to a character."""
        pieces: list[Piece] = []
        for piece in self.pieces:
            kept = piece.text[: max(offset, 0)]
            offset -= len(piece.text)
            if kept:
                pieces.append(Piece(kept, piece.statement, piece.start, own=piece.own))
        return SqlText(tuple(pieces))

    @property
    def start(self) -> Place:
        """Where the user's statement begins."""
        statement = self.pieces[0].statement
        return statement.place

    def place_of(self, line: int, column: int) -> Place:
        """Where in the user's file the place stands that Flink names, counted from 1 in UTF-16 units."""
        rest = _offset(str(self), line, column)
        for piece in self.pieces:
            if rest < len(piece.text):
                return piece.statement.place_of(piece.start + (rest if piece.own else 0))
            rest -= len(piece.text)
        last = self.pieces[-1]
        return last.statement.place_of(last.start + (len(last.text) if last.own else 0))


def _offset(text: str, line: int, column: int) -> int:
    start = 0
    for _ in range(line - 1):
        following = text.find("\n", start)
        if following < 0:
            break
        start = following + 1
    units = column - 1
    index = start
    while units > 0 and index < len(text):
        units -= 2 if ord(text[index]) > _BOUNDARY else 1
        index += 1
    return index


def fill(statement: Statement, variables: Mapping[str, str]) -> tuple[SqlText, list[Finding]]:
    """The statement with each ``${NAME}`` filled in and ``$${`` made to ``${``; comments stay as they are.

    A ``${…}`` that cannot be a variable of PipeGen's, because it is not all capitals, belongs to the user.

    Returns:
        The text, and warnings about what looks like a variable and is none.

    Raises:
        ProjectError: for a variable that does not exist, naming the nearest.
    """
    if statement.parts:
        return _fill_set(statement, variables)
    return _fill_one(statement, variables)


def _fill_set(statement: Statement, variables: Mapping[str, str]) -> tuple[SqlText, list[Finding]]:
    pieces: list[Piece] = []
    findings: list[Finding] = []
    head = statement.text
    if statement.spelling == "client":
        pieces.append(Piece("EXECUTE STATEMENT SET BEGIN", statement, 0, own=False))
    else:
        begin = next(token for token in tokenize(head) if token.upper == "BEGIN")
        opening, findings = _fill_one(replace(statement, text=head[: begin.end], parts=()), variables)
        pieces += opening.pieces
    for part in statement.parts:
        filled, found = _fill_one(part, variables)
        pieces += [Piece("\n", part, 0, own=False), *filled.pieces, Piece(";", part, len(part.text), own=False)]
        findings += found
    pieces.append(Piece("\nEND", statement, len(head) - len("END"), own=False))
    return SqlText(tuple(pieces)), findings


def _fill_one(statement: Statement, variables: Mapping[str, str]) -> tuple[SqlText, list[Finding]]:
    pieces: list[Piece] = []
    findings: list[Finding] = []
    position = 0
    for token in tokenize(statement.text):
        if "${" not in token.text:
            continue
        for match in _VARIABLE.finditer(token.text):
            start = token.start + match.start()
            value = _value(match, token, statement, variables, findings)
            if value is None:
                continue
            pieces += [
                Piece(statement.text[position:start], statement, position),
                Piece(value, statement, start, own=False),
            ]
            position = token.start + match.end()
    pieces.append(Piece(statement.text[position:], statement, position))
    return SqlText(tuple(piece for piece in pieces if piece.text)), findings


def _value(
    match: re.Match[str],
    token: Token,
    statement: Statement,
    variables: Mapping[str, str],
    findings: list[Finding],
) -> str | None:
    """What stands there in the end; None where the text stays as it is."""
    name = match["name"]
    if match["escape"]:
        return match.group().removeprefix("$")
    if name in variables:
        return _QUOTE.get(token.kind, str)(variables[name])
    place = statement.place_of(token.start + match.start())
    if not _OURS.fullmatch(name):
        meant = name.strip().upper()
        if meant in variables:
            findings.append(
                Finding(
                    severity="warning",
                    file=str(place.file),
                    line=place.line,
                    column=place.column,
                    message=f"${{{name}}} is sent to Flink as it is",
                    remedy=f"Write ${{{meant}}} for the variable, or $${{{name}}} to say that the text is meant.",
                )
            )
        return None
    near = nearest(name, variables)
    known = (
        f"Did you mean ${{{near}}}?" if near else f"Known variables: {', '.join(f'${{{key}}}' for key in variables)}."
    )
    raise ProjectError(
        f"{place}: unknown variable ${{{name}}}", remedy=f"{known} Write $${{{name}}} where the text itself is meant."
    )


def _in_string(value: str) -> str:
    return value.replace("'", "''")


def _in_name(value: str) -> str:
    return value.replace("`", "``")


def _in_escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace("'", "\\'")


_QUOTE: Final[Mapping[str, Callable[[str], str]]] = {"string": _in_string, "name": _in_name, "escaped": _in_escaped}
