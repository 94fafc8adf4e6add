"""What a word that is not known was probably meant to be, and how much of it a sentence can hold."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import Final

_LONGEST: Final = 100


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that looks most like this one; None when none does."""
    if len(word) > _LONGEST:
        return None
    found = difflib.get_close_matches(word, list(known), n=1, cutoff=0.5)
    return found[0] if found else None


def did_you_mean(word: str, known: Iterable[str]) -> str | None:
    """``Did you mean “rate”?``, a remedy; None when no known word looks like this one."""
    found = nearest(word, known)
    return None if found is None else f"Did you mean “{found}”?"


def shortened(text: str) -> str:
    """Foreign text as a sentence can hold it."""
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}… ({len(text)} characters)"
