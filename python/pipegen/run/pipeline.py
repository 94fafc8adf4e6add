"""The pipeline under load: brought up step by step, made ready, watched, and read from."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from functools import partial

from pipegen.avro import InputSchema
from pipegen.config import Settings
from pipegen.diagnose import ErrorLog
from pipegen.errors import FaultCode, PipelineError
from pipegen.hotpath import Meters, Pacer, Schedule
from pipegen.project import Project
from pipegen.quality import Inspection
from pipegen.run.connect import Clients, check_services, make_clients
from pipegen.run.drain import DrainSight
from pipegen.run.feed.generated import record_plan
from pipegen.run.feed.prepared_file import RunInput
from pipegen.run.feed.rows import RunRecords
from pipegen.run.job_watch import JobSight, JobWatch
from pipegen.run.load import Load
from pipegen.run.names import RunNames, sql_variables
from pipegen.run.observers import Observers
from pipegen.run.prepare import Prepared, prepare_schema, prepare_topics
from pipegen.run.progress import RunTracker
from pipegen.run.race import guarded, to_its_end
from pipegen.run.read.input import InputReader
from pipegen.run.read.inspection import count_input, count_output, input_checker, output_checker
from pipegen.run.read.output import ConsumerThread
from pipegen.run.read.schema_lookup import SchemaLookup
from pipegen.run.send.client import Sending, open_sending
from pipegen.run.send.interfaces import MeterView
from pipegen.run.send.pool import WorkerPool
from pipegen.run.send.probe import ProbeSender
from pipegen.run.send.worker import WorkerSpec
from pipegen.run.submit import submit
from pipegen.snapshot import RunPhase
from pipegen.stack import Endpoints
from pipegen.traffic import TrafficPlan
from pipegen.units import format_duration

_LOOK_S = 0.1
_STEADY_S = 3.0
_PROBE_AGAIN_S = 5.0
_ASSIGNMENT_S = 30.0
_FRESH_S = 2.0
_INPUT_S = 15.0
_RULES_S = 10.0

OnStep = Callable[[RunPhase, str], None]
OnCrash = Callable[[BaseException], None]


class Pipeline:
    """One project's pipeline on one set of services.

    Args:
        project: The project.
        settings: The settings in force.
        data: The data file whose rows are the input, if there is one.
        schedule: When each record is due.
        names: Names of this run.
        endpoints: Where the services are.
        meters: What the consumer counts into.
        inspection: What the records are checked for.
        tracker: Told of jobs, statements and probes.
        errors: Told of errors.
        observers: Started once there is something to observe.
        prepared: Filled with what this run makes, at once, so that it can be undone at any point.
        on_step: Told of each step.
        on_crash: Told of a thread that ends unexpectedly.
    """

    def __init__(
        self,
        *,
        project: Project[InputSchema],
        settings: Settings,
        data: RunInput,
        schedule: Schedule,
        names: RunNames,
        endpoints: Endpoints,
        meters: Meters,
        inspection: Inspection,
        tracker: RunTracker,
        errors: ErrorLog,
        observers: Observers,
        prepared: Prepared,
        on_step: OnStep,
        on_crash: OnCrash,
    ) -> None:
        self._project = project
        self._settings = settings
        self._data = data
        self._schedule = schedule
        self._names = names
        self._endpoints = endpoints
        self._meters = meters
        self._inspection = inspection
        self._tracker = tracker
        self._errors = errors
        self._observers = observers
        self._prepared = prepared
        self._step = on_step
        self._on_crash = on_crash
        self._job_watch = JobWatch()
        self._consumer: ConsumerThread | None = None
        self._input_reader: InputReader | None = None
        self._sending: Sending | None = None
        self._records: RunRecords | None = None
        self.clients: Clients = make_clients(endpoints, settings, on_kafka_fault=observers.kafka_fault)
        self._lookup = SchemaLookup(self.clients.registry, names, inspection, tracker)
        tracker.update(registry_url=self.clients.registry.shown_url)

    @property
    def has_probe(self) -> bool:
        """Whether a record can be recognised at the far end, so that a probe can go first."""
        return self._project.shape == "one_to_one" and self._project.latency_source == "header"

    async def make_ready(self) -> None:
        """Everything up to a pipeline that is proven to work.

        Raises:
            ServiceError: when a service does not answer or refuses.
            PipelineError: when Flink refuses the SQL, or the job does not get ready in time.
            ProjectError: when records cannot be made for the schema.
        """
        timeout_ns = self._settings.pipeline_timeout_ns
        self._step("starting", "asking the services")
        await check_services(self.clients)
        self._step("starting", "creating topics and registering the schema")
        by_header = self._project.latency_source == "header"
        await prepare_topics(self.clients, self._names, self._settings, self._prepared, time_appends=by_header)
        self._tracker.update(append_times=self._prepared.append_times)
        is_avro = self._settings.pipeline.value_format == "avro"
        schema_text = self._project.input_schema.text if is_avro else None
        schema_id = await prepare_schema(self.clients, self._names, schema_text, self._prepared)
        tell = partial(self._step, "starting")
        self._records = await self._data.records(schema_id or 0, tell) or record_plan(
            self._project.input_schema, self._settings, schema_id=schema_id, schedule=self._schedule
        )
        data_file = await self._data.file_for_flink(tell)
        self._sending = open_sending(
            self._settings.sender,
            self.clients.kafka.access,
            self._names.input_topic,
            properties=self._settings.producer_config,
            listener=self._observers.kafka_fault,
        )
        self._tracker.update(sender=self._sending.kind, sender_reason=self._sending.reason)
        consumer = self._start_consumer()
        self._observers.start_services(self.clients, self._names, self._prepared, self._tracker, consumer.positions)
        await self._until_assigned(consumer)
        self._step("starting", "submitting the SQL to Flink")
        variables = sql_variables(
            self._names,
            bootstrap_servers=self._endpoints.bootstrap_servers,
            schema_registry_url=self._endpoints.schema_registry_url,
            data_file=data_file,
            kafka=self._settings.kafka.security,
            registry=self._settings.schema_registry.security,
        )
        await submit(
            self.clients.gateway,
            self._project.render(variables),
            project_dir=self._project.dir,
            job_name=self._names.job_name,
            tracker=self._tracker,
            job_ids=self._prepared.job_ids,
            timeout_s=timeout_ns / 1e9,
        )
        if self._data.by_flink:
            return  # the job is at work from its first moment on, and may be done before anybody looks
        try:
            await asyncio.wait_for(guarded(self._until_ready(), self.watch()), timeout_ns / 1e9)
        except TimeoutError:
            raise PipelineError(
                f"the pipeline was not ready within {format_duration(timeout_ns)}: {self._tracker.standing.step}",
                detail=self._evidence(),
                remedy="Look at the job in Flink, or give it more time with --pipeline-timeout.",
            ) from None

    async def watch(self) -> None:
        """Looks at the job for ever; ends only by raising.

        Raises:
            PipelineError: when the job has failed or keeps restarting; with Flink's root exception.
        """
        while True:
            reading = self._observers.flink().value
            if reading is not None and reading.job_state is not None:
                self._observers.errors.job(reading)
                sight = JobSight(
                    reading.job_state, reading.root_exception, reading.root_exception_at_ms, bool(reading.waiting)
                )
                done = self._data.by_flink and reading.job_state == "FINISHED"
                verdict = None if done else self._job_watch.see(sight, now_s=time.monotonic())
                if verdict is not None and not reading.cluster.task_managers:
                    verdict += " and no TaskManager is registered"
                if verdict is not None:
                    raise PipelineError(
                        f"{verdict}: {reading.root_exception}" if reading.root_exception else verdict,
                        remedy="Flink's page and the TaskManager's log have the whole stack trace.",
                    )
            await asyncio.sleep(_LOOK_S)

    def make_load(self, pacer: Pacer) -> Load:
        """The load for this pipeline, sent by one thread; only once it is ready."""
        if self._sending is None or self._records is None:
            raise RuntimeError("make_ready has not been awaited")
        thread = self._sending.loop(records=self._records, pacer=pacer, meters=self._meters, on_crash=self._on_crash)
        return Load(thread=thread, pacer=pacer, meters=self._meters, tracker=self._tracker, sight=self._sight)

    async def make_pool_load(self, pool: WorkerPool, meters: MeterView, plan: TrafficPlan) -> Load:
        """The load for this pipeline, sent by several processes; only once it is ready."""
        if self._prepared.schema_id is None:
            raise RuntimeError("make_ready has not been awaited")
        count = self._settings.producers
        specs = [
            WorkerSpec(
                index=index,
                count=count,
                access=self.clients.kafka.access,
                topic=self._names.input_topic,
                schema=self._project.input_schema,
                schema_id=self._prepared.schema_id,
                settings=self._settings,
                plan=plan,
            )
            for index in range(count)
        ]
        self._step("starting", f"starting {count} sending processes")
        await to_its_end(asyncio.to_thread(pool.prepare, specs))
        return Load(thread=pool, pacer=pool.pace, meters=meters, tracker=self._tracker, sight=self._sight)

    @property
    def read_cpu_s(self) -> float | None:
        """CPU seconds of the read loop; None until it has ended."""
        return self._consumer.cpu_s if self._consumer is not None else None

    async def stop_reading(self) -> None:
        """Ends the readers and the rules once they have seen what is there, and lets go of the data file."""
        reader, self._input_reader = self._input_reader, None
        if reader is not None:
            await asyncio.to_thread(reader.finish, timeout_s=_INPUT_S)
        if self._consumer is not None:
            self._consumer.stop()
            await asyncio.to_thread(self._consumer.join, 10.0)
        await asyncio.to_thread(self._inspection.rules.finish, _RULES_S)
        self._data.close()

    def _start_consumer(self) -> ConsumerThread:
        names = self._names
        self._prepared.groups.extend([names.consumer_group, names.flink_group])
        self._consumer = ConsumerThread(
            access=self.clients.kafka.access,
            group_id=names.consumer_group,
            topic=names.output_topic,
            start_offsets=self._prepared.start_offsets[names.output_topic],
            meters=self._meters,
            by_timestamp=self._project.latency_source == "timestamp",
            append_times=self._prepared.append_times,
            checker=output_checker(self._inspection, self._project.output_format, self._lookup.of("output")),
            on_checked=partial(count_output, self._inspection),
            on_invalid=self._invalid,
            on_unchecked=self._unchecked,
            on_message_error=self._message_error,
            on_fault=self._observers.kafka_fault,
            on_crash=self._on_crash,
        )
        self._inspection.rules.start()
        self._consumer.start()
        if self._inspection.input is not None:
            self._input_reader = self._start_input_reader()
        return self._consumer

    def _start_input_reader(self) -> InputReader:
        group_id = f"{self._names.consumer_group}-input"
        self._prepared.groups.append(group_id)
        reader = InputReader(
            kafka=self.clients.kafka,
            group_id=group_id,
            topic=self._names.input_topic,
            start_offsets=self._prepared.start_offsets[self._names.input_topic],
            checker=input_checker(self._inspection, self._settings.pipeline.value_format, self._lookup.of("input")),
            on_checked=partial(count_input, self._inspection, self._errors),
            on_message_error=self._message_error,
            on_fault=self._observers.kafka_fault,
            on_crash=self._on_crash,
        )
        reader.start()
        return reader

    def _invalid(self, reason: str, count: int, example: str) -> None:
        self._errors.report(
            key=reason, component="consumer", category="serialisation", message=f"{reason}: {example}", count=count
        )

    def _unchecked(self, count: int) -> None:
        self._tracker.update(unchecked_total=self._tracker.standing.unchecked_total + count)

    def _message_error(self, name: str, text: str) -> None:
        code = FaultCode(kafka=name)
        self._errors.report(key=name, component="consumer", category="connection", message=text, code=code)

    async def _until_assigned(self, consumer: ConsumerThread) -> None:
        self._step("starting", "joining the consumer group")
        deadline_s = time.monotonic() + _ASSIGNMENT_S
        while not consumer.assigned.is_set():
            if time.monotonic() > deadline_s:
                raise PipelineError(
                    f"consumer group {self._names.consumer_group} gave us no partition within {_ASSIGNMENT_S:g} s",
                    remedy="Check that the broker's group coordinator is available.",
                )
            await asyncio.sleep(_LOOK_S)

    async def _until_ready(self) -> None:
        self._step("probing", "waiting for the Flink job to run")
        while not self._job_runs():  # noqa: ASYNC110 -- what is waited for is a service's answer
            await asyncio.sleep(_LOOK_S)
        if self.has_probe:
            await self._until_probe_arrived()
        else:
            self._step("probing", f"watching the job run for {_STEADY_S:g} s")
            since_s = time.monotonic()
            while time.monotonic() - since_s < _STEADY_S:
                if not self._job_runs():
                    since_s = time.monotonic()
                await asyncio.sleep(_LOOK_S)

    def _job_runs(self) -> bool:
        reading = self._observers.flink().value
        return reading is not None and reading.all_running and not self._job_watch.in_trouble

    async def _until_probe_arrived(self) -> None:
        if self._sending is None or self._records is None:
            raise RuntimeError("make_ready has not been awaited")
        self._step("probing", "waiting for a probe record to come out")
        probe = ProbeSender(
            sending=self._sending,
            records=self._records,
            on_refused=lambda text: self._errors.report(
                key="probe", component="producer", category="connection", message=text
            ),
        )
        again_s = 0.0
        while self._meters.totals().probes == 0:
            if time.monotonic() >= again_s:
                # A job that reads from the end of its topic misses a probe sent before it looked: send another.
                await asyncio.to_thread(probe.send)
                self._tracker.update(probes=probe.sent)
                again_s = time.monotonic() + _PROBE_AGAIN_S
            await asyncio.sleep(_LOOK_S / 10)

    def _evidence(self) -> str:
        flink, kafka = self._observers.flink().value, self._observers.kafka().value
        lines = [f"Flink job: {flink.job_state if flink and flink.job_state else 'not known'}"]
        if flink is not None and flink.root_exception:
            lines.append(f"root exception: {flink.root_exception}")
        for name, topic in (("input", kafka.input if kafka else None), ("output", kafka.output if kafka else None)):
            lines.append(f"{name} topic: {topic.total if topic else 'unknown number of'} records")
        return "\n".join(lines)

    def _sight(self, arrived: int) -> DrainSight:
        flink, kafka = self._observers.flink(), self._observers.kafka().value
        value = flink.value
        end_ns = self._tracker.standing.load_end_ns
        age_ms = flink.age_ms()
        pending = value.pending_records if value else None
        if end_ns is not None and age_ms is not None:
            # Flink's figures are refreshed once in a while: one from before the end of the load says nothing.
            since_end_s = (time.time_ns() - end_ns) / 1e9 - age_ms / 1e3
            pending = pending if since_end_s >= _FRESH_S else None
        interval_ms = value.checkpoints.interval_ms if value and value.checkpoints else None
        return DrainSight(
            arrived=arrived,
            pending=pending,
            lag=kafka.output.lag if kafka and kafka.output else None,
            checkpoint_interval_s=interval_ms / 1000 if interval_ms else None,
        )
