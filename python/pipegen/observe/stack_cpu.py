"""CPU of the local stack's own processes. Elsewhere the services' processes are not ours to look at."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import psutil

from pipegen.errors import StackError
from pipegen.stack import LocalStack, Part

_LOOK_EVERY: Final = 15


class StackCpu:
    """Follows the processes of one stack; a part that was started anew is found within a few readings."""

    def __init__(self) -> None:
        self._processes: dict[Part, psutil.Process] = {}
        self._turn = 0

    def read(self, stack_dir: Path | None) -> dict[Part, float]:
        """CPU of each part since the reading before; 1.0 is one core. A part is missing at its first reading.

        Args:
            stack_dir: Folder of the stack; none without a stack of ours.
        """
        if stack_dir is None:
            return {}
        new = self._find(stack_dir) if self._turn % _LOOK_EVERY == 0 else frozenset[Part]()
        self._turn += 1
        found: dict[Part, float] = {}
        for part, process in list(self._processes.items()):
            try:
                ratio = process.cpu_percent(None) / 100
            except psutil.Error:
                del self._processes[part]
                self._turn = 0
                continue
            if part not in new:
                found[part] = ratio
        return found

    def _find(self, stack_dir: Path) -> frozenset[Part]:
        """Looks the processes up; returns those that were not known."""
        try:
            now = LocalStack(stack_dir).processes()
        except StackError:
            return frozenset()  # whoever uses the stack hears of it
        fresh = {part: process for part, process in now.items() if self._processes.get(part) != process}
        self._processes = {part: self._processes.get(part, process) for part, process in now.items()} | fresh
        return frozenset(fresh)
