"""Judges an output that stayed empty: a run that sent records and saw none come out has failed, and says why.

Only ``--expected-messages 0`` makes an empty output the wanted one; it is never inferred.
"""

from __future__ import annotations

from pipegen.run.context import RunContext
from pipegen.run.drain.decision import expected_to_come_out
from pipegen.run.draining import Drained, arrived
from pipegen.run.job.dead_end import where_rows_stopped
from pipegen.run.pipeline import Pipeline
from pipegen.units import format_count


async def judge_emptiness(context: RunContext, pipeline: Pipeline, rest: Drained) -> Drained:
    """How the drain ended, with what is missing where nothing came out though records were sent.

    Args:
        context: What every stage uses.
        pipeline: What was loaded.
        rest: How the drain ended.
    """
    out = arrived(context)
    if context.spec.settings.expected_messages == 0:
        return Drained(rest.known, f"{format_count(out)} records came out where none is expected") if out else rest
    sent = pipeline.rows or expected_to_come_out(context.senders.meters.totals())
    if out or not sent:
        return rest
    sentence = f"0 of {format_count(sent)} records came out"
    where = await where_rows_stopped(context, pipeline.clients, at_least=sent)
    if where is None:
        return Drained(rest.known, sentence)
    probes = context.tracker.status.probes
    among = f" ({format_count(probes)} probe{'s' if probes > 1 else ''} among them)" if probes else ""
    return Drained(rest.known, f"{sentence}: {where}{among}")
