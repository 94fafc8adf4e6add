"""From the bus to the page: the newest snapshot, its text made once, the history, and the open tabs."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from pipegen.bus import EventBus, HistogramsTaken, MessagesSeen, SnapshotTaken
from pipegen.dashboard.branch_history import BranchHistory
from pipegen.dashboard.frame import Frame
from pipegen.dashboard.logo import Logo
from pipegen.dashboard.messages import MessageLog
from pipegen.dashboard.viewers import Viewers
from pipegen.outputs import HistogramLog, History
from pipegen.snapshot import Section, Snapshot

_MINIMAL: Final = "Recent messages are left out: dashboard.minimal_mode is on."


class Feed:
    """What the routes read. Goes on serving the last snapshot after the run has ended.

    Args:
        history: Rows for late joiners.
        viewers: The open tabs.
        minimal: Leave out what grows with the job, and messages.
        no_messages: Why nobody looks at messages, where that is so.
    """

    def __init__(
        self, history: History, viewers: Viewers, *, minimal: bool = False, no_messages: str | None = None
    ) -> None:
        self.history = history
        self.viewers = viewers
        self.branches = BranchHistory()
        self.histograms = HistogramLog()
        self.messages = MessageLog(left_out=_MINIMAL if minimal else no_messages)
        self.logo: Logo | None = None
        self.recording: Path | None = None
        self._minimal = minimal
        self._snapshot: Snapshot | None = None
        self._frame: Frame | None = None

    @property
    def snapshot(self) -> Snapshot | None:
        """The newest snapshot; null before the first."""
        return self._snapshot

    def frame(self) -> Frame | None:
        """The newest snapshot, serialised once, however many ask; null before the first."""
        if self._frame is None and self._snapshot is not None:
            shown = without_detail(self._snapshot) if self._minimal else self._snapshot
            self._frame = Frame(shown.model_dump_json())
        return self._frame

    def accept(self, snapshot: Snapshot) -> None:
        """Takes a snapshot over into history and tabs."""
        self._snapshot = snapshot
        self._frame = None
        self.history.add(snapshot)
        self.branches.add(snapshot)
        if len(self.viewers) and (frame := self.frame()) is not None:
            self.viewers.push(frame)

    async def follow(self, bus: EventBus) -> None:
        """Listens until the bus closes or the task is cancelled."""
        subscription = bus.subscribe()
        try:
            async for event in subscription:
                if isinstance(event, SnapshotTaken):
                    self.accept(event.snapshot)
                elif isinstance(event, HistogramsTaken):
                    self.histograms.add(event)
                elif isinstance(event, MessagesSeen):
                    self.messages.add(event)
        finally:
            bus.unsubscribe(subscription)


def without_detail(snapshot: Snapshot) -> Snapshot:
    """The snapshot for slow viewers (``dashboard.minimal_mode``): every figure, but no list that grows with the job."""
    changes: dict[str, object] = {"sql": []}
    for name in type(snapshot).model_fields:
        section = getattr(snapshot, name)
        if isinstance(section, Section):
            lists: dict[str, object] = {
                field: [] for field in type(section).model_fields if isinstance(getattr(section, field), list)
            }
            changes[name] = section.model_copy(update=lists) if lists else section
    return snapshot.model_copy(update=changes)
