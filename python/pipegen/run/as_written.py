"""What lies under the names of a script whose topics are used as they are written: asked before anything is created."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from pipegen.avro import InputSchema, parse_schema_text, schema_id_of
from pipegen.errors import ProjectError
from pipegen.project.inputs import InputRecord
from pipegen.project.inputs.record_schema import value_schema
from pipegen.project.plan.own_options import REGISTRY_FORMATS
from pipegen.project.plan.subjects import subjects_of
from pipegen.project.plan.table import FlinkTable
from pipegen.project.plan.topology import Input, Output, Topic, Topology
from pipegen.run.connect import Clients
from pipegen.services.kafka import KafkaAccess
from pipegen.services.kafka_tail import KafkaTail

_LOOKED_AT: Final = 3
"""Newest records of each partition."""
_WITHOUT: Final = "Leave --use-topics-as-written out: the run then has topics and subjects of its own."


@dataclass(frozen=True, slots=True)
class AsWritten:
    """What is there.

    Attributes:
        topics: The topics of the script that exist.
        schemas: For each subject of the script that exists its newest schema.
        values: For each input topic whose records the script reads from the beginning, the newest values.
        groups: The consumer groups of the script that exist.
    """

    topics: frozenset[str] = frozenset()
    groups: frozenset[str] = frozenset()
    schemas: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, tuple[bytes, ...]] = field(default_factory=dict)


NOTHING_THERE: Final = AsWritten()


def refuse_patterns(topology: Topology) -> None:
    """Refuses what has no topic that a run could use.

    Raises:
        ProjectError: an input reads a pattern of topics, or an output has no topic.
    """
    for source in topology.inputs:
        if not source.topics:
            raise ProjectError(
                f"input {source.name} reads a pattern of topics, and --use-topics-as-written cannot tell which one to"
                " send to",
                remedy=_WITHOUT,
            )
    without = next((output for output in topology.outputs if not output.topics), None)
    if without is not None:
        raise ProjectError(
            f"output {without.name} has no topic, and --use-topics-as-written gives it none", remedy=_WITHOUT
        )


async def find_as_written(topology: Topology, clients: Clients) -> AsWritten:
    """Asks the services what is there under the names of a script.

    Raises:
        ServiceError: when a service does not answer.
    """
    parts: tuple[Topic | Output, ...] = (*topology.inputs, *topology.inner, *topology.outputs)
    tables = [table for each in parts for table in each.tables]
    subjects = dict.fromkeys(subject for table in tables for subject in subjects_of(table))
    access = clients.kafka.access
    cluster, groups, told = await asyncio.gather(
        asyncio.to_thread(clients.kafka.cluster),
        asyncio.to_thread(clients.kafka.group_ids),
        asyncio.gather(*map(clients.registry.contract, subjects)),
    )
    there = frozenset(topic for table in tables for topic in table.topics if topic in cluster.topics)
    read = [each.topics[0] for each in topology.inputs if reads_older(each.tables[0]) and each.topics[0] in there]
    return AsWritten(
        topics=there,
        groups=groups_of(topology) & frozenset(groups),
        schemas={
            subject: str(answer["schema"])
            for subject, answer in zip(subjects, told, strict=True)
            if isinstance(answer, dict) and "schema" in answer
        },
        values=await asyncio.to_thread(_newest, access, read),
    )


def _newest(access: KafkaAccess, topics: list[str]) -> dict[str, tuple[bytes, ...]]:
    tail = KafkaTail(access)
    try:
        return {
            topic: tuple(record.value for record in tail.newest(topic, _LOOKED_AT) if record.value is not None)
            for topic in topics
        }
    finally:
        tail.close()


def groups_of(topology: Topology) -> frozenset[str]:
    """The consumer groups that a script names, whose offsets its jobs commit."""
    read = [table for each in (*topology.inputs, *topology.inner) for table in each.tables]
    return frozenset(group for table in read if (group := table.option("properties.group.id")) is not None)


def reads_older(table: FlinkTable) -> bool:
    """Whether a table reads what was in its topic before."""
    return table.connector == "upsert-kafka" or table.option("scan.startup.mode") == "earliest-offset"


def registers_the_same(table: FlinkTable, text: str) -> bool:
    """Whether the schema that Flink makes of a table's columns is one that the registry knows."""
    told = table.option("value.avro-confluent.schema") or table.option("avro-confluent.schema")
    try:
        return _same(told or json.dumps(value_schema(table)), text)
    except ProjectError:
        return False


def _same(one: str, other: str) -> bool:
    """Whether two texts are one schema to a registry."""
    try:
        return bool(json.loads(one) == json.loads(other))
    except ValueError:
        return False


def schemas_in_use(topology: Topology, found: AsWritten, given: Mapping[str, InputSchema]) -> dict[str, InputSchema]:
    """The schemas that records of inputs are made from, since their subjects exist: no new version is registered.

    Raises:
        ProjectError: the settings name another schema than the subject's newest, or that one cannot be used.
    """
    used = dict(given)
    for source in topology.inputs:
        subject = f"{source.topics[0]}-value"
        text = found.schemas.get(subject)
        if text is None or source.tables[0].format != "avro-confluent":
            continue
        schema = given.get(source.name)
        if schema is None and registers_the_same(source.tables[0], text):
            continue
        if schema is None:
            used[source.name] = parse_schema_text(text, Path(f"subject {subject}"))
        elif not _same(schema.text, text):
            raise ProjectError(
                f"inputs.{source.name}.schema: subject {subject} has another schema, and --use-topics-as-written"
                " registers no new version of it",
                remedy=f"Leave inputs.{source.name}.schema out: records are then made from the subject's schema.",
            )
    return used


def refuse_other_data(source: Input, record: InputRecord, found: AsWritten) -> None:
    """Refuses an input topic that holds what the script cannot read, and a key's subject with another schema.

    Raises:
        ProjectError: naming the topic or the subject.
    """
    table, topic = source.tables[0], source.topics[0]
    fault = next((fault for value in found.values.get(topic, ()) if (fault := _fault(value, table))), None)
    if fault is not None:
        raise ProjectError(
            f"topic {topic} exists with other data: {source.name} reads it from the beginning as {table.format}, and"
            f" {fault}",
            remedy=_WITHOUT,
        )
    key = record.key
    text = found.schemas.get(f"{topic}-key")
    if key is not None and key.registered and text is not None and not _same(json.dumps(key.schema), text):
        raise ProjectError(
            f"subject {topic}-key has another schema than the key that {source.name} reads, and"
            " --use-topics-as-written registers no new version of it",
            remedy=_WITHOUT,
        )


def _fault(value: bytes, table: FlinkTable) -> str | None:
    """What keeps a table from reading a value."""
    form = table.format or ""
    if form in REGISTRY_FORMATS:
        return "a record in it has no id of a schema" if schema_id_of(value) is None else None
    if form != "json" or (table.option("json.ignore-parse-errors") or "").lower() == "true":
        return None
    try:
        read: Any = json.loads(value)
    except ValueError:
        return "a record in it is no JSON"
    if not isinstance(read, dict):
        return "a record in it is no JSON object"
    names = set(table.value_fields)
    return None if names & set(read) else f"a record in it has none of the columns {', '.join(sorted(names)[:5])}"
