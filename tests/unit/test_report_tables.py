"""The tables of a report: each figure in its own cell, in the unit of its heading, and why one is missing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from pipegen.hotpath import HistogramSnapshot
from pipegen.outputs.report import quality, tables
from pipegen.outputs.report.cells import Cell, reason
from pipegen.outputs.report.data import Ending, ReportData
from pipegen.outputs.report.phases import PhaseFacts
from pipegen.snapshot import PhasePlan
from tests.dashboard.invented import running, snapshot
from tests.dashboard.recorded import hdr_of, manifest
from tests.dashboard.states import STATES
from tests.unit.report_rows import rows, texts

HISTOGRAM = HistogramSnapshot.from_hdr_base64(hdr_of(*[1_000] * 90, *[20_000] * 9, 500_000))


def data(contents: dict[str, Any], **parts: Any) -> ReportData:
    return ReportData(snapshot(contents), manifest(), Ending("finished"), **parts)


def facts(plan: dict[str, Any], **changes: Any) -> PhaseFacts:
    """A phase of which everything is known."""
    known: dict[str, Any] = {
        "reached": True,
        "sent": 1_000,
        "rate_per_s": 990.0,
        "planned_per_s": 1_000.0,
        "latency": HISTOGRAM,
        "lag": 4_321.0,
        "lag_s": 1.5,
        "busy": 0.5,
        "pressure": 0.25,
        "cpu": 0.1,
        "recovery_s": 20.0,
    }
    flat = {"start_rate_per_s": 1_000.0, "end_rate_per_s": 2_000.0, "min_rate_per_s": 500.0, "max_rate_per_s": 2_500.0}
    named = {"name": "peak1", "shape": "hold", "start_s": 120.0, "end_s": 240.0, "percent": None, "points": []}
    return PhaseFacts(plan=PhasePlan(**(flat | named | plan)), recovers=True, **(known | changes))


def phase_row(**changes: Any) -> Sequence[Cell]:
    plan = changes.pop("plan", {})
    table = tables.phases(data(STATES["finished"](), phases=(facts(plan, **changes),)))
    assert len(table.rows[0]) == len(table.columns)
    return table.rows[0]


def test_a_phase_is_told_by_plan_rate_latency_lag_and_recovery() -> None:
    assert texts(phase_row()) == [
        *("peak1", "2:00\u00a0–\u00a04:00", "1\u2009000 msg/s", "990 msg/s", "99 %", "1 ms", "20 ms", "20 ms"),
        *("4\u2009321", "1.5 s", "0.25", "20 s"),
    ]


def test_a_share_of_the_plan_needs_a_plan_and_a_rate() -> None:
    assert phase_row(planned_per_s=0.0)[4].text == "–"
    assert phase_row(rate_per_s=None)[4].text == "–"


@pytest.mark.parametrize(
    ("shape", "planned"),
    [
        ("hold", "1\u2009000 msg/s"),
        ("ramp", "1\u2009000 msg/s to 2\u2009000 msg/s"),
        ("sine", "500 msg/s to 2\u2009500 msg/s, sine"),
    ],
)
def test_the_plan_of_a_phase_is_told_by_its_shape(shape: str, planned: str) -> None:
    assert phase_row(plan={"shape": shape})[2].text == planned


def test_a_phase_that_was_not_reached_has_its_plan_and_why_the_rest_is_missing() -> None:
    name, when, planned, *rest = phase_row(reached=False)
    assert (name.text, when.text, planned.text) == ("peak1", "2:00\u00a0–\u00a04:00", "1\u2009000 msg/s")
    assert {(cell.text, cell.note) for cell in rest} == {("–", "The run did not get there.")}


def test_a_recovery_that_was_not_seen_differs_from_one_that_was_not_needed() -> None:
    assert phase_row(recovery_s=None)[-1].text == "not seen"
    plan = STATES["finished"]()["traffic"]["phases"][0]
    steady = PhaseFacts(
        **{**{name: getattr(facts(plan), name) for name in PhaseFacts.__slots__}, "recovers": False, "recovery_s": None}
    )
    cell = tables.phases(data(STATES["finished"](), phases=(steady,))).rows[0][-1]
    assert (cell.text, cell.note) == ("–", "There is nothing to recover from.")


def test_each_threshold_has_its_result_what_was_measured_and_why() -> None:
    table = tables.thresholds(snapshot(STATES["missed"]()))
    assert rows(table) == {
        "end_to_end.p99<250ms": ["failed", "1.19 s", "worst in peak1"],
        "lost==0": ["passed", "0", "–"],
    }
    assert [row[1].health for row in table.rows] == ["error", "ok"]
    waiting = tables.thresholds(snapshot(STATES["running"]()))
    assert rows(waiting)["lost==0"] == ["not judged", "–", "known once the pipeline is drained"]
    assert waiting.rows[1][1].health == "unknown"


def test_without_thresholds_the_table_says_how_to_set_them() -> None:
    contents = STATES["finished"]()
    contents["verdict"] |= {"results": []}
    assert tables.thresholds(snapshot(contents)).empty.startswith("No thresholds were set")
    assert tables.thresholds(None).empty == "The run ended before its thresholds could be looked at."


def test_latency_is_told_by_stage_in_the_order_in_which_a_record_goes() -> None:
    stages = {"end_to_end": HISTOGRAM, "ack": HISTOGRAM, "append": HistogramSnapshot.empty()}
    found = rows(tables.stages(data(STATES["finished"](), stages=stages)))
    assert list(found) == ["Acknowledged by Kafka", "End to end"]
    assert found["End to end"] == ["1 ms", "1 ms", "20 ms", "20 ms", "500 ms", "500 ms", "500 ms", "7.7 ms", "100"]


def test_the_whole_spectrum_has_a_row_for_each_percentile_from_the_smallest_to_the_largest() -> None:
    found = rows(tables.spectrum(data(STATES["finished"](), stages={"end_to_end": HISTOGRAM})))
    assert [*found][:1] == ["smallest"]
    assert [*found][-1:] == ["largest"]
    assert (found["smallest"], found["p99"], found["p99.9"], found["largest"]) == (
        *(["1 ms"], ["20 ms"]),
        *(["500 ms"], ["500 ms"]),
    )


def test_without_latency_the_tables_are_empty_and_say_why() -> None:
    for make in (tables.stages, tables.spectrum):
        table = make(data(STATES["unmeasurable"](), stages={"ack": HistogramSnapshot.empty()}))
        assert (table.rows, table.empty) == (
            [],
            "No latency was measured: The sink table has no timestamp metadata column.",
        )
        assert make(ReportData(None, None, Ending("empty"))).empty == "No latency was measured."


def test_a_reason_is_that_of_the_figure_or_of_the_nearest_part_around_it() -> None:
    contents = running(60)
    contents["reasons"] = {"flink": "Flink is away.", "flink.checkpoints.failed": "none yet"}
    seen = snapshot(contents)
    assert reason(seen, "flink.checkpoints.failed") == "none yet"
    assert reason(seen, "flink.checkpoints.completed") == "Flink is away."
    assert reason(seen, "nothing.at.all") is None


def test_the_checks_of_records_are_shares_and_counts() -> None:
    contents = STATES["finished"]()
    contents["registry"] |= {"validation_success_ratio": 0.5, "serialisation_success_ratio": 0.75}
    contents["consumer"] |= {"errors": 3, "unchecked": 4}
    contents["pipeline"] |= {"success_rate": 0.25, "lost": 5, "duplicated": 6, "out_of_order": 7}
    contents["producer"] |= {"errors": 8}
    contents["flink"] |= {"late_records_dropped": 9}
    assert rows(quality.checks(snapshot(contents))) == {
        "Consumed values that their schema can read": ["50 %", "3", "4"],
        "Records made that kept their schema": ["75 %", "–", "–"],
        "Records that Kafka acknowledged": ["25 %", "8", "–"],
        "Lost in the pipeline": ["–", "5", "–"],
        "Came out more than once": ["–", "6", "–"],
        "Came out of order": ["–", "7", "–"],
        "Dropped by Flink as too late": ["–", "9", "–"],
    }


def test_faults_on_purpose_are_listed_and_without_any_there_is_no_table() -> None:
    assert quality.faults(snapshot(STATES["finished"]())) is None
    contents = STATES["finished"]()
    kind = {"name": "late_records", "share": 0.01, "injected_total": 12, "delivered_total": 11, "expected_out": False}
    contents["faults"] = contents["faults"] | {"kinds": [kind]}
    table = quality.faults(snapshot(contents))
    assert table is not None
    assert rows(table) == {"late records": ["1 %", "12", "11"]}
