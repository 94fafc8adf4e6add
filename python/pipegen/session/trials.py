"""The trials of a search for the capacity: each one a run of its own on the same services, judged by its conditions.

Each is recorded, so that `pipegen report` can show why a rate was not sustained.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass

from pipegen.bus import EventBus
from pipegen.errors import PipelineError
from pipegen.gates import TrialOutcome, parse_threshold
from pipegen.interrupts import on_interrupt
from pipegen.outputs import CapacityTrial
from pipegen.run import RunSummary
from pipegen.run.planning import with_load
from pipegen.run.runner import Runner
from pipegen.run.spec import RunSpec
from pipegen.session.recorded_run import make_runner, recorded_run
from pipegen.stack import Progress
from pipegen.traffic import parse_pattern
from pipegen.units import NS_PER_S

_BACKLOG_S = 10.0


@dataclass(frozen=True, slots=True)
class Conditions:
    """What a rate has to keep, besides that nothing is lost or refused.

    Attributes:
        p99: Largest end-to-end p99, as text with its unit; None where it cannot be measured.
        backpressure: Largest mean back-pressure, as text.
        one_to_one: Whether the backlog is what was delivered and not consumed; else what Flink has not read.
    """

    p99: str | None
    backpressure: str
    one_to_one: bool

    def expressions(self, rate_per_s: float, warm_up: str) -> list[str]:
        """The thresholds of a trial. A backlog of 10 s of load ends it: it would only grow until the disk is full."""
        lag = "lag" if self.one_to_one else "flink.pending_records"
        found = [
            f"{lag}.slope<={max(rate_per_s * 0.01, 0.1):.4g}/s delay {warm_up}",
            f"{lag}<={max(rate_per_s * _BACKLOG_S, 100):.0f} abort_on_fail",
            f"flink.backpressure_ratio.mean<={self.backpressure} delay {warm_up}",
            "error_rate<=0%",
        ]
        if self.p99 is not None:
            found.insert(1, f"end_to_end.p99<={self.p99} delay {warm_up}")
        if self.one_to_one:
            found.append("lost==0")
        return found


@dataclass(frozen=True, slots=True)
class Limits:
    """What the user lets a rate cost, as text: the largest end-to-end p99 and the largest mean back-pressure."""

    p99: str
    backpressure: str

    def conditions(self, *, timed: bool, recognised: bool) -> Conditions:
        """What a rate has to keep.

        Args:
            timed: Whether end-to-end latency is measurable.
            recognised: Whether an output record shows which input record it was.
        """
        return Conditions(self.p99 if timed else None, self.backpressure, one_to_one=recognised)


@dataclass(frozen=True, slots=True)
class WarmUp:
    """The part of each trial that does not count, as the user wrote it and in nanoseconds."""

    text: str
    duration_ns: int


class Trials:
    """Runs trials one after the other; a signal ends the one under way in order, and the search with it.

    Args:
        spec: What a plain run of this project would be.
        limits: What a rate may cost; what it has to keep follows once Flink has read the SQL.
        warm_up: The part of each trial that does not count.
        step_ns: The part that counts.
        progress: Told what a starting stack does.
    """

    def __init__(self, spec: RunSpec, limits: Limits, warm_up: WarmUp, step_ns: int, progress: Progress) -> None:
        self._spec = spec
        self._limits = limits
        self._read = spec
        self._warm_up = warm_up
        self._duration_ns = warm_up.duration_ns + step_ns
        self._progress = progress
        self._runner: Runner | None = None
        self.interrupted: int | None = None

    def signals(self) -> AbstractContextManager[None]:
        """Takes a signal as a request to end in order."""
        return on_interrupt(self._interrupt, left=lambda: self._runner.left() if self._runner else [])

    async def warm(self, rate_per_s: float) -> None:
        """A short run that is not judged: the first one meets cold services."""
        bus = EventBus()
        try:
            spec = self._at(rate_per_s, [], min(self._duration_ns, 10 * NS_PER_S))
            runner = make_runner(spec, bus, progress=self._progress)
            await self._ended(runner)
            self._read = runner.spec
        finally:
            bus.close()

    async def run(self, rate_per_s: float) -> CapacityTrial | None:
        """One trial; None when it was interrupted.

        Raises:
            PipelineError: the pipeline did not run at all.
        """
        timed = self._read.project.latency_source is not None
        conditions = self._limits.conditions(timed=timed, recognised=self._read.recognised)
        spec = self._at(rate_per_s, conditions.expressions(rate_per_s, self._warm_up.text), self._duration_ns)
        bus = EventBus()
        try:
            async with recorded_run(spec, bus, progress=self._progress) as run:
                summary = await self._ended(run.runner)
                await run.record.finish(summary)
        finally:
            bus.close()
        if summary.outcome == "interrupted" or (summary.outcome == "failed" and self.interrupted is not None):
            return None
        if summary.outcome == "failed":
            raise PipelineError(
                f"the run at {rate_per_s:g} msg/s failed: {summary.failure}",
                remedy=summary.failure_remedy,
                detail=summary.failure_detail,
            )
        return trial_of(rate_per_s, summary)

    def _at(self, rate_per_s: float, expressions: Sequence[str], duration_ns: int) -> RunSpec:
        """The run at one rate, judged by these thresholds."""
        settings = self._spec.settings.model_copy(
            update={
                "message_rate": rate_per_s,
                "duration_ns": duration_ns,
                "traffic_pattern": None,
                "traffic": [],
                "thresholds": list(expressions),
            }
        )
        plan = parse_pattern(None, base_rate_per_s=rate_per_s, duration_ns=duration_ns)
        return with_load(self._spec, settings, plan, [parse_threshold(text) for text in expressions])

    async def _ended(self, runner: Runner) -> RunSummary:
        """Runs to the end; a signal that came before asks it to end at once."""
        self._runner = runner
        try:
            if self.interrupted is not None:
                runner.interrupt(self.interrupted)
            return await runner.run()
        finally:
            self._runner = None

    def _interrupt(self, code: int) -> None:
        self.interrupted = self.interrupted or code
        if self._runner is not None:
            self._runner.interrupt(code)


def trial_of(rate_per_s: float, summary: RunSummary) -> CapacityTrial:
    """What a run says about its rate."""
    snapshot, verdict = summary.snapshot, summary.verdict
    elapsed_s = snapshot.run.elapsed_s
    outcome: TrialOutcome = "not_sustained"
    reasons = list(verdict.reasons)
    if verdict.outcome == "pass":
        outcome, reasons = "sustained", []
    elif verdict.valid is False:
        # Also where records stayed away: a generator that fell behind says nothing of the rate.
        outcome = "invalid"
    end_to_end = snapshot.latency.end_to_end
    return CapacityTrial(
        run_id=summary.run_id,
        rate_per_s=rate_per_s,
        outcome=outcome,
        achieved_per_s=round(summary.delivered_total / elapsed_s, 3) if elapsed_s else None,
        p99_ms=end_to_end.total.p99_ms if end_to_end is not None else None,
        p99_bound_reason=end_to_end.bound_reason if end_to_end is not None else None,
        reasons=reasons,
        verdict=verdict,
    )
