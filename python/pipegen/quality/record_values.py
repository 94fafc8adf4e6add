"""A decoded record as CEL takes it: dates are timestamps, times of day and UUIDs are texts. Changes nothing else."""

from __future__ import annotations

from datetime import UTC, date, datetime
from datetime import time as time_of_day
from typing import Any
from uuid import UUID


def rule_values(value: Any) -> Any:
    """The same value with what CEL does not know put in its words."""
    if isinstance(value, dict):
        return {name: rule_values(each) for name, each in value.items()}
    if isinstance(value, list):
        return [rule_values(each) for each in value]
    if isinstance(value, datetime):
        return value if value.tzinfo is not None else value.replace(tzinfo=UTC)
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day, tzinfo=UTC)
    if isinstance(value, time_of_day):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    return value
