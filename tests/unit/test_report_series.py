"""The figures of a report over time, and the drawing of its latencies."""

from __future__ import annotations

from pipegen.hotpath import HistogramSnapshot
from pipegen.outputs.report.series import FIELDS, Series, SeriesBuilder, series_of_table
from pipegen.outputs.report.spectrum import draw_spectrum
from tests.dashboard.recorded import hdr_of

HISTOGRAM = HistogramSnapshot.from_hdr_base64(hdr_of(*[1_000] * 90, *[20_000] * 9, 500_000))


def test_figures_of_raw_snapshots_become_rows_and_what_is_no_figure_is_left_out() -> None:
    builder = SeriesBuilder()
    builder.add({"timestamp": "1970-01-01T00:00:02Z", "producer": {"rate": 5, "total": True}, "pipeline": "broken"})
    builder.add({"timestamp": "no time"})
    series = builder.build()
    assert [row[0] for row in series.rows] == [2000.0]
    assert (series.column("producer.rate"), series.column("producer.total")) == ([5], [])
    assert (series.largest("producer.rate"), series.largest("pipeline.lag")) == (5, None)


def test_rows_of_the_load_stand_at_the_moment_that_they_say_themselves() -> None:
    series = series_of_table(["timestamp_ms", "run.elapsed_s"], [(900, None), (5_100, 4.0), (11_000, 10.0)])
    assert [row[0] for row in series.by_load(1_000.0, 10.0).rows] == [900, 5_000.0, 11_000]
    assert series.by_load(1_000.0, 10.0).column("run.elapsed_s") == [4.0, 10.0]
    assert [row[0] for row in series.between(900, 5_100).rows] == [900, 5_100]


def test_the_drawing_of_latency_spans_its_percentiles_and_its_values() -> None:
    drawing = draw_spectrum({"end_to_end": HISTOGRAM, "ack": HistogramSnapshot.empty()})
    assert drawing is not None
    # 100 samples reach to 99 %, which is the right edge; 1 ms is the bottom, the power of ten above 20 ms the top.
    assert [(tick.at, tick.label) for tick in drawing.across] == [(74, "0 %"), (529, "90 %"), (984, "99 %")]
    assert [(tick.at, tick.label) for tick in drawing.up] == [
        *((286, "1 ms"), (150, "10 ms"), (14, "100 ms")),
    ]
    (curve,) = drawing.curves
    points = [tuple(map(float, point.split())) for point in curve.path.removeprefix("M").split("L")]
    assert curve.title == "End to end"
    assert (points[0], len(points)) == ((74.0, 286.0), 25)
    assert points[-1][0] == 984.0
    assert all(14 <= y <= 286 for _, y in points)
    assert draw_spectrum({"ack": HistogramSnapshot.empty()}) is None


def test_a_series_can_be_thinned_to_a_bound_and_keeps_the_slowest() -> None:
    path = "latency.end_to_end.interval.p99_ms"
    series = series_of_table(["timestamp_ms", path], [(at, 9.0 if at == 2 else 1.0) for at in range(5)])
    assert series.thinned(5) == series
    assert [row[0] for row in series.thinned(4).rows] == [0, 2, 4]
    assert [row[0] for row in series.thinned(2).rows] == [2, 4]
    assert Series().thinned(1).rows == ()
    assert len(FIELDS) + 1 == len(series.rows[0])
