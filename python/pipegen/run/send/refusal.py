"""Records that Kafka rejects permanently: a retry would not help, so the error names the cause and the setting."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from pipegen.errors import FaultCode, KafkaError
from pipegen.services.kafka import NO_RIGHT, fault_text

_TOO_LARGE: Final = frozenset({"MSG_SIZE_TOO_LARGE", "RECORD_LIST_TOO_LARGE", "INVALID_MSG_SIZE"})
_OTHERS: Final = frozenset(
    {
        "INVALID_RECORD",
        "INVALID_TIMESTAMP",
        "INVALID_REQUIRED_ACKS",
        "POLICY_VIOLATION",
        "TOPIC_EXCEPTION",
        "UNSUPPORTED_COMPRESSION_TYPE",
        "UNSUPPORTED_FOR_MESSAGE_FORMAT",
        "UNSUPPORTED_VERSION",
        "SASL_AUTHENTICATION_FAILED",
        "_AUTHENTICATION",
    }
)
FOR_GOOD: Final = _TOO_LARGE | NO_RIGHT | _OTHERS
"""Names of permanent errors."""


def refused_for_good(
    name: str, *, topic: str, value_bytes: int, has_key: bool, topic_setting: Callable[[str], str | None]
) -> KafkaError:
    """The error for a record that Kafka will never accept.

    Args:
        name: The error's name.
        topic: The topic.
        value_bytes: Size of a record's value.
        has_key: Whether the record has a key.
        topic_setting: Asks Kafka for a setting of the topic by its name; blocks. None if Kafka does not return it.
    """
    code = FaultCode(kafka=name)
    if name == "INVALID_RECORD" and not has_key and "compact" in (topic_setting("cleanup.policy") or "compact"):
        return KafkaError(
            f"topic {topic} is compacted and does not accept records without a key",
            remedy="Set pipeline.key, for example {field: NAME}, or use a topic with cleanup.policy=delete.",
            code=code,
        )
    if name in _TOO_LARGE:
        most = topic_setting("max.message.bytes")
        limit = f" (max.message.bytes={most})" if most is not None else ""
        return KafkaError(
            f"the records are too large for topic {topic}: one has {value_bytes} bytes{limit}",
            remedy="Use pipeline.hints to make values smaller, or raise the topic's max.message.bytes and "
            "producer_config: message.max.bytes.",
            code=code,
        )
    if name in NO_RIGHT:
        return KafkaError(
            f"this user may not write to topic {topic}: {fault_text(name)}",
            remedy=f"Allow WRITE and DESCRIBE on topic {topic} and IDEMPOTENT_WRITE on the cluster, "
            "or configure another user in kafka.security.",
            code=code,
        )
    return KafkaError(f"Kafka rejects the records for topic {topic}: {fault_text(name)}", code=code)
