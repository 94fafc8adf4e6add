"""Words in a data file that say yes or no."""

from __future__ import annotations

import pytest

from pipegen.datafile.formats import read_boolean


@pytest.mark.parametrize(
    ("text", "truth"), [("true", True), ("FALSE", False), (" Yes ", True), ("no", False), ("True", True)]
)
def test_true_and_yes_are_true_and_false_and_no_are_not(text: str, truth: bool) -> None:
    assert read_boolean(text) is truth


@pytest.mark.parametrize("text", ["F", "t", "1", "0", "", "maybe"])
def test_any_other_word_is_no_truth(text: str) -> None:
    with pytest.raises(ValueError, match=text or "^$"):
        read_boolean(text)
