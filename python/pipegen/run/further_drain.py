"""The drain of the outputs beside the first: each is waited for on its own, and says what it waits for."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace

from pipegen.run.context import RunContext, expected_from
from pipegen.run.drain.decision import Drain, DrainSight, DrainState
from pipegen.run.draining import Drained, Look
from pipegen.run.pipeline import Pipeline
from pipegen.run.race import guarded
from pipegen.run.read.header import comes_without_header
from pipegen.run.read.outputs import OutputReading
from pipegen.units import format_count, format_duration

_LOOK_S = 0.05


async def further_drained(context: RunContext, pipeline: Pipeline, rest: Drained, *, hurry: asyncio.Event) -> Drained:
    """How the drain of all outputs ended, given how that of the first did.

    Raises:
        PipelineError: when the pipeline fails meanwhile.
    """
    for output in context.further:
        context.go("draining", f"waiting for the last records of {output.facts.name}")
        missing = await _drained(context, pipeline, output, hurry)
        output.drained = True
        if missing is not None:
            rest = Drained(rest.known, rest.missing or missing)
        elif not output.meters.totals().consumed:
            _tell_of_empty(context, output)
    return rest


async def _drained(context: RunContext, pipeline: Pipeline, output: OutputReading, hurry: asyncio.Event) -> str | None:
    """What is missing, as a sentence; None when nothing is."""
    expected = _expected(context, output)
    drain, look = Drain(expected=expected or None), Look(context, pipeline)
    timeout_ns = context.spec.settings.pipeline_timeout_ns
    deadline_s = time.monotonic() + timeout_ns / 1e9

    async def until_drained() -> DrainState:
        while True:
            state = drain.see(_sight(look.take(), output), now_s=time.monotonic())
            output.drain = state.sentence
            if state.end is not None or hurry.is_set() or time.monotonic() >= deadline_s:
                return state
            await asyncio.sleep(_LOOK_S)

    delivered = context.senders.meters.totals().delivered
    state = await guarded(until_drained(), pipeline.guard.watch(to_read=delivered))
    lacking = 0 if expected is None else expected - output.meters.totals().distinct
    if lacking > 0:
        within = f" within {format_duration(timeout_ns)}" if state.end is None else ""
        told = f"{format_count(lacking)} of {format_count(expected or 0)} records did not come out{within}"
        return f"output {output.facts.name}: {told}"
    return None if state.end is not None else f"output {output.facts.name} was not drained: {state.sentence}"


def _expected(context: RunContext, output: OutputReading) -> int | None:
    """Records to wait for; None where nobody can know."""
    facts, totals = output.facts, output.meters.totals()
    if facts.shape != "one_to_one" or facts.latency_source != "header" or comes_without_header("header", totals):
        return None
    return expected_from(context, facts)


def _sight(sight: DrainSight, output: OutputReading) -> DrainSight:
    """The same pipeline, seen from this output: how far its topic is read is only known by what comes."""
    totals = output.meters.totals()
    by_header = output.facts.latency_source == "header" and not comes_without_header("header", totals)
    arrived = totals.distinct if by_header and output.facts.shape == "one_to_one" else totals.consumed
    return replace(
        sight,
        arrived=arrived,
        consumed=totals.consumed,
        written=None,
        lag=None,
        open=None,
        finished=False,
        by_header=by_header,
    )


def _tell_of_empty(context: RunContext, output: OutputReading) -> None:
    context.errors.report(
        key=f"empty {output.facts.name}",
        component="output",
        category="processing",
        severity="warning",
        message=f"nothing came out of output {output.facts.name}",
        remedy="Look at what its query keeps, and at whether event time gets far enough.",
    )
