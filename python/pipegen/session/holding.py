"""The journal that says that services are in use while no run is under way: between trials, or while Flink plans."""

from __future__ import annotations

import os
from pathlib import Path

from pipegen.config import Settings
from pipegen.journal import Journal, RunHead
from pipegen.moment import iso_now
from pipegen.run.names import new_run_id
from pipegen.stack import Progress


def holding_journal(folder: Path, settings: Settings, progress: Progress) -> Journal:
    """A journal, not open yet.

    Args:
        folder: The project's folder.
        settings: Whether what is made stays.
        progress: Told what cannot be written down.
    """
    head = RunHead(new_run_id(), os.getpid(), iso_now(), str(folder.absolute()), keep=not settings.cleanup)
    return Journal(head, on_failure=lambda text, remedy: progress.note(f"warning: {text} {remedy}"))
