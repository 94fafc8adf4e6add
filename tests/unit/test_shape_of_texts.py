"""Texts that mostly look alike have a shape from which others can be made."""

from __future__ import annotations

from pipegen.datafile.shapes import pattern_of


def shape(*texts: str) -> str | None:
    return pattern_of([(text, 1) for text in texts])


def test_a_quarter_of_the_texts_alike_is_enough() -> None:
    other = ["x", "yy1", "z-z-z", "1", "a1b2", "-"]
    assert shape("AB-123", "CD-456", *other) is not None
    assert shape("AB-123", "CD-456", *other, "!!") is None
    assert shape() is None
