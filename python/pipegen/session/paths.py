"""Paths as a user reads them: as one would write them from here."""

from __future__ import annotations

from pathlib import Path


def shown_path(path: Path) -> str:
    """A path as the user would write it from here."""
    absolute = path.absolute()
    here = Path.cwd()
    return str(absolute.relative_to(here)) if absolute.is_relative_to(here) else str(absolute)
