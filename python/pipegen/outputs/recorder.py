"""Records a run while it goes on: snapshots, events and latencies, flushed as they come, in bounded memory.

A thread of its own makes the text and writes it, so the loop is never held up. A disk that is full or fails ends the
recording, never the run: :class:`Recorder` says so once and goes on listening without keeping anything.
"""

from __future__ import annotations

import asyncio
import queue
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Final

from pydantic import BaseModel

from pipegen.bus import Event, EventBus, Subscription
from pipegen.outputs.recorder_files import RecordingFiles
from pipegen.replay import SUMMARY_FILE, Manifest
from pipegen.whole_file import write_whole

_MOST_WAITING: Final = 600
_REMEDY: Final = "Make room, or name another disk with --runs-dir; the run itself is not affected."


class Recorder:
    """Records one run into a folder of its own.

    Args:
        folder: Where to; made anew.
        manifest: What is being run.
        on_failure: Called once, from the writing thread, with a sentence and what to do, when recording has to end.
    """

    def __init__(self, folder: Path, manifest: Manifest, *, on_failure: Callable[[str, str], None]) -> None:
        self.folder: Final = folder
        self._manifest = manifest
        self._on_failure = on_failure
        self._events: queue.Queue[Event | None] = queue.Queue(maxsize=_MOST_WAITING)
        self._thread = threading.Thread(target=self._write, name="pipegen-recorder", daemon=True)
        self._files: RecordingFiles | None = None
        self._following: asyncio.Task[None] | None = None
        self._subscription: Subscription | None = None
        self.failure: str | None = None
        self.missed = 0

    def start(self, bus: EventBus) -> None:
        """Makes the folder and begins to listen; on the loop. Does not raise: a failure is told like any later one."""
        try:
            self._files = RecordingFiles(self.folder, self._manifest)
        except OSError as error:
            self._fail(error)
            return
        self._subscription = bus.subscribe()
        self._bus = bus
        self._thread.start()
        self._following = asyncio.create_task(self._follow(self._subscription), name="recorder")

    @property
    def written_bytes(self) -> int:
        """Bytes on disk so far."""
        return self._files.written_bytes if self._files is not None else 0

    def bytes_per_hour(self) -> float | None:
        """How fast the recording grows; null before it has lasted a second."""
        seconds = self._files.recorded_s if self._files is not None else 0.0
        return self.written_bytes / seconds * 3600 if seconds >= 1 else None

    async def finish(self, summary: BaseModel | None) -> None:
        """Writes what is still there and, for a run that came to its end, the summary. Idempotent."""
        following, self._following = self._following, None
        if following is None or self._subscription is None:
            return
        self._bus.unsubscribe(self._subscription)
        await following
        await asyncio.to_thread(self._end)
        if summary is not None and self.failure is None:
            await asyncio.to_thread(self._write_summary, summary)

    async def _follow(self, subscription: Subscription) -> None:
        async for event in subscription:
            try:
                self._events.put_nowait(event)
            except queue.Full:
                self.missed += 1

    def _end(self) -> None:
        self._events.put(None)
        self._thread.join()

    def _write(self) -> None:
        """Thread body: everything that waits is written and flushed together."""
        going_on = True
        while going_on:
            waiting = [self._events.get()]
            while not self._events.empty():
                waiting.append(self._events.get())
            going_on = None not in waiting
            if self._files is None or self.failure is not None:
                continue
            try:
                for event in waiting:
                    if event is not None:
                        self._files.add(event)
                self._files.flush()
                if not going_on:
                    self._files.close()
            except (OSError, ValueError) as error:
                self._files.abandon()
                self._fail(error)

    def _write_summary(self, summary: BaseModel) -> None:
        try:
            write_whole(self.folder / SUMMARY_FILE, summary.model_dump_json(indent=2))
        except OSError as error:
            self._fail(error)

    def _fail(self, error: OSError | ValueError) -> None:
        reason = (error.strerror if isinstance(error, OSError) else str(error)) or type(error).__name__
        self.failure = f"the recording in {self.folder} ended: {reason}"
        self._on_failure(self.failure, _REMEDY)
