"""What every stage of a run uses, made before any service is asked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from pipegen.diagnose import ErrorLog
from pipegen.journal import Journal
from pipegen.project import OutputFacts
from pipegen.quality import Inspection
from pipegen.run.drain.decision import expected_to_come_out
from pipegen.run.names import RunNames
from pipegen.run.observers import MakeTap, Observers
from pipegen.run.progress import RunTracker
from pipegen.run.read.inspection import inspection_of
from pipegen.run.read.outputs import OutputReading, outputs_of
from pipegen.run.send.all_inputs import sent_to
from pipegen.run.send.interfaces import Senders
from pipegen.run.send.senders import senders_of
from pipegen.run.spec import RunSpec
from pipegen.run.undo import Undo
from pipegen.snapshot import RunPhase


@dataclass(slots=True)
class LoopTimes:
    """CPU seconds of the send and the read loop; None for one that has not ended."""

    send_s: float | None = None
    read_s: float | None = None


@dataclass(frozen=True, slots=True)
class RunContext:
    """The same for all stages.

    Attributes:
        spec: What was asked for.
        names: Names of this run.
        senders: What sends, and its figures.
        inspection: What the records are checked for.
        observers: The collectors.
        tracker: Told of jobs, statements and probes.
        errors: Told of errors.
        go: Tells of a step.
        crashed: Told, from any thread, of a thread that ends unexpectedly.
        undo: What has to be put away in the end.
        journal: Told of whatever is made outside of the run, before it is made.
        outputs: What is read back, in the order of the script.
        times: CPU of the loops.
        loaded: Records that tables were loaded with before the load, by input.
    """

    spec: RunSpec
    names: RunNames
    senders: Senders
    inspection: Inspection
    observers: Observers
    tracker: RunTracker
    errors: ErrorLog
    go: Callable[[RunPhase, str], None]
    crashed: Callable[[BaseException], None]
    journal: Journal
    outputs: tuple[OutputReading, ...]
    undo: Undo = field(default_factory=Undo)
    times: LoopTimes = field(default_factory=LoopTimes)
    loaded: dict[str, int] = field(default_factory=dict)


def warn(context: RunContext, message: str, remedy: str | None) -> None:
    """Shows a doubt of PipeGen's own among the errors of the run; each once."""
    context.errors.report(
        key=message, component="pipegen", category="processing", severity="warning", message=message, remedy=remedy
    )


def expected_from(context: RunContext, facts: OutputFacts) -> int:
    """Records that are to come out of an output of which each brings one out."""
    by_trace = facts.latency_source == "trace"
    if not facts.inputs:
        return expected_to_come_out(context.senders.meters.totals(), by_trace=by_trace)
    by_name = zip(context.spec.project.inputs, context.senders.by_input, strict=True)
    sent = sent_to([meters for each, meters in by_name if each.name in facts.inputs])
    return expected_to_come_out(sent, by_trace=by_trace)


def context_of(
    spec: RunSpec,
    names: RunNames,
    *,
    tracker: RunTracker,
    errors: ErrorLog,
    make_tap: MakeTap | None,
    go: Callable[[RunPhase, str], None],
    crashed: Callable[[BaseException], None],
    journal: Journal,
) -> RunContext:
    """The context of a run; nothing is started.

    Raises:
        SettingsError: a data file is set with several senders.
    """
    senders = senders_of(spec, names, on_crash=crashed)
    outputs = outputs_of(spec.project, spec.settings, names, senders.own_meters)
    return RunContext(
        spec=spec,
        names=names,
        senders=senders,
        inspection=inspection_of(spec, names, outputs, on_crash=crashed),
        observers=Observers(errors, tracker, senders=senders.pids, make_tap=make_tap),
        tracker=tracker,
        errors=errors,
        go=go,
        crashed=crashed,
        journal=journal,
        outputs=outputs,
    )
