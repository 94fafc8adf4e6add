"""Words in a data file that say yes or no."""

from __future__ import annotations

import pytest

from pipegen.datafile.files.engine import connect
from pipegen.datafile.files.kinds import boolean


def read(text: str) -> object:
    """What a text is as a truth value; None where it is none."""
    made = boolean("trim(text)")
    row = connect().execute(f"SELECT {made} FROM (SELECT ? AS text)", [text]).fetchone()  # noqa: S608
    assert row is not None
    return row[0]


@pytest.mark.parametrize(
    ("text", "truth"), [("true", True), ("FALSE", False), (" Yes ", True), ("no", False), ("True", True)]
)
def test_true_and_yes_are_true_and_false_and_no_are_not(text: str, truth: bool) -> None:
    assert read(text) is truth


@pytest.mark.parametrize("text", ["F", "t", "1", "0", "", "maybe"])
def test_any_other_word_is_no_truth(text: str) -> None:
    assert read(text) is None
