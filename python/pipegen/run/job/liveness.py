"""Judges whether a Flink job is alive: a job that circles between RUNNING and RESTARTING is failing, not running.

Pure: time is an argument.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

_ENDED: Final = {"FAILED": "failed", "CANCELED": "was cancelled", "FINISHED": "ended by itself"}
_PATIENCE_S: Final = 10.0
_STABLE_S: Final = 8.0


@dataclass(frozen=True, slots=True)
class JobSight:
    """A job as Flink shows it at one moment.

    Attributes:
        state: Flink's own state.
        failure: Root cause of the newest failure; None when there was none.
        failure_at_ms: Epoch time of that failure.
        waiting: Whether tasks of it wait to be run: Flink calls a job RUNNING even while there is no slot for it.
    """

    state: str
    failure: str | None
    failure_at_ms: int | None
    waiting: bool = False


class JobWatch:
    """Follows one job from its submission on.

    A job in trouble (not RUNNING, or newly failed) has 10 s to come back; it is back when it has stayed RUNNING for 8 s
    after its last failure.
    """

    def __init__(self) -> None:
        self._trouble_since_s: float | None = None
        self._last_failure_at_ms: int | None = None
        self._last_trouble_s: float | None = None
        self._ran = False

    @property
    def in_trouble(self) -> bool:
        """Whether the job has failed, or is not RUNNING, and has not come back yet."""
        return self._trouble_since_s is not None

    def see(self, sight: JobSight, *, now_s: float) -> str | None:
        """Takes a look at the job; returns the sentence that ends the run, or None while there is hope."""
        if sight.state in _ENDED:
            return f"the Flink job {_ENDED[sight.state]}"
        new_failure = sight.failure_at_ms is not None and sight.failure_at_ms != self._last_failure_at_ms
        self._last_failure_at_ms = sight.failure_at_ms
        running = sight.state == "RUNNING" and not sight.waiting
        self._ran = self._ran or running
        if new_failure or (self._ran and not running):
            self._last_trouble_s = now_s
            if self._trouble_since_s is None:
                self._trouble_since_s = now_s
        if self._trouble_since_s is None or self._last_trouble_s is None:
            return None
        if running and now_s - self._last_trouble_s >= _STABLE_S:
            self._trouble_since_s = None
            return None
        if now_s - self._trouble_since_s >= _PATIENCE_S:
            if sight.waiting:
                return "the Flink job does not come back: its tasks wait for slots"
            return f"the Flink job keeps restarting (it is {sight.state})"
        return None
