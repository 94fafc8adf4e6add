"""Follows the run's Flink jobs from their submission on, and ends the run once one has failed or ended too soon."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence

from pipegen.errors import PipelineError
from pipegen.observe import FlinkReading, SourceState
from pipegen.run.job.liveness import JobSight, JobWatch
from pipegen.run.observers import Observers
from pipegen.run.progress import RunTracker
from pipegen.units import format_count

_LOOK_S = 0.1


def _no_names(_job_id: str | None) -> Sequence[str]:
    return ()


class JobGuard:
    """Looks at the newest reading of Flink.

    A job that does not lead from the input to the output, such as one that fills a table with VALUES, is done when it
    has finished. One that leads there may finish once the load has been sent, or where Flink reads a file.

    Args:
        observers: Say what Flink reads.
        tracker: Says which statement started which job, and whether there has been load.
        leading: Indexes of the statements whose jobs lead from the input to the output.
        may_finish: Whether such a job ends by itself once it has read everything.
        bounded: Whether the SQL bounds the Kafka source of the input.
        feeds: The outputs that a job feeds, by its id, where there are several; nothing where there is one.
    """

    def __init__(
        self,
        observers: Observers,
        tracker: RunTracker,
        *,
        leading: frozenset[int],
        may_finish: bool,
        bounded: bool,
        feeds: Callable[[str | None], Sequence[str]] = _no_names,
    ) -> None:
        self._observers = observers
        self._tracker = tracker
        self._leading = leading
        self._may_finish = may_finish
        self._bounded = bounded
        self._feeds = feeds
        self._watch = JobWatch()

    @property
    def job_runs(self) -> bool:
        """Whether every part of the jobs runs, or is done, and they are not in trouble."""
        reading = self._observers.jobs()
        return reading is not None and reading.all_running and not self._watch.in_trouble

    @property
    def in_trouble(self) -> bool:
        """Whether a job has failed, or does not run, and has not come back for good."""
        return self._watch.in_trouble

    @property
    def finished(self) -> bool:
        """Whether every job that leads from the input to the output has finished."""
        reading = self._observers.jobs()
        states = [] if reading is None else self._leading_states(reading)
        return bool(states) and all(state == "FINISHED" for state in states)

    async def watch(self, *, to_read: int | None = None) -> None:
        """Looks at the jobs for ever; ends only by raising.

        Args:
            to_read: Records of the input, once they have been sent: a job that has read them may finish.

        Raises:
            PipelineError: when a job has failed, keeps restarting or has ended too soon; with Flink's root exception.
        """
        while True:
            self._look(to_read)
            await asyncio.sleep(_LOOK_S)

    def _look(self, to_read: int | None) -> None:
        reading = self._observers.jobs()
        if reading is None or reading.job_state is None:
            return
        self._observers.errors.job(reading)
        if not self._may_finish and self._ended_too_soon(reading, to_read):
            raise self._too_soon(reading, to_read)
        if reading.job_state == "FINISHED":
            return
        sight = JobSight(reading.job_state, reading.root_exception, reading.root_exception_at_ms, bool(reading.waiting))
        verdict = self._watch.see(sight, now_s=time.monotonic())
        if verdict is None:
            return
        if fed := self._feeds(reading.job_id):
            verdict = f"output {', '.join(fed)}: {verdict}" if len(fed) == 1 else f"outputs {', '.join(fed)}: {verdict}"
        if reading.cluster.task_managers == 0:
            verdict += " and no TaskManager is registered"
        raise PipelineError(
            f"{verdict}: {reading.root_exception}" if reading.root_exception else verdict,
            remedy="Flink's page and the TaskManager's log have the whole stack trace.",
        )

    def _leading_states(self, reading: FlinkReading) -> list[str]:
        """States of the jobs that lead from the input to the output; of all jobs where none is known to lead there."""
        statements = self._tracker.status.statements
        leading = {statements[index].job_id for index in self._leading if index < len(statements)} - {None}
        return [job.state for job in reading.jobs if job.id in leading or not leading]

    def _ended_too_soon(self, reading: FlinkReading, to_read: int | None) -> bool:
        ended = _ended_sources(reading)
        if to_read is None:
            return bool(ended) or "FINISHED" in self._leading_states(reading)
        return any(source.records is not None and source.records < to_read for source in ended)

    def _too_soon(self, reading: FlinkReading, to_read: int | None) -> PipelineError:
        when = "the job ended during the load"
        if to_read is not None:
            read = min(source.records for source in _ended_sources(reading) if source.records is not None)
            when = f"it ended after {format_count(read)} of {format_count(to_read)} records"
        elif self._tracker.status.load_start_ns is None:
            when = "the job ends before the load"
        if self._bounded:
            return PipelineError(
                f"the source is bounded (scan.bounded.mode): {when}",
                remedy="Leave 'scan.bounded.mode' out, so that the job reads what the run sends.",
            )
        return PipelineError(
            f"the sources of the Flink job are bounded: {when}",
            remedy="A job ends by itself once each of its sources has ended: the input has to be read without an end.",
        )


def _ended_sources(reading: FlinkReading) -> list[SourceState]:
    """The sources of the pipeline that have read all they ever will, although the job may go on."""
    return [source for source in reading.sources if source.of_pipeline and source.state == "FINISHED"]
