"""The brokers and the input topic, from the newest reading of Kafka."""

from __future__ import annotations

from typing import Final

from pipegen.observe import KafkaReading, Reading
from pipegen.run.picture.reading import NO_INTERVAL, asked, not_shown, status_of, unread
from pipegen.snapshot import Explained, KafkaMetrics, Status

_SOURCE: Final = "Kafka admin API"


def kafka(reading: Reading[KafkaReading], *, input_topic: str | None, probes: int = 0) -> Explained[KafkaMetrics]:
    """The section.

    Args:
        reading: The newest reading.
        input_topic: Topic the load goes to; None when not known.
        probes: Probe records in it, which are not counted.
    """
    value = reading.value
    if value is None:
        status, failure = status_of(reading)
        return Explained.unknown(
            KafkaMetrics,
            unread(reading),
            status=status,
            status_reason=failure,
            source=_SOURCE,
            **asked(reading),
            input_topic=input_topic,
        )
    status, why = _status(reading, value)
    no_input = "no input topic is known" if input_topic is None else not_shown(input_topic)
    end = value.input
    section = KafkaMetrics(
        status=status,
        status_reason=why,
        source=_SOURCE,
        **asked(reading),
        topics=value.topics,
        partitions=value.partitions,
        brokers=value.brokers,
        unreachable_brokers=value.unreachable,
        controller_id=value.controller_id,
        input_topic=input_topic,
        input_total=max(0, end.total - probes) if end else None,
        rate=end.rate_per_s if end else None,
        under_replicated_partitions=value.under_replicated,
        leaderless_partitions=value.leaderless,
        broker_list=list(value.broker_list),
        topic_list=list(value.topic_list),
        groups=list(value.groups),
        groups_total=value.groups_total,
    )
    return Explained.known(
        section,
        {
            "controller_id": "no broker says that it is the controller",
            "input_total": no_input,
            "rate": NO_INTERVAL if end else no_input,
            "groups_total": "Kafka has not listed its consumer groups yet",
        },
    )


def _status(reading: Reading[KafkaReading], value: KafkaReading) -> tuple[Status, str | None]:
    status, why = status_of(reading)
    if status != "running":
        return status, why
    if value.leaderless:
        return "error", f"{value.leaderless} partitions have no leader"
    if value.unreachable:
        return "error", f"{value.unreachable} of {len(value.broker_list)} brokers are not reachable"
    if value.under_replicated:
        return "error", f"{value.under_replicated} partitions are under-replicated"
    return status, why
