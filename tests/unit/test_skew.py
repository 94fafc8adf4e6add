"""Latencies below zero are told once each, with how much the clocks disagree."""

from __future__ import annotations

from pipegen.diagnose import ErrorLog
from pipegen.hotpath import Meters
from pipegen.run.picture.latency import LatencyGaps, LatencyReader
from pipegen.run.picture.skew import SkewWatch
from tests.unit.record_headers import record_header

NO_GAPS = LatencyGaps(append="the output topic was there before")


def test_what_came_out_before_it_was_due_is_shown_counted_and_told_with_its_remedy() -> None:
    meters, skew = Meters(), SkewWatch()
    reader = LatencyReader(meters)

    def consume(sequence: int, consumed_ms: int) -> list[tuple[str, int, str]]:
        meters.consumed(
            [record_header(1_000_000, sequence)], value_bytes=[1], partitions=[0], consumed_ns=consumed_ms * 1_000_000
        )
        return skew.see(reader.read(NO_GAPS).section)

    assert consume(0, 1_500) == []
    ((stage, count, sentence),) = consume(1, 960)
    assert (stage, count) == ("end_to_end", 1)
    assert sentence.startswith("1 records came out before they were due by up to 40.0 ms")
    assert skew.see(reader.read(NO_GAPS).section) == []
    assert [count for _, count, _ in consume(2, 990)] == [1]
    latency = reader.read(NO_GAPS).section.end_to_end
    assert latency is not None
    assert (latency.total.count, latency.negative_count, latency.total.min_ms) == (1, 2, -40.0)
    log = ErrorLog()
    log.report(component="system", category="processing", severity="warning", key="clock_skew", message=sentence)
    (entry,) = log.entries()
    assert (entry.rule, entry.severity) == ("clock.skew", "warning")


def test_a_minimum_is_known_of_negative_samples_alone() -> None:
    meters = Meters()
    meters.consumed([record_header(2_000_000, 0)], value_bytes=[1], partitions=[0], consumed_ns=1_999_000_000)
    latency = LatencyReader(meters).read(NO_GAPS).section.end_to_end
    assert latency is not None
    assert (latency.total.count, latency.total.min_ms, latency.total.p50_ms) == (0, -1.0, None)


def test_by_how_much_is_said_only_of_a_time_below_zero() -> None:
    latency = LatencyReader(Meters()).read(NO_GAPS).section
    assert latency.end_to_end is not None
    for least_ms, by in ((-0.1, " by up to 0.1 ms"), (0.0, ""), (None, "")):
        total = latency.end_to_end.total.model_copy(update={"min_ms": least_ms})
        stage = latency.end_to_end.model_copy(update={"negative_count": 1, "total": total})
        ((_, _, sentence),) = SkewWatch().see(latency.model_copy(update={"end_to_end": stage}))
        assert sentence.startswith(f"1 records came out before they were due{by}: ")
