"""A cursor over a text in a small language of ours: thresholds, traffic patterns. Knows characters, no grammar."""

from __future__ import annotations

import re
from typing import Final

_SPACE: Final = re.compile(r"\s*")
_PIECE: Final = re.compile(r"\w+|\S")


class Cursor:
    """Moves through a text from left to right. Spaces between two parts mean nothing.

    Attributes:
        text: What is read.
        position: Index of the next character.
    """

    def __init__(self, text: str) -> None:
        self.text: Final = text
        self.position = 0

    def here(self) -> int:
        """The next character that is no space; moves to it."""
        self.take(_SPACE)
        return self.position

    @property
    def at_end(self) -> bool:
        """Whether nothing but spaces is left; moves past them."""
        return self.here() == len(self.text)

    def take(self, pattern: re.Pattern[str]) -> str | None:
        """Moves past what fits at this very character; a space before it does not fit by itself."""
        match = pattern.match(self.text, self.position)
        if match is None:
            return None
        self.position = match.end()
        return match.group()

    def peek(self, pattern: re.Pattern[str]) -> str | None:
        """What fits after the spaces, left where it is."""
        match = pattern.match(self.text, self.here())
        return None if match is None else match.group()

    def accept(self, text: str) -> bool:
        """Moves past the text if it comes next."""
        if not self.text.startswith(text, self.here()):
            return False
        self.position += len(text)
        return True

    def found(self) -> str:
        """The next word or sign, for “expected …, found …”."""
        piece = self.peek(_PIECE)
        return "the end" if piece is None else f"“{piece}”"
