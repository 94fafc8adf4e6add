"""The sentence about services that are only watched."""

from __future__ import annotations

from typing import Final

from pipegen.snapshot import FlinkMetrics, Headline, KafkaMetrics, RegistryMetrics
from pipegen.units import format_count, format_rate

_WORDS: Final = {
    "warning": "falling behind",
    "stalled": "stalled",
    "rewound": "going back",
    "stopped": "stopped",
}


def watch_headline(kafka: KafkaMetrics, flink: FlinkMetrics, registry: RegistryMetrics) -> Headline:
    """A service that does not answer comes first, then a group in trouble."""
    for name, section in (("Kafka", kafka), ("Flink", flink), ("Schema registry", registry)):
        if section.status == "error":
            return Headline(level="error", text=f"{name}: {section.status_reason}.")
    bad = next((group for group in kafka.groups if group.verdict not in {None, "ok"}), None)
    if bad is not None:
        lag = bad.lag_note if bad.lag is None else f"{format_count(bad.lag)} records behind"
        return Headline(level="warning", text=f"Consumer group {bad.id} is {_WORDS[str(bad.verdict)]}.", detail=lag)
    unseen = next((group for group in kafka.groups if group.state == "unknown"), None)
    if unseen is not None:
        return Headline(
            level="warning", text=f"Consumer group {unseen.id} cannot be watched.", detail=unseen.lag_s_reason
        )
    if kafka.status == flink.status == registry.status == "unknown":
        return Headline(level="unknown", text="Waiting for the first answers of the services.")
    parts = [f"{format_rate(kafka.rate)} into the input"] if kafka.rate is not None else []
    if flink.pending_records is not None:
        parts.append(f"{format_count(flink.pending_records)} pending in Flink")
    return Headline(level="ok", text="Every watched service answers.", detail=", ".join(parts) or None)
