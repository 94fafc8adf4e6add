"""The pipeline under load: brought up step by step on services that were found, until it is proven to work."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from pipegen.errors import PipelineError, ProjectError
from pipegen.journal import living
from pipegen.moment import epoch_ms
from pipegen.observe import PipelineSources
from pipegen.project import NamedInSql, ToSubmit
from pipegen.run.compaction import warn_of_compaction
from pipegen.run.connect import Clients, FoundServices, check_services, make_clients
from pipegen.run.context import RunContext, warn
from pipegen.run.feed.generated import SchemaIds, input_plan
from pipegen.run.feed.prepared_file import FlinkFile, encoded_rows, file_for_flink
from pipegen.run.feed.rows import RunRecords
from pipegen.run.job.feeding import fed_by_job
from pipegen.run.job.guard import JobGuard
from pipegen.run.load_tables import load_tables
from pipegen.run.names import sql_variables
from pipegen.run.prepare import prepare_schemas, prepare_topics
from pipegen.run.read.output import ConsumerThread
from pipegen.run.read_sql import read_sql
from pipegen.run.readers import start_readers
from pipegen.run.readiness import until_ready
from pipegen.run.send.client import open_sending
from pipegen.run.send.interfaces import SendInput
from pipegen.run.submit import Submission
from pipegen.run.take_away import Claim, take_away
from pipegen.stack import Endpoints
from pipegen.urls import each_url, is_encoded

_LOOK_S = 0.1
_ASSIGNMENT_S = 30.0


@dataclass(frozen=True, slots=True)
class Pipeline:
    """A pipeline that is ready for the load.

    Attributes:
        clients: Clients of its services.
        guard: Follows its job.
        send_input: What is sent to it, and by which client.
        rows: Rows that Flink reads by itself; None when records are sent.
        submit: Submits the SQL, whose jobs read what has been sent by then; None if they are already running.
    """

    clients: Clients
    guard: JobGuard
    send_input: SendInput
    rows: int | None
    submit: Callable[[], Awaitable[None]] | None = None


async def connected(context: RunContext, endpoints: Endpoints) -> tuple[RunContext, Clients]:
    """Reaches the services and has Flink read the SQL; returns the run with what Flink says of it.

    Raises:
        ServiceError: when a service does not answer.
        PipelineError: when Flink refuses the SQL.
        ProjectError: when there is nothing to send or to read back.
    """
    clients = _connect(context, endpoints)
    context.go("starting", "asking the services")
    await check_services(clients)
    settings, project_dir = context.spec.settings, context.spec.project.dir
    file = (project_dir / settings.feed.file).absolute() if settings.feed.file else None
    return await read_sql(context, clients, _variables(context, endpoints, data_file=file)), clients


async def ready_pipeline(context: RunContext, clients: Clients, found: FoundServices) -> Pipeline:
    """Brings the pipeline up.

    Raises:
        ServiceError: when a service does not answer or refuses.
        PipelineError: when Flink refuses the SQL, or the job does not get ready in time.
        ProjectError: when records cannot be made for the schema.
    """
    spec, names, undo = context.spec, context.names, context.undo
    context.go("starting", "creating topics and registering the schema")
    by_sql = spec.project.named(_variables(context, found.endpoints, data_file=None))
    by_header = [each.topic for each in context.outputs if each.facts.recognised and not each.facts.stamped]
    topics = await prepare_topics(
        clients,
        names,
        spec.settings,
        context.journal,
        by_sql=by_sql,
        time_appends=by_header,
        sources=spec.sources,
    )
    await warn_of_compaction(context, clients)
    context.tracker.update(append_times=bool(topics.append_times))
    schemas = _schemas(context)
    known = await prepare_schemas(
        clients, names, schemas, context.journal, by_sql=by_sql, tell=partial(warn, context, remedy=None)
    )
    ids = [
        SchemaIds(known.get(f"{topic}-value"), known.get(f"{topic}-key"))
        for topic in names.input_topics(spec.project.inputs)
    ]
    note_groups(context, by_sql)
    records = await _records(context, ids)
    flink_file = await _flink_file(context)
    send_input = _open_sending(context, clients, records, ids)
    readers = start_readers(context, clients, topics)
    # Pushed once more: the services are asked one last time before the readers end, not after.
    undo.activity.push("the last look at the services", context.observers.stop)
    variables = _variables(context, found.endpoints, data_file=flink_file.path if flink_file else None)
    inputs = names.input_topics(spec.project.inputs)
    sources = PipelineSources(*spec.project.sources(variables), frozenset(inputs))
    context.observers.start_services(
        clients,
        names,
        topics,
        inputs,
        {output.topic: reader.consumed for output, reader in zip(context.outputs, readers, strict=True)},
        sources,
    )
    context.go("starting", "joining the consumer group")
    for output, reader in zip(context.outputs, readers, strict=True):
        await _until_assigned(reader, output.group)
    guard = JobGuard(
        context.observers,
        context.tracker,
        leading=spec.project.leading_statements,
        may_finish=spec.read_by_flink or spec.project.sent_first,
        bounded=spec.project.bounded_source,
        feeds=partial(_fed, context),
    )
    submit = partial(_submit, context, clients, variables)
    if spec.project.sent_first:
        await load_tables(context, clients, send_input, guard, job_reads=False)
        return Pipeline(clients, guard, send_input, None, submit)
    context.go("starting", "submitting the SQL to Flink")
    await submit()
    # A job that reads a file is at work from its first moment on, and may be done before anybody looks.
    if not spec.read_by_flink:
        await until_ready(context, clients, send_input, guard)
    await load_tables(context, clients, send_input, guard)
    return Pipeline(clients, guard, send_input, flink_file.rows if flink_file else None)


def _fed(context: RunContext, job_id: str | None) -> Sequence[str]:
    """The outputs that a job feeds; none where there is one output, which goes without saying."""
    if len(context.outputs) == 1:
        return ()
    return fed_by_job(context.spec.project, context.tracker.status.statements, job_id)


def _connect(context: RunContext, endpoints: Endpoints) -> Clients:
    clients = make_clients(endpoints, context.spec.settings, on_kafka_fault=context.observers.kafka_fault)
    context.tracker.update(registry_url=clients.registry.shown_url)
    undo = context.undo
    undo.services.push("the connections to the services", clients.close)
    if context.spec.settings.cleanup:
        undo.services.push("what was made on the services", _take_away, context, clients, endpoints)
    return clients


async def _take_away(context: RunContext, clients: Clients, endpoints: Endpoints) -> None:
    journal = context.journal
    claim = Claim(
        run_id=context.names.run_id,
        made=journal.made,
        used=frozenset(
            {*context.names.input_topics(context.spec.project.inputs), *(each.topic for each in context.outputs)}
        ),
        since_ms=epoch_ms(journal.head.started_at),
        services=endpoints.model_dump(),
        others=living(besides=context.names.run_id),
        fresh=True,
    )
    remains = await take_away(clients, claim)
    context.undo.left.extend(remains.left)
    context.undo.expiring.extend(remains.expiring)


def note_groups(context: RunContext, by_sql: NamedInSql) -> None:
    """Notes the consumer groups of the run and those that its SQL names, and what its transactional ids begin with."""
    names = context.names
    own = [names.flink_group, *by_sql.groups, *(each.group for each in context.outputs)]
    if context.inspection.input is not None:
        own.append(names.input_group)
    for group in own:
        context.journal.making("group", group)
    for prefix in by_sql.transactional_prefixes:
        context.journal.making("transactional_ids", prefix)


def _schemas(context: RunContext) -> dict[str, str]:
    """The schemas of the inputs that the registry has to know, by subject."""
    project = context.spec.project
    found: dict[str, str] = {}
    for topic, facts in zip(context.names.input_topics(project.inputs), project.inputs, strict=True):
        if facts.record is None:
            if project.framed and context.spec.settings.pipeline.value_format == "avro":
                found[f"{topic}-value"] = facts.schema.text
            continue
        if facts.record.registered:
            found[f"{topic}-value"] = facts.registered_text
        if facts.record.key is not None and facts.record.key.registered:
            found[f"{topic}-key"] = json.dumps(facts.record.key.schema)
    return found


async def _records(context: RunContext, ids: Sequence[SchemaIds]) -> list[RunRecords]:
    """Rows of the data file, or the generated records of each input."""
    spec = context.spec
    if spec.records is not None:
        return [spec.records]
    inputs = spec.project.inputs
    files = dict(spec.files)
    if spec.file is not None and len(inputs) == 1 and not spec.read_by_flink:
        files[inputs[0].name] = spec.file
    made: list[RunRecords] = []
    for facts, its, schedule in zip(inputs, ids, spec.schedules, strict=True):
        file = files.get(facts.name)
        if file is None:
            made.append(input_plan(facts, spec.settings, ids=its, schedule=schedule))
            continue
        rows = await encoded_rows(
            spec,
            file,
            facts,
            ids=its,
            events=schedule.total_events,
            order=spec.plan.order if len(inputs) == 1 else None,
            tell=partial(context.go, "starting"),
            undo=context.undo.activity,
        )
        made.append(rows)
    return made


async def _flink_file(context: RunContext) -> FlinkFile | None:
    spec = context.spec
    if spec.file is None or not spec.read_by_flink:
        return None
    tell = partial(context.go, "starting")
    return await file_for_flink(spec, spec.file, tell=tell, undo=context.undo.activity, journal=context.journal)


def _open_sending(
    context: RunContext, clients: Clients, records: Sequence[RunRecords], ids: Sequence[SchemaIds]
) -> SendInput:
    settings, topics = context.spec.settings, context.names.input_topics(context.spec.project.inputs)
    sending = open_sending(
        settings.sender,
        clients.kafka.access,
        *topics,
        properties=settings.producer_config,
        listener=context.observers.kafka_fault,
    )
    context.tracker.update(sender=sending.kind, sender_reason=sending.reason)
    return SendInput(sending, records, clients.kafka.access, topics, ids, context.spec.project.inputs)


async def _until_assigned(consumer: ConsumerThread, group: str) -> None:
    deadline_s = time.monotonic() + _ASSIGNMENT_S
    while not consumer.assigned.is_set():
        if time.monotonic() > deadline_s:
            raise PipelineError(
                f"consumer group {group} gave us no partition within {_ASSIGNMENT_S:g} s",
                remedy="Check that the broker's group coordinator is available.",
            )
        await asyncio.sleep(_LOOK_S)


def _variables(context: RunContext, endpoints: Endpoints, *, data_file: Path | None) -> Mapping[str, str]:
    settings = context.spec.settings
    return sql_variables(
        context.names,
        bootstrap_servers=endpoints.bootstrap_servers,
        schema_registry_url=endpoints.schema_registry_url,
        data_file=data_file,
        kafka=settings.kafka.security,
        registry=settings.schema_registry.security,
    )


async def _submit(context: RunContext, clients: Clients, variables: Mapping[str, str]) -> None:
    project = context.spec.project
    submission = Submission(
        gateway=clients.gateway,
        flink=clients.flink,
        project_dir=project.dir,
        job_name=context.names.job_name,
        tracker=context.tracker,
        journal=context.journal,
        warn=partial(warn, context),
        timeout_s=context.spec.settings.pipeline_timeout_ns / 1e9,
    )
    statements = project.render(variables)
    _check_credentials(statements, variables, context.spec.settings.schema_registry_url)
    await submission.submit(statements)


def _check_credentials(statements: Sequence[ToSubmit], variables: Mapping[str, str], registry_url: str) -> None:
    """Refuses SQL with which Flink could not authenticate to the registry, because it does not decode the password."""
    if not any(map(is_encoded, each_url(registry_url))):
        return
    shown, who = variables["SCHEMA_REGISTRY_URL"], variables["SCHEMA_REGISTRY_USER_INFO"]
    texts = [text for statement in statements for text in (*statement.before, statement.text)]
    if any(shown in text for text in texts) and not any(who in text for text in texts):
        raise ProjectError(
            "the address of the schema registry contains an encoded user or password, which Flink does not decode",
            remedy="Add 'value.avro-confluent.basic-auth.credentials-source' = 'USER_INFO' and "
            "'value.avro-confluent.basic-auth.user-info' = '${SCHEMA_REGISTRY_USER_INFO}' to the tables of the SQL.",
        )
