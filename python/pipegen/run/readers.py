"""Starts what reads a run's topics back, and has each part ended once it has seen what is there."""

from __future__ import annotations

import asyncio
from functools import partial

from pipegen.errors import FaultCode
from pipegen.run.connect import Clients
from pipegen.run.context import RunContext
from pipegen.run.prepare import Topics
from pipegen.run.read.changelog import retraction_end
from pipegen.run.read.checking import checker_for
from pipegen.run.read.input import InputReader
from pipegen.run.read.inspection import count_input, count_output, input_checker, output_checker
from pipegen.run.read.older_records import older_records
from pipegen.run.read.output import ConsumerThread
from pipegen.run.read.outputs import OutputReading
from pipegen.run.read.schema_lookup import SchemaLookup

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
    consumer = _consumer(context, clients, topics, lookup)
    activity.push("the thread of the rules", asyncio.to_thread, inspection.rules.finish, _RULES_S)
    inspection.rules.start()
    consumer.start()
    activity.push("the reader of the output", _stop_consumer, context, consumer)
    others = [_further_consumer(context, clients, topics, lookup, output) for output in context.further]
    for other in others:
        other.start()
        activity.push("the reader of an output", _stop_further, other)
    if inspection.input is not None:
        reader = _input_reader(context, clients, topics, lookup)
        reader.start()
        activity.push("the reader of the input", asyncio.to_thread, reader.finish, _INPUT_S)
    return [consumer, *others]


def _tell_of_older_records(context: RunContext, topics: Topics) -> None:
    topic = context.names.input_topic
    told = older_records(context.spec.project, topic, topics.start_offsets[topic])
    if told is not None:
        context.errors.report(
            key="older_records", component="kafka", category="processing", severity="warning", message=told
        )


async def _stop_consumer(context: RunContext, consumer: ConsumerThread) -> None:
    consumer.stop()
    await asyncio.to_thread(consumer.join, _CONSUMER_S)
    context.times.read_s = consumer.cpu_s


def _consumer(context: RunContext, clients: Clients, topics: Topics, lookup: SchemaLookup) -> ConsumerThread:
    names, project = context.names, context.spec.project
    return ConsumerThread(
        access=clients.kafka.access,
        group_id=names.consumer_group,
        topic=names.output_topic,
        start_offsets=topics.start_offsets[names.output_topic],
        meters=context.senders.own_meters,
        by_timestamp=project.latency_source == "timestamp",
        append_times=topics.append_times,
        retraction_end=retraction_end(project.output_format),
        checker=output_checker(context.inspection, project.output_format, lookup.of("output")),
        on_checked=partial(count_output, context.inspection),
        on_invalid=partial(_invalid, context),
        on_unchecked=partial(_unchecked, context),
        on_message_error=partial(_message_error, context),
        on_fault=context.observers.kafka_fault,
        on_crash=context.crashed,
    )


async def _stop_further(consumer: ConsumerThread) -> None:
    consumer.stop()
    await asyncio.to_thread(consumer.join, _CONSUMER_S)


def _further_consumer(
    context: RunContext, clients: Clients, topics: Topics, lookup: SchemaLookup, output: OutputReading
) -> ConsumerThread:
    return ConsumerThread(
        access=clients.kafka.access,
        group_id=output.group,
        topic=output.topic,
        start_offsets=topics.start_offsets[output.topic],
        meters=output.meters,
        by_timestamp=output.facts.latency_source == "timestamp",
        retraction_end=retraction_end(output.facts.format),
        checker=checker_for(output.facts.format, lookup.of("output")),
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
        checker=input_checker(context.inspection, _input_kind(context), lookup.of("input")),
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
