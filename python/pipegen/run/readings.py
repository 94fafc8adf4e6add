"""The newest readings of the services, as snapshots take them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from pipegen.observe import FlinkReading, KafkaReading, Reading, RegistryReading, SystemReading


@dataclass(frozen=True, slots=True)
class Readings:
    """Where the newest readings are taken from, at any moment and from any thread."""

    kafka: Callable[[], Reading[KafkaReading]]
    flink: Callable[[], Reading[FlinkReading]]
    registry: Callable[[], Reading[RegistryReading]]
    system: Callable[[], Reading[SystemReading]]
