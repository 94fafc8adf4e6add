"""The states jobs go through, every one with its time, and what Flink says of their checkpoints."""

from __future__ import annotations

from typing import Final

from pipegen.moment import iso_at
from pipegen.observe.flink_vertex import JobTotals
from pipegen.services.flink import Job
from pipegen.services.flink_answers import CheckpointsAnswer
from pipegen.services.java_trace import root_cause
from pipegen.snapshot import Checkpoints, JobState, JobTransition

_MOST: Final = 50
_LONGEST_CAUSE: Final = 1000
_LIFE: Final = ("INITIALIZING", "CREATED", "RUNNING", "FAILING", "CANCELLING", "RESTARTING", "SUSPENDED")
"""States in the order a job goes through them within one millisecond; the others are ends."""


class Transitions:
    """Remembers when jobs went into which state.

    Flink keeps, for each state, the last time a job went into it. Two looks a second apart therefore miss a transition
    only when a job goes twice into the same state in between.
    """

    def __init__(self) -> None:
        self._seen: dict[str, dict[str, int]] = {}
        self._kept: dict[str, list[tuple[int, str]]] = {}

    def see(self, job: Job) -> JobState:
        """Takes a look at a job; returns its states in order, the newest 50."""
        seen = self._seen.setdefault(job.id, {})
        kept = self._kept.setdefault(job.id, [])
        kept.extend((at_ms, state) for state, at_ms in job.entered_ms.items() if seen.get(state) != at_ms)
        seen.update(job.entered_ms)
        kept.sort(key=lambda entered: (entered[0], _rank(entered[1])))
        del kept[:-_MOST]
        return JobState(
            id=job.id,
            name=job.name,
            state=job.state,
            transitions=[JobTransition(state=state, at=iso_at(at_ms / 1000)) for at_ms, state in kept],
        )


def _rank(state: str) -> int:
    return _LIFE.index(state) if state in _LIFE else len(_LIFE)


def checkpoints(answer: CheckpointsAnswer | None, totals: JobTotals, interval_ms: float | None) -> Checkpoints | None:
    """Checkpoint statistics of a job from Flink's answer and the metrics of its vertices; None where it takes none."""
    if answer is None:
        return None
    counts, done, failed = answer.counts, answer.latest.completed, answer.latest.failed
    cause = failed.last_failure
    return Checkpoints(
        completed=counts.completed,
        failed=counts.failed,
        in_progress=counts.in_progress,
        restored=counts.restored,
        last_duration_ms=done.last_duration_ms,
        last_size_bytes=done.last_size_bytes,
        last_persisted_bytes=done.last_persisted_bytes,
        last_completed_at=iso_at(done.last_completed_at / 1000) if done.last_completed_at is not None else None,
        start_delay_ms=totals.start_delay_ms,
        alignment_ms=totals.alignment_ms,
        last_failure=root_cause(str(cause))[:_LONGEST_CAUSE] if cause else None,
        last_failure_at=iso_at(failed.last_failure_at / 1000) if failed.last_failure_at else None,
        interval_ms=interval_ms,
    )
