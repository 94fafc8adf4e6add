"""The output topic, from the newest reading of Kafka."""

from __future__ import annotations

from typing import Any

from pipegen.observe import KafkaReading, Reading
from pipegen.run.picture.reading import NO_INTERVAL, not_shown, status_of, unread
from pipegen.snapshot import Explained, OutputMetrics


def output(reading: Reading[KafkaReading], *, output_topic: str | None, probes: int = 0) -> Explained[OutputMetrics]:
    """The section.

    Args:
        reading: The newest reading.
        output_topic: Topic the job writes to; None when not known.
        probes: Probe records in it, which are not counted.
    """
    status, why = status_of(reading)
    said: dict[str, Any] = {
        "status_reason": why,
        "source": "Kafka admin API",
        "age_ms": reading.age_ms(),
        "topic": output_topic,
    }
    if reading.value is None:
        return Explained.unknown(OutputMetrics, unread(reading), status=status, **said)
    end = reading.value.output
    if end is None:
        missing = "no output topic is known" if output_topic is None else not_shown(output_topic)
        status = "unknown" if status == "running" else status
        return Explained.unknown(OutputMetrics, missing, status=status, **said)
    section = OutputMetrics(
        status=status, **said, partitions=end.partitions, total=max(0, end.total - probes), rate=end.rate_per_s
    )
    return Explained.known(section, {"rate": NO_INTERVAL})
