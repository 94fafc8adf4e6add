"""The latencies of each output between two snapshots, as opposed to the whole run."""

from __future__ import annotations

from dataclasses import replace

from pipegen.hotpath import HistogramSnapshot, Meters
from pipegen.project import OutputFacts
from pipegen.quality import OutputQuality
from pipegen.run.picture.output_intervals import OutputIntervals
from pipegen.run.picture.output_sight import OutputSight
from pipegen.run.picture.outputs import output_states
from tests.unit.record_headers import record_header

COPIES = OutputFacts("copies", "copies", "json", "one_to_one", "header", "the header arrives unchanged")
COUNTS = replace(COPIES, name="counts", latency_source=None, latency_reason="nothing is carried")


def came(meters: Meters, number: int, latency_us: int) -> None:
    header = record_header(1_000_000, number)
    consumed_ns = (1_000_000 + latency_us) * 1_000
    meters.consumed([header], value_bytes=[1], partitions=[0], consumed_ns=consumed_ns)


def sight(facts: OutputFacts, meters: Meters) -> OutputSight:
    quality = OutputQuality(0, 0, 1.0, None, 0)
    latencies = meters.histogram("end_to_end")
    return OutputSight(facts, facts.topic, 0, meters.totals(), latencies, True, "done", quality)


def test_an_interval_has_only_what_came_from_that_output_since_the_previous_snapshot() -> None:
    intervals, one, other = OutputIntervals(), Meters(), Meters()
    came(one, 0, 5_000)
    came(other, 0, 70_000)
    kept = replace(COPIES, name="a.b")
    assert [each.interval.count for each in intervals.take([sight(COPIES, one), sight(kept, other)])] == [1, 1]
    came(one, 1, 9_000)
    first, second = intervals.take([sight(COPIES, one), sight(kept, other)])
    assert (first.interval.count, first.interval.max_us, first.end_to_end.count) == (1, 9_000, 2)
    assert second.interval.count == 0
    assert {name: HistogramSnapshot.from_hdr_base64(text).count for name, text in intervals.hdr().items()} == {
        "outputs.copies.end_to_end": 1
    }
    (state,) = output_states([first], before={}, seconds=1.0)
    assert state.section.end_to_end_interval is not None
    assert state.section.end_to_end_interval.p99_ms == 9.0


def test_neither_a_single_output_nor_an_untimed_one_has_its_own_histograms() -> None:
    alone, both, meters = OutputIntervals(), OutputIntervals(), Meters()
    came(meters, 0, 5_000)
    alone.take([sight(COPIES, meters)])
    assert alone.hdr() == {}
    both.take([sight(COPIES, meters), sight(COUNTS, meters)])
    assert set(both.hdr()) == {"outputs.copies.end_to_end"}
