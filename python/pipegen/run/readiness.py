"""Waits until a pipeline is proven to work: its job runs, and a probe has come out or the job has been steady."""

from __future__ import annotations

import asyncio
import time

from pipegen.errors import PipelineError
from pipegen.run.context import RunContext
from pipegen.run.job.guard import JobGuard
from pipegen.run.observers import Observers
from pipegen.run.race import guarded
from pipegen.run.send.interfaces import SendInput
from pipegen.run.send.probe import ProbeSender
from pipegen.units import format_duration

_LOOK_S = 0.1
_STEADY_S = 3.0
_PROBE_AGAIN_S = 5.0


async def until_ready(context: RunContext, send_input: SendInput, guard: JobGuard) -> None:
    """Waits for at most the time that the settings allow.

    Raises:
        PipelineError: when the job fails, or does not get ready in time.
    """
    timeout_ns = context.spec.settings.pipeline_timeout_ns
    try:
        await asyncio.wait_for(guarded(_until_works(context, send_input, guard), guard.watch()), timeout_ns / 1e9)
    except TimeoutError:
        raise PipelineError(
            f"the pipeline was not ready within {format_duration(timeout_ns)}: {context.tracker.status.step}",
            detail=_evidence(context.observers),
            remedy="Look at the job in Flink, or give it more time with --pipeline-timeout.",
        ) from None


async def _until_works(context: RunContext, send_input: SendInput, guard: JobGuard) -> None:
    context.go("probing", "waiting for the Flink job to run")
    while not guard.job_runs:  # noqa: ASYNC110 -- what is waited for is a service's answer
        await asyncio.sleep(_LOOK_S)
    if context.spec.recognised:
        await _until_probe_arrived(context, send_input)
    else:
        context.go("probing", f"watching the job run for {_STEADY_S:g} s")
        await _until_steady(guard)


async def _until_steady(guard: JobGuard) -> None:
    since_s = time.monotonic()
    while time.monotonic() - since_s < _STEADY_S:
        if not guard.job_runs:
            since_s = time.monotonic()
        await asyncio.sleep(_LOOK_S)


async def _until_probe_arrived(context: RunContext, send_input: SendInput) -> None:
    context.go("probing", "waiting for a probe record to come out")
    probe = ProbeSender(
        sending=send_input.sending,
        records=send_input.records,
        run_mark=context.names.run_mark,
        on_refused=lambda text: context.errors.report(
            key="probe", component="producer", category="connection", message=text
        ),
    )
    again_s = 0.0
    while context.senders.own_meters.totals().probes == 0:
        if time.monotonic() >= again_s:
            # A job that reads from the end of its topic misses a probe sent before it looked: send another.
            await asyncio.to_thread(probe.send)
            context.tracker.update(probes=probe.sent)
            again_s = time.monotonic() + _PROBE_AGAIN_S
        await asyncio.sleep(_LOOK_S / 10)


def _evidence(observers: Observers) -> str:
    flink, kafka = observers.flink().value, observers.kafka().value
    lines = [f"Flink job: {flink.job_state if flink and flink.job_state else 'not known'}"]
    if flink is not None and flink.root_exception:
        lines.append(f"root exception: {flink.root_exception}")
    for name, topic in (("input", kafka.input if kafka else None), ("output", kafka.output if kafka else None)):
        lines.append(f"{name} topic: {topic.total if topic else 'unknown number of'} records")
    return "\n".join(lines)
