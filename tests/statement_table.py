"""Scripts in one file: each begins with a line ``==== TITLE``, whose parts stand between bars."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Entry:
    """A script and the parts of its title."""

    title: tuple[str, ...]
    sql: str


def entries(file: Path) -> Iterator[Entry]:
    """The scripts of a file."""
    for part in re.split(r"(?m)^==== ", file.read_text(encoding="utf-8"))[1:]:
        title, _, sql = part.partition("\n")
        yield Entry(tuple(each.strip() for each in title.split(" | ")), sql)
