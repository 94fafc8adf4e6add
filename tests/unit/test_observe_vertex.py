"""A vertex of a Flink job from its counters and its metrics, as Flink's REST API gives them."""

from __future__ import annotations

import time
from typing import Any

import pytest

from pipegen.observe.flink_sources import PipelineSources, SourceState
from pipegen.observe.flink_vertex import HeldRows, JobTotals, VertexReader, chosen_metrics, is_busy
from pipegen.services.flink import Job, SubtaskMetric, Vertex
from pipegen.snapshot import VertexMetrics

BUSY = "busyTimeMsPerSecond"


def metric(largest: float, *, least: float | None = None, total: float | None = None, mean: float = 0) -> SubtaskMetric:
    return SubtaskMetric(least if least is not None else largest, largest, largest if total is None else total, mean)


def vertex(**changes: Any) -> Vertex:
    known: dict[str, Any] = {"id": "a", "name": "Calc", "state": "RUNNING", "parallelism": 4, "running_tasks": 4}
    return Vertex(**(known | {"records_in": 10, "records_out": 20, "bytes_in": 30, "bytes_out": 40} | changes))


def seen(
    *metrics: dict[str, SubtaskMetric], subtasks: list[float] | None = None, **changes: Any
) -> tuple[JobTotals, VertexMetrics]:
    """What vertices with these metrics add up to, and the last of them."""
    totals, reader = JobTotals(), VertexReader()
    for each in metrics:
        one = vertex(**changes)
        reader.add(Job("j", "job", "RUNNING", (one,)), one, each, totals, subtasks)
    return totals, totals.vertices[-1]


def test_only_metrics_that_are_shown_are_asked_for_and_records_in_only_of_sources() -> None:
    wanted = [
        BUSY,
        "0.Source.pendingRecords",
        "0.Source.numRecordsIn",
        "1.Sink.numRecordsSend",
        "x.numLateRecordsDropped",
    ]
    assert chosen_metrics([*wanted, "1.Sink.numRecordsIn", "uptime"]) == wanted


def test_records_of_all_vertices_are_added_and_what_none_says_is_not_known() -> None:
    totals, _ = seen(
        {"a.numRecordsIn": metric(5), "a.pendingRecords": metric(7)},
        {"b.numRecordsSend": metric(3), "c.numRecordsSend": metric(4), "a.pendingRecords": metric(-1)},
    )
    assert (totals.records_in, totals.records_out, totals.pending) == (5, 7, 7)
    assert (totals.late_dropped, totals.emit_lag_ms, totals.alignment_ms) == (None, None, None)


def test_the_largest_lag_and_delay_of_all_vertices_count_and_minus_one_is_not_known() -> None:
    def metrics(lag: float, delay_ns: float) -> dict[str, SubtaskMetric]:
        return {
            "a.currentEmitEventTimeLag": metric(lag),
            "checkpointStartDelayNanos": metric(delay_ns),
            "checkpointAlignmentTime": metric(delay_ns / 2),
        }

    totals, _ = seen(metrics(5, 4e6), metrics(9, 2e6), metrics(-1, -1))
    assert (totals.emit_lag_ms, totals.start_delay_ms, totals.alignment_ms) == (9, 4, 2)
    assert seen(metrics(0, 0))[0].emit_lag_ms == 0


def test_records_that_were_dropped_as_late_are_counted_for_the_vertex_and_for_the_job() -> None:
    totals, last = seen({"w.numLateRecordsDropped": metric(2)}, {}, {"w.numLateRecordsDropped": metric(3)})
    assert (totals.late_dropped, last.late_records_dropped) == (5, 3)
    assert totals.vertices[1].late_records_dropped is None


def test_shares_of_time_are_ratios_of_the_busiest_and_of_the_mean() -> None:
    _, last = seen(
        {
            BUSY: metric(900, mean=412.34),
            "idleTimeMsPerSecond": metric(100),
            "backPressuredTimeMsPerSecond": metric(1_200, mean=1_100),
        }
    )
    assert (last.busy_ratio, last.busy_mean_ratio) == (0.9, 0.4123)
    assert (last.idle_ratio, last.backpressure_ratio, last.backpressure_mean_ratio) == (0.1, 1.0, 1.0)
    assert last.backpressure_level == "high"
    _, silent = seen({})
    assert (silent.busy_ratio, silent.idle_mean_ratio, silent.backpressure_level) == (None, None, None)


@pytest.mark.parametrize(("busy_ms", "busy"), [(499, False), (500, True), (1_000, True), (None, False)])
def test_a_vertex_is_busy_from_half_of_the_time_on(busy_ms: float | None, busy: bool) -> None:
    assert is_busy({} if busy_ms is None else {BUSY: metric(busy_ms)}) == busy


