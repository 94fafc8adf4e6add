"""Makes what a run needs on the services; each thing is in its journal before it is made."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

from pipegen.avro.plain_names import plain_names
from pipegen.config import Settings
from pipegen.errors import KafkaError, RegistryError
from pipegen.journal import Journal
from pipegen.project import NamedInSql
from pipegen.run.connect import Clients
from pipegen.run.names import RunNames
from pipegen.run.race import to_its_end

_ABOUT: Final[Mapping[str, tuple[str, ...]]] = {
    "INVALID_REPLICATION_FACTOR": ("pipeline.replication_factor",),
    "INVALID_PARTITIONS": ("pipeline.partitions",),
    "INVALID_CONFIG": ("pipeline.replication_factor", "pipeline.partitions"),
    "POLICY_VIOLATION": ("pipeline.replication_factor", "pipeline.partitions"),
}


@dataclass(frozen=True, slots=True)
class Topics:
    """The topics of a run, ready to be written and read.

    Attributes:
        start_offsets: For each topic where each partition ended before the run.
        append_times: The output topics whose timestamps say when the broker appended a record.
    """

    start_offsets: Mapping[str, Mapping[int, int]]
    append_times: frozenset[str]

    def base_offsets(self) -> dict[str, int]:
        """For each topic the sum of its end offsets before the run."""
        return {topic: sum(offsets.values()) for topic, offsets in self.start_offsets.items()}


async def prepare_topics(
    clients: Clients,
    names: RunNames,
    settings: Settings,
    journal: Journal,
    *,
    by_sql: NamedInSql,
    time_appends: Collection[str],
    sources: Mapping[str, str] | None = None,
) -> Topics:
    """Creates the two topics; one that is there already is used, from its end on, and never deleted.

    Args:
        clients: Clients of the services.
        names: What to create.
        settings: How many partitions and replicas.
        journal: Told of each topic that is created, and of those that the SQL may make.
        by_sql: What the SQL names by itself.
        time_appends: Output topics whose timestamps may be the broker's, because nothing is carried in them.
        sources: Where each setting came from, for what is said when a topic is refused.
    """

    def prepare() -> Topics:
        existing = clients.kafka.cluster().topics
        start_offsets: dict[str, Mapping[int, int]] = {}
        append_times: set[str] = set()
        others = by_sql.topics if by_sql.create_topics else ()
        for topic in dict.fromkeys((names.input_topic, names.output_topic, *others)):
            by_broker = topic in time_appends
            if topic in existing:
                journal.using("topic", topic)
                clients.kafka.await_leaders(topic, len(existing[topic]))
                start_offsets[topic] = clients.kafka.end_offsets(topic, sorted(existing[topic]))
                if by_broker and clients.kafka.times_appends(topic):
                    append_times.add(topic)
                continue
            journal.making("topic", topic)
            try:
                clients.kafka.create_topic(
                    topic,
                    partitions=settings.pipeline.partitions,
                    replication_factor=settings.pipeline.replication_factor,
                    time_appends=by_broker,
                )
            except KafkaError as error:
                error.remedy = error.remedy or _remedy(error, settings, sources)
                raise
            if by_broker:
                append_times.add(topic)
            start_offsets[topic] = dict.fromkeys(range(settings.pipeline.partitions), 0)
            clients.kafka.await_leaders(topic, settings.pipeline.partitions)
        own = [resource.name for resource in journal.made if resource.kind == "topic"]
        for topic, topic_id in clients.kafka.topic_ids(own).items():
            journal.has_made("topic", topic, topic_id)
        for topic in by_sql.topics:
            if topic in start_offsets:
                continue
            # Kafka makes a topic that somebody writes to, where it is set up so.
            (journal.using if topic in existing else journal.making)("topic", topic)
        return Topics(start_offsets, frozenset(append_times))

    return await to_its_end(asyncio.to_thread(prepare))


def _remedy(error: KafkaError, settings: Settings, sources: Mapping[str, str] | None) -> str | None:
    """The settings that a refused topic is about, with their values and where they came from."""
    pipeline = settings.pipeline
    told = {"pipeline.replication_factor": pipeline.replication_factor, "pipeline.partitions": pipeline.partitions}
    keys = _ABOUT.get(error.code.kafka or "", ())
    shown = [f"{key} (now {told[key]}, from {(sources or {}).get(key, 'default')})" for key in keys]
    return f"Change {' or '.join(shown)}." if shown else None


async def prepare_schemas(
    clients: Clients,
    names: RunNames,
    schemas: Mapping[str, str],
    journal: Journal,
    *,
    by_sql: NamedInSql,
    tell: Callable[[str], None],
) -> Mapping[str, int]:
    """Registers the schemas of inputs, by subject, and returns their ids; notes what Flink may register besides.

    Args:
        clients: Clients of the services.
        names: What the run's own things are called.
        schemas: The schemas by subject.
        journal: Told of each subject first.
        by_sql: What the SQL names.
        tell: Told where a schema is registered otherwise than it is written.

    Raises:
        RegistryError: when the registry does not answer or refuses.
    """
    topics = dict.fromkeys((names.input_topic, names.output_topic, *by_sql.topics))
    parts = ("value", "key") if by_sql.avro_keys else ("value",)
    subjects: dict[str, str | None] = {f"{topic}-{part}": topic for topic in topics for part in parts}
    subjects |= dict.fromkeys(by_sql.subjects)
    subjects |= {subject: subject.rpartition("-")[0] for subject in schemas}
    known = await asyncio.gather(*map(clients.registry.latest, subjects))
    for (subject, topic), version in zip(subjects.items(), known, strict=True):
        if version is None:
            journal.making("subject", subject, topic=topic)
        else:
            journal.using("subject", subject)
    return {subject: await _register(clients, subject, text, tell) for subject, text in schemas.items()}


async def _register(clients: Clients, subject: str, text: str, tell: Callable[[str], None]) -> int:
    try:
        return await clients.registry.register(subject, text)
    except RegistryError as refused:
        plain = plain_names(text) if refused.code.http_status == HTTPStatus.UNPROCESSABLE_ENTITY else None
        if plain is None:
            raise
        schema_id = await clients.registry.register(subject, plain)
    tell(f"the registry refuses the names of the schema of {subject}: it is registered with “_” for their other signs")
    return schema_id
