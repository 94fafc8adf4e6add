"""PipeGen's processes and the machine, from the newest reading of the operating system."""

from __future__ import annotations

from dataclasses import asdict
from typing import Final

from pipegen.observe import Reading, SystemReading
from pipegen.run.picture.reading import NO_INTERVAL, asked, status_of, unread
from pipegen.snapshot import Explained, SystemMetrics

_NO_STACK: Final = "no local stack of PipeGen's runs here"
_OF_STACK: Final = dict.fromkeys(
    ("stack_disk_bytes", "stack_disk_free_bytes", "kafka_cpu_ratio", "registry_cpu_ratio"), _NO_STACK
)


def system(reading: Reading[SystemReading]) -> Explained[SystemMetrics]:
    """The section."""
    value = reading.value
    status, why = status_of(reading)
    said = {"status": status, "status_reason": why, "source": "operating system (psutil)", **asked(reading)}
    no_interval = {"cpu_ratio": NO_INTERVAL, "machine_cpu_ratio": NO_INTERVAL}
    if value is None:
        return Explained.unknown(SystemMetrics, unread(reading), no_interval | _OF_STACK, **said)
    if value.stack_disk_bytes is not None:
        no_interval |= {"kafka_cpu_ratio": NO_INTERVAL, "registry_cpu_ratio": NO_INTERVAL}
    return Explained.known(SystemMetrics(**said, **asdict(value)), _OF_STACK | no_interval)
