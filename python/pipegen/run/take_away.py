"""Takes away what a run has made on its services, and asks them whether it is gone.

The same for a run that ends and for one that was killed: what is taken away is what its journal names. Every service is
asked whatever the others answer, and those that are away cost one time-out together, not one each.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from pipegen.errors import KafkaError, PipeGenError, ServiceError
from pipegen.journal import Journaled, Kind, Resource
from pipegen.run.connect import Clients
from pipegen.services.kafka_transactions import KafkaTransactions

_JOBS_S: Final = 8.0
_REST_S: Final = 8.0
_ANSWER_S: Final = 5.0
_LOOK_S: Final = 0.1
_MEMBERS_S: Final = 1.0
_HAS_MEMBERS: Final = "NON_EMPTY_GROUP"
_SERVICE_OF: Final[Mapping[Kind, str]] = {
    "topic": "bootstrap_servers",
    "group": "bootstrap_servers",
    "transactional_ids": "bootstrap_servers",
    "subject": "schema_registry_url",
}


@dataclass(frozen=True, slots=True)
class Claim:
    """What is to be taken away, and whose it is.

    Attributes:
        run_id: The run that has made it.
        made: What it has made, or was about to make.
        used: Topics that it wrote to and has not made.
        since_ms: When it began (epoch ms).
        fresh: Whether the run ends now, so that what bears a name of its own is still what it has made.
        others: Runs that live; what one of them uses stays.
        patience_s: How long to wait for Kafka to find out that a member of a group is gone.
        services: Where the services are, by setting.
    """

    run_id: str
    made: Sequence[Resource]
    since_ms: int
    services: Mapping[str, str]
    used: frozenset[str] = frozenset()
    fresh: bool = False
    others: Sequence[Journaled] = ()
    patience_s: float = 0.0

    def of(self, kind: Kind) -> list[Resource]:
        """Those of one kind."""
        return [resource for resource in self.made if resource.kind == kind]

    def is_named(self, resource: Resource) -> bool:
        """Whether the name alone says that it is this run's."""
        return self.fresh or self.run_id in resource.name

    def user_of(self, resource: Resource) -> str | None:
        """The other run that uses it."""
        address = _SERVICE_OF.get(resource.kind)
        if address is None:
            return None
        here = self.services.get(address)
        users = (other for other in self.others if other.reaches(address, here) and other.holds(resource))
        return next((other.head.run_id for other in users), None)


@dataclass(slots=True)
class Remains:
    """What is still there, a sentence each.

    Attributes:
        left: Could not be taken away; it may be possible later.
        unsure: May be somebody else's, so it was not touched.
        expiring: Nobody can take it away; it ends by itself.
    """

    left: list[str] = field(default_factory=list)
    unsure: list[str] = field(default_factory=list)
    expiring: list[str] = field(default_factory=list)


async def take_away(clients: Clients, claim: Claim) -> Remains:
    """Takes everything away that can be, within 18 s.

    Jobs first: they write to topics, register subjects, and are members of groups.
    """
    remains = Remains()
    spared = {resource.key: run_id for resource in claim.made if (run_id := claim.user_of(resource)) is not None}
    remains.left += [f"{_shown(kind)} {name}: run {run_id} uses it" for (kind, name), run_id in spared.items()]
    work = _Work(clients, claim, remains, lambda resource: resource.key not in spared)
    await work.all_of(_JOBS_S, {"job": work.jobs, "session": work.sessions})
    topics = asyncio.create_task(work.topics())
    await work.all_of(
        _REST_S + claim.patience_s,
        {
            "topic": lambda: topics,
            "subject": lambda: work.subjects(topics),
            "group": work.groups,
            "transactional_ids": work.transactions,
        },
    )
    return remains


