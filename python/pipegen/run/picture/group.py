"""The figures of one consumer group, as the sections of Flink and of the consumer show them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

from pipegen.observe import KafkaReading, Reading
from pipegen.observe.burrow import worst
from pipegen.snapshot import ConsumerGroup

GROUP_FIGURES: Final = ("lag", "lag_s", "lag_trend_per_s", "commit_rate_per_s")
NOTHING_COMMITTED: Final = "the group has committed nothing yet"


def group_of(reading: Reading[KafkaReading], group_id: str | None) -> ConsumerGroup | None:
    """A consumer group of the newest reading."""
    if reading.value is None or group_id is None:
        return None
    return next((group for group in reading.value.groups if group.id == group_id), None)


def groups_together(reading: Reading[KafkaReading], group_ids: Sequence[str]) -> ConsumerGroup | None:
    """Several groups as if they were one: lags and rates summed, the oldest record, the worst verdict.

    None where Kafka does not know one of them; a figure that one of them lacks is null.
    """
    groups = [group for group_id in group_ids if (group := group_of(reading, group_id)) is not None]
    if not groups or len(groups) < len(group_ids):
        return None
    unknown = next((group for group in groups if group.lag_s is None), groups[0])
    return groups[0].model_copy(
        update={
            "committed_total": _over(sum, [group.committed_total for group in groups]),
            "lag": _over(sum, [group.lag for group in groups]),
            "lag_s": _over(max, [group.lag_s for group in groups]),
            "lag_s_reason": unknown.lag_s_reason,
            "lag_trend_per_s": _over(sum, [group.lag_trend_per_s for group in groups]),
            "commit_rate_per_s": _over(sum, [group.commit_rate_per_s for group in groups]),
            "verdict": worst([group.verdict for group in groups if group.verdict is not None]),
        }
    )


def _over(join: Callable[[Sequence[float]], float], figures: Sequence[float | None]) -> float | None:
    known = [figure for figure in figures if figure is not None]
    return join(known) if len(known) == len(figures) else None


def group_figures(group: ConsumerGroup | None, prefix: str = "") -> dict[str, Any]:
    """The figures of a group and Burrow's verdict; null without a group."""
    return {f"{prefix}{name}": getattr(group, name, None) for name in (*GROUP_FIGURES, "verdict")}


def group_reasons(group: ConsumerGroup | None, prefix: str = "") -> dict[str, str]:
    """Why figures of a group are null."""
    if group is None:
        missing = "Kafka does not know the consumer group yet"
        return {f"{prefix}{name}": missing for name in GROUP_FIGURES}
    nothing = group.lag_s_reason or NOTHING_COMMITTED
    no_rate = nothing if group.committed_total is None else "a rate needs two commits"
    return {
        f"{prefix}lag": nothing,
        f"{prefix}lag_s": nothing,
        f"{prefix}lag_trend_per_s": "a trend needs at least five readings",
        f"{prefix}commit_rate_per_s": no_rate,
    }
