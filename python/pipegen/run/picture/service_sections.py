"""The sections of a snapshot about the services and the machine, one function each, from the newest readings.

A reading that is old stays, with its age; the status says that its source does not answer. Knows nothing of a run, so
that services which PipeGen only watches are shown by the same functions.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from pydantic import BaseModel

from pipegen.observe import KafkaReading, Reading, SystemReading
from pipegen.snapshot import (
    ConsumerGroup,
    KafkaMetrics,
    OutputMetrics,
    Status,
    SystemMetrics,
    null_figures,
)

NOT_ASKED: Final = "not asked yet"
NO_INTERVAL: Final = "a rate needs two readings"


def kafka(
    reading: Reading[KafkaReading], reasons: dict[str, str], *, input_topic: str | None, probes: int = 0
) -> KafkaMetrics:
    """The brokers and the input topic."""
    value = reading.value
    status, why = status_of(reading)
    if value is not None and status == "running":
        if value.leaderless:
            status, why = "error", f"{value.leaderless} partitions have no leader"
        elif value.unreachable:
            status, why = "error", f"{value.unreachable} of {len(value.broker_list)} brokers are not reachable"
        elif value.under_replicated:
            status, why = "error", f"{value.under_replicated} partitions are under-replicated"
    no_input = "no input topic is known" if input_topic is None else "the input topic is not there"
    metrics = KafkaMetrics(
        status=status,
        status_reason=why,
        source="Kafka admin API",
        age_ms=reading.age_ms(),
        **asked(reading),
        topics=value.topics if value else None,
        partitions=value.partitions if value else None,
        brokers=value.brokers if value else None,
        unreachable_brokers=value.unreachable if value else None,
        controller_id=value.controller_id if value else None,
        input_topic=input_topic,
        input_total=max(0, value.input.total - probes) if value and value.input else None,
        rate=value.input.rate_per_s if value and value.input else None,
        under_replicated_partitions=value.under_replicated if value else None,
        leaderless_partitions=value.leaderless if value else None,
        broker_list=list(value.broker_list) if value else [],
        topic_list=list(value.topic_list) if value else [],
        groups=list(value.groups) if value else [],
        groups_total=value.groups_total if value else None,
    )
    rate = NO_INTERVAL if value and value.input else no_input
    explain_reading("kafka", metrics, reading, {"input_total": no_input, "rate": rate}, reasons)
    return metrics


def output(
    reading: Reading[KafkaReading], reasons: dict[str, str], *, output_topic: str | None, probes: int = 0
) -> OutputMetrics:
    """The output topic."""
    status, why = status_of(reading)
    end = reading.value.output if reading.value else None
    if end is None and status == "running":
        status = "unknown"
    missing = "no output topic is known" if output_topic is None else "the output topic is not there"
    metrics = OutputMetrics(
        status=status,
        status_reason=why,
        source="Kafka admin API",
        age_ms=reading.age_ms(),
        topic=output_topic,
        partitions=end.partitions if end else None,
        total=max(0, end.total - probes) if end else None,
        rate=end.rate_per_s if end else None,
    )
    rate = NO_INTERVAL if end else missing
    explain_reading("output", metrics, reading, {"partitions": missing, "total": missing, "rate": rate}, reasons)
    return metrics


def system(reading: Reading[SystemReading], reasons: dict[str, str]) -> SystemMetrics:
    """PipeGen itself and the machine."""
    value = reading.value
    status, why = status_of(reading)
    metrics = SystemMetrics(
        status=status,
        status_reason=why,
        source="operating system (psutil)",
        age_ms=reading.age_ms(),
        **asked(reading),
        cpu_ratio=value.cpu_ratio if value else None,
        rss_bytes=value.rss_bytes if value else None,
        processes=value.processes if value else None,
        machine_cpu_ratio=value.machine_cpu_ratio if value else None,
        machine_memory_ratio=value.machine_memory_ratio if value else None,
        cores=value.cores if value else None,
        stack_disk_bytes=value.stack_disk_bytes if value else None,
        stack_disk_free_bytes=value.stack_disk_free_bytes if value else None,
        kafka_cpu_ratio=value.kafka_cpu_ratio if value else None,
        registry_cpu_ratio=value.registry_cpu_ratio if value else None,
    )
    no_stack = "no local stack of PipeGen's runs here"
    own = {
        "cpu_ratio": NO_INTERVAL,
        "machine_cpu_ratio": NO_INTERVAL,
        "stack_disk_bytes": no_stack,
        "stack_disk_free_bytes": no_stack,
        "kafka_cpu_ratio": no_stack if value is None or value.stack_disk_bytes is None else NO_INTERVAL,
        "registry_cpu_ratio": no_stack if value is None or value.stack_disk_bytes is None else NO_INTERVAL,
    }
    explain_reading("system", metrics, reading, own, reasons)
    return metrics


def group_of(reading: Reading[KafkaReading], group_id: str | None) -> ConsumerGroup | None:
    """A consumer group of the newest reading."""
    if reading.value is None or group_id is None:
        return None
    return next((group for group in reading.value.groups if group.id == group_id), None)


def group_reasons(group: ConsumerGroup | None, prefix: str = "") -> dict[str, str]:
    """Why figures of a group are null."""
    if group is None:
        missing = "Kafka does not know the consumer group yet"
        return dict.fromkeys((f"{prefix}{name}" for name in _GROUP_FIGURES), missing)
    nothing = "the group has committed nothing yet"
    return {
        f"{prefix}lag": nothing,
        f"{prefix}lag_s": group.lag_s_reason or nothing,
        f"{prefix}lag_trend_per_s": "a trend needs at least five readings",
        f"{prefix}commit_rate_per_s": nothing if group.committed_total is None else "a rate needs two commits",
    }


_GROUP_FIGURES: Final = ("lag", "lag_s", "lag_trend_per_s", "commit_rate_per_s")


def asked(reading: Reading[Any]) -> dict[str, Any]:
    """Whether a service answers, how often it is asked and how long an answer takes."""
    return {
        "answers": reading.failure is None if reading.attempts else None,
        "interval_ms": reading.interval_ms,
        "call_ms": reading.call_ms,
    }


def status_of(reading: Reading[Any]) -> tuple[Status, str | None]:
    """What a reading says of its service."""
    if reading.failure is not None:
        return "error", reading.failure
    if reading.value is None:
        return "unknown", None
    return "running", None


def explain_reading(
    section: str, metrics: BaseModel, reading: Reading[Any], own: Mapping[str, str], reasons: dict[str, str]
) -> None:
    """Gives every null figure of a section its reason: one for all while nothing was read, else its own."""
    if reading.value is None:
        reasons[section] = reading.failure or NOT_ASKED
    explain(section, metrics, own, reasons)


def explain(section: str, metrics: BaseModel, own: Mapping[str, str], reasons: dict[str, str]) -> None:
    """Gives null figures their reasons; ``own`` is keyed by the path within the section, or by its beginning."""
    for path in null_figures(metrics, ""):
        why = own.get(path) or own.get(path.partition(".")[0])
        if why is not None:
            reasons.setdefault(f"{section}.{path}", why)
