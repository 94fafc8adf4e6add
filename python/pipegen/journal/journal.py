"""The journal of one run: each resource is written down before it is made, so that nothing is left unknown.

Whatever ends the process, the lines that were written stay: each is on the disk before the resource is made.
"""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from pipegen.journal.layout import LOCK_SUFFIX, SUFFIX, VERSION, RunHead, journal_folder
from pipegen.journal.resource import Kind, Resource
from pipegen.lock import hold_if_free
from pipegen.urls import without_credentials

_REMEDY = "Set XDG_STATE_HOME to a folder that can; without a journal nothing finds what a killed run left."


class Journal:
    """What a run makes, in memory and on the disk. Safe from any thread.

    Args:
        head: The run.
        on_failure: Told, once, that the file cannot be written, and what to do; the run goes on without it.
        folder: Where journals are. Default: the user's.
    """

    def __init__(self, head: RunHead, *, on_failure: Callable[[str, str], None], folder: Path | None = None) -> None:
        folder = folder or journal_folder()
        self.head = head
        self._on_failure = on_failure
        self.path = folder / f"{head.run_id}{SUFFIX}"
        self._lock_path = folder / f"{head.run_id}{LOCK_SUFFIX}"
        self._made: dict[tuple[Kind, str], Resource] = {}
        self._writing = threading.Lock()
        self._held: AbstractContextManager[object] | None = None
        self._file: int | None = None

    def open(self) -> None:
        """Begins the file, by which others know that the run lives."""
        try:
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            # Held first: a journal whose lock is free belongs to a run that is gone.
            self._held = hold_if_free(self._lock_path)
            self._file = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND, 0o600)
        except OSError as error:
            self._fail(error)
            return
        self._write("run", {"version": VERSION, **asdict(self.head)})

    @property
    def made(self) -> tuple[Resource, ...]:
        """What the run has made, or was about to make, oldest first."""
        return tuple(self._made.values())

    def services(self, addresses: Mapping[str, str]) -> None:
        """Notes where the services are."""
        shown = {name: without_credentials(text) if "://" in text else text for name, text in addresses.items()}
        self._write("services", shown)

    def making(self, kind: Kind, name: str, *, topic: str | None = None) -> None:
        """Notes what is made next. Idempotent."""
        resource = Resource(kind, name, topic=topic)
        if resource.key in self._made:
            return
        self._write("making", {"kind": kind, "name": name, "topic": topic})
        self._made[resource.key] = resource

    def has_made(self, kind: Kind, name: str, service_id: str) -> None:
        """Notes what the service calls something that was announced."""
        resource = self._made.get((kind, name), Resource(kind, name))
        if service_id in resource.ids:
            return
        self._made[resource.key] = replace(resource, ids=(*resource.ids, service_id))
        self._write("made", {"kind": kind, "name": name, "id": service_id})

    def using(self, kind: Kind, name: str) -> None:
        """Notes what the run uses and has not made: nobody may take it away while the run lives."""
        self._write("using", {"kind": kind, "name": name})

    def close(self, *, keep: bool) -> None:
        """Ends the journal; removes it, unless something of it is left. Idempotent."""
        file, self._file = self._file, None
        held, self._held = self._held, None
        if file is not None:
            os.close(file)
        if held is None:
            return
        if not keep:
            self.path.unlink(missing_ok=True)
            self._lock_path.unlink(missing_ok=True)
        held.__exit__(None, None, None)

    def _write(self, word: str, content: Mapping[str, Any]) -> None:
        line = json.dumps({word: content}, ensure_ascii=False) + "\n"
        with self._writing:
            if self._file is None:
                return
            try:
                os.write(self._file, line.encode())
                os.fsync(self._file)
            except OSError as error:
                os.close(self._file)
                self._file = None
                self._fail(error)

    def _fail(self, error: OSError) -> None:
        self._on_failure(f"the journal {self.path} cannot be written: {error.strerror}", _REMEDY)
