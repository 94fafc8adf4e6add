"""The figures of one consumer group, as the sections of Flink and of the consumer show them."""

from __future__ import annotations

from typing import Any, Final

from pipegen.observe import KafkaReading, Reading
from pipegen.snapshot import ConsumerGroup

GROUP_FIGURES: Final = ("lag", "lag_s", "lag_trend_per_s", "commit_rate_per_s")
NOTHING_COMMITTED: Final = "the group has committed nothing yet"


def group_of(reading: Reading[KafkaReading], group_id: str | None) -> ConsumerGroup | None:
    """A consumer group of the newest reading."""
    if reading.value is None or group_id is None:
        return None
    return next((group for group in reading.value.groups if group.id == group_id), None)


def group_figures(group: ConsumerGroup | None, prefix: str = "") -> dict[str, Any]:
    """The figures of a group and Burrow's verdict; null without a group."""
    return {f"{prefix}{name}": getattr(group, name, None) for name in (*GROUP_FIGURES, "verdict")}


def group_reasons(group: ConsumerGroup | None, prefix: str = "") -> dict[str, str]:
    """Why figures of a group are null."""
    if group is None:
        missing = "Kafka does not know the consumer group yet"
        return {f"{prefix}{name}": missing for name in GROUP_FIGURES}
    no_rate = NOTHING_COMMITTED if group.committed_total is None else "a rate needs two commits"
    return {
        f"{prefix}lag": NOTHING_COMMITTED,
        f"{prefix}lag_s": group.lag_s_reason or NOTHING_COMMITTED,
        f"{prefix}lag_trend_per_s": "a trend needs at least five readings",
        f"{prefix}commit_rate_per_s": no_rate,
    }
