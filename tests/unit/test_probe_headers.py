"""Which values are those of probes, by the header that the compiled part makes."""

from __future__ import annotations

from pipegen.hotpath import Meters, probe_header, without_probes

PROBE = probe_header(due_ns=1_000_000, sequence=3)
RECORD = PROBE[:16] + (7).to_bytes(4, "big")


def test_a_probe_is_left_out_and_a_record_of_the_load_is_not() -> None:
    assert without_probes([b"a", b"b", None], [PROBE, RECORD, RECORD]) == [b"b", None]


def test_a_value_without_a_header_is_nobodys_probe() -> None:
    assert without_probes([b"a"], [None]) == [b"a"]


def test_what_the_meters_call_a_probe_is_one_here_and_nothing_else() -> None:
    for header in (PROBE, RECORD, PROBE[1:], PROBE[:19], b"\xff" * 4, b""):
        batch = Meters().consumed([header], value_bytes=[1], partitions=[0], consumed_ns=2_000_000)
        assert batch.probes == 1 - len(without_probes([b"value"], [header])), header
