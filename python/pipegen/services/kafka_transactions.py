"""Transactional ids of Flink's sinks: which are there, which hold a transaction open, and the end of one that does.

Every call blocks for at most ``timeout_s``.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Final

import confluent_kafka as ck
from confluent_kafka.admin import ConfigResource  # type: ignore[attr-defined]

from pipegen.errors import KafkaError
from pipegen.services.kafka import KafkaAdmin, as_kafka_error, client_config
from pipegen.services.transaction_state import TransactionState, read_id, read_state

_TOPIC: Final = "__transaction_state"
_EXPIRATION: Final = "transactional.id.expiration.ms"
_BATCH_RECORDS: Final = 10_000


class KafkaTransactions:
    """Asks as a consumer that commits nothing, and ends transactions as the producer that they belong to.

    Args:
        admin: Whose brokers and settings are used.
    """

    def __init__(self, admin: KafkaAdmin) -> None:
        self._admin = admin

    def states(self, prefixes: Sequence[str], *, since_ms: int, timeout_s: float) -> dict[str, TransactionState]:
        """The transactional ids that begin with one of the prefixes and did something since then.

        Raises:
            KafkaError: when the brokers do not answer, or let nobody read what they keep of transactions.
        """
        what = f"topic {_TOPIC} cannot be read"
        reader = ck.Consumer(
            client_config(self._admin.access, "pipegen-transactions")
            | {
                # librdkafka wants a name; nothing is ever committed under it, and the group never exists.
                "group.id": "pipegen-transactions",
                "enable.auto.commit": False,
                "enable.auto.offset.store": False,
                "enable.partition.eof": True,
                "auto.offset.reset": "earliest",
                "allow.auto.create.topics": False,
            }
        )
        try:
            return self._read(reader, tuple(prefixes), since_ms, time.monotonic() + timeout_s)
        except ck.KafkaException as error:
            raise as_kafka_error(what, error) from None
        except ValueError as error:
            raise KafkaError(f"{what}: {error}") from None
        finally:
            reader.close()

    def fence(self, transactional_id: str, *, timeout_s: float) -> None:
        """Ends the id's open transaction: it is aborted, and the producer that had begun it can write no more.

        Raises:
            KafkaError: when no broker answers, or it refuses.
        """
        try:
            producer = ck.Producer(
                client_config(self._admin.access, "pipegen-fence") | {"transactional.id": transactional_id}
            )
            producer.init_transactions(timeout_s)
        except ck.KafkaException as error:
            raise as_kafka_error(f"transactional id {transactional_id} cannot be fenced", error) from None

    def expiration_ms(self, *, timeout_s: float) -> int | None:
        """How long after its last use Kafka forgets a transactional id; None where the brokers do not tell."""
        try:
            broker = next(iter(self._admin.cluster(timeout_s=timeout_s).brokers), None)
            if broker is None:
                return None
            resource = ConfigResource(ConfigResource.Type.BROKER, str(broker))
            future = self._admin.client.describe_configs([resource], request_timeout=timeout_s)[resource]
            answer = self._admin.answer("the broker's settings cannot be read", future, timeout_s=timeout_s)
            return int(answer[_EXPIRATION].value)
        except (KafkaError, KeyError, ValueError, TypeError):
            return None

    def _read(
        self, reader: ck.Consumer, prefixes: tuple[str, ...], since_ms: int, deadline_s: float
    ) -> dict[str, TransactionState]:
        described = reader.list_topics(_TOPIC, timeout=_left(deadline_s)).topics[_TOPIC]
        if described.error is not None or not described.partitions:
            if described.error is None or described.error.code() == ck.KafkaError.UNKNOWN_TOPIC_OR_PART:
                return {}  # nobody has ever had a transaction here
            raise ck.KafkaException(described.error)
        since = [ck.TopicPartition(_TOPIC, number, since_ms) for number in described.partitions]
        places = [place for place in reader.offsets_for_times(since, timeout=_left(deadline_s)) if place.offset >= 0]
        reader.assign(places)
        found: dict[str, TransactionState] = {}
        open_partitions = {place.partition for place in places}
        while open_partitions:
            if time.monotonic() > deadline_s:
                raise KafkaError(f"topic {_TOPIC} was not read to its end in time")
            for message in reader.consume(_BATCH_RECORDS, 0.2):
                error = message.error()
                if error is not None:
                    if error.code() != ck.KafkaError._PARTITION_EOF:  # noqa: SLF001 -- its public name
                        raise ck.KafkaException(error)
                    open_partitions.discard(message.partition() or 0)
                    continue
                name = read_id(message.key() or b"")
                if name is None or not name.startswith(prefixes):
                    continue
                value = message.value()
                if value is None:
                    found.pop(name, None)
                else:
                    found[name] = read_state(value)
        return found


def _left(deadline_s: float) -> float:
    return max(0.1, deadline_s - time.monotonic())
