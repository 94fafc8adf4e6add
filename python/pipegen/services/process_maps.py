"""The files that this process has mapped into memory, as Linux lists them. Another system needs a file of its own."""

from __future__ import annotations

from pathlib import Path
from typing import Final

_MAPS: Final = Path("/proc/self/maps")


def mapped_files() -> list[Path] | None:
    """Every mapped file, once for each of its parts; ``None`` where the system does not list them."""
    if not _MAPS.exists():
        return None
    # A line ends with the path of its file; mappings without a file have no slash.
    paths = (line.partition("/")[2] for line in _MAPS.read_text().splitlines())
    return [Path("/", path) for path in paths if path]
