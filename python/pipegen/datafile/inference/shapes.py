"""What texts look like: ``N14228`` and ``N24211`` are an N and five digits. Makes the pattern hint. Pure."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Sequence
from typing import Final

_MAX_SHAPES: Final = 64
_MAX_LENGTH: Final = 40
_ALIKE_RATIO: Final = 0.25


def pattern_of(counted: Sequence[tuple[str, int]]) -> str | None:
    """The pattern of the commonest shape of texts; None where they are long, all differ, or few share it.

    Args:
        counted: Texts, and how often each came.
    """
    shapes: Counter[str] = Counter()
    for text, count in counted:
        if len(text) > _MAX_LENGTH:
            return None
        shapes[_shape(text)] += count
    if not shapes or len(shapes) > _MAX_SHAPES:
        return None
    shape, count = min(shapes.items(), key=lambda pair: (-pair[1], pair[0]))
    if count < shapes.total() * _ALIKE_RATIO or not shape:
        return None
    columns = zip(*(text for text, _ in counted if _shape(text) == shape), strict=True)
    return _pattern(shape, [set(column) for column in columns])


def _shape(text: str) -> str:
    return re.sub("[A-Z]", "A", re.sub("[a-z]", "a", re.sub("[0-9]", "9", text)))


def _pattern(shape: str, signs: list[set[str]]) -> str:
    """The pattern hint: characters that never change stand as they are."""
    names = {"9": "digits", "a": "lower", "A": "upper"}
    parts = []
    marked = [
        (names[kind], "") if kind in names and len(found) > 1 else (None, next(iter(found)))
        for kind, found in zip(shape, signs, strict=True)
    ]
    for name, group in itertools.groupby(marked, key=lambda mark: mark[0]):
        run = list(group)
        if name is not None:
            parts.append(f"{{{name}:{len(run)}}}")
        else:
            parts.append("".join(sign for _, sign in run).replace("{", "{{").replace("}", "}}"))
    return "".join(parts)
