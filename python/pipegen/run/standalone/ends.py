"""Both ends of a pipeline that is only watched: who writes its input and who reads its output."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from pipegen.observe import KafkaReading, Reading
from pipegen.run.picture.group import GROUP_FIGURES, group_figures, group_reasons
from pipegen.run.picture.reading import NO_INTERVAL, not_shown, status_of, unread
from pipegen.run.standalone.target import NEEDS_RUN
from pipegen.snapshot import ConsumerGroup, ConsumerMetrics, Explained, ProducerMetrics, all_null

_NO_INPUT: Final = "the input topic is not known: name it with --pipeline NAME=input:output:job"
_NO_GROUP: Final = "no group is known that reads the output: name it with --group"


def readers(reading: Reading[KafkaReading], topic: str | None) -> list[ConsumerGroup]:
    """The groups that have committed offsets of a topic; those with members first."""
    groups: Sequence[ConsumerGroup] = reading.value.groups if reading.value else ()
    found = [group for group in groups if any(part.topic == topic for part in group.partitions)]
    return sorted(found, key=lambda group: not group.members)


def producer(reading: Reading[KafkaReading], *, input_topic: str | None) -> Explained[ProducerMetrics]:
    """Whoever writes to the input topic, as far as its end offsets tell."""
    said = {"source": "end offsets of the input topic", "age_ms": reading.age_ms()}
    status, why = status_of(reading)
    end = reading.value.input if reading.value else None
    if end is not None:
        section = all_null(
            ProducerMetrics, status=status, status_reason=why, **said, rate=end.rate_per_s, total=end.total
        )
        return Explained.known(section, {"rate": NO_INTERVAL}, rest=NEEDS_RUN)
    missing = _NO_INPUT if input_topic is None else not_shown(input_topic)
    if reading.value is None:
        missing = unread(reading)
    section = all_null(ProducerMetrics, status="unknown", status_reason=why if input_topic else _NO_INPUT, **said)
    return Explained.known(section, dict.fromkeys(("rate", "total", "age_ms"), missing), rest=NEEDS_RUN)


def consumer(reading: Reading[KafkaReading], group: ConsumerGroup | None) -> Explained[ConsumerMetrics]:
    """Whoever reads the output topic, as far as its committed offsets tell."""
    said = {"source": "committed offsets of the group that reads the output", "age_ms": reading.age_ms()}
    if group is None:
        section = all_null(ConsumerMetrics, status="unknown", status_reason=_NO_GROUP, **said)
        missing = unread(reading) if reading.value is None else _NO_GROUP
        of_group = dict.fromkeys(("age_ms", "rate", "total", *GROUP_FIGURES), missing)
        return Explained.known(section, of_group, rest=NEEDS_RUN)
    section = all_null(
        ConsumerMetrics,
        status="error" if group.verdict in {"stopped", "stalled"} or group.state == "unknown" else "running",
        status_reason=f"group {group.id}: {group.state}, {group.verdict or group.lag_s_reason}",
        **said,
        rate=group.commit_rate_per_s,
        total=group.committed_total,
        **group_figures(group),
    )
    why = group_reasons(group)
    own = {"rate": why["commit_rate_per_s"], "total": why["lag_s"]}
    return Explained.known(section, why | own, rest=NEEDS_RUN)
