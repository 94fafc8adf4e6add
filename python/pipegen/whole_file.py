"""Files that are written whole or not at all: a reader sees the old content or the new, never half of it."""

from __future__ import annotations

from pathlib import Path


def write_whole(path: Path, content: str | bytes) -> None:
    """Writes beside the file, then takes its name. Text is UTF-8.

    Raises:
        OSError: when it cannot be written; what was there before stays, and nothing is left beside it.
    """
    scratch = path.with_name(f".{path.name}.new")
    try:
        scratch.write_bytes(content.encode() if isinstance(content, str) else content)
        scratch.replace(path)
    except OSError:
        scratch.unlink(missing_ok=True)
        raise
