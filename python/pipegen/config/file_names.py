"""Names of files and folders as settings give them: such as the system takes."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final

from pydantic import AfterValidator

_LONGEST_PATH: Final = 4_095
_LONGEST_PART: Final = 255


def check_path(path: Path) -> Path:
    """The path.

    Raises:
        ValueError: no system takes such a name.
    """
    text = str(path)
    if "\0" in text:
        raise ValueError("the name of a file has no NUL character")
    if len(text.encode(errors="surrogateescape")) > _LONGEST_PATH:
        raise ValueError(f"the path is longer than {_LONGEST_PATH} bytes")
    part = max(path.parts, key=len, default="")
    if len(part.encode(errors="surrogateescape")) > _LONGEST_PART:
        raise ValueError(f"the name {part[:20]}… is longer than {_LONGEST_PART} bytes")
    return path


FileName = Annotated[Path, AfterValidator(check_path)]
"""A file or a folder."""
