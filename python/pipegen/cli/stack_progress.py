"""Draws what a stack is doing: bars while artifacts are fetched, a line for each part that answers."""

from __future__ import annotations

import threading
from types import TracebackType
from typing import Self

from rich.console import Console, Group
from rich.live import Live
from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    SpinnerColumn,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)

# Most files are small and come and go at once: a bar of their own would only flicker.
_OWN_BAR_BYTES = 5_000_000


class StackProgress:
    """A :class:`pipegen.stack.Progress` for a terminal; without one, plain lines."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._lock = threading.Lock()
        self._total: TaskID | None = None
        self._bars: dict[str, TaskID] = {}
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            DownloadColumn(),
            TransferSpeedColumn(),
            TimeRemainingColumn(),
        )
        self._waiting = Progress(SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
        self._awaited: list[str] = []
        self._wait: TaskID | None = None
        # One live area for both: the bars of what is fetched, and a spinner for what does not answer yet.
        self._live = Live(Group(self._progress, self._waiting), console=console, transient=True)

    def __enter__(self) -> Self:
        if self._console.is_terminal:
            self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._console.is_terminal:
            self._live.stop()

    def note(self, text: str) -> None:
        """One line."""
        self._console.print(text)

    def fetch_started(self, *, files: int, done_bytes: int, total_bytes: int) -> None:
        """The bar of all files together."""
        if not self._console.is_terminal:
            self.note(f"fetching {files} artifacts, {(total_bytes - done_bytes) / 1e6:.0f} MB")
        self._total = self._progress.add_task(f"{files} artifacts", completed=done_bytes, total=total_bytes)

    def download_started(self, name: str, *, done_bytes: int, total_bytes: int) -> None:
        """A bar of its own for a big file."""
        with self._lock:
            if total_bytes >= _OWN_BAR_BYTES:
                self._bars[name] = self._progress.add_task(f"  {name}", completed=done_bytes, total=total_bytes)

    def download_advanced(self, name: str, *, step_bytes: int) -> None:
        """Move the file's bar and that of all."""
        for task in (self._total, self._bars.get(name)):
            if task is not None:
                self._progress.advance(task, step_bytes)

    def download_finished(self, name: str) -> None:
        """Take the file's bar away."""
        with self._lock:
            task = self._bars.pop(name, None)
        if task is not None:
            self._progress.remove_task(task)

    def part_started(self, name: str) -> None:
        """Take the bar of all files away, and wait for one more part."""
        self._fetched()
        with self._lock:
            self._awaited.append(name)
            self._show_awaited()

    def part_ready(self, name: str, *, after_s: float) -> None:
        """One line."""
        with self._lock:
            self._awaited = [awaited for awaited in self._awaited if awaited != name]
            self._show_awaited()
        self.note(f"{name} answers after {after_s:.1f} s")

    def _fetched(self) -> None:
        if self._total is not None:
            self._progress.remove_task(self._total)
            self._total = None

    def _show_awaited(self) -> None:
        """The spinner's text; no spinner when everything answers."""
        if not self._awaited:
            if self._wait is not None:
                self._waiting.remove_task(self._wait)
                self._wait = None
            return
        text = f"waiting for {', '.join(self._awaited)}"
        if self._wait is None:
            self._wait = self._waiting.add_task(text, total=None)
        else:
            self._waiting.update(self._wait, description=text)
