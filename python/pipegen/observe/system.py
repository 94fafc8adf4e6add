"""What PipeGen's own processes and the machine use."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import psutil

from pipegen.observe.collector import Collector
from pipegen.observe.stack_cpu import StackCpu
from pipegen.stack import Part

_DISK_EVERY: Final = 15
OVERLOADED_RATIO: Final = 0.9


@dataclass(frozen=True, slots=True)
class SystemReading:
    """Use since the reading before; a CPU figure is None at the first.

    Attributes:
        cpu_ratio: CPU of PipeGen's processes together; 1.0 is one core.
        rss_bytes: Resident memory of PipeGen's processes together.
        processes: How many these are: this one and the sending ones.
        machine_cpu_ratio: CPU of the machine; 1.0 is all its cores.
        machine_memory_ratio: Share of the machine's memory in use.
        cores: Logical cores.
        stack_disk_bytes: Disk that the local stack uses; None without one.
        stack_disk_free_bytes: Disk that is free there; None without one.
        kafka_cpu_ratio: CPU of the local stack's broker; 1.0 is one core. None without one.
        registry_cpu_ratio: The same of its registry.
    """

    cpu_ratio: float | None
    rss_bytes: int
    machine_cpu_ratio: float | None
    machine_memory_ratio: float
    cores: int
    processes: int = 1
    stack_disk_bytes: int | None = None
    stack_disk_free_bytes: int | None = None
    kafka_cpu_ratio: float | None = None
    registry_cpu_ratio: float | None = None


class SystemCollector(Collector[SystemReading]):
    """Asks the operating system through psutil.

    Args:
        interval_s: Time between two readings.
        stack_dir: Folder of the local stack; None where none of ours is used.
        senders: Process ids of the sending processes; none where this process sends by itself.
        on_overload: Called with a sentence while figures may lie because PipeGen or the machine is at its limit.
    """

    name = "system"

    def __init__(
        self,
        *,
        interval_s: float = 1.0,
        stack_dir: Callable[[], Path | None] = lambda: None,
        senders: Callable[[], Sequence[int]] = tuple,
        on_overload: Callable[[str, str], None] = lambda *_: None,
    ) -> None:
        super().__init__(interval_s=interval_s)
        self._process = psutil.Process()
        self._senders = senders
        self._others: dict[int, psutil.Process] = {}
        self._stack_dir = stack_dir
        self._on_overload = on_overload
        self._disk: tuple[int | None, int | None] = (None, None)
        self._turn = 0
        self._stack_cpu = StackCpu()

    async def measure(self) -> SystemReading:
        """Counters of the operating system; the first call only sets their start."""
        used = self._use_of_each()
        machine = psutil.cpu_percent(None) / 100
        first = self._turn == 0
        if self._turn % _DISK_EVERY == 0:
            self._disk = await asyncio.to_thread(_disk, self._stack_dir())
        self._turn += 1
        services = self._stack_cpu.read(self._stack_dir())
        memory = psutil.virtual_memory().percent / 100
        if not first:
            # Each is bound by its own core: together they may well use more than one.
            for key, sentence in overloads(own=max(cpu for cpu, _ in used), memory=memory):
                self._on_overload(key, sentence)
        return SystemReading(
            cpu_ratio=None if first else sum(cpu for cpu, _ in used),
            rss_bytes=sum(rss for _, rss in used),
            processes=len(used),
            machine_cpu_ratio=None if first else machine,
            machine_memory_ratio=memory,
            cores=psutil.cpu_count() or 1,
            stack_disk_bytes=self._disk[0],
            stack_disk_free_bytes=self._disk[1],
            kafka_cpu_ratio=services.get(Part.KAFKA),
            registry_cpu_ratio=services.get(Part.REGISTRY),
        )

    def _use_of_each(self) -> list[tuple[float, int]]:
        """CPU since the look before and resident memory, of this process and then of the sending ones."""
        for pid in self._senders():
            if pid not in self._others:
                with contextlib.suppress(psutil.NoSuchProcess):
                    self._others[pid] = psutil.Process(pid)
        used = [(self._process.cpu_percent(None) / 100, self._process.memory_info().rss)]
        for pid, process in list(self._others.items()):
            try:
                used.append((process.cpu_percent(None) / 100, process.memory_info().rss))
            except psutil.NoSuchProcess:
                del self._others[pid]  # it has sent its part
        return used


def overloads(*, own: float, memory: float) -> list[tuple[str, str]]:
    """Key and sentence for each limit that is reached. Pure.

    A busy machine alone is no warning: with the whole stack on it, it always is; what of it hurts is in the lateness.
    """
    found = []
    if own > OVERLOADED_RATIO:
        found.append(
            (
                "own_cpu",
                f"PipeGen itself uses {own:.0%} of a core: its rates and latencies may be those of its own limit",
            )
        )
    if memory > OVERLOADED_RATIO:
        found.append(
            ("machine_memory", f"{memory:.0%} of the machine's memory is in use: swapping would bend the figures")
        )
    return found


def _disk(folder: Path | None) -> tuple[int | None, int | None]:
    """Bytes under a folder, and bytes free there."""
    if folder is None or not folder.is_dir():
        return None, None
    used = 0
    for path in folder.rglob("*"):
        try:
            # Blocks, not length: Kafka's index files are sparse.
            used += path.lstat().st_blocks * 512
        except OSError:
            continue  # it was deleted since it was listed
    return used, shutil.disk_usage(folder).free
