"""Paths on the command line: those of flags are meant from here, and are shown as one would write them here."""

from __future__ import annotations

from pathlib import Path


def from_here(folder: Path | None) -> Path | None:
    """A folder of the command line: it is meant from where the user is, not from the project."""
    return None if folder is None else folder.absolute()


def shown_path(path: Path) -> str:
    """A path as the user would write it from here."""
    absolute = path.absolute()
    here = Path.cwd()
    return str(absolute.relative_to(here)) if absolute.is_relative_to(here) else str(absolute)
