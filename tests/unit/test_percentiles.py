"""Percentiles as the contract has them: milliseconds, told to the microsecond; negative samples are not hidden."""

from __future__ import annotations

import pytest

from pipegen.hotpath import HistogramSnapshot, Meters
from pipegen.snapshot.percentiles import percentile_ms, percentiles
from tests.unit.record_headers import record_header


def of_latencies(*latencies_us: int) -> HistogramSnapshot:
    meters = Meters()
    for sequence, latency_us in enumerate(latencies_us):
        header = record_header(1_000_000, sequence)
        consumed_ns = (1_000_000 + latency_us) * 1000
        meters.consumed([header], value_bytes=[1], partitions=[0], consumed_ns=consumed_ns)
    return meters.histogram("end_to_end")


def test_figures_are_told_to_the_microsecond() -> None:
    found = percentiles(of_latencies(1234, 1234, 1235))
    assert (found.count, found.p50_ms, found.max_ms) == (3, 1.234, 1.235)
    assert found.mean_ms == 1.234


def test_a_negative_sample_is_the_smallest_one() -> None:
    assert percentiles(of_latencies(500, -2000)).min_ms == -2.0


def test_nothing_is_known_of_no_samples() -> None:
    found = percentiles(HistogramSnapshot.empty())
    assert found.model_dump(exclude={"count"}) == dict.fromkeys(found.model_dump(exclude={"count"}))
    assert percentile_ms(HistogramSnapshot.empty(), 97.5) is None


def test_any_percentile_can_be_asked_for() -> None:
    assert percentile_ms(of_latencies(*range(1000, 2000, 10)), 25) == pytest.approx(1.24, rel=0.01)
