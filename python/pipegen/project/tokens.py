"""Cuts Flink SQL into tokens with their places, so that comments, strings and quoted names never mislead.

Knows letters, not meaning: no keyword is special here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, cast

from pipegen.errors import ProjectError

TokenKind = Literal["word", "name", "string", "number", "symbol", "variable"]

_TOKEN: Final = re.compile(
    r"""
      (?P<space>\s+)
    | (?P<comment>--[^\n]*|/\*.*?\*/)
    | (?P<variable>\$\{[^}\n]*\})
    | (?P<string>'(?:[^']|'')*')
    | (?P<name>`(?:[^`]|``)*`)
    | (?P<number>\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)
    | (?P<word>[^\W\d]\w*)
    | (?P<symbol><>|<=|>=|!=|\|\||=>|.)
    """,
    re.VERBOSE | re.DOTALL,
)
_UNTERMINATED: Final = {"'": "a string", "`": "a quoted name"}


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of SQL that means something.

    Attributes:
        kind: ``word`` (keyword or plain name), ``name`` (in backquotes), ``string``, ``number``, ``symbol``, or
            ``variable`` (``${…}`` outside a string).
        text: As written, quotes included.
        line: 1-based line in the file.
        start: Index of the first character in the text.
        end: Index after the last character.
    """

    kind: TokenKind
    text: str
    line: int
    start: int
    end: int

    @property
    def upper(self) -> str:
        """The word in capitals, to compare with keywords; empty for anything that is no bare word or symbol."""
        return self.text.upper() if self.kind in {"word", "symbol"} else ""

    @property
    def value(self) -> str:
        """The text without its quotes."""
        if self.kind == "string":
            return self.text[1:-1].replace("''", "'")
        if self.kind == "name":
            return self.text[1:-1].replace("``", "`")
        return self.text


def tokenize(text: str, file: Path, first_line: int = 1) -> Iterator[Token]:
    """The tokens of SQL text, without space and comments.

    Raises:
        ProjectError: for a string, quoted name or comment that never ends, at the line where it starts.
    """
    position = 0
    line = first_line
    long_line: int | None = None
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None:  # cannot happen: the last alternative takes any character
            raise ProjectError(f"{file}:{line}: cannot be read")
        kind = match.lastgroup
        piece = match.group()
        if piece in _UNTERMINATED:
            # After a missing quote everything flips: the first string over a line's end is the likelier culprit.
            hint = f"A quote may be missing in line {long_line}: the string there goes on over the end of its line."
            raise ProjectError(
                f"{file}:{line}: {_UNTERMINATED[piece]} starts here and never ends",
                remedy=hint if long_line is not None else "Close it.",
            )
        if kind == "string" and long_line is None and "\n" in piece:
            long_line = line
        if kind == "symbol" and text.startswith("/*", position):
            raise ProjectError(f"{file}:{line}: a comment starts here and never ends", remedy="Close it with */.")
        if kind not in {"space", "comment"}:
            yield Token(cast("TokenKind", kind), piece, line, position, match.end())
        line += piece.count("\n")
        position = match.end()
