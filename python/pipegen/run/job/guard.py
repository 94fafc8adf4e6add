"""Follows the run's Flink job from its submission on, and ends the run once the job has failed."""

from __future__ import annotations

import asyncio
import time

from pipegen.errors import PipelineError
from pipegen.run.job.liveness import JobSight, JobWatch
from pipegen.run.observers import Observers

_LOOK_S = 0.1


class JobGuard:
    """Looks at the newest reading of Flink.

    Args:
        observers: Say what Flink reads.
        may_finish: Whether the job ends by itself once it has read everything.
    """

    def __init__(self, observers: Observers, *, may_finish: bool) -> None:
        self._observers = observers
        self._may_finish = may_finish
        self._watch = JobWatch()

    @property
    def job_runs(self) -> bool:
        """Whether every part of the job runs and it is not in trouble."""
        reading = self._observers.jobs()
        return reading is not None and reading.all_running and not self._watch.in_trouble

    async def watch(self) -> None:
        """Looks at the job for ever; ends only by raising.

        Raises:
            PipelineError: when the job has failed or keeps restarting; with Flink's root exception.
        """
        while True:
            self._look()
            await asyncio.sleep(_LOOK_S)

    def _look(self) -> None:
        reading = self._observers.jobs()
        if reading is None or reading.job_state is None:
            return
        self._observers.errors.job(reading)
        if self._may_finish and reading.job_state == "FINISHED":
            return
        sight = JobSight(reading.job_state, reading.root_exception, reading.root_exception_at_ms, bool(reading.waiting))
        verdict = self._watch.see(sight, now_s=time.monotonic())
        if verdict is None:
            return
        if not reading.cluster.task_managers:
            verdict += " and no TaskManager is registered"
        raise PipelineError(
            f"{verdict}: {reading.root_exception}" if reading.root_exception else verdict,
            remedy="Flink's page and the TaskManager's log have the whole stack trace.",
        )
