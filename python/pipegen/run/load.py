"""The load itself: sends the plan to a pipeline that is ready."""

from __future__ import annotations

import asyncio

from pipegen.hotpath import now_ns
from pipegen.moment import iso_now
from pipegen.run.context import RunContext
from pipegen.run.pipeline import Pipeline
from pipegen.run.race import guarded
from pipegen.run.read.outputs import AllOutputs
from pipegen.run.send.interfaces import SendLoop
from pipegen.run.send.refused_load import RefusedLoad
from pipegen.run.take_away_here import note_process

_LOOK_S = 0.05
_START_DELAY_NS = 50_000_000
_ABANDON_S = 5.0


class Load:
    """Sends, once.

    Args:
        context: What every stage uses.
        loop: The send loop, ready and not started.
    """

    def __init__(self, context: RunContext, loop: SendLoop) -> None:
        self._senders = context.senders
        self._meters = AllOutputs(context.senders.meters, context.outputs)
        self._tracker = context.tracker
        self._times = context.times
        self._loop = loop

    def stop(self) -> None:
        """Sends nothing more; what is in flight is still waited for."""
        self._loop.stop()

    async def send(self, pipeline: Pipeline, *, hurry: asyncio.Event) -> None:
        """Sends the plan and waits for every delivery report.

        Args:
            pipeline: Where to.
            hurry: Gives up on what is in flight.

        Raises:
            PipelineError: when the pipeline fails meanwhile.
            KafkaError: Kafka rejects every record of an input permanently.
        """
        refused = RefusedLoad(self._senders.by_input, pipeline.send_input, pipeline.clients.kafka)
        start_ns = now_ns() + _START_DELAY_NS
        self._meters.start(start_ns)
        self._senders.pace.start(start_ns)
        self._tracker.update(load_start_ns=start_ns, started_at=iso_now())
        self._loop.start()
        await guarded(guarded(self._until_sent(hurry), pipeline.guard.watch()), refused.watch())
        await refused.look()

    async def _until_sent(self, hurry: asyncio.Event) -> None:
        pace = self._senders.pace
        while self._loop.is_alive():
            if self._tracker.status.load_end_ns is None and (pace.exhausted or pace.stopped):
                self._tracker.update(load_end_ns=now_ns(), step="waiting for Kafka's last acknowledgements")
            if hurry.is_set():
                self._loop.abandon()
            await asyncio.sleep(_LOOK_S)
        if self._tracker.status.load_end_ns is None:
            self._tracker.update(load_end_ns=now_ns())
        self._tracker.update(producer_done=True)

    async def finish(self) -> None:
        """Makes sure that the send loop has ended, whatever happened."""
        if self._loop.is_alive():
            self._loop.abandon()
            await asyncio.to_thread(self._loop.join, _ABANDON_S)
        self._times.send_s = self._loop.cpu_s


async def ready_load(context: RunContext, pipeline: Pipeline) -> Load:
    """The load for a pipeline; its processes, if there are any, are started and wait.

    Raises:
        PipelineError: when a process does not get ready.
    """
    senders, undo = context.senders, context.undo.activity
    undo.push("the sending processes", asyncio.to_thread, senders.close)
    load = Load(context, await senders.make_loop(pipeline.send_input, lambda step: context.go("starting", step)))
    undo.push("the load", load.finish)
    for pid in senders.pids():
        note_process(context.journal, pid)
    return load
