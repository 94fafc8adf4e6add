"""JobManager and TaskManagers as processes: CPU, memory, slots, heartbeat."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from typing import Final

from pipegen.errors import FlinkError
from pipegen.services.flink import FlinkClient, TaskManager
from pipegen.snapshot import FlinkProcess

_MOST: Final = 32
_CPU: Final = "Status.JVM.CPU.Load"
_HEAP_USED: Final = "Status.JVM.Memory.Heap.Used"
_HEAP_MAX: Final = "Status.JVM.Memory.Heap.Max"
_NON_HEAP: Final = "Status.JVM.Memory.NonHeap.Used"
_NAMES: Final = (_CPU, _HEAP_USED, _HEAP_MAX, _NON_HEAP)
_HOST: Final = re.compile(r"@(.+?)(?::\d+)?/")


async def read_processes(client: FlinkClient) -> tuple[FlinkProcess, tuple[FlinkProcess, ...]]:
    """The JobManager, and the first 32 TaskManagers.

    Raises:
        FlinkError: when the JobManager does not answer.
    """
    figures = await client.process_figures(None, _NAMES)
    manager = _process("jobmanager", figures)
    workers: list[FlinkProcess] = []
    for worker in (await client.task_managers())[:_MOST]:
        try:
            own = await client.process_figures(worker.id, _NAMES)
        except FlinkError:
            own = {}  # it went away since it was listed: it is shown, with nothing known
        workers.append(_process(worker.id, own, worker))
    return manager, tuple(workers)


def _process(name: str, figures: Mapping[str, float], worker: TaskManager | None = None) -> FlinkProcess:
    host = _HOST.search(worker.address) if worker is not None else None
    cpu = figures.get(_CPU)
    heartbeat_ms = worker.heartbeat_at_ms if worker is not None else None
    return FlinkProcess(
        id=name,
        address=host.group(1) if host else None,
        cpu_ratio=None if cpu is None else round(cpu, 4),
        heap_used_bytes=_whole(figures.get(_HEAP_USED)),
        heap_max_bytes=_whole(figures.get(_HEAP_MAX)),
        non_heap_used_bytes=_whole(figures.get(_NON_HEAP)),
        slots_total=worker.slots_total if worker else None,
        slots_free=worker.slots_free if worker else None,
        heartbeat_age_ms=None if heartbeat_ms is None else round(max(0.0, time.time() * 1000 - heartbeat_ms), 1),
    )


def _whole(figure: float | None) -> int | None:
    return None if figure is None else round(figure)
