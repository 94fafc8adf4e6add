"""Judges outputs that stayed empty: a run that sent records and saw none come out of one has failed, and says why.

Only ``expected_messages: 0`` and ``outputs.NAME.may_be_empty`` make an empty output a good one; it is never inferred.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Final

from pipegen.run.context import RunContext, expected_from
from pipegen.run.draining import Drained, arrived
from pipegen.run.job.dead_end import still_to_be_written, where_rows_stopped
from pipegen.run.pipeline import Pipeline
from pipegen.run.read.outputs import OutputReading
from pipegen.units import format_count

_LOOK_S: Final = 0.1
_LATE_S: Final = 20.0
"""A sink registers its schema before its first row, which takes seconds on a busy machine."""


async def judge_emptiness(
    context: RunContext, pipeline: Pipeline, rest: Drained, *, again: Callable[[], Awaitable[Drained]] | None = None
) -> Drained:
    """How the drain ended, with what is missing where nothing came out though records were sent.

    Args:
        context: What every stage uses.
        pipeline: What was loaded.
        rest: How the drain ended.
        again: Drains once more if records arrive after all while Flink is asked where they are.
    """
    lacking = dict(rest.lacking)
    ask = True
    for output in context.outputs:
        empty = not arrived(context, output)
        wrong = await _judged(context, pipeline, output, ask=ask)
        if wrong is not None and empty and again is not None and await _comes_late(context, pipeline, output):
            return await judge_emptiness(context, pipeline, await again())
        if wrong is not None:
            lacking[output.facts.name] = wrong
            ask = False  # Flink takes seconds to tell where rows stopped: it is asked once
    return Drained(rest.known, lacking)


async def _comes_late(context: RunContext, pipeline: Pipeline, output: OutputReading) -> bool:
    """Whether records have arrived since, or soon will because the sink has rows to write."""
    if arrived(context, output):
        return True
    if not await still_to_be_written(context, pipeline.clients, output):
        return False
    context.go("draining", f"waiting for the first rows of {output.facts.name}")
    until_s = time.monotonic() + _LATE_S
    while not arrived(context, output) and time.monotonic() < until_s:  # noqa: ASYNC110 -- another service writes
        await asyncio.sleep(_LOOK_S)
    return arrived(context, output) > 0


async def _judged(context: RunContext, pipeline: Pipeline, output: OutputReading, *, ask: bool) -> str | None:
    """What is wrong with the emptiness of one output, as a sentence; None when nothing is."""
    out = arrived(context, output)
    if output.told.expected_messages == 0:
        return f"{format_count(out)} records came out where none is expected" if out else None
    sent = pipeline.rows or expected_from(context, output.facts)
    if out or not sent:
        return None
    if output.told.may_be_empty:
        output.drain = f"{output.drain}; nothing came out, which outputs.{output.facts.name}.may_be_empty allows"
        return None
    sentence = f"0 of {format_count(sent)} records came out"
    where = await where_rows_stopped(context, pipeline.clients, output, at_least=sent) if ask else None
    if where is None:
        return sentence
    probes = context.tracker.status.probes
    among = f" ({format_count(probes)} probe{'s' if probes > 1 else ''} among them)" if probes else ""
    return f"{sentence}: {where}{among}"
