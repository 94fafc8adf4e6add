"""What a run made is taken away from every service that answers, and what is on the others is named."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, cast

import pytest

from pipegen.errors import FaultCode, FlinkError, KafkaError, RegistryError
from pipegen.journal import Journaled, Resource, RunHead
from pipegen.run import take_away as room
from pipegen.run import undo
from pipegen.run.connect import Clients
from pipegen.run.take_away import Claim, Remains, take_away
from tests.unit.instant_loop import run_at_once

Mood = Literal["well", "away", "odd", "hangs"]
MADE = (
    Resource("topic", "in-k3m9xa", ("T1",)),
    Resource("topic", "out-k3m9xa", ("T2",)),
    Resource("subject", "in-k3m9xa-value", topic="in-k3m9xa"),
    Resource("subject", "out-k3m9xa-key", topic="out-k3m9xa"),
    Resource("group", "pipegen-k3m9xa"),
    Resource("session", "pipegen-k3m9xa", ("S1",)),
    Resource("job", "pipegen-k3m9xa", ("J1",)),
)
SERVICE_OF = {"topic": "kafka", "group": "kafka", "subject": "registry", "session": "gateway", "job": "flink"}
SHOWN = {"group": "consumer group"}
SERVICES = {
    "bootstrap_servers": "127.0.0.1:9092",
    "schema_registry_url": "http://127.0.0.1:8082",
    "flink_url": "http://127.0.0.1:8081",
    "sql_gateway_url": "http://127.0.0.1:8083",
}


@dataclass
class Services:
    """A double at the seam: what is there, and how each service is."""

    moods: dict[str, Mood] = field(default_factory=dict)
    topics: dict[str, str] = field(default_factory=lambda: {"in-k3m9xa": "T1", "out-k3m9xa": "T2", "theirs": "T9"})
    groups: set[str] = field(default_factory=lambda: {"pipegen-k3m9xa", "theirs"})
    subjects: set[str] = field(default_factory=lambda: {"in-k3m9xa-value", "out-k3m9xa-key", "theirs-value"})
    sessions: set[str] = field(default_factory=lambda: {"S1", "S9"})
    jobs: dict[str, str] = field(default_factory=lambda: {"J1": "pipegen-k3m9xa", "J2": "pipegen-k3m9xa", "J9": "b"})
    members: int = 0
    unwilling: set[str] = field(default_factory=set)

    def clients(self) -> Clients:
        return cast("Clients", _Clients(_Kafka(self), _Registry(self), _Flink(self), _Gateway(self)))

    def there(self) -> set[tuple[str, str]]:
        """What of the run is still there."""
        kinds: dict[str, Iterable[str]] = {"topic": self.topics, "group": self.groups, "subject": self.subjects}
        named = {(kind, name) for kind, names in kinds.items() for name in names if "k3m9xa" in name}
        jobs = {("job", name) for name in self.jobs.values() if "k3m9xa" in name}
        return named | jobs | {("session", "pipegen-k3m9xa") for session in self.sessions if session == "S1"}

    def check(self, service: str, away: Exception) -> None:
        mood = self.moods.get(service, "well")
        if mood == "away":
            raise away
        if mood == "odd":
            raise TypeError("string indices must be integers, not 'str'")

    async def ask(self, service: str, away: Exception) -> None:
        self.check(service, away)
        if self.moods.get(service) == "hangs":
            await asyncio.Event().wait()


@dataclass
class _Clients:
    kafka: _Kafka
    registry: _Registry
    flink: _Flink
    gateway: _Gateway


@dataclass
class _Kafka:
    """Its calls block and end by themselves: one that hangs is one that gives up."""

    services: Services

    def _ask(self) -> None:
        if self.services.moods.get("kafka") == "hangs":
            raise KafkaError("Kafka at 127.0.0.1:9092 cannot be reached")
        self.services.check("kafka", KafkaError("Kafka at 127.0.0.1:9092 cannot be reached"))

    def topic_ids(self, names: Sequence[str], *, timeout_s: float) -> dict[str, str]:
        del timeout_s
        self._ask()
        return {name: self.services.topics[name] for name in names if name in self.services.topics}

    def delete_topics(self, names: Sequence[str], *, timeout_s: float) -> dict[str, KafkaError]:
        del timeout_s
        self._ask()
        refused = {name: KafkaError("it cannot be deleted: not authorized") for name in self.services.unwilling}
        for name in set(names) - refused.keys():
            del self.services.topics[name]
        return {name: error for name, error in refused.items() if name in names}

    def delete_groups(self, names: Sequence[str], *, timeout_s: float) -> dict[str, KafkaError]:
        del timeout_s
        self._ask()
        if self.services.members > 0:
            self.services.members -= 1
            code = FaultCode(kafka="NON_EMPTY_GROUP")
            return {name: KafkaError("it cannot be deleted: it has members", code=code) for name in names}
        self.services.groups -= set(names)
        return {}

    def group_ids(self, *, timeout_s: float) -> list[str]:
        del timeout_s
        self._ask()
        return sorted(self.services.groups)


@dataclass
class _Registry:
    services: Services

    async def _ask(self) -> None:
        await self.services.ask("registry", RegistryError("the registry cannot be reached"))

    async def delete_subject(self, subject: str) -> bool:
        await self._ask()
        self.services.subjects.discard(subject)
        return True

    async def latest(self, subject: str) -> object:
        await self._ask()
        return subject if subject in self.services.subjects else None


@dataclass
class _Flink:
    services: Services

    async def running_jobs(self) -> list[tuple[str, str, str]]:
        await self.services.ask("flink", FlinkError("Flink cannot be reached"))
        return [(job_id, name, "CANCELLING") for job_id, name in self.services.jobs.items()]

    async def cancel(self, job_id: str) -> None:
        await self.services.ask("flink", FlinkError("Flink cannot be reached"))
        if job_id not in self.services.unwilling:
            self.services.jobs.pop(job_id, None)


@dataclass
class _Gateway:
    services: Services
    shown_url: str = "http://127.0.0.1:8083"

    async def end_session(self, handle: str) -> None:
        await self.services.ask("gateway", FlinkError("the SQL gateway cannot be reached"))
        self.services.sessions.discard(handle)


def claim(made: Sequence[Resource] = MADE, **changes: Any) -> Claim:
    return Claim(**{"run_id": "k3m9xa", "made": made, "since_ms": 0, "services": SERVICES, "fresh": True} | changes)


def taken(services: Services, wanted: Claim | None = None) -> Remains:
    return asyncio.run(take_away(services.clients(), wanted or claim()))


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody is waited for long."""
    monkeypatch.setattr(room, "_JOBS_S", 0.7)
    monkeypatch.setattr(room, "_REST_S", 0.3)
    monkeypatch.setattr(room, "_ANSWER_S", 0.2)
    monkeypatch.setattr(room, "_MEMBERS_S", 0.01)


