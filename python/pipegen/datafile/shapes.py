"""What texts look like: ``N14228`` and ``N24211`` are an N and five digits. Makes the pattern hint of a column."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Mapping
from typing import Final

_MAX_SHAPES: Final = 64
_MAX_LENGTH: Final = 40
_ALIKE_RATIO: Final = 0.25
_LOOKED_AT: Final = 2_000


class ShapeSketch:
    """The shapes of a column's texts; gives up on texts that are all different or long."""

    def __init__(self) -> None:
        self._shapes: Counter[str] = Counter()
        self._fixed: dict[str, list[str | None]] = {}
        self._total = 0
        self._given_up = False

    def add(self, counts: Mapping[str, int]) -> None:
        """Takes texts with how often each came; of a large chunk the first 2,000 are enough."""
        if self._given_up:
            return
        for text, count in itertools.islice(counts.items(), _LOOKED_AT):
            if len(text) > _MAX_LENGTH:
                self._given_up = True
                return
            shape = "".join(map(_letter, text))
            self._shapes[shape] += count
            self._total += count
            fixed = self._fixed.setdefault(shape, list(text))
            for index, character in enumerate(text):
                if fixed[index] != character:
                    fixed[index] = None
        if len(self._shapes) > _MAX_SHAPES:
            self._given_up = True

    def pattern(self) -> str | None:
        """The pattern of the commonest shape, where at least a quarter of the texts have it and it has some letters."""
        if self._given_up or not self._shapes:
            return None
        shape, count = min(self._shapes.items(), key=lambda pair: (-pair[1], pair[0]))
        if count < self._total * _ALIKE_RATIO or not shape:
            return None
        return _pattern(shape, self._fixed[shape])


def _letter(character: str) -> str:
    if "0" <= character <= "9":
        return "9"
    if "a" <= character <= "z":
        return "a"
    if "A" <= character <= "Z":
        return "A"
    return character


def _pattern(shape: str, fixed: list[str | None]) -> str:
    """The pattern hint: characters that never change stand as they are."""
    names = {"9": "digits", "a": "lower", "A": "upper"}
    parts = []
    marked = [
        (name, character) if (name := names.get(kind)) and character is None else (None, character or kind)
        for kind, character in zip(shape, fixed, strict=True)
    ]
    for name, group in itertools.groupby(marked, key=lambda mark: mark[0]):
        run = list(group)
        if name is not None:
            parts.append(f"{{{name}:{len(run)}}}")
        else:
            parts.append("".join(character or "" for _, character in run).replace("{", "{{").replace("}", "}}"))
    return "".join(parts)
