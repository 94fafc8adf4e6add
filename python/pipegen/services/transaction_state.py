"""Records of Kafka's topic `__transaction_state`, as bytes: which transactional id they are of, and what it is doing.

librdkafka has no call that lists transactional ids. Their coordinators keep them in this topic, whose layout Kafka
holds stable between versions (`TransactionLogKey.json` and `TransactionLogValue.json` in its source).
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Final

_TEXT_KEY_VERSION: Final = 0
_PLAIN_VERSION: Final = 0
_COMPACT_VERSION: Final = 1
_ONGOING: Final = 1


@dataclass(frozen=True, slots=True)
class TransactionState:
    """What a transactional id was doing last.

    Attributes:
        ongoing: Whether a transaction is open that nobody has decided to commit or abort.
        topics: The topics that are part of it.
        changed_at_ms: When that began (epoch ms).
    """

    ongoing: bool
    topics: frozenset[str]
    changed_at_ms: int


def read_id(key: bytes) -> str | None:
    """The transactional id of a record's key; None for a key of another kind."""
    reader = _Reader(key)
    return reader.text() if reader.number(">h") == _TEXT_KEY_VERSION else None


def read_state(value: bytes) -> TransactionState:
    """What a record's value says.

    Raises:
        ValueError: it is of a version that is not known, or not whole.
    """
    reader = _Reader(value)
    version = reader.number(">h")
    if version not in {_PLAIN_VERSION, _COMPACT_VERSION}:
        raise ValueError(f"version {version} of a transaction's state")
    compact = version == _COMPACT_VERSION
    reader.skip(8 + 2 + 4)  # producer id, its epoch, the time-out
    status = reader.number(">b")
    topics: set[str] = set()
    for _ in range(reader.count(compact=compact)):
        topics.add(reader.text(compact=compact))
        reader.skip(4 * reader.count(compact=compact))
        if compact:
            reader.skip_tagged()
    return TransactionState(status == _ONGOING, frozenset(topics), reader.number(">q"))


class _Reader:
    """Kafka's types, read one after the other."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        self._at = 0

    def skip(self, size_bytes: int) -> None:
        self._at += size_bytes

    def number(self, layout: str) -> int:
        try:
            (found,) = struct.unpack_from(layout, self._content, self._at)
        except struct.error:
            raise ValueError("a record of Kafka's transactions is not whole") from None
        self._at += struct.calcsize(layout)
        return int(found)

    def count(self, *, compact: bool) -> int:
        """Elements of an array; none of an array that is null."""
        return max(0, self._varint() - 1 if compact else self.number(">i"))

    def text(self, *, compact: bool = False) -> str:
        size_bytes = self._varint() - 1 if compact else self.number(">h")
        start, self._at = self._at, self._at + max(0, size_bytes)
        return self._content[start : self._at].decode("utf-8", "replace")

    def skip_tagged(self) -> None:
        for _ in range(self._varint()):
            self._varint()
            self.skip(self._varint())

    def _varint(self) -> int:
        value = shift = 0
        while True:
            byte = self.number(">B")
            value |= (byte & 0x7F) << shift
            if byte < 0x80:
                return value
            shift += 7