def test_all_that_a_run_made_is_gone_and_all_else_is_there() -> None:
    services = Services()
    assert taken(services) == Remains()
    assert services.there() == set()
    assert (services.topics, services.groups, services.subjects) == ({"theirs": "T9"}, {"theirs"}, {"theirs-value"})
    assert (services.sessions, services.jobs) == ({"S9"}, {"J9": "b"})


FOUR = ("kafka", "registry", "flink", "gateway")
AWAY = [names for count in range(1, 5) for names in itertools.combinations(FOUR, count)]


@pytest.mark.parametrize("mood", ["away", "odd", "hangs"])
@pytest.mark.parametrize("names", AWAY, ids="+".join)
def test_what_is_on_services_that_are_away_is_named_and_the_rest_is_gone(
    names: tuple[str, ...], mood: Mood, hurried: None
) -> None:
    services = Services(moods=dict.fromkeys(names, mood))
    remains = taken(services)
    expected = {(made.kind, made.name) for made in MADE if SERVICE_OF[made.kind] in names}
    assert services.there() == expected
    told = {sentence.partition(":")[0] for sentence in remains.left}
    assert told == {f"{SHOWN.get(kind, kind)} {name}" for kind, name in expected}
    assert (remains.unsure, remains.expiring) == ([], [])


