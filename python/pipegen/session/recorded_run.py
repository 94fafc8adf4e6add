"""A runner with its recording: what a run and each trial of a search have in common."""

from __future__ import annotations

import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from pipegen.bus import EventBus
from pipegen.config import ResolvedSettings, secret_values
from pipegen.diagnose import ModelEndpoint
from pipegen.redact import secrets_of
from pipegen.run.runner import Runner
from pipegen.run.spec import RunSpec
from pipegen.session.recording import RunRecord
from pipegen.stack import Progress

# With many viewers the send thread would wait up to 5 ms for the interpreter lock; see "generator delay".
_SWITCH_INTERVAL_S = 0.0005


@dataclass(frozen=True, slots=True)
class RecordedRun:
    """A run that is about to start, and its recording."""

    runner: Runner
    record: RunRecord


@asynccontextmanager
async def recorded_run(
    spec: RunSpec,
    bus: EventBus,
    *,
    progress: Progress,
    model: ModelEndpoint | None = None,
    show_messages: bool = False,
) -> AsyncIterator[RecordedRun]:
    """A run whose recording has begun; it ends with the block, however that ends."""
    runner = make_runner(spec, bus, progress=progress, model=model, show_messages=show_messages)
    record = RunRecord(
        run_id=runner.names.run_id,
        project=spec.project,
        resolved=ResolvedSettings(spec.settings, spec.sources),
        command=spec.command,
        secrets=_secrets(spec),
        on_failure=runner.note_trouble,
    )
    record.start(bus)
    try:
        yield RecordedRun(runner, record)
    finally:
        await record.finish(None)


def make_runner(
    spec: RunSpec,
    bus: EventBus,
    *,
    progress: Progress,
    model: ModelEndpoint | None = None,
    show_messages: bool = False,
) -> Runner:
    """A runner, in a process that is set up to send on time."""
    sys.setswitchinterval(_SWITCH_INTERVAL_S)
    return Runner(spec, bus=bus, progress=progress, model=model, secrets=_secrets(spec), show_messages=show_messages)


def _secrets(spec: RunSpec) -> list[str]:
    """What may stand in no text of the run."""
    return [*secrets_of(os.environ), *secret_values(spec.settings)]
