"""What can happen in a run, as seen by its listeners."""

from __future__ import annotations

from dataclasses import dataclass

from pipegen.snapshot import ErrorEntry, RunPhase, Snapshot


@dataclass(frozen=True, slots=True)
class SnapshotTaken:
    """A new snapshot; once a period."""

    snapshot: Snapshot


@dataclass(frozen=True, slots=True)
class PhaseChanged:
    """The run went on to another phase, or to another step of it."""

    phase: RunPhase
    step: str


@dataclass(frozen=True, slots=True)
class ErrorSeen:
    """A kind of error was seen for the first time."""

    error: ErrorEntry


@dataclass(frozen=True, slots=True)
class RunEnded:
    """The run is over; the last event of its stream."""

    exit_code: int


Event = SnapshotTaken | PhaseChanged | ErrorSeen | RunEnded
