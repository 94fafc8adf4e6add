"""PipeGen's processes and the machine, from the newest reading of the operating system."""

from __future__ import annotations

from dataclasses import asdict
from typing import Final

from pipegen.observe import Reading, SystemReading
from pipegen.run.picture.reading import NO_INTERVAL, asked, status_of, unread
from pipegen.snapshot import Explained, SystemMetrics

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
    return Explained.known(section, dict.fromkeys(needs_interval, NO_INTERVAL), rest=_NO_STACK)
