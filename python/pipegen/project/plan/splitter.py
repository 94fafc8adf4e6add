"""Splits a script into statements where Flink's SQL client would, and never refuses one."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from pipegen.errors import ProjectError
from pipegen.project.plan.lexer import Token, tokenize
from pipegen.project.plan.statement import Place, Statement, kind_of
from pipegen.regular_file import read_regular
from pipegen.units import format_count

_MOST_BYTES: Final = 5_000_000
_MOST_STATEMENTS: Final = 10_000
_CLIENT_SET: Final = ("BEGIN", "STATEMENT", "SET")


def split_files(files: Iterable[Path]) -> list[Statement]:
    """The statements of SQL files in the order given.

    Raises:
        ProjectError: for a file that cannot be read.
    """
    statements: list[Statement] = []
    for file in files:
        statements.extend(split_script(whole_file(file), file))
    return statements


def whole_file(file: Path) -> str:
    """The text of a SQL file.

    Raises:
        ProjectError: when it cannot be read.
    """
    try:
        return read_regular(file, most_bytes=_MOST_BYTES).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ProjectError(f"{file}: not UTF-8 text (byte {error.start})", remedy="Save it as UTF-8.") from None
    except OSError as error:
        raise ProjectError(f"{file}: cannot be read: {error.strerror}") from None


def split_script(text: str, file: Path) -> list[Statement]:
    """The statements of SQL text; ``file`` is kept for places.

    Raises:
        ProjectError: for more statements than any script has.
    """
    found: list[Statement] = []
    pending: list[list[Token]] = []
    parts = _parts(list(tokenize(text)))
    if len(parts) > _MOST_STATEMENTS:
        raise ProjectError(f"{file}: it has more than {format_count(_MOST_STATEMENTS)} statements")
    source = _Source(text, file)
    for part in parts:
        if pending:
            pending.append(part)
            if part[0].upper == "END":
                found.append(source.statement_set(pending))
                pending = []
        elif _opens_set(part):
            pending = [part]
        else:
            found.append(source.statement(part))
    if pending:
        # No END: the client never runs them, and Flink says so of what it gets.
        found.append(source.statement([token for part in pending for token in part]))
    return found


def _parts(tokens: list[Token]) -> list[list[Token]]:
    parts: list[list[Token]] = [[]]
    for token in tokens:
        if token.text == ";" and token.kind == "symbol":
            parts.append([])
        else:
            parts[-1].append(token)
    return [part for part in parts if part]


def _opens_set(part: list[Token]) -> bool:
    """Whether what follows up to END belongs to this: a statement set, explained or compiled ones as well."""
    words = tuple(token.upper for token in part)
    if words[:3] == _CLIENT_SET:
        return len(words) == 3
    if words[0] not in {"EXECUTE", "EXPLAIN", "COMPILE"}:
        return False
    begins = any(words[index : index + 3] == ("STATEMENT", "SET", "BEGIN") for index in range(len(words)))
    return begins and words[-1] != "END"


class _Source:
    """Makes statements of the tokens of one text.

    Args:
        text: The text.
        file: Its file.
    """

    def __init__(self, text: str, file: Path) -> None:
        self._text = text
        self._file = file
        self._line_ends = [match.start() for match in re.finditer("\n", text)]

    def statement(self, tokens: list[Token]) -> Statement:
        start, end = tokens[0].start, tokens[-1].end
        line = bisect_left(self._line_ends, start)
        column = start - (self._line_ends[line - 1] if line else -1)
        return Statement(Place(self._file, line + 1, column), self._text[start:end], kind_of(tokens))

    def statement_set(self, parts: list[list[Token]]) -> Statement:
        opening, *inner, ending = parts
        whole = self.statement([*opening, *ending])
        words = [token.upper for token in opening]
        if tuple(words) != _CLIENT_SET:
            begin = words.index("BEGIN")
            inner = [part for part in (opening[begin + 1 :], *inner) if part]
        return Statement(
            whole.place,
            whole.text,
            whole.kind,
            parts=tuple(self.statement(part) for part in inner),
            spelling="client" if tuple(words) == _CLIENT_SET else "gateway",
        )
