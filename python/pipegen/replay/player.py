"""Plays a recording onto a bus, at the pace of the run or faster: a second source for whatever listens."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from itertools import chain
from typing import Any

from pydantic import ValidationError

from pipegen.bus import ErrorSeen, EventBus, HistogramsTaken, PhaseChanged, SnapshotTaken
from pipegen.replay.hdr_log import RecordedInterval
from pipegen.replay.recording import Recording
from pipegen.snapshot import ErrorEntry


async def play(recording: Recording, bus: EventBus, *, speed: float) -> int:
    """Publishes what was recorded; returns how many snapshots that were.

    Args:
        recording: What to play.
        bus: Where it goes.
        speed: So many times as fast as it happened.

    Raises:
        RecordingError: when the recording cannot be read.
    """
    loop = asyncio.get_running_loop()
    histograms = _Histograms(recording)
    begun_s = loop.time()
    first_ms: int | None = None
    played = 0
    for at_ms, kind, content in recording.timeline():
        first_ms = at_ms if first_ms is None else first_ms
        wait_s = begun_s + (at_ms - first_ms) / 1000 / speed - loop.time()
        # Without any wait a very fast replay would keep the loop to itself.
        await asyncio.sleep(max(0.0, wait_s))
        if kind == "snapshot":
            bus.publish(SnapshotTaken(recording.read_snapshot(content["snapshot"])))
            played += 1
            for taken in histograms.until(at_ms / 1000):
                bus.publish(taken)
        elif kind == "phase":
            bus.publish(PhaseChanged(content["phase"], content["step"]))
        elif kind == "error":
            _publish_error(content, bus)
    for taken in histograms.until(float("inf")):
        bus.publish(taken)
    return played


def _publish_error(content: Mapping[str, Any], bus: EventBus) -> None:
    try:
        bus.publish(ErrorSeen(ErrorEntry.model_validate(content.get("error"))))
    except ValidationError:
        return  # the snapshots hold it as well


class _Histograms:
    """The intervals of every stage as they were published: those that end together, together."""

    def __init__(self, recording: Recording) -> None:
        self._run_id = recording.manifest.run_id
        self._next: dict[str, tuple[RecordedInterval, Iterator[RecordedInterval]]] = {}
        for stage in recording.stages():
            self._advance(stage, recording.histograms(stage))

    def until(self, end_s: float) -> Iterator[HistogramsTaken]:
        while self._next:
            earliest_s = min(interval.end_s for interval, _ in self._next.values())
            if earliest_s > end_s + 0.5:
                return
            ending = {stage: item for stage, item in self._next.items() if abs(item[0].end_s - earliest_s) < 0.0005}
            stages = {stage: interval.histogram.to_hdr_base64() for stage, (interval, _) in ending.items()}
            yield HistogramsTaken(self._run_id, round(earliest_s * 1000), stages)
            for stage, (_, rest) in ending.items():
                del self._next[stage]
                self._advance(stage, rest)

    def _advance(self, stage: str, rest: Iterator[RecordedInterval]) -> None:
        first = next(rest, None)
        if first is not None:
            self._next[stage] = (first, chain(rest))
