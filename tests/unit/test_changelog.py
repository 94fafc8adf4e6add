"""Which records of a changelog format take back a row, as Flink's own serialisers write them."""

from __future__ import annotations

import pytest

from pipegen.run.read.changelog import retraction_end


@pytest.mark.parametrize(
    ("value_format", "row", "taken_back"),
    [
        (
            "debezium-json",
            b'{"before":null,"after":{"n":1,"op":"d"},"op":"c"}',
            b'{"before":{"n":1,"op":"c"},"after":null,"op":"d"}',
        ),
        (
            "ogg-json",
            b'{"before":null,"after":{"n":1},"op_type":"I"}',
            b'{"before":{"n":1},"after":null,"op_type":"D"}',
        ),
        ("canal-json", b'{"data":[{"n":1}],"type":"INSERT"}', b'{"data":[{"n":1}],"type":"DELETE"}'),
        ("maxwell-json", b'{"data":{"n":1},"type":"insert"}', b'{"data":{"n":1},"type":"delete"}'),
        (
            "debezium-avro-confluent",
            b"\x00\x00\x00\x00\x01\x00\x02\x02\x02\x02c",
            b"\x00\x00\x00\x00\x01\x02\x02\x00\x02\x02d",
        ),
    ],
)
def test_a_row_and_a_row_taken_back_end_differently(value_format: str, row: bytes, taken_back: bytes) -> None:
    end = retraction_end(value_format)
    assert end is not None
    assert (row.endswith(end), taken_back.endswith(end)) == (False, True)


@pytest.mark.parametrize("value_format", ["json", "avro-confluent", "csv", None])
def test_a_format_of_rows_alone_has_no_such_end(value_format: str | None) -> None:
    assert retraction_end(value_format) is None
