"""What a stack offers and how it tells what it is doing. Neither prints: ``cli`` passes a ``Progress`` that draws."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Protocol

from pipegen.stack.parts import Endpoints, PartStatus


class Progress(Protocol):
    """Hears what a stack is doing. Calls may come from several threads at once."""

    def note(self, text: str) -> None:
        """Say one sentence."""

    def fetch_started(self, *, files: int, done_bytes: int, total_bytes: int) -> None:
        """So many files are about to be fetched; ``done_bytes`` of their bytes are here already."""

    def download_started(self, name: str, *, done_bytes: int, total_bytes: int) -> None:
        """A file is about to be fetched; ``done_bytes`` of it are here from an earlier, interrupted try."""

    def download_advanced(self, name: str, *, step_bytes: int) -> None:
        """``step_bytes`` more of a file are here; negative when it had to begin again."""

    def download_finished(self, name: str) -> None:
        """A file is here and its sum is right."""

    def part_started(self, name: str) -> None:
        """A part's process runs but does not answer yet."""

    def part_ready(self, name: str, *, after_s: float) -> None:
        """A part answers, ``after_s`` seconds after the start of all."""


class Silent:
    """A ``Progress`` that says nothing."""

    def note(self, text: str) -> None:
        """Ignore it."""

    def fetch_started(self, *, files: int, done_bytes: int, total_bytes: int) -> None:
        """Ignore it."""

    def download_started(self, name: str, *, done_bytes: int, total_bytes: int) -> None:
        """Ignore it."""

    def download_advanced(self, name: str, *, step_bytes: int) -> None:
        """Ignore it."""

    def download_finished(self, name: str) -> None:
        """Ignore it."""

    def part_started(self, name: str) -> None:
        """Ignore it."""

    def part_ready(self, name: str, *, after_s: float) -> None:
        """Ignore it."""


class Stack(Protocol):
    """Kafka, a schema registry and Flink, wherever they run. Every call blocks: from asyncio use ``to_thread``."""

    kind: str

    @property
    def state_file(self) -> Path:
        """Where it is written down what this stack started; no other stack has the same."""

    def up(
        self,
        *,
        auto_ports: bool = False,
        for_run: str | None = None,
        progress: Progress | None = None,
        cancelled: threading.Event | None = None,
    ) -> Endpoints:
        """Bring every part up and wait until each answers; parts that run already are kept.

        ``for_run`` names the run that needs it and is to stop it; without one it stays, also if a run had started it.

        Raises:
            StackError: something is missing, a port is taken, a part died. What this call started is stopped again.
        """

    def down(self) -> None:
        """Stop every part that this stack started; their data stays."""

    def delete_data(self) -> None:
        """Delete what the parts wrote: topics, subjects, checkpoints, logs. Only while the stack is down."""

    def status(self) -> list[PartStatus]:
        """Each part as it is now."""

    def endpoints(self) -> Endpoints | None:
        """The addresses while every part runs, else ``None``."""

    def for_run(self) -> str | None:
        """The run that it was started for; ``None`` when it is to stay."""
