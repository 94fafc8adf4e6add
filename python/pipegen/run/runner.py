"""The run from start to end: the order of things, what ends it, and that everything is put away again.

Runs on the loop that Quart and Hypercorn use; producer, consumer and sampler are one thread each. Prints nothing, and
raises nothing for a run that failed: the summary says it.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Mapping, Sequence
from typing import Any

from pipegen.avro import InputSchema
from pipegen.bus import ErrorSeen, EventBus, PhaseChanged, RunEnded, ServicesFound
from pipegen.config import Settings
from pipegen.datafile import DataFile
from pipegen.diagnose import ErrorLog, Explainer, ModelEndpoint
from pipegen.errors import EXIT_OK, EXIT_SERVICE, PipeGenError, SettingsError
from pipegen.gates import RunOutcome, Threshold, ending_exit_code
from pipegen.hotpath import Meters, Pacer
from pipegen.project import Project
from pipegen.run.connect import FoundServices, find_services
from pipegen.run.feed.prepared_file import RunInput
from pipegen.run.feed.schedule import schedule_of
from pipegen.run.judging import PHASES, abort_sentence, ending_of, make_judge
from pipegen.run.load import Load
from pipegen.run.messages.tap import tap_maker
from pipegen.run.names import names_for, new_run_id
from pipegen.run.observers import Observers
from pipegen.run.picture.assemble import RunFacts
from pipegen.run.pipeline import Pipeline
from pipegen.run.prepare import Prepared, clean_up
from pipegen.run.progress import RunTracker
from pipegen.run.read.inspection import inspection_of
from pipegen.run.sampler import Sampler
from pipegen.run.send.interfaces import MeterView, Pace
from pipegen.run.send.pool import MergedMeters, WorkerPool
from pipegen.run.submit import statement_states
from pipegen.run.summary import RunSummary, summarise
from pipegen.run.versions import service_versions
from pipegen.snapshot import ErrorEntry, RunPhase, Snapshot, ThresholdResult
from pipegen.stack import Progress
from pipegen.traffic import TrafficPlan
from pipegen.units import NS_PER_S

_INTERRUPTED_DRAIN_NS = 10 * NS_PER_S


class Runner:
    """One run of one project.

    Args:
        project: The opened project.
        settings: The settings in force.
        sources: Where each setting came from; a service whose address the user gave is not started for them.
        plan: The traffic plan.
        file: The data file whose rows are the input; None when records are generated.
        thresholds: What the run has to keep.
        bus: Where snapshots and events go.
        progress: Hears what a starting stack does.
        command: The command line, for the summary.
        model: A language model that explains errors without a rule; None to ask none.
        secrets: What may stand in no text of an error.
        show_messages: Whether to look at the newest records, for the page.
    """

    def __init__(
        self,
        *,
        project: Project[InputSchema],
        settings: Settings,
        sources: Mapping[str, str],
        plan: TrafficPlan,
        file: DataFile | None = None,
        thresholds: Sequence[Threshold] = (),
        bus: EventBus,
        progress: Progress,
        command: list[str],
        model: ModelEndpoint | None = None,
        secrets: Sequence[str] = (),
        show_messages: bool = False,
    ) -> None:
        self._project = project
        self._settings = settings
        self._sources = sources
        self._bus = bus
        self._progress = progress
        self._command = command
        self._loop = asyncio.get_running_loop()
        self.names = names_for(new_run_id(), project.name, settings)
        self._schedule = schedule_of(plan, settings)
        self._plan = plan
        self._pacer: Pace = Pacer(self._schedule, catch_up=settings.catch_up)
        self._data = RunInput(
            file,
            project.input_schema,
            settings,
            events=self._schedule.total_events,
            order=plan.order,
        )
        self._consumer_meters = Meters(worker=settings.producers if settings.producers > 1 else 0)
        self._meters: MeterView = self._consumer_meters
        self._pool: WorkerPool | None = None
        if settings.producers > 1:
            if file is not None:
                raise SettingsError(
                    "producers: a data file is sent by one process",
                    remedy="Leave out --producers, or generate the records.",
                )
            self._pool = WorkerPool(shard_events=self._schedule.total_events, on_crash=self._crashed)
            self._pacer = self._pool.pace
            self._meters = MergedMeters(self._consumer_meters, self._pool)
        self._inspection = inspection_of(project, settings, sources, self.names, on_crash=self._crashed)
        self._tracker = RunTracker()
        self._tracker.update(statements=statement_states(project.statements, project.dir))
        self._errors = ErrorLog(on_new=self._error_seen, secrets=secrets)
        self._explainer = Explainer(model, self._errors) if model is not None else None
        senders = self._pool.pids if self._pool else tuple
        make_tap = tap_maker(settings, secrets, bus) if show_messages else None
        self._observers = Observers(self._errors, self._tracker, senders=senders, make_tap=make_tap)
        self._prepared = Prepared()
        self._found: FoundServices | None = None
        self._pipeline: Pipeline | None = None
        self._load: Load | None = None
        self._steps: asyncio.Task[RunOutcome] | None = None
        self._crash: asyncio.Future[None] = self._loop.create_future()
        self._cancelled = threading.Event()
        self._hurry = asyncio.Event()
        self._interrupt_code: int | None = None
        self._failure: PipeGenError | None = None
        self._aborted = False
        self._judge = make_judge(thresholds, settings, sends=not self._data.by_flink)
        self._sampler = Sampler(
            facts=RunFacts(
                pipeline=project.name,
                names=self.names,
                shape=project.shape,
                plan=plan,
                arrivals=settings.arrivals,
                planned_total=self._pacer.shard_events,
                latency_source=project.latency_source,
                latency_reason=project.latency_reason,
                fault_shares=settings.faults.shares() if file is None else {},
                update_interval_ms=settings.dashboard.update_interval_ns / 1e6,
                workers=settings.producers,
                exactly_once=project.exactly_once,
            ),
            tracker=self._tracker,
            meters=self._meters,
            pacer=self._pacer,
            schedule=self._schedule,
            inspection=self._inspection,
            readings=self._observers.readings,
            errors=self._errors,
            bus=bus,
            period_ns=settings.dashboard.update_interval_ns,
            judge=self._judge,
            on_abort=self._threshold_failed,
            on_crash=self._crashed,
        )

    def interrupt(self, exit_code: int) -> None:
        """Asks the run to end in order: while it sends it still drains for a while; the next time it does not."""
        if self._interrupt_code is not None or self._tracker.standing.phase == "draining":
            self._hurry.set()
        if self._interrupt_code is not None:
            return
        self._interrupt_code = exit_code
        self._cancelled.set()
        if self._load is not None:
            self._load.stop()
        elif self._steps is not None:
            self._steps.cancel()

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
        self._observers.start_system()
        self._sampler.start()
        explaining = asyncio.create_task(self._explainer.run()) if self._explainer is not None else None
        self._steps = asyncio.create_task(self._execute())
        try:
            outcome = await self._outcome(self._steps)
            await self._quiesce()
            if self._failure is not None:
                self._errors.report_failure(self._failure, severity="critical")
                self._tracker.update(failure=self._failure.message)
            exit_code = await self._judged(outcome)
            self._go(PHASES[outcome], "done", exit_code=exit_code)
            snapshot = await asyncio.to_thread(self._sampler.take)
        finally:
            await self._quiesce()
            left = await self._put_away()
            if explaining is not None:
                explaining.cancel()
        summary = self._summary(outcome, exit_code, snapshot, left)
        self._bus.publish(RunEnded(exit_code))
        return summary

    async def _execute(self) -> RunOutcome:
        self._go("starting", "looking for the services")
        self._found = await self._find_services()
        self._observers.watch_disk(self._found.stack_dir)
        pipeline = self._pipeline = Pipeline(
            project=self._project,
            settings=self._settings,
            data=self._data,
            schedule=self._schedule,
            names=self.names,
            endpoints=self._found.endpoints,
            meters=self._consumer_meters,
            inspection=self._inspection,
            tracker=self._tracker,
            errors=self._errors,
            observers=self._observers,
            prepared=self._prepared,
            on_step=self._go,
            on_crash=self._crashed,
        )
        await pipeline.make_ready()
        self._bus.publish(ServicesFound(await service_versions(pipeline.clients, self._found)))
        load = self._load = await self._make_load(pipeline)
        step = "Flink reads the data file" if self._data.by_flink else "sending the planned load"
        self._go("running", step)
        await load.send(watch=pipeline.watch, hurry=self._hurry)
        return await self._drain(pipeline, load)

    async def _make_load(self, pipeline: Pipeline) -> Load:
        if self._pool is not None:
            return await pipeline.make_pool_load(self._pool, self._meters, self._plan)
        if not isinstance(self._pacer, Pacer):
            raise TypeError("a run with one sender has a pacer of its own")
        return pipeline.make_load(self._pacer)

    async def _find_services(self) -> FoundServices:
        """The services; a stack that is still starting when the run is interrupted is stopped all the same."""
        finding = asyncio.create_task(
            asyncio.to_thread(
                find_services, self._settings, self._sources, progress=self._progress, cancelled=self._cancelled
            )
        )
        try:
            return await asyncio.shield(finding)
        except asyncio.CancelledError:
            with contextlib.suppress(PipeGenError):
                self._found = await finding
            raise

    async def _drain(self, pipeline: Pipeline, load: Load) -> RunOutcome:
        interrupted = self._interrupt_code is not None or self._aborted
        self._go("draining", "waiting for the last records")
        timeout_ns = self._settings.pipeline_timeout_ns
        drained, missing = await load.drain(
            watch=pipeline.watch,
            recognised=pipeline.has_probe,
            one_to_one=self._project.shape == "one_to_one",
            expected=None if interrupted else self._expected(),
            exactly_once=self._project.exactly_once,
            timeout_ns=min(timeout_ns, _INTERRUPTED_DRAIN_NS) if interrupted else timeout_ns,
            hurry=self._hurry,
        )
        if self._interrupt_code is not None or self._aborted:
            self._tracker.update(drained=missing is None)
            return "aborted" if self._interrupt_code is None else "interrupted"
        self._tracker.update(drained=drained)
        if missing is not None:
            self._tracker.update(failure=missing)
            return "incomplete"
        return "finished"

    def _expected(self) -> int | None:
        """Records to wait for, where they are not those that were delivered."""
        if self._settings.expected_messages is None and self._project.shape == "one_to_one":
            return self._data.rows
        return self._settings.expected_messages

    async def _outcome(self, steps: asyncio.Task[RunOutcome]) -> RunOutcome:
        """Waits for the steps, or for a crash of a thread, which ends them."""
        waiting: set[asyncio.Future[Any]] = {steps, self._crash}
        await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        if not steps.done():
            steps.cancel()
        try:
            outcome = await steps
        except asyncio.CancelledError:
            if self._crash.done():
                self._crash.result()
            if self._interrupt_code is None:
                raise
            return "interrupted"
        except PipeGenError as error:
            if self._interrupt_code is not None:
                return "interrupted"
            self._failure = error
            return "failed"
        return outcome

    async def _judged(self, outcome: RunOutcome) -> int:
        """Has the run judged for good, on all that was measured; returns its exit code."""
        send_cpu_s = self._load.send_cpu_s if self._load else None
        self._judge.conclude(ending_of(outcome, self._tracker.standing, send_cpu_s, self._settings.producers))
        await asyncio.to_thread(self._sampler.take)
        return ending_exit_code(self._exit_code(outcome), self._judge.verdict, strict=self._settings.strict)

    def _exit_code(self, outcome: RunOutcome) -> int:
        if outcome == "interrupted" and self._interrupt_code is not None:
            return self._interrupt_code
        if self._failure is not None:
            return self._failure.exit_code
        return EXIT_OK if outcome in {"finished", "aborted"} else EXIT_SERVICE

    async def _quiesce(self) -> None:
        """Stops the threads after one last look at the services. Calling it twice is no error."""
        if self._load is not None:
            await self._load.finish()
        if self._pool is not None:
            await asyncio.to_thread(self._pool.close)
        await self._observers.stop()
        if self._pipeline is not None:
            await self._pipeline.stop_reading()
        self._sampler.stop()
        await asyncio.to_thread(self._sampler.join)

    async def _put_away(self) -> list[str]:
        left: list[str] = []
        if self._pipeline is not None:
            if self._settings.cleanup:
                left = await clean_up(self._pipeline.clients, self._prepared)
            await self._pipeline.clients.close()
        if self._found is not None and self._found.started is not None and self._settings.cleanup:
            self._progress.note("stopping the stack that this run started")
            await asyncio.to_thread(self._found.started.down)
        return left

    def _summary(self, outcome: RunOutcome, exit_code: int, snapshot: Snapshot, left: list[str]) -> RunSummary:
        return summarise(
            snapshot,
            outcome=outcome,
            exit_code=exit_code,
            failure=self._failure,
            sentence=self._tracker.standing.failure,
            meters=self._meters,
            schedule=self._schedule,
            planned_total=self._pacer.shard_events,
            send_cpu_s=self._load.send_cpu_s if self._load else None,
            read_cpu_s=self._pipeline.read_cpu_s if self._pipeline else None,
            command=self._command,
            left_behind=left,
        )

    def _threshold_failed(self, result: ThresholdResult) -> None:
        """Hears, from the sampler, that a threshold asks for the end of the run; once is enough."""

        def end() -> None:
            if self._aborted or self._interrupt_code is not None or self._load is None:
                return
            self._aborted = True
            self._tracker.update(failure=abort_sentence(result))
            self._load.stop()

        with contextlib.suppress(RuntimeError):  # the loop is closed: the run is over
            self._loop.call_soon_threadsafe(end)

    def _go(self, phase: RunPhase, step: str, **changes: object) -> None:
        self._tracker.update(phase=phase, step=step, **changes)
        self._bus.publish(PhaseChanged(phase, step))

    def _error_seen(self, entry: ErrorEntry) -> None:
        self._bus.publish(ErrorSeen(entry))
        self._sampler.hasten()
        if self._explainer is not None:
            self._explainer.hear(entry)

    def _crashed(self, error: BaseException) -> None:
        """Hears, from that thread, of a thread that ended unexpectedly."""

        def end() -> None:
            if not self._crash.done():
                self._crash.set_exception(error)

        with contextlib.suppress(RuntimeError):  # the loop is closed: the run is over
            self._loop.call_soon_threadsafe(end)
