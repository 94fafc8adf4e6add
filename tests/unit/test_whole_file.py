"""A file is written whole, or stays as it was."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipegen.whole_file import write_whole


@pytest.mark.parametrize("content", ["größer", "größer".encode()])
def test_new_content_takes_the_place_of_the_old(tmp_path: Path, content: str | bytes) -> None:
    path = tmp_path / "state.json"
    path.write_text("old and longer than the new one")
    write_whole(path, content)
    assert path.read_text(encoding="utf-8") == "größer"
    assert list(tmp_path.iterdir()) == [path]


def test_a_write_that_fails_leaves_nothing_beside_what_was_there(tmp_path: Path) -> None:
    taken = tmp_path / "state.json"
    taken.mkdir()
    with pytest.raises(OSError, match=r"state\.json"):
        write_whole(taken, "new")
    assert list(tmp_path.iterdir()) == [taken]