def test_services_that_hang_cost_one_time_out_together() -> None:
    async def body() -> float:
        loop = asyncio.get_running_loop()
        begin_s = loop.time()
        services = Services(moods=dict.fromkeys(("registry", "flink", "gateway"), "hangs"))
        many = [made for made in MADE if SERVICE_OF[made.kind] != "kafka"]
        many += [Resource("subject", f"s{number}-k3m9xa") for number in range(50)]
        await take_away(services.clients(), claim(many))
        return loop.time() - begin_s

    assert run_at_once(body()) == pytest.approx(room._JOBS_S + room._REST_S)


def test_the_waits_of_a_whole_end_are_less_than_30_s() -> None:
    assert undo._ACTIVITY_S + max(undo._SERVICES_S, room._JOBS_S + room._REST_S) < 30


def test_a_topic_and_a_job_that_stay_are_named(hurried: None) -> None:
    services = Services(unwilling={"out-k3m9xa", "J1"})
    left = taken(services).left
    assert left == [
        "job pipegen-k3m9xa: J1 is still cancelling",
        "topic out-k3m9xa: it cannot be deleted: not authorized",
    ]


def test_a_job_that_nobody_was_told_of_is_known_by_the_name_that_the_run_gave_it() -> None:
    services = Services()
    made = [Resource("job", "pipegen-k3m9xa")]
    assert taken(services, claim(made)) == Remains()
    assert services.jobs == {"J9": "b"}


def test_a_group_is_tried_again_until_kafka_misses_the_member_that_was_killed(hurried: None) -> None:
    services = Services(members=3)
    assert taken(services, claim(patience_s=60.0)) == Remains()
    assert services.groups == {"theirs"}
    services = Services(members=3)
    assert taken(services).left == ["consumer group pipegen-k3m9xa: it cannot be deleted: it has members"]


def test_a_session_that_nobody_knows_the_handle_of_is_said_to_end_by_itself() -> None:
    (sentence,) = taken(Services(), claim([Resource("session", "pipegen-k3m9xa")])).expiring
    assert "http://127.0.0.1:8083" in sentence
    assert "sql-gateway.session.idle-timeout" in sentence


# A run with fixed names was killed; later its leftovers are removed.
FIXED = (
    Resource("topic", "orders", ("T1",)),
    Resource("subject", "orders-value", topic="orders"),
    Resource("group", "pipegen-k3m9xa"),
)


def fixed(topic_id: str | None) -> Services:
    return Services(topics={} if topic_id is None else {"orders": topic_id}, subjects={"orders-value"})


def test_a_fixed_topic_that_is_still_the_runs_goes_with_its_subject() -> None:
    services = fixed("T1")
    assert taken(services, claim(FIXED, fresh=False)) == Remains()
    assert (services.topics, services.subjects) == ({}, set())


@pytest.mark.parametrize("topic_id", ["T2", None])
def test_a_fixed_topic_that_was_made_again_by_somebody_is_not_touched(topic_id: str | None) -> None:
    services = fixed(topic_id)
    before = dict(services.topics)
    remains = taken(services, claim(FIXED, fresh=False))
    assert (services.topics, services.subjects) == (before, {"orders-value"})
    assert remains.left == []
    assert remains.unsure == ["subject orders-value: it may have been registered by somebody else"]


def test_a_fixed_topic_that_may_have_been_made_by_somebody_is_not_touched() -> None:
    services = fixed("T1")
    remains = taken(services, claim([Resource("topic", "orders")], fresh=False))
    assert services.topics == {"orders": "T1"}
    assert remains.unsure == ["topic orders: it may have been made by somebody else"]


def test_what_another_run_uses_stays_and_is_said_to(hurried: None) -> None:
    other = Journaled(
        path=cast("Any", None),
        head=RunHead("b7c2de", 1, "", "/"),
        services=SERVICES | {"schema_registry_url": "http://elsewhere:8082"},
        used=frozenset({("topic", "orders"), ("subject", "orders-value")}),
    )
    services = fixed("T1")
    remains = taken(services, claim(FIXED, others=[other]))
    assert remains.left == ["topic orders: run b7c2de uses it"]
    # The subject of that name that it uses is one of another registry.
    assert (services.topics, services.subjects) == ({"orders": "T1"}, set())
