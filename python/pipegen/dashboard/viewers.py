"""Open tabs: each has a short queue of frames; a tab that does not keep up is dropped, never waited for."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Final

BACKLOG_FRAMES: Final = 8


class Viewer:
    """One open tab. ``drop`` cuts its connection; it is called at most once, when the backlog is full."""

    def __init__(self, drop: Callable[[], None]) -> None:
        self._drop = drop
        self._frames: deque[str] = deque()
        self._changed = asyncio.Event()
        self._closed = False

    def push(self, frame: str) -> bool:
        """Queues a frame; false when the tab has fallen too far behind and was cut off."""
        if len(self._frames) >= BACKLOG_FRAMES:
            self.close()
            self._drop()
            return False
        self._frames.append(frame)
        self._changed.set()
        return True

    def close(self) -> None:
        """No more frames: :meth:`next_frame` returns null from now on."""
        self._frames.clear()
        self._closed = True
        self._changed.set()

    async def next_frame(self) -> str | None:
        """The oldest unsent frame; waits for one. Null when the tab is to be closed."""
        while not self._frames:
            if self._closed:
                return None
            self._changed.clear()
            await self._changed.wait()
        return self._frames.popleft()


class Viewers:
    """All open tabs. Lives on the loop."""

    def __init__(self) -> None:
        self._viewers: set[Viewer] = set()
        self._closed = False

    def __len__(self) -> int:
        return len(self._viewers)

    def join(self, drop: Callable[[], None], first_frame: str | None) -> Viewer:
        """A new tab; the newest frame, if there is one, is its first."""
        viewer = Viewer(drop)
        if self._closed:
            viewer.close()
            return viewer
        if first_frame is not None:
            viewer.push(first_frame)
        self._viewers.add(viewer)
        return viewer

    def leave(self, viewer: Viewer) -> None:
        """Forgets a tab; one that has left already is no error."""
        self._viewers.discard(viewer)

    def push(self, frame: str) -> None:
        """Hands a frame to every tab and returns at once."""
        for viewer in tuple(self._viewers):
            if not viewer.push(frame):
                self._viewers.discard(viewer)

    def close(self) -> None:
        """Ends every tab, and each that still joins."""
        self._closed = True
        for viewer in self._viewers:
            viewer.close()
        self._viewers.clear()
