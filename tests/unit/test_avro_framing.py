"""Confluent framing goes in and out, and what is no framed record is refused with a reason."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipegen.avro import decode_value, frame, unframe

SCHEMA = {"type": "record", "name": "A", "fields": [{"name": "word", "type": "string"}]}


@given(st.integers(0, 2**32 - 1), st.binary())
def test_what_was_framed_comes_out_again(schema_id: int, body: bytes) -> None:
    assert unframe(frame(schema_id, body)) == (schema_id, body)


def test_the_frame_is_a_zero_and_four_bytes_big_endian() -> None:
    assert frame(258, b"x") == b"\x00\x00\x00\x01\x02x"


@pytest.mark.parametrize(("value", "reason"), [(b"\x00\x01", "too short"), (b"{json}", "first byte is 0x7b")])
def test_a_value_without_framing_is_refused(value: bytes, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        unframe(value)


def test_a_record_is_decoded_for_looks() -> None:
    assert decode_value(frame(1, b"\x04hi"), SCHEMA) == {"word": "hi"}


@pytest.mark.parametrize(("body", "reason"), [(b"\x04h", "does not fit"), (b"\x04hi!", "1 bytes are left over")])
def test_a_record_that_does_not_fit_its_schema_is_refused(body: bytes, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        decode_value(frame(1, body), SCHEMA)
