"""PipeGen's processes and the machine, from the newest reading of the operating system."""

from __future__ import annotations

from dataclasses import asdict
from typing import Final

from pipegen.observe import Reading, SystemReading
from pipegen.run.picture.reading import NO_INTERVAL, asked, status_of, unread
from pipegen.snapshot import Explained, SystemMetrics

_OF_STACK: Final = ("kafka_cpu_ratio", "registry_cpu_ratio", "stack_disk_bytes", "stack_disk_free_bytes")
_NO_STACK: Final = "no local stack of PipeGen's runs here"


def system(reading: Reading[SystemReading]) -> Explained[SystemMetrics]:
    """The section."""
    value = reading.value
    status, why = status_of(reading)
    said = {"status": status, "status_reason": why, "source": "operating system (psutil)", **asked(reading)}
    if value is None:
        return Explained.unknown(SystemMetrics, unread(reading), **said)
    needs_interval = ["cpu_ratio", "machine_cpu_ratio"]
    if value.stack_disk_bytes is not None:
        needs_interval += ["kafka_cpu_ratio", "registry_cpu_ratio"]
    section = SystemMetrics(**said, **asdict(value))
    # An interval counts first: with a stack, its CPU is null only for the lack of one.
    return Explained.known(section, dict.fromkeys(_OF_STACK, _NO_STACK) | dict.fromkeys(needs_interval, NO_INTERVAL))
