"""The remedy for an error: its own, or else the catalogue's. No I/O."""

from __future__ import annotations

from pipegen.diagnose.catalogue import find_rule
from pipegen.diagnose.error_log import component_of
from pipegen.errors import PipeGenError, ServiceError


def remedy_of(error: PipeGenError) -> str | None:
    """What to do about an error, the same wherever it is shown; None if unknown."""
    if error.remedy is not None or not isinstance(error, ServiceError):
        return error.remedy
    text = "\n".join(part for part in (error.message, error.detail) if part)
    match = find_rule(component_of(error), text, error.code)
    return match.rule.remedy if match is not None else None
