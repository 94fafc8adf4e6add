"""What is wrong with a service itself: it does not answer, or it answers and says that it cannot do all of its work.

Pure. The two are told apart: a partition without a leader, a missing TaskManager and an incompatible schema are no
silence.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from pipegen.diagnose.observation import Observation
from pipegen.diagnose.onset import held_since
from pipegen.snapshot.run import Component
from pipegen.units import format_count

_MANY_UNSENT: Final = 100
_FINE_STATES: Final = {None, "RUNNING", "CREATED", "INITIALIZING", "FINISHED"}


@dataclass(frozen=True, slots=True)
class Outage:
    """A service that does not do its work.

    Attributes:
        kind: Which one; the cause's kind.
        component: The service.
        text: What holds, without its time.
        evidence: What was measured.
        since_s: Epoch seconds since when.
    """

    kind: str
    component: Component
    text: str
    evidence: list[str]
    since_s: float


@dataclass(frozen=True, slots=True)
class _Sign:
    kind: str
    component: Component
    text: str
    reason: Callable[[Observation], str | None]


# What stops a pipeline, in the order in which it explains the rest.
_STOPPED_KAFKA: Final = (
    _Sign("kafka_down", "kafka", "Kafka does not answer", lambda moment: moment.kafka_down),
    _Sign(
        "kafka_leaderless",
        "kafka",
        "partitions of the pipeline have no leader and take no records",
        lambda moment: moment.kafka_leaderless,
    ),
)
_STOPPED_FLINK: Final = (
    _Sign("flink_down", "flink", "Flink does not answer", lambda moment: moment.flink_down),
    _Sign("no_task_manager", "flink", "Flink has no TaskManager to run the job on", lambda moment: moment.flink_idle),
)
# What stops no running pipeline at once: whatever else is wrong says more.
_WEAKENED: Final = (
    _Sign("registry_down", "registry", "the schema registry does not answer", lambda moment: moment.registry_down),
    _Sign(
        "schema_incompatible",
        "registry",
        "a schema that is not compatible was registered",
        lambda moment: moment.schema_incompatible,
    ),
    _Sign("kafka_degraded", "kafka", "Kafka is short of brokers or replicas", lambda moment: moment.kafka_degraded),
)


def stopped_kafka(history: Sequence[Observation]) -> Outage | None:
    """Kafka silent, or partitions of the pipeline without a leader."""
    return _first(history, _STOPPED_KAFKA)


def stopped_flink(history: Sequence[Observation]) -> Outage | None:
    """Flink silent, or without a TaskManager."""
    return _first(history, _STOPPED_FLINK)


def weakened(history: Sequence[Observation]) -> Outage | None:
    """Trouble that stops no running job: its schemas are known, and other replicas serve it."""
    return _first(history, _WEAKENED)


def _first(history: Sequence[Observation], signs: Sequence[_Sign]) -> Outage | None:
    return next(filter(None, (_seen(history, sign) for sign in signs)), None)


def _seen(history: Sequence[Observation], sign: _Sign) -> Outage | None:
    first = held_since(history, lambda moment: sign.reason(moment) is not None)
    if first is None:
        return None
    now = history[-1]
    evidence = [sign.reason(now) or ""]
    if sign.component == "kafka" and now.unsent is not None and now.unsent >= _MANY_UNSENT:
        evidence.append(f"{format_count(round(now.unsent))} due records are not sent")
    if sign.component == "kafka" and now.job_state not in _FINE_STATES:
        evidence.append(f"the Flink job is {now.job_state}")
    return Outage(sign.kind, sign.component, sign.text, evidence, first.at_s)
