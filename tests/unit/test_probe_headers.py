"""Which values are of a run's load, by the header that the compiled part makes."""

from __future__ import annotations

from pipegen.hotpath import Meters, of_load, probe_header

RUN = 7
PROBE = probe_header(due_ns=1_000_000, number=3, run=RUN)
RECORD = PROBE[:1] + b"\x00" + PROBE[2:]
OTHER = RECORD[:-1] + b"\x08"


def test_probes_and_records_of_other_runs_are_left_out() -> None:
    assert of_load([b"a", b"b", b"c", None], [PROBE, RECORD, OTHER, RECORD], run=RUN) == [b"b", None]


def test_a_value_without_a_header_stays() -> None:
    assert of_load([b"a"], [None], run=RUN) == [b"a"]


def test_what_the_meters_count_is_of_the_load_here_too() -> None:
    for header in (PROBE, RECORD, OTHER, RECORD[:20], b"\x03" + RECORD[1:]):
        batch = Meters(run=RUN).consumed([header], value_bytes=[1], partitions=[0], consumed_ns=2_000_000)
        assert batch.count == len(of_load([b"value"], [header], run=RUN)), header
