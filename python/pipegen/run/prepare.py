"""Makes what a run needs on the services, and takes away again exactly what it made."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Mapping
from dataclasses import dataclass, field

from pipegen.config import Settings
from pipegen.errors import PipeGenError
from pipegen.run.connect import Clients
from pipegen.run.names import RunNames
from pipegen.run.race import to_its_end

_CANCEL_WAIT_S = 15.0


@dataclass(slots=True)
class Made:
    """What a run has made on the services so far, noted at once, so that it can be undone at any point.

    Attributes:
        topics: Topics this run created.
        subjects: Subjects this run registered or lets Flink register.
        groups: Consumer groups of this run.
        job_ids: Jobs the SQL started.
    """

    topics: list[str] = field(default_factory=list)
    subjects: list[str] = field(default_factory=list)
    groups: list[str] = field(default_factory=list)
    job_ids: list[str] = field(default_factory=list)

    def named(self) -> list[str]:
        """Each thing with its kind and name."""
        kinds = {
            "Flink job": self.job_ids,
            "topic": self.topics,
            "subject": self.subjects,
            "consumer group": self.groups,
        }
        return [f"{kind} {name}" for kind, names in kinds.items() for name in names]


@dataclass(frozen=True, slots=True)
class Topics:
    """The topics of a run, ready to be written and read.

    Attributes:
        start_offsets: For each topic where each partition ended before the run.
        append_times: Whether the output topic's timestamps say when the broker appended a record.
    """

    start_offsets: Mapping[str, Mapping[int, int]]
    append_times: bool

    def base_offsets(self) -> dict[str, int]:
        """For each topic the sum of its end offsets before the run."""
        return {topic: sum(offsets.values()) for topic, offsets in self.start_offsets.items()}


async def prepare_topics(
    clients: Clients, names: RunNames, settings: Settings, made: Made, *, time_appends: bool
) -> Topics:
    """Creates the two topics; one that is there already is used, from its end on, and never deleted.

    Args:
        clients: Clients of the services.
        names: What to create.
        settings: How many partitions and replicas.
        made: Told of each topic that is created.
        time_appends: Whether the output's timestamps may be the broker's, because nothing is carried in them.
    """

    def prepare() -> Topics:
        existing = clients.kafka.cluster().topics
        start_offsets: dict[str, Mapping[int, int]] = {}
        append_times = False
        for topic in (names.input_topic, names.output_topic):
            by_broker = time_appends and topic == names.output_topic
            if topic in existing:
                clients.kafka.await_leaders(topic, len(existing[topic]))
                start_offsets[topic] = clients.kafka.end_offsets(topic, sorted(existing[topic]))
                append_times |= by_broker and clients.kafka.times_appends(topic)
                continue
            clients.kafka.create_topic(
                topic,
                partitions=settings.pipeline.partitions,
                replication_factor=settings.pipeline.replication_factor,
                time_appends=by_broker,
            )
            made.topics.append(topic)
            append_times |= by_broker
            start_offsets[topic] = dict.fromkeys(range(settings.pipeline.partitions), 0)
            clients.kafka.await_leaders(topic, settings.pipeline.partitions)
        return Topics(start_offsets, append_times)

    return await to_its_end(asyncio.to_thread(prepare))


async def prepare_schema(clients: Clients, names: RunNames, schema_text: str | None, made: Made) -> int | None:
    """Registers the input's schema and returns its id; without one only notes what Flink may register."""
    if schema_text is not None and await clients.registry.latest(names.input_subject) is None:
        made.subjects.append(names.input_subject)
    if await clients.registry.latest(names.output_subject) is None:
        made.subjects.append(names.output_subject)
    if schema_text is None:
        return None
    return await clients.registry.register(names.input_subject, schema_text)


async def cancel_jobs(clients: Clients, job_ids: list[str]) -> None:
    """Cancels jobs and waits until they have ended, for at most 15 s."""
    for job_id in job_ids:
        await clients.flink.cancel(job_id)
    deadline = asyncio.get_running_loop().time() + _CANCEL_WAIT_S
    waiting = set(job_ids)
    while waiting and asyncio.get_running_loop().time() < deadline:
        waiting &= {job_id for job_id, _, _ in await clients.flink.running_jobs()}
        if waiting:
            await asyncio.sleep(0.1)


async def clean_up(clients: Clients, made: Made) -> list[str]:
    """Undoes everything; goes on after a failure and returns a sentence for each thing that is left."""
    left: list[str] = []

    async def attempt(what: str, action: Awaitable[object]) -> None:
        try:
            await action
        except PipeGenError as error:
            left.append(f"{what} is left: {error.message}")

    await attempt("the Flink job", cancel_jobs(clients, made.job_ids))
    await attempt("the SQL gateway's session", clients.gateway.close_session())
    for topic in made.topics:
        await attempt(f"topic {topic}", asyncio.to_thread(clients.kafka.delete_topics, [topic]))
    for subject in made.subjects:
        await attempt(f"subject {subject}", clients.registry.delete_subject(subject))
    for group in made.groups:
        await attempt(f"consumer group {group}", asyncio.to_thread(clients.kafka.delete_group, group))
    return left
