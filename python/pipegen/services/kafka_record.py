"""A record of the client as a value of ours."""

from __future__ import annotations

import confluent_kafka as ck

from pipegen.datafile import KafkaRecord
from pipegen.errors import KafkaError


def record_of(message: ck.Message[bytes, bytes]) -> KafkaRecord | None:
    """The record; None at the end of a partition.

    Raises:
        KafkaError: when the client has an error instead of a record.
    """
    error = message.error()
    if error is not None:
        if error.code() == ck.KafkaError._PARTITION_EOF:  # noqa: SLF001 -- its public name
            return None
        raise KafkaError(f"topic {message.topic()} cannot be read: {error.str()}")
    kind, timestamp_ms = message.timestamp()
    return KafkaRecord(
        topic=message.topic() or "",
        partition=message.partition() or 0,
        offset=message.offset() or 0,
        timestamp_ms=None if kind == ck.TIMESTAMP_NOT_AVAILABLE else timestamp_ms,
        key=message.key(),
        value=message.value(),
        headers=tuple(message.headers() or ()),  # type: ignore[arg-type]  # a list, of bytes
    )
