"""Avro container files (``.avro``) of records that exist as binary already: nothing is encoded anew."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from typing import IO, Final

_MAGIC: Final = b"Obj\x01"
_BLOCK_BYTES: Final = 64_000


class ContainerWriter:
    """Writes one file. Its sync marker follows from the schema, so that the same records give the same file.

    Args:
        out: Where to write.
        schema_text: The schema of the records.
        more: Further entries of the file's metadata.
    """

    def __init__(self, out: IO[bytes], schema_text: str, more: Mapping[str, str] | None = None) -> None:
        self._out = out
        self._sync = hashlib.md5(schema_text.encode(), usedforsecurity=False).digest()
        entries = {"avro.codec": "null", "avro.schema": schema_text, **(more or {})}
        out.write(_MAGIC + long_bytes(len(entries)))
        for key, value in entries.items():
            for text in (key.encode(), value.encode()):
                out.write(long_bytes(len(text)) + text)
        out.write(long_bytes(0) + self._sync)

    def write(self, records: Iterable[bytes]) -> None:
        """Writes records, each one's Avro binary without framing."""
        block: list[bytes] = []
        size_bytes = 0
        for record in records:
            block.append(record)
            size_bytes += len(record)
            if size_bytes >= _BLOCK_BYTES:
                self._block(block, size_bytes)
                block, size_bytes = [], 0
        if block:
            self._block(block, size_bytes)

    def _block(self, records: list[bytes], size_bytes: int) -> None:
        self._out.write(long_bytes(len(records)) + long_bytes(size_bytes) + b"".join(records) + self._sync)


def long_bytes(value: int) -> bytes:
    """A non-negative long in Avro's zigzag encoding."""
    rest = value << 1
    encoded = bytearray()
    while rest > 0x7F:
        encoded.append(rest & 0x7F | 0x80)
        rest >>= 7
    encoded.append(rest)
    return bytes(encoded)
