"""What Kafka's ACLs do not let this user do, asked without changing anything."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from typing import Any, Final

from confluent_kafka import TopicCollection
from confluent_kafka.admin import AclOperation  # type: ignore[attr-defined]
from confluent_kafka.cimpl import NewTopic

from pipegen.errors import KafkaError
from pipegen.services.kafka import NO_RIGHT, KafkaAdmin

_TIMEOUT_S: Final = 5.0
_OF_TOPIC: Final = (AclOperation.READ, AclOperation.WRITE)
_OF_GROUP: Final = (AclOperation.READ,)


def missing_rights(kafka: KafkaAdmin, *, topics: Sequence[str], groups: Sequence[str]) -> list[str]:
    """The ACLs that a run with these names needs and this user does not have, like "CREATE on topic orders-input".

    What Kafka does not tell, for example because it is an old version, counts as allowed. Blocks for some seconds.

    Args:
        kafka: The cluster.
        topics: Topics that a run writes to and reads from; those that do not exist it creates.
        groups: Consumer groups that it reads as.
    """
    client = kafka.client
    wanted = [NewTopic(name, num_partitions=1, replication_factor=-1) for name in topics]
    create = client.create_topics(wanted, validate_only=True, request_timeout=_TIMEOUT_S)
    describe = client.describe_topics(
        TopicCollection(list(topics)), include_authorized_operations=True, request_timeout=_TIMEOUT_S
    )
    join = client.describe_consumer_groups(list(groups), include_authorized_operations=True, request_timeout=_TIMEOUT_S)
    known = {name: _answer(kafka, future) for name, future in describe.items()}
    # A topic that exists does not have to be created.
    absent = {name: future for name, future in create.items() if isinstance(known[name], KafkaError)}
    return [
        *(f"CREATE on topic {name}" for name, future in absent.items() if _is_refused(_answer(kafka, future))),
        *_lacking("topic", known, _OF_TOPIC),
        *_lacking("group", {name: _answer(kafka, future) for name, future in join.items()}, _OF_GROUP),
    ]


def _lacking(kind: str, known: Mapping[str, Any], needed: Sequence[AclOperation]) -> list[str]:
    lacking = []
    for name, answer in known.items():
        if _is_refused(answer):
            lacking.append(f"DESCRIBE on {kind} {name}")
        allowed = getattr(answer, "authorized_operations", None)
        if allowed:
            lacking += [f"{each.name} on {kind} {name}" for each in needed if each not in allowed]
    return lacking


def _answer(kafka: KafkaAdmin, future: Future[Any]) -> Any:
    """What a request gave, or the error that it ended with."""
    try:
        return kafka.answer("it is refused", future, timeout_s=_TIMEOUT_S)
    except KafkaError as error:
        return error


def _is_refused(answer: Any) -> bool:
    return isinstance(answer, KafkaError) and answer.code.kafka in NO_RIGHT
