"""What validation finds: a fault, warning or note with its place and what to do about it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict

from pipegen.errors import PipeGenError

Severity = Literal["error", "warning", "note"]

_PLACE: Final = re.compile(r"(?P<file>[^:\n]+?)(?::(?P<line>\d+))?(?::(?P<column>\d+))?: (?P<message>.+)", re.DOTALL)


class Finding(BaseModel):
    """One thing validation has to say."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    severity: Severity
    file: str
    line: int | None = None
    column: int | None = None
    message: str
    remedy: str | None = None

    @property
    def where(self) -> str:
        """``file:line:column`` as far as it is known."""
        return ":".join(str(part) for part in (self.file, self.line, self.column) if part is not None)


def finding_of(error: PipeGenError, file: Path) -> Finding:
    """The finding of an error whose message starts with its place; ``file`` is where it does not."""
    message = error.message if error.detail is None else f"{error.message}\n{error.detail}"
    match = _PLACE.fullmatch(message)
    if match is None or not _is_place(match.group("file")):
        return Finding(severity="error", file=str(file), message=message, remedy=error.remedy)
    line = match.group("line")
    return Finding(
        severity="error",
        file=match.group("file"),
        line=int(line) if line else None,
        column=int(match.group("column")) if match.group("column") else None,
        message=match.group("message"),
        remedy=error.remedy,
    )


def _is_place(text: str) -> bool:
    return " " not in text.strip() or "/" in text