class _Work:
    """The steps for each kind; each says by itself what is left, and may fail as a whole."""

    def __init__(self, clients: Clients, claim: Claim, remains: Remains, may_go: Callable[[Resource], bool]) -> None:
        self._clients = clients
        self._claim = claim
        self._remains = remains
        self._may_go = may_go

    async def all_of(self, within_s: float, steps: Mapping[Kind, Callable[[], Awaitable[object]]]) -> None:
        """Takes the steps side by side; what a step that fails was to take away is left."""
        tasks = {kind: asyncio.ensure_future(step()) for kind, step in steps.items() if self._claim.of(kind)}
        if not tasks:
            return
        _, late = await asyncio.wait(tasks.values(), timeout=within_s)
        for task in late:
            task.cancel()
        for kind, answer in zip(tasks, await asyncio.gather(*tasks.values(), return_exceptions=True), strict=True):
            if isinstance(answer, BaseException):
                self._leave(kind, answer, within_s)

    def _leave(self, kind: Kind, error: BaseException, within_s: float) -> None:
        """Names all that a step was to take away."""
        if isinstance(error, asyncio.CancelledError):
            why = f"no answer within {within_s:g} s"
        else:
            why = error.message if isinstance(error, PipeGenError) else f"{type(error).__name__}: {error}"
        self._remains.left += [
            f"{_shown(kind)} {resource.name}: {why}" for resource in self._claim.of(kind) if self._may_go(resource)
        ]

    async def jobs(self) -> None:
        """Cancels the jobs, by their ids and by the run's own name, and waits until they have ended."""
        flink = self._clients.flink
        names = {resource.name for resource in self._claim.of("job")}
        ids = {job_id for resource in self._claim.of("job") for job_id in resource.ids}
        cancelled: set[str] = set()
        running: dict[str, str] = {}
        try:
            async with asyncio.timeout(_JOBS_S - 0.5):
                while True:
                    jobs = await flink.running_jobs()
                    running = {
                        job_id: f"job {name}: {job_id} is still {state.lower()}"
                        for job_id, name, state in jobs
                        if job_id in ids or name in names
                    }
                    if not running:
                        return
                    for job_id in running.keys() - cancelled:
                        await flink.cancel(job_id)
                        cancelled.add(job_id)
                    await asyncio.sleep(_LOOK_S)
        except TimeoutError:
            if not running:
                raise
            self._remains.left += running.values()

    async def sessions(self) -> None:
        """Ends the sessions at the SQL gateway."""
        gateway = self._clients.gateway
        for resource in self._claim.of("session"):
            for handle in resource.ids:
                await gateway.end_session(handle)
            if not resource.ids:
                self._remains.expiring.append(
                    f"a session {resource.name} at {gateway.shown_url}, if there is one: the gateway ends it by itself"
                    " once it was idle for sql-gateway.session.idle-timeout, by default 10 min"
                )

    async def topics(self) -> frozenset[str]:
        """Deletes the topics; returns those that were, or are, the run's for certain."""
        kafka = self._clients.kafka
        wanted = [resource for resource in self._claim.of("topic") if self._may_go(resource)]
        if not wanted:
            return frozenset()
        there = await asyncio.to_thread(kafka.topic_ids, _names(wanted), timeout_s=_ANSWER_S)
        own: list[str] = []
        for resource in wanted:
            if resource.name not in there:
                continue
            if there[resource.name] in resource.ids or (not resource.ids and self._claim.is_named(resource)):
                own.append(resource.name)
            elif not resource.ids:
                self._remains.unsure.append(f"topic {resource.name}: it may have been made by somebody else")
        if own:
            refused = await asyncio.to_thread(kafka.delete_topics, own, timeout_s=_ANSWER_S)
            self._remains.left += [f"topic {name}: {error.message}" for name, error in refused.items()]
            gone = [name for name in own if name not in refused]
            await self._until_gone("topic", gone, lambda: kafka.topic_ids(gone, timeout_s=_ANSWER_S))
        return frozenset(own)

    async def subjects(self, topics: asyncio.Task[frozenset[str]]) -> None:
        """Deletes the subjects; one with a name that others may use too, only with a topic that is the run's."""
        wanted = [resource for resource in self._claim.of("subject") if self._may_go(resource)]
        await asyncio.gather(*(self._subject(resource, topics) for resource in wanted))

    async def _subject(self, resource: Resource, topics: asyncio.Task[frozenset[str]]) -> None:
        registry, name = self._clients.registry, resource.name
        try:
            if not self._claim.is_named(resource) and resource.topic not in await asyncio.shield(topics):
                self._remains.unsure.append(f"subject {name}: it may have been registered by somebody else")
                return
            await registry.delete_subject(name)
            if await registry.latest(name) is not None:
                self._remains.left.append(f"subject {name}: it is there again")
        except ServiceError as error:
            self._remains.left.append(f"subject {name}: {error.message}")

    async def groups(self) -> None:
        """Deletes the consumer groups; a member that was killed counts until Kafka has missed it for long enough."""
        kafka = self._clients.kafka
        wanted = _names(resource for resource in self._claim.of("group") if self._may_go(resource))
        deadline_s = _now_s() + self._claim.patience_s
        while refused := await asyncio.to_thread(kafka.delete_groups, wanted, timeout_s=_ANSWER_S):
            if _now_s() > deadline_s or any(error.code.kafka != _HAS_MEMBERS for error in refused.values()):
                break
            await asyncio.sleep(_MEMBERS_S)
        self._remains.left += [f"consumer group {name}: {error.message}" for name, error in refused.items()]
        gone = [name for name in wanted if name not in refused]
        await self._until_gone("group", gone, lambda: set(gone).intersection(kafka.group_ids(timeout_s=_ANSWER_S)))

    async def transactions(self) -> None:
        """Ends transactions that are open; their ids are Kafka's to forget."""
        transactions = KafkaTransactions(self._clients.kafka)
        prefixes = _names(self._claim.of("transactional_ids"))
        states = await asyncio.to_thread(
            transactions.states, prefixes, since_ms=self._claim.since_ms, timeout_s=_ANSWER_S
        )
        written = self._claim.used.union(_names(self._claim.of("topic")))
        topics = {name for name in written if self._claim.user_of(Resource("topic", name)) is None}
        own = {
            name: state
            for name, state in states.items()
            if self._claim.run_id in name or not topics.isdisjoint(state.topics)
        }
        for name, state in own.items():
            if state.ongoing:
                try:
                    await asyncio.to_thread(transactions.fence, name, timeout_s=_ANSWER_S)
                except KafkaError as error:
                    self._remains.left.append(f"open transaction {name}: {error.message}")
        if own:
            forgotten_ms = await asyncio.to_thread(transactions.expiration_ms, timeout_s=_ANSWER_S)
            self._remains.expiring.append(
                _expiring(own, max(state.changed_at_ms for state in own.values()), forgotten_ms)
            )

    async def _until_gone(self, kind: Kind, names: Sequence[str], look: Callable[[], Iterable[str]]) -> None:
        """Asks until none of them is there: brokers learn of a deletion one after the other."""
        there = set(names)
        deadline_s = _now_s() + _ANSWER_S / 2
        while there:
            there = set(await asyncio.to_thread(look))
            if there and _now_s() > deadline_s:
                self._remains.left += [f"{_shown(kind)} {name}: it is still there" for name in sorted(there)]
                return
            if there:
                await asyncio.sleep(_LOOK_S)


def _now_s() -> float:
    return asyncio.get_running_loop().time()


def _names(resources: Iterable[Resource]) -> list[str]:
    return [resource.name for resource in resources]


def _shown(kind: Kind) -> str:
    return {"group": "consumer group", "transactional_ids": "transactional ids"}.get(kind, kind)


def _expiring(names: Iterable[str], changed_at_ms: int, after_ms: int | None) -> str:
    ids = sorted(names)
    shown = ", ".join(ids[:3]) + (f" and {len(ids) - 3} more" if len(ids) > 3 else "")
    if after_ms is None:
        return f"transactional ids {shown}: Kafka forgets them by itself (transactional.id.expiration.ms)"
    until = datetime.fromtimestamp((changed_at_ms + after_ms) / 1000).astimezone()
    return f"transactional ids {shown}: Kafka forgets them by itself on {until:%Y-%m-%d at %H:%M}"
