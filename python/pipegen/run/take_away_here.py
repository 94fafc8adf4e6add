"""Takes away what a run has made on this machine: its sending processes and temporary folders. Blocks."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from pipegen.journal import Journal, Resource
from pipegen.stack import process

_MARKER: Final = "--multiprocessing-fork"
"""On the command line of every process that Python starts to share the work."""
_GRACE_S: Final = 3.0


def note_process(journal: Journal, pid: int) -> None:
    """Notes a sending process; it ends by itself when the process of the run is gone, unless it hangs."""
    record = process.record_of(pid, marker=_MARKER)
    journal.making("sending process", str(pid))
    if record is not None:
        journal.has_made("sending process", str(pid), repr(record.started_at_s))


def take_away_here(made: Iterable[Resource]) -> list[str]:
    """Ends processes and deletes folders that are still there; returns a sentence for each that stays."""
    left: list[str] = []
    processes: list[process.ProcessRecord] = []
    for resource in made:
        if resource.kind == "sending process":
            processes += [
                process.ProcessRecord(pid=int(resource.name), started_at_s=float(started_s), marker=_MARKER)
                for started_s in resource.ids
            ]
        elif resource.kind == "folder" and Path(resource.name).is_dir():
            try:
                shutil.rmtree(resource.name)
            except OSError as error:
                left.append(f"folder {resource.name}: {error.strerror}")
    process.stop(processes, grace_s=_GRACE_S)
    left += [f"sending process {record.pid}: it cannot be ended" for record in processes if record.find() is not None]
    return left
