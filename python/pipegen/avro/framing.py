"""Confluent framing: a zero byte and the schema's id (big-endian, 4 bytes) before the Avro binary."""

from __future__ import annotations

import io
import json
import struct
from collections.abc import Callable
from functools import partial
from typing import Any, Final

from fastavro.schema import UnknownType

from pipegen.avro.judged import readable
from pipegen.avro.reading import read_binary

_HEADER: Final = struct.Struct(">bI")
HEADER_BYTES: Final = _HEADER.size


def frame(schema_id: int, body: bytes) -> bytes:
    """The message value for a record encoded with the schema of this id."""
    return _HEADER.pack(0, schema_id) + body


def schema_id_of(value: bytes) -> int | None:
    """The schema id of a message value; None where it is not framed."""
    return int.from_bytes(value[1:HEADER_BYTES], "big") if len(value) >= HEADER_BYTES and value[0] == 0 else None


def unframe(value: bytes) -> tuple[int, bytes]:
    """The schema id and the Avro binary of a message value.

    Raises:
        ValueError: when the value is too short or does not start with the zero byte.
    """
    if len(value) < HEADER_BYTES:
        raise ValueError(f"{len(value)} bytes are too short for Confluent framing, which has {HEADER_BYTES} in front")
    magic, schema_id = _HEADER.unpack_from(value)
    if magic != 0:
        raise ValueError(f"the first byte is {value[0]:#04x}; Confluent framing starts with 0x00")
    return schema_id, value[HEADER_BYTES:]


def decoder_of(schema_text: str) -> Callable[[bytes], Any]:
    """What makes records of framed values of one schema, read once; raises as :func:`decode_value` does."""
    # Parsed already, the schema is taken as it is: parsing costs more than reading a record.
    return partial(decode_value, writer_schema=readable(json.loads(schema_text)))


def decode_value(value: bytes, writer_schema: Any) -> Any:
    """The record of a framed value as Python objects, for looking at.

    Args:
        value: The message value with its framing.
        writer_schema: The schema of the framed id, as parsed JSON.

    Raises:
        ValueError: when the framing is wrong or the binary does not fit the schema.
    """
    _, body = unframe(value)
    stream = io.BytesIO(body)
    try:
        schema = readable(writer_schema)
    except UnknownType as error:
        raise ValueError(f"its schema names the type {error.name!r}, which it does not define") from None
    try:
        record = read_binary(stream, schema)
    except (EOFError, IndexError, KeyError, TypeError, UnicodeDecodeError, struct.error, OverflowError) as error:
        raise ValueError(f"the value does not fit its schema: {error or type(error).__name__}") from error
    rest = len(body) - stream.tell()
    if rest:
        raise ValueError(f"{rest} bytes are left over after the record")
    return record
