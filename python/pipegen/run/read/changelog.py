"""Records that take back a row: how each changelog format of Flink ends the value of one. Reads no value as a whole."""

from __future__ import annotations

from typing import Final

# Flink writes the operation last, and an update as a row taken back and a row written. So do its Avro records, where
# the operation is a nullable string: the branch, the length, the letter.
_ENDS: Final = {
    "debezium-json": b'"op":"d"}',
    "ogg-json": b'"op_type":"D"}',
    "canal-json": b'"type":"DELETE"}',
    "maxwell-json": b'"type":"delete"}',
    "debezium-avro-confluent": b"\x02\x02d",
}


def retraction_end(value_format: str | None) -> bytes | None:
    """How the value of a record ends that takes back a row; None for a format that has only rows, or is not known."""
    return None if value_format is None else _ENDS.get(value_format)
