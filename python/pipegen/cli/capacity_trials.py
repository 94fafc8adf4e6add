"""The trials of a search for the capacity: each one a run of its own on the same services, judged by its conditions.

Each is recorded, so that `pipegen report` can show why a rate was not sustained.
"""

from __future__ import annotations

import os
import sys
from contextlib import AbstractContextManager
from dataclasses import dataclass

from rich.console import Console

from pipegen.bus import EventBus
from pipegen.cli.recording import RunRecord
from pipegen.cli.session import RunRequest
from pipegen.cli.stack_progress import StackProgress
from pipegen.config import ResolvedSettings, secret_values
from pipegen.diagnose import secrets_of
from pipegen.errors import PipelineError
from pipegen.gates import TrialOutcome, parse_threshold
from pipegen.interrupts import on_interrupt
from pipegen.outputs import CapacityTrial
from pipegen.run import RunSummary
from pipegen.run.runner import Runner
from pipegen.run.spec import RunSpec
from pipegen.traffic import parse_pattern
from pipegen.units import NS_PER_S

_SWITCH_INTERVAL_S = 0.0005
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


class Trials:
    """Runs trials one after the other; a signal ends the one under way in order, and the search with it.

    Args:
        request: What a plain run of this project would be.
        conditions: What a rate has to keep.
        warm_up: The part of each trial that does not count, as text.
        warm_up_ns: The same.
        step_ns: The part that counts.
        console: Where progress is told.
    """

    def __init__(
        self,
        request: RunRequest,
        conditions: Conditions,
        *,
        warm_up: str,
        warm_up_ns: int,
        step_ns: int,
        console: Console,
    ) -> None:
        self._request = request
        self._conditions = conditions
        self._warm_up = warm_up
        self._duration_ns = warm_up_ns + step_ns
        self._console = console
        self._runner: Runner | None = None
        self.interrupted: int | None = None

    def signals(self) -> AbstractContextManager[None]:
        """Takes Ctrl-C and SIGTERM as requests to end in order."""
        return on_interrupt(self._interrupt)

    async def warm(self, rate_per_s: float) -> None:
        """A short run that is not judged: the first one meets cold services."""
        await self._run(rate_per_s, [], min(self._duration_ns, 10 * NS_PER_S))

    async def run(self, rate_per_s: float) -> CapacityTrial | None:
        """One trial; None when it was interrupted.

        Raises:
            PipelineError: the pipeline did not run at all.
        """
        expressions = self._conditions.expressions(rate_per_s, self._warm_up)
        summary = await self._run(rate_per_s, expressions, self._duration_ns)
        if summary.outcome == "interrupted":
            return None
        if summary.outcome == "failed":
            raise PipelineError(
                f"the run at {rate_per_s:g} msg/s failed: {summary.failure}",
                remedy=summary.failure_remedy,
                detail=summary.failure_detail,
            )
        return trial_of(rate_per_s, summary)

    async def _run(self, rate_per_s: float, expressions: list[str], duration_ns: int) -> RunSummary:
        sys.setswitchinterval(_SWITCH_INTERVAL_S)
        request = self._request
        settings = request.settings.model_copy(
            update={
                "message_rate": rate_per_s,
                "duration_ns": duration_ns,
                "traffic_pattern": None,
                "traffic": [],
                "thresholds": list(expressions),
            }
        )
        secrets = [*secrets_of(os.environ), *secret_values(settings)]
        bus = EventBus()
        record: RunRecord | None = None
        try:
            runner = self._runner = Runner(
                RunSpec(
                    project=request.project,
                    settings=settings,
                    sources=request.sources,
                    plan=parse_pattern(None, base_rate_per_s=rate_per_s, duration_ns=duration_ns),
                    thresholds=[parse_threshold(text) for text in expressions],
                    command=sys.argv,
                ),
                bus=bus,
                progress=StackProgress(self._console),
                secrets=secrets,
            )
            if expressions:  # a warm-up tells nothing
                record = RunRecord(
                    run_id=runner.names.run_id,
                    project=request.project,
                    resolved=ResolvedSettings(settings, request.sources),
                    command=sys.argv,
                    secrets=secrets,
                    on_failure=runner.note_trouble,
                )
                record.start(bus)
            if self.interrupted is not None:
                runner.interrupt(self.interrupted)
            summary = await runner.run()
            if record is not None:
                await record.finish(summary)
            return summary
        finally:
            self._runner = None
            if record is not None:
                await record.finish(None)
            bus.close()

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
    elif verdict.outcome == "invalid":
        outcome = "invalid"
    end_to_end = snapshot.latency.end_to_end
    return CapacityTrial(
        run_id=summary.run_id,
        rate_per_s=rate_per_s,
        outcome=outcome,
        achieved_per_s=round(summary.delivered_total / elapsed_s, 3) if elapsed_s else None,
        p99_ms=end_to_end.total.p99_ms if end_to_end is not None else None,
        reasons=reasons,
        verdict=verdict,
    )
