"""What every observed section says of the reading it is made from: state, age, and why nothing is known."""

from __future__ import annotations

from typing import Any, Final

from pipegen.observe import Reading
from pipegen.snapshot import Status

NOT_ASKED: Final = "not asked yet"
NO_INTERVAL: Final = "a rate needs two readings"


def status_of(reading: Reading[Any]) -> tuple[Status, str | None]:
    """What a reading says of its service."""
    if reading.failure is not None:
        return "error", reading.failure
    if reading.value is None:
        return "unknown", None
    return "running", None


def asked(reading: Reading[Any]) -> dict[str, Any]:
    """How old the figures of a service are, whether it answers, how often it is asked and how long an answer takes."""
    return {
        "age_ms": reading.age_ms(),
        "answers": reading.failure is None if reading.attempts else None,
        "interval_ms": reading.interval_ms,
        "call_ms": reading.call_ms,
    }


def unread(reading: Reading[Any]) -> str:
    """Why there is no reading."""
    return reading.failure or NOT_ASKED


def not_shown(topic: str) -> str:
    """Why a topic has no figures although Kafka answers: a hidden topic looks like a missing one."""
    return f"Kafka does not show topic {topic}: it does not exist, or this user lacks DESCRIBE on it"
