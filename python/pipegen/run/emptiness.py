"""Judges outputs that stayed empty: a run that sent records and saw none come out of one has failed, and says why.

Only ``expected_messages: 0`` and ``outputs.NAME.may_be_empty`` make an empty output a good one; it is never inferred.
"""

from __future__ import annotations

from pipegen.run.context import RunContext, expected_from
from pipegen.run.draining import Drained, arrived
from pipegen.run.job.dead_end import where_rows_stopped
from pipegen.run.pipeline import Pipeline
from pipegen.run.read.outputs import OutputReading
from pipegen.units import format_count


async def judge_emptiness(context: RunContext, pipeline: Pipeline, rest: Drained) -> Drained:
    """How the drain ended, with what is missing where nothing came out though records were sent.

    Args:
        context: What every stage uses.
        pipeline: What was loaded.
        rest: How the drain ended.
    """
    lacking = dict(rest.lacking)
    ask = True
    for output in context.outputs:
        wrong = await _judged(context, pipeline, output, ask=ask)
        if wrong is not None:
            lacking[output.facts.name] = wrong
            ask = False  # Flink takes seconds to tell where rows stopped: it is asked once
    return Drained(rest.known, lacking)


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
