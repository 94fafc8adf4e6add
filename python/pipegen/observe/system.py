"""What PipeGen's own process and the machine use."""

from __future__ import annotations

from dataclasses import dataclass

import psutil

from pipegen.observe.collector import Collector


@dataclass(frozen=True, slots=True)
class SystemReading:
    """Use since the reading before; a CPU figure is None at the first.

    Attributes:
        cpu_ratio: CPU of this process; 1.0 is one core.
        rss_bytes: Resident memory of this process.
        machine_cpu_ratio: CPU of the machine; 1.0 is all its cores.
        machine_memory_ratio: Share of the machine's memory in use.
        cores: Logical cores.
    """

    cpu_ratio: float | None
    rss_bytes: int
    machine_cpu_ratio: float | None
    machine_memory_ratio: float
    cores: int


class SystemCollector(Collector[SystemReading]):
    """Asks the operating system through psutil."""

    name = "system"

    def __init__(self, *, interval_s: float = 1.0) -> None:
        super().__init__(interval_s=interval_s)
        self._process = psutil.Process()
        self._asked = False

    async def measure(self) -> SystemReading:
        """Counters of the operating system; the first call only sets their start."""
        own = self._process.cpu_percent(None) / 100
        machine = psutil.cpu_percent(None) / 100
        first, self._asked = not self._asked, True
        return SystemReading(
            cpu_ratio=None if first else own,
            rss_bytes=self._process.memory_info().rss,
            machine_cpu_ratio=None if first else machine,
            machine_memory_ratio=psutil.virtual_memory().percent / 100,
            cores=psutil.cpu_count() or 1,
        )
