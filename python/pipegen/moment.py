"""Moments as the contract and every file writes them: ISO 8601 in UTC, with milliseconds and a Z."""

from __future__ import annotations

import time
from datetime import UTC, datetime


def iso_at(at_s: float) -> str:
    """The moment of so many seconds since 1970."""
    return datetime.fromtimestamp(at_s, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def epoch_ms(moment: str) -> int:
    """Milliseconds since 1970 of a moment that was written so."""
    return round(datetime.fromisoformat(moment).timestamp() * 1000)


def iso_now() -> str:
    """This moment, by the system's clock."""
    return iso_at(time.time())
