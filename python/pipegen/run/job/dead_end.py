"""Asks Flink where the rows of the run's jobs stopped."""

from __future__ import annotations

import asyncio
import time
from typing import Final

from pipegen.diagnose.dead_end import dead_end, rows_to_write
from pipegen.errors import ServiceError
from pipegen.observe.operators import Chain, read_chains
from pipegen.run.connect import Clients
from pipegen.run.context import RunContext
from pipegen.run.read.outputs import OutputReading

_LOOK_S: Final = 1.0
_LONGEST_S: Final = 12.0
"""Flink refreshes its figures every 10 s where nobody says otherwise."""


async def where_rows_stopped(
    context: RunContext, clients: Clients, output: OutputReading, *, at_least: int
) -> str | None:
    """Where the rows stopped, as a sentence without its full stop; None where Flink does not tell, or does not answer.

    Args:
        context: What every stage uses.
        clients: Clients of the services.
        output: The output that they should have got to.
        at_least: Rows that the sources have read: figures from before are too old.
    """
    if not context.tracker.status.job_ids:
        return None
    try:
        async with asyncio.timeout(_LONGEST_S):
            chains = await _fresh_chains(context, clients, at_least)
    except (ServiceError, TimeoutError):
        return None
    project = context.spec.project
    return dead_end(
        chains, sink=_sink(context, output), topic=output.topic, now_s=time.time(), zoned=project.zoned_columns
    )


async def still_to_be_written(context: RunContext, clients: Clients, output: OutputReading) -> bool:
    """Whether the writer of an output has received rows but written none; False if Flink does not answer."""
    try:
        async with asyncio.timeout(_LONGEST_S):
            chains = await read_chains(clients.flink, context.tracker.status.job_ids)
    except (ServiceError, TimeoutError):
        return False
    return rows_to_write(chains, sink=_sink(context, output)) > 0


def _sink(context: RunContext, output: OutputReading) -> str | None:
    return context.spec.project.output_name if output is context.outputs[0] else output.facts.name


async def _fresh_chains(context: RunContext, clients: Clients, at_least: int) -> list[Chain]:
    job_ids = context.tracker.status.job_ids
    enough_s = time.monotonic() + _LONGEST_S * 0.9
    chains = await read_chains(clients.flink, job_ids)
    while _read(chains) < at_least and time.monotonic() < enough_s:
        await asyncio.sleep(_LOOK_S)
        chains = await read_chains(clients.flink, job_ids)
    return chains


def _read(chains: list[Chain]) -> int:
    return sum(each.records_out or 0 for chain in chains for each in chain.operators if each.kind == "Source")
