"""Starts what reads a run's topics back, and has each part ended once it has seen what is there."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from functools import partial

from pipegen.errors import FaultCode
from pipegen.run.connect import Clients
from pipegen.run.context import RunContext
from pipegen.run.prepare import Topics
from pipegen.run.read.changelog import retraction_end
from pipegen.run.read.input import InputReader
from pipegen.run.read.inspection import count_input, count_output, input_checker, output_checker
from pipegen.run.read.older_records import older_records
from pipegen.run.read.output import ConsumerThread
from pipegen.run.read.outputs import OutputReading
from pipegen.run.read.schema_lookup import SchemaLookup
from pipegen.run.read.table import changes_as_json
from pipegen.run.read.trace import traces_of

_CONSUMER_S = 10.0
_INPUT_S = 15.0
_RULES_S = 10.0


def start_readers(context: RunContext, clients: Clients, topics: Topics) -> list[ConsumerThread]:
    """Starts the thread of the rules, the consumers of the outputs and, where it is asked for, the reader of the input.

    Args:
        context: What every stage uses.
        clients: Clients of the services.
        topics: The topics to read.

    Returns:
        The consumers, that of the first output first.
    """
    inspection, activity = context.inspection, context.undo.activity
    _tell_of_older_records(context, topics)
    lookup = SchemaLookup(clients.registry, context.names, inspection, context.tracker)
    consumers = [_consumer(context, clients, topics, lookup, output) for output in context.outputs]
    activity.push("the thread of the rules", asyncio.to_thread, inspection.rules.finish, _RULES_S)
    inspection.rules.start()
    for consumer in consumers:
        consumer.start()
    activity.push("the readers of the outputs", _stop_consumers, context, consumers)
    if inspection.input is not None:
        reader = _input_reader(context, clients, topics, lookup)
        reader.start()
        activity.push("the reader of the input", asyncio.to_thread, reader.finish, _INPUT_S)
    return consumers


def _tell_of_older_records(context: RunContext, topics: Topics) -> None:
    topic = context.names.input_topic
    told = older_records(context.spec.project, topic, topics.start_offsets[topic])
    if told is not None:
        context.errors.report(
            key="older_records", component="kafka", category="processing", severity="warning", message=told
        )


async def _stop_consumers(context: RunContext, consumers: Sequence[ConsumerThread]) -> None:
    for consumer in consumers:
        consumer.stop()
    end_s = time.monotonic() + _CONSUMER_S
    for consumer in consumers:
        await asyncio.to_thread(consumer.join, max(0.0, end_s - time.monotonic()))
    times = [consumer.cpu_s for consumer in consumers if consumer.cpu_s is not None]
    context.times.read_s = sum(times) if times else None


def _consumer(
    context: RunContext, clients: Clients, topics: Topics, lookup: SchemaLookup, output: OutputReading
) -> ConsumerThread:
    schema_by_id = lookup.of_output(output)
    return ConsumerThread(
        access=clients.kafka.access,
        group_id=output.group,
        topic=output.topic,
        start_offsets=topics.start_offsets[output.topic],
        meters=output.meters,
        by_timestamp=output.facts.stamped,
        joint=output.facts.joint,
        append_times=output.topic in topics.append_times,
        retraction_end=retraction_end(output.facts.format),
        table=output.table,
        as_changes=changes_as_json(output.facts.table, schema_by_id),
        traces=traces_of(
            output.facts,
            context.spec.schedules,
            schema_by_id=schema_by_id,
            workers=context.spec.settings.producers,
        ),
        checker=output_checker(context.inspection, output, schema_by_id),
        on_checked=partial(count_output, context.inspection, output),
        on_invalid=partial(_invalid, context),
        on_unchecked=partial(_unchecked, context),
        on_message_error=partial(_message_error, context),
        on_fault=context.observers.kafka_fault,
        on_crash=context.crashed,
    )


def _input_reader(context: RunContext, clients: Clients, topics: Topics, lookup: SchemaLookup) -> InputReader:
    names = context.names
    return InputReader(
        kafka=clients.kafka,
        group_id=names.input_group,
        topic=names.input_topic,
        start_offsets=topics.start_offsets[names.input_topic],
        run_mark=names.run_mark,
        checker=input_checker(context.inspection, _input_kind(context), lookup.of_input()),
        on_checked=partial(count_input, context.inspection, context.errors),
        on_message_error=partial(_message_error, context),
        on_fault=context.observers.kafka_fault,
        on_crash=context.crashed,
    )


def _input_kind(context: RunContext) -> str:
    """The format of the input as Flink calls it."""
    value_format = context.spec.settings.pipeline.value_format
    return "avro-confluent" if value_format == "avro" and context.spec.project.framed else value_format


def _invalid(context: RunContext, reason: str, count: int, example: str) -> None:
    context.errors.report(
        key=reason, component="consumer", category="serialisation", message=f"{reason}: {example}", count=count
    )


def _unchecked(context: RunContext, count: int) -> None:
    context.tracker.update(unchecked_total=context.tracker.status.unchecked_total + count)


def _message_error(context: RunContext, name: str, text: str) -> None:
    code = FaultCode(kafka=name)
    context.errors.report(key=name, component="consumer", category="connection", message=text, code=code)
