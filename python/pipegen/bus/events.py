"""What can happen in a run, as seen by its listeners."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pipegen.snapshot import ErrorEntry, RunPhase, Snapshot
from pipegen.snapshot.messages import SeenMessage


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


@dataclass(frozen=True, slots=True)
class ServiceVersion:
    """A service of the run: its version, or why that is not known; its address without credentials."""

    name: str
    version: str | None
    address: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class ServicesFound:
    """The services answered, and said what they are."""

    services: tuple[ServiceVersion, ...]


@dataclass(frozen=True, slots=True)
class SqlRead:
    """Flink has read the SQL: what relates output to input, and how latency is measured, each with its reason."""

    shape: str
    shape_reason: str
    latency_reason: str


@dataclass(frozen=True, slots=True)
class HistogramsTaken:
    """The latencies of one interval as HdrHistograms, so that several pipelines can be merged without averaging.

    Attributes:
        run_id: The run.
        end_ms: End of the interval, milliseconds since 1970; the sampler looks at whole multiples of its period.
        stages: Stage → HdrHistogram V2, compressed, base64; microseconds. A stage without values is left out.
    """

    run_id: str
    end_ms: int
    stages: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class MessagesSeen:
    """A look at the newest records of the pipeline's topics; those of an earlier look may be among them.

    Attributes:
        run_id: The run.
        at: When (ISO 8601, UTC).
        messages: The records, of each topic the oldest first.
    """

    run_id: str
    at: str
    messages: tuple[SeenMessage, ...]


Event = MessagesSeen | HistogramsTaken | SnapshotTaken | PhaseChanged | ErrorSeen | ServicesFound | SqlRead | RunEnded
