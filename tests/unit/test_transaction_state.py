"""Records of Kafka's `__transaction_state`, in both versions that brokers write."""

from __future__ import annotations

import struct

import pytest

from pipegen.services.transaction_state import TransactionState, read_id, read_state

AT_MS = 1_795_832_874_714


def text(name: str) -> bytes:
    return struct.pack(">h", len(name)) + name.encode()


def plain(status: int, topics: dict[str, list[int]] | None) -> bytes:
    """As brokers before Kafka 4 write it."""
    head = struct.pack(">hqhib", 0, 7, 3, 60_000, status)
    if topics is None:
        return head + struct.pack(">iqq", -1, AT_MS, AT_MS - 5)
    parts = [text(name) + struct.pack(f">i{len(each)}i", len(each), *each) for name, each in topics.items()]
    return head + struct.pack(">i", len(topics)) + b"".join(parts) + struct.pack(">qq", AT_MS, AT_MS - 5)


def compact(status: int, topics: dict[str, list[int]] | None) -> bytes:
    """As brokers with transactions of version 2 write it: lengths plus one in seven bits, and fields with tags."""
    head = struct.pack(">hqhib", 1, 7, 3, 60_000, status)
    if topics is None:
        return head + b"\x00" + struct.pack(">qq", AT_MS, AT_MS - 5) + b"\x00"
    tags = b"\x01\x07\x02xy"
    parts = [
        _varint(len(name) + 1) + name.encode() + _varint(len(each) + 1) + struct.pack(f">{len(each)}i", *each) + tags
        for name, each in topics.items()
    ]
    return head + _varint(len(topics) + 1) + b"".join(parts) + struct.pack(">qq", AT_MS, AT_MS - 5) + b"\x00"


def _varint(number: int) -> bytes:
    return bytes([number]) if number < 128 else bytes([number & 127 | 128]) + _varint(number >> 7)


@pytest.mark.parametrize("write", [plain, compact])
def test_a_state_says_whether_a_transaction_is_open_and_in_which_topics(write: type) -> None:
    long_name = "t" * 200
    assert read_state(write(1, {"orders": [0, 1, 2], long_name: [5]})) == TransactionState(
        True, frozenset({"orders", long_name}), AT_MS
    )
    assert read_state(write(4, None)) == TransactionState(False, frozenset(), AT_MS)
    assert read_state(write(0, {})) == TransactionState(False, frozenset(), AT_MS)


def test_the_key_is_the_transactional_id() -> None:
    assert read_id(struct.pack(">h", 0) + text("orders-k3m9xa-0-1")) == "orders-k3m9xa-0-1"
    assert read_id(struct.pack(">h", 1) + b"whatever") is None


def test_what_is_not_known_is_said_not_to_be() -> None:
    with pytest.raises(ValueError, match="version 9"):
        read_state(struct.pack(">h", 9) + b"\x00" * 40)
    with pytest.raises(ValueError, match="not whole"):
        read_state(plain(1, {"orders": [0]})[:20])
