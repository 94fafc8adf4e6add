"""Waits until a pipeline is proven to work: its job runs, and a probe has come out or the job has been steady."""

from __future__ import annotations

import asyncio
import math
import time
from functools import partial

from pipegen.errors import PipelineError
from pipegen.run.connect import Clients
from pipegen.run.context import RunContext
from pipegen.run.job.dead_end import where_rows_stopped
from pipegen.run.job.guard import JobGuard
from pipegen.run.observers import Observers
from pipegen.run.race import guarded
from pipegen.run.read.header import WITHOUT_HEADER
from pipegen.run.send.interfaces import SendInput
from pipegen.run.send.probe import ProbeSender
from pipegen.run.send.probe_watch import ProbeSight, ProbeWatch
from pipegen.units import format_duration

_LOOK_S = 0.1
_STEADY_S = 3.0
_PROBE_AGAIN_S = 5.0


async def until_ready(context: RunContext, clients: Clients, send_input: SendInput, guard: JobGuard) -> None:
    """Waits for at most the time that the settings allow.

    Raises:
        PipelineError: when the job fails, or does not get ready in time.
    """
    timeout_ns = context.spec.settings.pipeline_timeout_ns
    try:
        async with asyncio.timeout(timeout_ns / 1e9):
            await guarded(_until_works(context, clients, send_input, guard), guard.watch())
    except TimeoutError:
        raise PipelineError(
            f"the pipeline was not ready within {format_duration(timeout_ns)}: {context.tracker.status.step}",
            detail=_evidence(context.observers),
            remedy="Look at the job in Flink, or give it more time with --pipeline-timeout.",
        ) from None


async def _until_works(context: RunContext, clients: Clients, send_input: SendInput, guard: JobGuard) -> None:
    context.go("probing", "waiting for the Flink job to run")
    while not guard.job_runs:  # noqa: ASYNC110 -- what is waited for is a service's answer
        await asyncio.sleep(_LOOK_S)
    # In an output that carries no header nobody could tell a probe from a record.
    spec = context.spec
    alone = len(context.outputs) == 1 and len(spec.project.inputs) == 1
    if spec.recognised and alone and spec.may_probe:
        await _until_probe_arrived(context, clients, send_input, guard)
    else:
        context.go("probing", f"watching the job run for {_STEADY_S:g} s")
        await _until_steady(guard)


async def _until_steady(guard: JobGuard) -> None:
    since_s = time.monotonic()
    while time.monotonic() - since_s < _STEADY_S:
        if not guard.job_runs:
            since_s = time.monotonic()
        await asyncio.sleep(_LOOK_S)


async def _until_probe_arrived(context: RunContext, clients: Clients, send_input: SendInput, guard: JobGuard) -> None:
    """Waits for a probe; goes on without one where the job has read it and it cannot come out or be recognised."""
    context.go("probing", "waiting for a probe record to come out")
    probe = ProbeSender(
        sending=send_input.sending,
        records=send_input.records[0],
        run_mark=context.names.run_mark,
        topic=send_input.topics[0],
        topic_setting=partial(clients.kafka.topic_setting, send_input.topics[0]),
        on_refused=lambda text: context.errors.report(
            key="probe", component="producer", category="connection", message=text
        ),
    )
    watch = ProbeWatch(longest_s=context.spec.settings.pipeline_timeout_ns / 2e9)
    again_s, first_s = 0.0, math.inf
    while True:
        sight = _probe_sight(context, guard, first_s)
        end = watch.see(sight, now_s=time.monotonic())
        if end is not None:
            break
        if time.monotonic() >= again_s and not sight.read:
            # A job that reads from the end of its topic misses a probe sent before it looked: send another.
            await asyncio.to_thread(probe.send)
            context.tracker.update(probes=probe.sent)
            if probe.sent:
                first_s = min(first_s, time.monotonic())
            again_s = time.monotonic() + _PROBE_AGAIN_S
        await asyncio.sleep(_LOOK_S / 10)
    if end == "without_header":
        _go_on(context, WITHOUT_HEADER, "Select the headers column of the input table itself into that of the output.")
    elif end == "held":
        where = await where_rows_stopped(context, clients, context.outputs[0], at_least=1)
        _go_on(context, "a probe record was read by Flink and did not come out" + (f": {where}" if where else ""), None)


def _probe_sight(context: RunContext, guard: JobGuard, first_s: float) -> ProbeSight:
    totals = context.senders.own_meters.totals()
    reading = context.observers.flink()
    value = reading.value
    read = False
    interval_s = None
    if value is not None and reading.measured_ns is not None:
        # Flink's figures are refreshed once in a while: those from before the probe say nothing of it.
        fresh = reading.measured_ns / 1e9 - first_s > (value.metrics_interval_ms or 0) / 1e3 + 1
        read = fresh and guard.job_runs and bool(value.records_in) and value.pending_records == 0
        interval_ms = value.checkpoints.interval_ms if value.checkpoints else None
        interval_s = interval_ms / 1e3 if interval_ms and context.spec.project.exactly_once else None
    return ProbeSight(totals.probes, totals.unmeasured, read, interval_s)


def _go_on(context: RunContext, why: str, remedy: str | None) -> None:
    context.errors.report(
        key="probe",
        component="pipegen",
        category="processing",
        severity="warning",
        message=f"the load starts without a probe that came out: {why}",
        remedy=remedy,
    )
    context.go("probing", f"going on without a probe: {why}")


def _evidence(observers: Observers) -> str:
    flink, kafka = observers.flink().value, observers.kafka().value
    lines = [f"Flink job: {flink.job_state if flink and flink.job_state else 'not known'}"]
    if flink is not None and flink.root_exception:
        lines.append(f"root exception: {flink.root_exception}")
    for name, topic in (("input", kafka.input if kafka else None), ("output", kafka.output if kafka else None)):
        lines.append(f"{name} topic: {topic.total if topic else 'unknown number of'} records")
    return "\n".join(lines)
