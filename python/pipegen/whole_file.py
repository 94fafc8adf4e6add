"""Files that are written whole or not at all: a reader sees the old content or the new, never half of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO


def write_whole(path: Path, content: str | bytes) -> None:
    """Writes beside the file, then takes its name. Text is UTF-8.

    Raises:
        OSError: when it cannot be written; what was there before stays, and nothing is left beside it.
    """
    with writing_whole(path) as file:
        file.write(content.encode() if isinstance(content, str) else content)


@contextmanager
def writing_whole(path: Path) -> Iterator[IO[bytes]]:
    """A file beside this one, which takes its name when the block ends without an exception.

    Raises:
        OSError: when it cannot be written; what was there before stays, and nothing is left beside it.
    """
    scratch = path.with_name(f".{path.name}.new")
    try:
        with scratch.open("wb") as file:
            yield file
        scratch.replace(path)
    except BaseException:
        scratch.unlink(missing_ok=True)
        raise