@pytest.mark.parametrize(
    ("busy_ms", "parallelism", "subtasks", "told"),
    [
        (400, 4, [0.4, 0.4], None),
        (900, 1, None, 1),
        (900, 4, None, None),
        (900, 4, [0.9, 0.73, 0.71, 0.1], 2),
        (900, 4, [0.9, 0.9, 0.9, 0.9], 4),
    ],
)
def test_busy_subtasks_are_those_nearly_as_busy_as_the_busiest(
    busy_ms: float, parallelism: int, subtasks: list[float] | None, told: int | None
) -> None:
    _, last = seen({BUSY: metric(busy_ms)}, subtasks=subtasks, parallelism=parallelism)
    assert last.busy_subtasks == told


def test_the_watermark_is_that_of_the_slowest_and_one_of_an_ended_source_says_nothing() -> None:
    now_ms = time.time() * 1000
    marks = {
        "a.currentOutputWatermark": metric(now_ms, least=now_ms - 60_000),
        "b.currentOutputWatermark": metric(2**63, least=2**63 - 1),
    }
    totals, last = seen(marks)
    assert last.watermark_ms == round(now_ms - 60_000)
    assert last.watermark_lag_ms is not None
    assert last.watermark_lag_ms >= 59_999
    assert totals.watermark_lag_ms == last.watermark_lag_ms
    ended, last = seen({"b.currentOutputWatermark": metric(2**63, least=2**63 - 1)})
    assert (last.watermark_ms, last.watermark_lag_ms, ended.watermark_lag_ms) == (None, None, None)


def test_a_vertex_has_its_own_counters_and_its_first_look_no_rate() -> None:
    _, last = seen({}, inputs=("x",))
    assert (last.records_in_total, last.records_out_total, last.bytes_in_total, last.bytes_out_total) == (
        10,
        20,
        30,
        40,
    )
    assert (last.name, last.state, last.parallelism, last.inputs) == ("Calc", "RUNNING", 4, ["x"])
    assert last.records_in_per_s is None


def test_a_counter_that_is_not_told_has_no_rate() -> None:
    reader = VertexReader()
    assert reader.rate("a", None, 0) is None
    assert reader.rate("a", 0, 0) is None
    assert reader.rate("a", 500, 1_000_000_000) == pytest.approx(500)


def source_of(topics: frozenset[str], name: str, **metrics: SubtaskMetric) -> JobTotals:
    """What a source adds up to in a pipeline whose input is the topic `in`."""
    totals, reader = JobTotals(), VertexReader(PipelineSources(frozenset({"in"}), frozenset({"orders"})))
    one = vertex(name=name, records_in=7)
    reader.add(
        Job("j", "job", "RUNNING", (one,)), one, {f"s.{key}": it for key, it in metrics.items()}, totals, None, topics
    )
    return totals


def test_a_source_is_told_with_what_it_reads_and_has_left() -> None:
    totals = source_of(frozenset({"in"}), "Source: orders[1] -> Calc[2]", pendingRecords=metric(3))
    assert totals.sources == [SourceState("orders", "RUNNING", 3, True, has_watermark=False, records=7)]
    assert totals.pending == 3
    other = source_of(
        frozenset({"rates"}), "Source: rates[1]", pendingRecords=metric(3), currentOutputWatermark=metric(5)
    )
    assert other.sources == [SourceState("rates", "RUNNING", 3, False, has_watermark=True, records=7)]


def test_rows_that_an_operator_for_one_row_each_has_not_brought_out_are_held() -> None:
    counters = {"OverAggregate[5].numRecordsIn": metric(500), "OverAggregate[5].numRecordsOut": metric(380)}
    late = {"OverAggregate[5].numLateRecordsDropped": metric(6)}
    mark = {"OverAggregate[5].currentOutputWatermark": metric(1000)}
    totals, _ = seen(counters | late | mark, name="OverAggregate[5] -> Calc[6]")
    assert totals.held == [HeldRows("OverAggregate", 114, 1000)]
    assert set(chosen_metrics([*counters, *late, *mark, "Calc[6].numRecordsIn"])) == {*counters, *late, *mark}


def test_of_a_window_it_is_known_that_it_holds_rows_but_not_how_many() -> None:
    totals, _ = seen({"x.currentOutputWatermark": metric(1000)}, name="GlobalWindowAggregate[11] -> Calc[12]")
    assert totals.held == [HeldRows("GlobalWindowAggregate", None, 1000)]
    assert seen({}, name="GroupAggregate[3]")[0].held == []


@pytest.mark.parametrize(
    ("running", "finished", "all_running"), [(4, 0, True), (0, 4, True), (3, 1, True), (3, 0, False)]
)
def test_a_job_runs_when_each_subtask_runs_or_is_done(running: int, finished: int, all_running: bool) -> None:
    one = vertex(running_tasks=running, finished_tasks=finished)
    assert Job("j", "job", "RUNNING", (one,)).all_running is all_running
    assert not Job("j", "job", "FINISHED", (one,)).all_running
