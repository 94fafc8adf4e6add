"""Texts that mostly look alike have a shape from which others can be made."""

from __future__ import annotations

from pipegen.datafile.inference.shapes import pattern_of


def shape(*texts: str) -> str | None:
    return pattern_of([(text, 1) for text in texts])


def test_a_quarter_of_the_texts_alike_is_enough() -> None:
    other = ["x", "yy1", "z-z-z", "1", "a1b2", "-"]
    assert shape("AB-123", "CD-456", *other) is not None
    assert shape("AB-123", "CD-456", *other, "!!") is None
    assert shape() is None


def test_texts_with_up_to_64_shapes_have_a_pattern_and_others_do_not() -> None:
    def of(shapes: int) -> str | None:
        others = [("a" * (number % 8 + 1) + "-" * (number // 8 + 1), 1) for number in range(shapes - 1)]
        return pattern_of([("AB-123", 100), *others])

    assert of(64) is not None
    assert of(65) is None
