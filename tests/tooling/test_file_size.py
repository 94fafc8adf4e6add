"""A file that no longer fits a reader's head is a fault."""

from __future__ import annotations

from pathlib import Path

from tests.tooling.checkout import ROOT, committed_files, text_of

MAX_LINES = 400
WRITTEN_BY_HAND = {".py", ".pyi", ".rs", ".js", ".mjs", ".css", ".html", ".j2", ".sh", ".toml", ".yml", ".yaml", ".md"}
NO_SUFFIX = {"Makefile", "run", "Dockerfile"}
NOT_OURS = ("web/vendor/",)
GENERATED = {"docs/commands.md", "docs/settings.md", "docs/metrics.md", "web/model/snapshot.js"}


def is_written_by_hand(path: Path) -> bool:
    name = path.relative_to(ROOT).as_posix()
    if name.startswith(NOT_OURS) or name in GENERATED:
        return False
    return path.suffix in WRITTEN_BY_HAND or path.name in NO_SUFFIX


def test_no_file_written_by_hand_is_longer_than_400_lines() -> None:
    too_long = {}
    for path in filter(is_written_by_hand, committed_files()):
        lines = len((text_of(path) or "").splitlines())
        if lines > MAX_LINES:
            too_long[path.relative_to(ROOT).as_posix()] = lines
    assert not too_long, f"split these along their nouns: {too_long}"
