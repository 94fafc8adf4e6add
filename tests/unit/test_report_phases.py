"""What a report says of each phase, from rows that are written by hand."""

from __future__ import annotations

from datetime import datetime

import pytest

from pipegen.bus import HistogramsTaken
from pipegen.hotpath import HistogramSnapshot
from pipegen.outputs.histograms import HistogramLog
from pipegen.outputs.history import History
from pipegen.outputs.report.data import data_of_feed
from pipegen.outputs.report.phases import phase_facts
from pipegen.outputs.report.series import FIELDS, Row, Series
from pipegen.replay import RecordedInterval
from pipegen.snapshot import PhasePlan
from tests.dashboard.invented import snapshot
from tests.dashboard.recorded import hdr_of
from tests.dashboard.states import finished


def plan(name: str, start_s: float, end_s: float, rate: float) -> PhasePlan:
    return PhasePlan(
        name=name,
        shape="hold",
        start_s=start_s,
        end_s=end_s,
        start_rate_per_s=rate,
        end_rate_per_s=rate,
        min_rate_per_s=rate,
        max_rate_per_s=rate,
        percent=None,
        points=[],
    )


PHASES = [plan("steady", 0, 10, 100), plan("peak1", 10, 20, 400), plan("steady", 20, 40, 100)]


def row(second: float, **values: float) -> Row:
    named = {name.replace("__", "."): value for name, value in values.items()}
    return (second * 1000.0, *(named.get(field) for field in FIELDS))


def interval(second: float, *values_us: int) -> RecordedInterval:
    return RecordedInterval(second, second + 1, HistogramSnapshot.from_hdr_base64(hdr_of(*values_us)))


def rows(lag_s: list[float]) -> Series:
    """A row a second; in the peak a third of the load is not sent."""
    made = []
    for second, lag in enumerate(lag_s):
        in_peak = min(max(second - 10, 0), 10)
        due = 100 * second + 300 * in_peak
        made.append(row(second, producer__total=due - 100 * in_peak, producer__planned_total=due, pipeline__lag_s=lag))
    return Series(tuple(made))


def test_a_phase_is_told_by_its_own_rows_and_its_own_histograms() -> None:
    series = rows([0.02] * 10 + [0.5] * 10 + [0.4] * 5 + [0.03] * 15)
    latencies = [
        *(interval(second, 1_000) for second in range(10)),
        *(interval(s, 1_000, 9_000) for s in range(10, 20)),
    ]
    before, peak, after = phase_facts(PHASES, series, 0.0, latencies)
    assert (before.rate_per_s, before.planned_per_s) == (100, 100)
    assert (peak.rate_per_s, peak.planned_per_s) == (300, 400)
    assert before.latency.percentile_us(99) == 1_000
    # From the merged histogram: nine milliseconds, not the mean of the intervals' own percentiles.
    assert peak.latency.percentile_us(99) == pytest.approx(9_000, rel=0.002)
    assert peak.latency.count == 20
    assert after.latency.count == 0
    assert peak.lag_s == 0.5


def test_recovery_is_the_time_until_the_lag_is_back_where_it_was_before_the_phase() -> None:
    _, peak, after = phase_facts(PHASES, rows([0.02] * 10 + [0.5] * 10 + [0.4] * 5 + [0.03] * 15), 0.0, [])
    assert peak.recovery_s == 5
    assert not after.recovers


def test_a_lag_that_never_comes_back_is_no_recovery() -> None:
    _, peak, _ = phase_facts(PHASES, rows([0.02] * 10 + [0.5] * 30), 0.0, [])
    assert peak.recovers
    assert peak.recovery_s is None


def test_without_a_lag_in_seconds_recovery_is_told_by_what_flink_has_not_read() -> None:
    pending = [100] * 10 + [4000] * 14 + [129] * 16
    made = tuple(row(second, flink__pending_records=records) for second, records in enumerate(pending))
    _, peak, _ = phase_facts(PHASES, Series(made), 0.0, [])
    assert peak.recovery_s == 4


def test_a_phase_that_the_run_did_not_reach_has_no_figures() -> None:
    *_, after = phase_facts(PHASES, rows([0.02] * 15), 0.0, [])
    assert not after.reached
    assert (after.rate_per_s, after.lag_s, after.recovery_s) == (None, None, None)


def test_thinning_keeps_real_rows_and_of_two_neighbours_the_slower_one() -> None:
    p99 = "latency__end_to_end__interval__p99_ms"
    series = Series(tuple(row(second, **{p99: float(second % 7)}) for second in range(1_000)))
    thin = series.thinned(300)
    assert len(thin.rows) <= 300
    assert set(thin.rows) <= set(series.rows)
    assert thin.largest("latency.end_to_end.interval.p99_ms") == 6


def test_without_a_recording_an_interval_begins_where_the_one_before_ended() -> None:
    contents = finished()
    contents["traffic"]["phases"] = [each.model_dump() for each in PHASES]
    last = snapshot(contents)
    start_s = datetime.fromisoformat(last.run.started_at).timestamp()
    histograms = HistogramLog()
    for end_s in (5, 8, 16, 24):
        told = {"end_to_end": hdr_of(*[1_000] * end_s)}
        histograms.add(HistogramsTaken(last.run.id, round((start_s + end_s) * 1000), told))
    data = data_of_feed(last, History().since(-1), histograms)
    # The middles: 4.5 s of the first, which is taken for a second long, then 6.5 s, 12 s and 20 s.
    assert [each.latency.count for each in data.phases] == [13, 16, 24]
