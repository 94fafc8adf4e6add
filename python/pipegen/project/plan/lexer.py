"""Cuts text into the tokens that Flink's own parser sees: comments, strings of every kind, names, hints.

Never refuses: a string or comment without an end is a token up to the end of the text, and Flink says what it thinks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal, cast

TokenKind = Literal["word", "name", "string", "escaped", "number", "symbol", "variable", "comment"]

_TOKEN: Final = re.compile(
    r"""
      (?P<space>\s+)
    | (?P<comment>--[^\n]*|//[^\n]*|/\*\*/|/\*\*[^/].*?\*/|/\*(?![+*]).*?\*/)
    | (?P<variable>\$?\$\{[^}\n]*\})
    | (?P<escaped>[eE]'(?:\\.|''|[^'\\])*(?:'|\Z))
    | (?P<string>'(?:''|[^'])*(?:'|\Z))
    | (?P<name>`(?:``|[^`])*(?:`|\Z))
    | (?P<number>\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)
    | (?P<word>[^\W\d](?:\w|\$(?!\{))*)
    | (?P<symbol>/\*\+|/\*.*\Z|\*/|<>|<=|>=|!=|\|\||=>|.)
    """,
    re.VERBOSE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of SQL.

    Attributes:
        kind: ``word`` (keyword or plain name), ``name`` (in backquotes), ``string``, ``escaped`` (``E'…'``),
            ``number``, ``symbol``, ``variable`` (``${…}`` outside a string) or ``comment``.
        text: As written, quotes included.
        start: Index of the first character in the text.
    """

    kind: TokenKind
    text: str
    start: int

    @property
    def end(self) -> int:
        """Index after the last character."""
        return self.start + len(self.text)

    @property
    def upper(self) -> str:
        """The word or symbol in capitals, to compare with keywords; empty for anything else."""
        return self.text.upper() if self.kind in {"word", "symbol"} else ""

    @property
    def value(self) -> str:
        """The text without its quotes."""
        if self.kind == "string":
            return self.text[1:-1].replace("''", "'")
        if self.kind == "name":
            return self.text[1:-1].replace("``", "`")
        return self.text


def tokenize(text: str, *, comments: bool = False) -> Iterator[Token]:
    """The tokens of SQL text, without white space.

    Args:
        text: SQL.
        comments: Whether comments are among them. Hints are no comments.
    """
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup
        if kind != "space" and (comments or kind != "comment"):
            yield Token(cast("TokenKind", kind), match.group(), match.start())
