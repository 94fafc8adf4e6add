"""The end of a load: waits until the pipeline has brought out what can be expected of it."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass

from pipegen.run.context import RunContext
from pipegen.run.drain.decision import Drain, DrainEnd, DrainSight, expected_to_come_out
from pipegen.run.pipeline import Pipeline
from pipegen.run.race import guarded
from pipegen.run.read.header import comes_without_header
from pipegen.units import NS_PER_S, format_count, format_duration

_LOOK_S = 0.05
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
        # What nobody can read is not expected: see `expected_to_come_out`.
        expected = expected_to_come_out(context.senders.meters.totals())
    context.tracker.update(expected_total=expected)
    # Where nothing is to come out there is no last record to wait for: the output has to stay quiet.
    drain = Drain(expected=expected or None, exactly_once=context.spec.project.exactly_once)
    deadline_s = time.monotonic() + timeout_ns / 1e9

    async def until_drained() -> DrainEnd | None:
        while not hurry.is_set() and time.monotonic() < deadline_s:
            end = drain.see(_sight(context), now_s=time.monotonic())
            if end is not None:
                return end
            await asyncio.sleep(_LOOK_S)
        return None

    end = await guarded(until_drained(), pipeline.guard.watch())
    if end is not None:
        return Drained(known=True, missing=None)
    if hurry.is_set():
        return Drained(known=False, missing="the drain was cut short")
    return Drained(known=True, missing=_missing(context, expected, format_duration(timeout_ns)))


def _told(context: RunContext, pipeline: Pipeline) -> int | None:
    """Records to wait for, where they are not those that were delivered."""
    told = context.spec.settings.expected_messages
    return pipeline.rows if told is None and context.spec.one_to_one else told


def _missing(context: RunContext, expected: int | None, waited: str) -> str:
    if expected is None:
        return f"the pipeline did not become quiet within {waited} after the last record was sent"
    missing = expected - arrived(context)
    return f"{format_count(missing)} of {format_count(expected)} records did not come out within {waited}"


def arrived(context: RunContext) -> int:
    """Output records; one that came twice counts once where records are recognised."""
    totals = context.senders.meters.totals()
    if comes_without_header(context.spec.project.latency_source, totals):
        return max(0, totals.consumed - context.tracker.status.probes)  # nobody can tell which ones were probes
    return totals.distinct if context.spec.recognised else totals.consumed - totals.excluded_consumed


def _sight(context: RunContext) -> DrainSight:
    flink, kafka = context.observers.flink(), context.observers.kafka().value
    value = flink.value
    end_ns = context.tracker.status.load_end_ns
    age_ms = flink.age_ms()
    pending = value.pending_records if value else None
    if end_ns is not None and age_ms is not None:
        # Flink's figures are refreshed once in a while: one from before the end of the load says nothing.
        since_end_s = (time.time_ns() - end_ns) / 1e9 - age_ms / 1e3
        pending = pending if since_end_s >= _FRESH_S else None
    interval_ms = value.checkpoints.interval_ms if value and value.checkpoints else None
    return DrainSight(
        arrived=arrived(context),
        pending=pending,
        lag=kafka.output.lag if kafka and kafka.output else None,
        checkpoint_interval_s=interval_ms / 1000 if interval_ms else None,
    )
