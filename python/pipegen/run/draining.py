"""The end of a load: waits until the pipeline has brought out what can be expected of it, and says for what."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass

from pipegen.hotpath import now_ns
from pipegen.run.context import RunContext, expected_from
from pipegen.run.drain.decision import Drain, DrainSight, DrainState
from pipegen.run.drain.held import held_by_event_time
from pipegen.run.pipeline import Pipeline
from pipegen.run.race import guarded
from pipegen.run.read.header import comes_without_header
from pipegen.units import NS_PER_S, format_count, format_duration

_LOOK_S = 0.05
_TELL_S = 1.0
_FRESH_S = 2.0
_INTERRUPTED_NS = 10 * NS_PER_S


@dataclass(frozen=True, slots=True)
class Drained:
    """How the drain ended.

    Attributes:
        known: Whether the pipeline is drained as far as can be known.
        missing: What is missing, as a sentence; None when nothing is.
    """

    known: bool
    missing: str | None


async def drained(context: RunContext, pipeline: Pipeline, *, cut_short: bool, hurry: asyncio.Event) -> Drained:
    """Waits for what is still in flight.

    Args:
        context: What every stage uses.
        pipeline: What to wait for.
        cut_short: Whether the load was ended early: then only what was delivered is expected, for a while.
        hurry: Ends the wait at once.

    Raises:
        PipelineError: when the pipeline fails meanwhile.
    """
    timeout_ns = context.spec.settings.pipeline_timeout_ns
    if cut_short:
        timeout_ns = min(timeout_ns, _INTERRUPTED_NS)
    expected = None if cut_short else _told(context, pipeline)
    if expected is None and context.spec.one_to_one:
        # What nobody can read is not expected: see `expected_from`.
        expected = expected_from(context, context.spec.project.outputs[0])
    context.tracker.update(expected_total=expected)
    look = Look(context, pipeline)
    # Where nothing is to come out there is no last record to wait for: the output has to stay quiet.
    drain = Drain(expected=expected or None, from_file=context.spec.read_by_flink)
    teller = _Teller(context)
    deadline_s = time.monotonic() + timeout_ns / 1e9

    async def until_drained() -> DrainState:
        while True:
            state = drain.see(look.take(), now_s=time.monotonic())
            teller.tell(state)
            if state.end is not None or hurry.is_set() or time.monotonic() >= deadline_s:
                return state
            await asyncio.sleep(_LOOK_S)

    delivered = context.senders.meters.totals().delivered
    state = await guarded(until_drained(), pipeline.guard.watch(to_read=delivered))
    missing = None if expected is None else expected - arrived(context)
    match state.end:
        case "complete" | "quiet" | "others":
            return Drained(known=True, missing=None)
        case "finished":
            lacking = missing is not None and missing > 0
            return Drained(known=True, missing=f"{_missing(expected, missing)}: {state.sentence}" if lacking else None)
    if hurry.is_set():
        return Drained(known=False, missing="the drain was cut short")
    late = f"{_missing(expected, missing)} within {format_duration(timeout_ns)}"
    return Drained(known=True, missing=f"{late}: {state.why}" if state.why else late)


def _told(context: RunContext, pipeline: Pipeline) -> int | None:
    """Records to wait for, where they are not those that were delivered."""
    told = context.spec.settings.expected_messages
    return pipeline.rows if told is None and context.spec.one_to_one else told


def _missing(expected: int | None, missing: int | None) -> str:
    if expected is None or missing is None:
        return "the pipeline was not drained"
    return f"{format_count(missing)} of {format_count(expected)} records did not come out"


def arrived(context: RunContext) -> int:
    """Output records of this run; one that came twice counts once where it is known how many there should be."""
    totals, source = context.senders.meters.totals(), context.spec.project.latency_source
    if comes_without_header(source, totals):
        return max(0, totals.consumed - context.tracker.status.probes)  # nobody can tell which ones were probes
    if context.spec.recognised:
        return totals.distinct
    if source == "header":
        return totals.distinct + totals.duplicated
    return totals.consumed - totals.excluded_consumed


class _Teller:
    """Tells the page and the terminal what the drain waits for; a line only where it waits for something else."""

    def __init__(self, context: RunContext) -> None:
        self._context = context
        self._told: str | None = None
        self._told_at_s = float("-inf")

    def tell(self, state: DrainState) -> None:
        self._context.tracker.update(drain=state.sentence)
        if state.waits_for in {None, self._told} or time.monotonic() - self._told_at_s < _TELL_S:
            return
        self._told, self._told_at_s = state.waits_for, time.monotonic()
        self._context.go("draining", state.sentence)


class Look:
    """Takes looks at the pipeline."""

    def __init__(self, context: RunContext, pipeline: Pipeline) -> None:
        self._context = context
        self._guard = pipeline.guard
        self._finished_ns: int | None = None

    def take(self) -> DrainSight:
        """The pipeline at this moment."""
        flink, kafka = self._context.observers.flink(), self._context.observers.kafka().value
        reading, output = flink.value, kafka.output if kafka else None
        if self._finished_ns is None and self._guard.finished:
            self._finished_ns = time.monotonic_ns()
        interval_ms = reading.checkpoints.interval_ms if reading and reading.checkpoints else None
        sources = reading.sources if reading else ()
        totals, source = self._context.senders.meters.totals(), self._context.spec.project.latency_source
        return DrainSight(
            arrived=arrived(self._context),
            consumed=totals.consumed + totals.other_runs,
            written=output.total if output else None,
            pending=self._pending(flink.age_ms()),
            lag=output.lag if output else None,
            open=output.open if output else None,
            checkpoint_interval_s=interval_ms / 1000 if interval_ms else None,
            # Only an answer of Kafka's from after the end of the job tells whether its output is read.
            finished=self._finished_ns is not None and output is not None and output.measured_ns > self._finished_ns,
            by_header=source == "header" and not comes_without_header(source, totals),
            others=tuple(each.name for each in sources if each.of_pipeline is False and each.state == "RUNNING"),
            held=held_by_event_time(reading) if reading else None,
            failing=self._guard.in_trouble,
        )

    def _pending(self, age_ms: float | None) -> int | None:
        """Records of the input that Flink has not read; a figure from before the end of the load says nothing."""
        reading, end_ns = self._context.observers.flink().value, self._context.tracker.status.load_end_ns
        if reading is None or age_ms is None:
            return None
        if end_ns is not None:
            # Flink refreshes its figures once in a while.
            old_s = age_ms / 1e3 + max(_FRESH_S, (reading.metrics_interval_ms or 0.0) / 1e3)
            if (now_ns() - end_ns) / NS_PER_S < old_s:
                return None
        ours = [source for source in reading.sources if source.of_pipeline]
        if ours and all(source.state == "FINISHED" for source in ours):
            return 0
        return reading.pending_records
