"""What event time holds in Flink, in words."""

from __future__ import annotations

import pytest

from pipegen.observe import FlinkReading, SourceState
from pipegen.observe.flink_vertex import HeldRows
from pipegen.run.drain.held import held_by_event_time
from pipegen.services.flink import ClusterOverview

NOON_MS = 1_795_780_805_123  # 2026-11-27T12:00:05.123Z


def reading(*held: HeldRows, watermarks: dict[str, bool] | None = None) -> FlinkReading:
    sources = (watermarks or {"orders": True}).items()
    return FlinkReading(
        ClusterOverview("2.3", 1, 4, 2),
        sources=tuple(SourceState(name, "RUNNING", 0, True, has_watermark=has) for name, has in sources),
        held=held,
    )


@pytest.mark.parametrize(
    ("held", "sentence"),
    [
        (HeldRows("OverAggregate", 14, NOON_MS), "14 rows wait for a watermark past 12:00:05.123 UTC (OverAggregate)"),
        (HeldRows("TemporalSort", 1, NOON_MS), "1 row waits for a watermark past 12:00:05.123 UTC (TemporalSort)"),
        (
            HeldRows("GlobalWindowAggregate", None, NOON_MS),
            "the rows of the last window wait for a watermark past 12:00:05.123 UTC (GlobalWindowAggregate)",
        ),
        (
            HeldRows("IntervalJoin", None, NOON_MS),
            "the last rows wait for a watermark past 12:00:05.123 UTC (IntervalJoin)",
        ),
    ],
)
def test_rows_wait_for_a_watermark_past_the_one_that_is_there(held: HeldRows, sentence: str) -> None:
    assert held_by_event_time(reading(held)) == sentence


def test_an_operator_that_has_brought_out_every_row_holds_none() -> None:
    assert held_by_event_time(reading(HeldRows("OverAggregate", 0, NOON_MS))) is None
    assert held_by_event_time(reading()) is None


def test_the_source_that_brings_no_watermark_is_named() -> None:
    seen = reading(HeldRows("IntervalJoin", None, None), watermarks={"orders": True, "shipments": False})
    told = "the last rows wait for a watermark, and shipments has brought none (IntervalJoin)"
    assert held_by_event_time(seen) == told


def test_a_window_by_the_clock_waits_for_no_watermark() -> None:
    seen = reading(HeldRows("GlobalWindowAggregate", None, None), watermarks={"orders": False})
    assert held_by_event_time(seen) is None
