"""Loads tables before second 0: the first records of inputs whose rows are looked up or written again."""

from __future__ import annotations

import asyncio
import math
import time
from typing import Final

from pipegen.errors import PipelineError
from pipegen.hotpath import Meters, Pacer, Schedule, Totals, now_ns
from pipegen.run.connect import Clients
from pipegen.run.context import RunContext
from pipegen.run.feed.generated import loading_plan
from pipegen.run.job.guard import JobGuard
from pipegen.run.race import guarded
from pipegen.run.send.client import open_sending
from pipegen.run.send.interfaces import SendInput, SendLoop
from pipegen.run.send.thread import Feed
from pipegen.units import NS_PER_S, format_count

_RATE_PER_S: Final = 20_000.0
_LOOK_S: Final = 0.05
_ABANDON_S: Final = 5.0
_READ_S: Final = 15.0
"""Longest wait for Flink to say that it has read them: it says so once in a while only."""


async def load_tables(
    context: RunContext, clients: Clients, send_input: SendInput, guard: JobGuard, *, job_reads: bool = True
) -> None:
    """Loads each preloaded table, and waits until the job has read it if the job is already running.

    Raises:
        PipelineError: Kafka does not take the records, or the pipeline fails meanwhile.
    """
    loaded = False
    for number, facts in enumerate(context.spec.project.inputs):
        record = facts.record
        if record is not None and record.load is not None:
            context.go("starting", f"loading {facts.name} with {format_count(record.load.records)} records")
            plan = loading_plan(facts.schema, record, ids=send_input.ids[number])
            pacer = Pacer(_at_once(record.load.records))
            feed = Feed(plan, pacer, Meters(run=context.names.run_mark, input_index=number, before_load=True))
            totals = await _load(context, clients, guard, send_input.topics[number], feed)
            if totals.failed:
                first = next(iter(totals.failures), "")
                raise PipelineError(
                    f"input {facts.name}: Kafka did not take {format_count(totals.failed)} of "
                    f"{format_count(totals.sent)} records that it is loaded with: {first}",
                    remedy="Look at the errors of the brokers.",
                )
            context.loaded[facts.name] = totals.delivered
            loaded = True
    if loaded and job_reads:
        context.go("starting", "waiting for the job to read the loaded tables")
        await guarded(_until_read(context), guard.watch())


def _at_once(records: int) -> Schedule:
    """So many records, as fast as it makes sense."""
    end_ns = math.ceil(records / _RATE_PER_S * NS_PER_S)
    return Schedule([(0, end_ns, _RATE_PER_S, _RATE_PER_S)])


async def _load(context: RunContext, clients: Clients, guard: JobGuard, topic: str, feed: Feed) -> Totals:
    settings = context.spec.settings
    sending = open_sending(
        settings.sender,
        clients.kafka.access,
        topic,
        properties=settings.producer_config,
        listener=context.observers.kafka_fault,
    )
    loop = sending.loop(feed, on_crash=context.crashed)
    context.undo.activity.push("the loading of a table", _finish, loop)
    start_ns = now_ns()
    feed.meters.start(start_ns)
    feed.pacer.start(start_ns)
    loop.start()
    await guarded(_until_sent(loop), guard.watch())
    return feed.meters.totals()


async def _until_sent(loop: SendLoop) -> None:
    await asyncio.to_thread(loop.join)


async def _finish(loop: SendLoop) -> None:
    if loop.is_alive():
        loop.abandon()
        await asyncio.to_thread(loop.join, _ABANDON_S)


async def _until_read(context: RunContext) -> None:
    """Waits for a figure of Flink's from after the loading that says that nothing is pending."""
    sent_ns, deadline_s = now_ns(), time.monotonic() + _READ_S
    while time.monotonic() < deadline_s:
        reading = context.observers.flink()
        value, measured_ns = reading.value, reading.measured_ns
        if value is not None and measured_ns is not None:
            old_ns = (value.metrics_interval_ms or 0.0) * 1e6
            if measured_ns - old_ns > sent_ns and value.pending_records == 0:
                return
        await asyncio.sleep(_LOOK_S)
