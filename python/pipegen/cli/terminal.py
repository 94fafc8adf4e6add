"""The one way to the terminal: text is printed as it stands, whoever wrote it.

Nothing in a text is markup, and no control character in it reaches the terminal: it is shown instead, so that the
value of a file, a topic or a service can neither vanish nor take over the screen.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from typing import Any, Final

from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment
from rich.text import Text

_CONTROL: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


def shown(text: str) -> str:
    """The text with its control characters written out, ends of lines and tabs too: one line."""
    return _written_out(text).replace("\n", "\\n").replace("\t", "\\t")


def echo(text: str, *, is_json: bool = False) -> None:
    """Prints a command's result on standard output, as it is but for control characters, which are written out.

    Args:
        text: The result.
        is_json: Whether it has to stay JSON.
    """
    shown_text = _CONTROL.sub(lambda sign: f"\\u{ord(sign[0]):04x}", text) if is_json else _written_out(text)
    sys.stdout.write(shown_text if shown_text.endswith("\n") else shown_text + "\n")


def _written_out(text: str) -> str:
    return _CONTROL.sub(lambda sign: repr(sign[0])[1:-1], text)


class Terminal(Console):
    """A console for text of any origin.

    Args:
        stderr: Whether it is standard error.
        soft_wrap: Whether long lines are left to the terminal.
        options: Further ones of rich's console.
    """

    def __init__(self, *, stderr: bool = False, soft_wrap: bool = False, **options: Any) -> None:
        super().__init__(stderr=stderr, soft_wrap=soft_wrap, markup=False, emoji=False, highlight=False, **options)

    def render_str(self, text: str, **options: Any) -> Text:
        """What is printed of a plain text, measured as it is printed."""
        return super().render_str(_written_out(text), **options)

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        """What is printed of anything, piece by piece."""
        for piece in super().render(renderable, options):
            # A return to the line's beginning alone is our own: the line is written again.
            foreign = piece.control is None and piece.text != "\r"
            yield Segment(_written_out(piece.text), piece.style) if foreign else piece
