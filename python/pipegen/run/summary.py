"""What is left of a run: its outcome, its accounts and its last snapshot. The model behind ``--summary-json``."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, Field

import pipegen
from pipegen.errors import PipeGenError
from pipegen.gates import RunOutcome
from pipegen.run.feed.schedule import planned_per_second
from pipegen.snapshot import Snapshot, Verdict
from pipegen.snapshot.events import RunEvents

if TYPE_CHECKING:  # reading a summary needs no client of the services
    from pipegen.run.context import RunContext


class InputSeconds(BaseModel):
    """What was sent to one input, second by second."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(description="The table's name, as in the SQL.")
    planned_per_second: list[int] = Field(description="Its records due in each second of load.")
    sent_per_second: list[int] = Field(description="Its records sent in each second of load.")


class RunSummary(BaseModel):
    """The result of one run.

    ``planned_per_second`` and ``sent_per_second`` hold one figure for each second of load, by due and by actual send
    time; the last one may be a second that was not whole.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    run_id: str = Field(description="Id of the run.")
    pipeline: str = Field(description="Name of the pipeline.")
    pipegen_version: str = Field(description="Version of PipeGen.")
    outcome: RunOutcome = Field(description="How the run ended.")
    exit_code: int = Field(description="Exit code of the process.")
    failure: str | None = Field(description="Why the run failed or is incomplete.")
    failure_detail: str | None = Field(description="Foreign text that belongs to it.")
    failure_remedy: str | None = Field(description="What to do about it.")
    planned_total: int = Field(description="Records the plan holds.")
    sent_total: int = Field(description="Records handed to the client library.")
    delivered_total: int = Field(description="Records acknowledged by Kafka.")
    failed_total: int = Field(description="Records that Kafka refused for good.")
    consumed_total: int = Field(description="Records read from the topics of all outputs.")
    lost: int | None = Field(description="Delivered records that never came out; null where that cannot be known.")
    duplicated: int | None = Field(description="Records that came out more than once; null where not measurable.")
    planned_per_second: list[int] = Field(description="Records due in each second of load.")
    sent_per_second: list[int] = Field(description="Records sent in each second of load.")
    inputs: list[InputSeconds] = Field(default=[], description="The same of each input.")
    send_cpu_s: float | None = Field(description="CPU seconds of the send loop; null when it never ran.")
    read_cpu_s: float | None = Field(description="CPU seconds of the read loop; null when it never ran.")
    process_cpu_s: float = Field(description="CPU seconds of the whole process, start-up included.")
    command: list[str] = Field(description="The command line.")
    left_behind: list[str] = Field(description="What the clean-up could not take away.")
    expiring: list[str] = Field(description="What nobody can take away, and when it ends by itself.")
    events: RunEvents = Field(
        default=RunEvents(), description="The first events that were lost, doubled, out of order or late."
    )
    verdict: Verdict = Field(description="The verdict, final.")
    snapshot: Snapshot = Field(description="The last snapshot.")


def summarise(
    context: RunContext, snapshot: Snapshot, *, outcome: RunOutcome, exit_code: int, failure: PipeGenError | None
) -> RunSummary:
    """The summary of a run that is over.

    Args:
        context: The run.
        snapshot: The last snapshot.
        outcome: How the run ended.
        exit_code: Exit code of the process.
        failure: The failure that ended it; None without one.
    """
    meters = context.senders.meters
    totals = meters.totals()
    clean = context.errors.cleaned
    return RunSummary(
        run_id=snapshot.run.id,
        pipeline=snapshot.run.pipeline,
        pipegen_version=pipegen.__version__,
        outcome=outcome,
        exit_code=exit_code,
        failure=clean(failure.message) if failure else context.tracker.status.failure,
        failure_detail=clean(failure.detail) if failure and failure.detail else None,
        failure_remedy=context.tracker.status.remedy if failure else None,
        planned_total=context.spec.schedule.total_events,
        sent_total=totals.sent,
        delivered_total=totals.delivered,
        failed_total=totals.failed,
        consumed_total=sum(each.meters.totals().consumed for each in context.outputs),
        lost=snapshot.pipeline.lost,
        duplicated=snapshot.pipeline.duplicated,
        planned_per_second=planned_per_second(context.spec.schedule),
        sent_per_second=meters.sent_per_second(),
        inputs=_inputs(context),
        send_cpu_s=context.times.send_s,
        read_cpu_s=context.times.read_s,
        process_cpu_s=time.process_time(),
        command=list(context.spec.command),
        left_behind=[clean(sentence) for sentence in context.undo.left],
        expiring=context.undo.expiring,
        events=context.tracker.status.events,
        verdict=snapshot.verdict,
        snapshot=snapshot,
    )


def _inputs(context: RunContext) -> list[InputSeconds]:
    spec = context.spec
    each = zip(spec.project.inputs, spec.schedules, context.senders.by_input, strict=True)
    return [
        InputSeconds(
            name=facts.name, planned_per_second=planned_per_second(schedule), sent_per_second=meters.sent_per_second()
        )
        for facts, schedule, meters in each
    ]
