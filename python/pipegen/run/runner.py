"""The run from start to end: the order of things, and what ends it.

Runs on the loop that Quart and Hypercorn use; producer, consumer and sampler are one thread each. Prints nothing, and
raises nothing for a run that failed: the summary says it.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from pipegen.bus import ErrorSeen, EventBus, PhaseChanged, RunEnded, ServicesFound, SqlRead
from pipegen.diagnose import ErrorLog, Explainer, ModelEndpoint, remedy_of
from pipegen.errors import EXIT_OK, EXIT_SERVICE, PipeGenError
from pipegen.gates import Judge, RunOutcome, ending_exit_code
from pipegen.hotpath import now_ns
from pipegen.journal import Journal, RunHead
from pipegen.moment import iso_now
from pipegen.run.connect import find_for_run
from pipegen.run.context import RunContext, context_of, expected_from
from pipegen.run.drain.decision import expected_to_come_out
from pipegen.run.draining import drained
from pipegen.run.emptiness import judge_emptiness
from pipegen.run.events import events_of
from pipegen.run.job.feeding import failed_outputs
from pipegen.run.judging import PHASES, ending_of, make_judge
from pipegen.run.load import ready_load
from pipegen.run.messages.tap import tap_maker
from pipegen.run.names import names_for, new_run_id
from pipegen.run.picture.inputs import InputSight
from pipegen.run.picture.moment import RunFacts
from pipegen.run.picture.output_sight import OutputSight, PathSight
from pipegen.run.pipeline import connected, ready_pipeline
from pipegen.run.progress import RunTracker
from pipegen.run.read.outputs import AllOutputs, OutputReading
from pipegen.run.sampler import Sampler
from pipegen.run.service_errors import ServiceErrors
from pipegen.run.spec import RunSpec
from pipegen.run.stop import Stop
from pipegen.run.submit import statement_states
from pipegen.run.summary import RunSummary, summarise
from pipegen.run.take_away_here import take_away_here
from pipegen.run.versions import service_versions
from pipegen.snapshot import ErrorEntry, RunPhase
from pipegen.stack import Progress
from pipegen.units import format_count


@dataclass(frozen=True, slots=True)
class _End:
    """How the steps ended, and the failure that ended them, if it was one."""

    outcome: RunOutcome
    failure: PipeGenError | None = None


class Runner:
    """One run of one project.

    Args:
        spec: What was asked for.
        bus: Where snapshots and events go.
        progress: Hears what a starting stack does.
        model: A language model that explains errors without a rule; None to ask none.
        secrets: What may stand in no text of an error.
        show_messages: Whether to look at the newest records, for the page.

    Raises:
        SettingsError: several senders are to send a data file.
    """

    def __init__(
        self,
        spec: RunSpec,
        *,
        bus: EventBus,
        progress: Progress,
        model: ModelEndpoint | None = None,
        secrets: Sequence[str] = (),
        show_messages: bool = False,
    ) -> None:
        self._spec = spec
        self._bus = bus
        self._progress = progress
        self.names = names_for(new_run_id(), spec.project.name, spec.settings)
        self._tracker = RunTracker()
        self._tracker.update(statements=statement_states(spec.project.statements, spec.project.dir))
        self._stop = Stop(self._tracker)
        self._errors = ErrorLog(on_new=self._error_seen, secrets=secrets)
        self._explainer = Explainer(model, self._errors) if model is not None else None
        on_tap_failure = ServiceErrors(self._errors).of("kafka")
        self._context = context_of(
            spec,
            self.names,
            tracker=self._tracker,
            errors=self._errors,
            make_tap=tap_maker(spec.settings, secrets, bus, on_tap_failure) if show_messages else None,
            go=self._go,
            crashed=self._stop.crashed,
            journal=Journal(self._head(), on_failure=self.note_trouble),
        )
        self._judge = self._make_judge()
        self._sampler = self._make_sampler()

    @property
    def spec(self) -> RunSpec:
        """What was asked for, with what Flink has said of the SQL so far."""
        return self._spec

    def interrupt(self, exit_code: int) -> None:
        """Asks the run to end in order; while it sends it still drains for a while."""
        self._stop.interrupt(exit_code)

    def left(self) -> list[str]:
        """What would be left on the services if the process ended now; from any moment of the run."""
        made = [f"{made.kind} {' '.join((made.name, *made.ids))}" for made in self._context.journal.made]
        return [*made, "all of it until `pipegen clean --leftovers` removes it"] if made else []

    def note_trouble(self, message: str, remedy: str) -> None:
        """Shows trouble of PipeGen's own among the errors of the run; it does not end the run. From any thread."""
        self._errors.report(
            component="pipegen", category="processing", severity="warning", message=message, remedy=remedy
        )

    async def run(self) -> RunSummary:
        """The whole run; returns its summary once everything is put away.

        Raises:
            Exception: what a thread of the run raised, when it is no failure that we can name; after putting away.
        """
        undo, journal = self._context.undo, self._context.journal
        journal.open()
        try:
            summary = await self._whole()
        except asyncio.CancelledError:
            journal.close(keep=True)
            raise
        finally:
            journal.close(keep=bool(undo.left))
        self._bus.publish(RunEnded(summary.exit_code))
        return summary

    async def _whole(self) -> RunSummary:
        undo = self._context.undo
        async with undo.services:
            async with undo.activity:
                self._start_watching()
                end = await self._end(asyncio.create_task(self._steps()))
            for sentence in undo.cut_off:
                self.note_trouble(sentence, "Its newest figures may be missing.")
            if end.failure is not None:
                self._errors.report_failure(end.failure, severity="critical")
                failure = self._errors.cleaned(end.failure.message)
                self._tracker.update(failure=failure, remedy=remedy_of(end.failure))
            exit_code = await self._judged(end)
            self._go(PHASES[end.outcome], "done", exit_code=exit_code)
            snapshot = await asyncio.to_thread(self._sampler.take)
        # An interruption during the clean-up changes nothing but this.
        exit_code = self._stop.exit_code or exit_code
        return summarise(self._context, snapshot, outcome=end.outcome, exit_code=exit_code, failure=end.failure)

    def _head(self) -> RunHead:
        project_dir = str(self._spec.project.dir.absolute())
        keep = not self._spec.settings.cleanup
        return RunHead(self.names.run_id, os.getpid(), iso_now(), project_dir, keep=keep)

    def _start_watching(self) -> None:
        """Starts what goes on during the whole run."""
        observers, undo = self._context.observers, self._context.undo
        undo.services.push("what was made on this machine", self._take_away_here)
        if self._explainer is not None:
            undo.services.push("the explanation of errors", asyncio.create_task(self._explainer.run()).cancel)
        observers.start_system()
        self._sampler.start()
        undo.activity.push("the sampler", self._stop_sampler)
        undo.activity.push("the collectors", observers.stop)

    async def _steps(self) -> RunOutcome:
        """The stages, each made from the one before: services found, pipeline ready, load sent, pipeline drained."""
        context, stop = self._context, self._stop
        self._go("starting", "looking for the services")
        spec, services = self._spec, context.undo.services
        found = await find_for_run(
            spec.settings, spec.sources, services, journal=context.journal, progress=self._progress
        )
        context.observers.watch_disk(found.stack_dir)
        context, clients = await connected(context, found.endpoints)
        self._learn(context)
        pipeline = await ready_pipeline(context, clients, found)
        self._bus.publish(ServicesFound(await service_versions(pipeline.clients, found)))
        load = await ready_load(context, pipeline)
        stop.ends_load(load)
        self._go("running", "Flink reads the data file" if self._spec.read_by_flink else "sending the planned load")
        await load.send(pipeline, hurry=stop.hurry)
        if pipeline.submit is not None and not stop.asked:
            self._go("draining", "batch: the load has been sent: submitting the SQL to Flink")
            await pipeline.submit()
        self._go("draining", "waiting for the last records")
        drain = partial(drained, context, pipeline, hurry=stop.hurry)
        rest = await drain(cut_short=stop.asked)
        if stop.asked:
            self._tracker.update(drained=rest.missing is None)
            return "aborted" if stop.exit_code is None else "interrupted"
        rest = await judge_emptiness(context, pipeline, rest, again=partial(drain, cut_short=False))
        self._tracker.update(drained=rest.known)
        refused = context.senders.meters.totals().failed
        broken_off = refused > 0 and context.observers.kafka().failure is not None
        if rest.missing is None and not broken_off:
            return "finished"
        lacking = rest.missing or f"{format_count(refused)} records were not accepted"
        away = context.observers.away()
        self._tracker.update(failure=f"{away}; {lacking}" if away else lacking)
        return "incomplete"

    def _learn(self, context: RunContext) -> None:
        """From here on it is known what the SQL means."""
        self._spec, self._context = context.spec, context
        project = context.spec.project
        self._judge = self._make_judge()
        meters = AllOutputs(context.senders.meters, context.outputs)
        self._sampler.learn(
            self._facts(),
            context.inspection,
            meters,
            self._judge,
            pacer=context.senders.pace,
            schedule=context.spec.schedule,
        )
        self._bus.publish(SqlRead(project.shape, project.shape_reason, project.latency_reason))

    async def _end(self, steps: asyncio.Task[RunOutcome]) -> _End:
        """Waits for the steps, or for a crash of a thread, which ends them."""
        stop = self._stop
        stop.ends_steps(steps)
        waiting: set[asyncio.Future[Any]] = {steps, stop.crash}
        await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        if not steps.done():
            steps.cancel()
        try:
            await asyncio.wait({steps})
            if steps.cancelled() and stop.crash.done():
                stop.crash.result()
            return _End(steps.result())
        except asyncio.CancelledError:
            if stop.exit_code is None:
                raise
            return _End("interrupted")
        except PipeGenError as error:
            return _End("interrupted") if stop.exit_code is not None else _End("failed", error)

    async def _judged(self, end: _End) -> int:
        """Has the run judged for good, on all that was measured; returns its exit code."""
        settings, send_cpu_s = self._spec.settings, self._context.times.send_s
        self._judge.conclude(ending_of(end.outcome, self._tracker.status, send_cpu_s, settings.producers))
        self._tracker.update(events=await asyncio.to_thread(events_of, self._context))
        await asyncio.to_thread(self._sampler.take)
        return ending_exit_code(self._exit_code(end), self._judge.verdict, strict=settings.strict)

    def _exit_code(self, end: _End) -> int:
        if end.outcome == "interrupted" and self._stop.exit_code is not None:
            return self._stop.exit_code
        if end.failure is not None:
            return end.failure.exit_code
        return EXIT_OK if end.outcome in {"finished", "aborted"} else EXIT_SERVICE

    async def _take_away_here(self) -> None:
        self._context.undo.left += await asyncio.to_thread(take_away_here, self._context.journal.made)

    async def _stop_sampler(self) -> None:
        self._sampler.stop()
        await asyncio.to_thread(self._sampler.join)

    def _make_sampler(self) -> Sampler:
        spec, context, settings = self._spec, self._context, self._spec.settings
        return Sampler(
            facts=self._facts(),
            tracker=self._tracker,
            meters=AllOutputs(context.senders.meters, context.outputs),
            inputs=self._input_sights,
            outputs=self._output_sights,
            pacer=context.senders.pace,
            schedule=spec.schedule,
            inspection=context.inspection,
            readings=context.observers.readings,
            errors=self._errors,
            bus=self._bus,
            period_ns=settings.dashboard.update_interval_ns,
            judge=self._judge,
            on_abort=self._stop.threshold_failed,
            on_crash=self._stop.crashed,
        )

    def _make_judge(self) -> Judge:
        """Judges what is known: an input or an output has a name once Flink has read the SQL."""
        spec = self._spec
        known = [each for each in spec.thresholds if spec.project.read or each.part is None]
        return make_judge(known, spec.settings, sends=not spec.read_by_flink)

    def _facts(self) -> RunFacts:
        spec, project, settings = self._spec, self._spec.project, self._spec.settings
        return RunFacts(
            pipeline=project.name,
            names=self.names,
            shape=project.shape,
            plan=spec.plan,
            arrivals=settings.arrivals,
            planned_total=spec.schedule.total_events,
            fault_shares=settings.faults.shares() if spec.file is None else {},
            update_interval_ms=settings.dashboard.update_interval_ns / 1e6,
            workers=settings.producers,
            exactly_once=project.exactly_once,
        )

    def _input_sights(self) -> list[InputSight]:
        # Read the context once: the spec and the senders are replaced together once Flink has read the SQL.
        context = self._context
        project, start_ns = context.spec.project, self._tracker.status.load_start_ns
        topics = self.names.input_topics(project.inputs)
        return [
            InputSight(
                facts,
                topic,
                schedule.total_events,
                None if start_ns is None else schedule.events_before(max(0, now_ns() - start_ns)),
                meters.totals(),
                context.loaded.get(facts.name),
                meters.histogram("generator_delay"),
                meters.histogram("ack"),
            )
            for facts, topic, schedule, meters in zip(
                project.inputs, topics, context.spec.schedules, context.senders.by_input, strict=True
            )
        ]

    def _output_sights(self) -> list[OutputSight]:
        context = self._context
        kafka = context.observers.kafka().value
        ends = {} if kafka is None else kafka.outputs
        failed = failed_outputs(context.spec.project, self._tracker.status.statements, context.observers.flink().value)
        return [
            OutputSight(
                each.facts,
                each.topic,
                expected_from(context, each.facts),
                each.meters.totals(),
                each.meters.histogram("end_to_end"),
                drained=each.drained,
                held=each.held,
                drain=each.drain,
                quality=context.inspection.of_output(each.key),
                lag=ends[each.topic].lag if each.topic in ends else None,
                failure=failed.get(each.facts.name),
                by_input=_by_input(context, each),
                table=None if each.table is None else each.table.counts(now_ns()),
            )
            for each in context.outputs
        ]

    def _go(self, phase: RunPhase, step: str, **changes: object) -> None:
        self._tracker.update(phase=phase, step=step, **changes)
        self._bus.publish(PhaseChanged(phase, step))

    def _error_seen(self, entry: ErrorEntry) -> None:
        self._bus.publish(ErrorSeen(entry))
        self._sampler.wake()
        if self._explainer is not None:
            self._explainer.hear(entry)


def _by_input(context: RunContext, output: OutputReading) -> dict[str, PathSight]:
    """What arrived from each input, for an output with several."""
    counted, by_input = output.facts.counted, context.senders.by_input
    if len(counted) < 2:
        return {}
    return {
        path.input: PathSight(
            expected_to_come_out(by_input[path.number].totals(), by_trace=path.trace is not None),
            output.meters.arrivals(path.number),
        )
        for path in counted
    }
