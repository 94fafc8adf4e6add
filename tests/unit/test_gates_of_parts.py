"""Thresholds on one input or one output: how they are written, which there are, and what they are judged by."""

from __future__ import annotations

from typing import Any

import pytest

from pipegen.errors import ThresholdError
from pipegen.gates import Ending, PartNames, Threshold, parse_threshold, part_catalogue, read_thresholds
from pipegen.snapshot import InputState, OutputState
from pipegen.snapshot.tables import TableState
from tests.dashboard.invented import percentiles
from tests.unit.judged import JudgedRun
from tests.unit.several_parts import input_of

PARTS: PartNames = {"inputs": ["orders", "late_payments"], "outputs": ["copies", "a-b", "sales.daily"]}


def read(text: str, parts: PartNames = PARTS) -> list[Threshold]:
    return read_thresholds([text], {}, phases=["steady"], duration_s=30.0, parts=parts)


def output(name: str, **figures: Any) -> dict[str, Any]:
    known = {"total": 0, "rate": None, "lost": None, "duplicated": None, "counts_reason": "because", "traced_by": None}
    told = {"end_to_end": None, "traced_reason": "because", "drain": None, "topic": name, "format": "json"}
    return {"name": name, "shape": "one_to_one", **known, **told, **figures}


@pytest.mark.parametrize(
    ("text", "kind", "name", "path", "aggregation"),
    [
        ("outputs.copies.end_to_end.p99<1s", "outputs", "copies", "outputs.copies.end_to_end", "percentile"),
        ("outputs.`a-b`.lost==0", "outputs", "a-b", "outputs.a-b.lost", "last"),
        ("outputs.`sales.daily`.lag<=10", "outputs", "sales.daily", "outputs.sales.daily.lag", "worst"),
        ("inputs.late_payments.rate>=100/s", "inputs", "late_payments", "inputs.late_payments.rate", "mean"),
        ("inputs.`orders`.ack.p50<1s", "inputs", "orders", "inputs.orders.ack", "percentile"),
    ],
)
def test_a_threshold_can_name_an_input_or_an_output(
    text: str, kind: str, name: str, path: str, aggregation: str
) -> None:
    (threshold,) = read(text)
    assert threshold.part is not None
    assert (threshold.part.kind, threshold.part.name) == (kind, name)
    assert (threshold.metric.path, threshold.aggregation, threshold.text) == (path, aggregation, text)


def test_a_backquote_in_a_name_is_written_twice() -> None:
    (threshold,) = read("outputs.`a``b`.lost==0", {"inputs": [], "outputs": ["a`b"]})
    assert threshold.part is not None
    assert (threshold.part.name, threshold.part.written) == ("a`b", "outputs.`a``b`")


def test_a_star_is_each_output_and_each_is_a_threshold_of_its_own() -> None:
    found = read("outputs.*.end_to_end.p99<1s during steady")
    assert [threshold.text for threshold in found] == [
        "outputs.copies.end_to_end.p99<1s during steady",
        "outputs.`a-b`.end_to_end.p99<1s during steady",
        "outputs.`sales.daily`.end_to_end.p99<1s during steady",
    ]
    assert [threshold.metric.path for threshold in found][1] == "outputs.a-b.end_to_end"


@pytest.mark.parametrize(
    ("text", "caret", "reason", "remedy"),
    [
        ("outputs.copy.lost==0", 8, "there is no output “copy”: outputs are copies, a-b, sales.daily", "copies"),
        ("inputs.copies.rate>1/s", 7, "there is no input “copies”: inputs are orders, late_payments", None),
        ("outputs.copies.lsot==0", 15, "unknown metric “lsot” of an output", "Did you mean “lost”?"),
        ("outputs.copies.ack.p99<1s", 15, "unknown metric “ack.p99” of an output", "--list-metrics"),
        ("outputs.copies.lost.rate<1", 20, "outputs.copies.lost has no", None),
        ("outputs.copies.end_to_end<1s", 25, "outputs.copies.end_to_end is a distribution", "end_to_end.p50"),
        ("outputs.a-b.lost==0", 9, "expected a dot and a metric, found “-”", "stands in backquotes"),
        ("outputs..lost==0", 8, "expected the name of an output", "outputs.*"),
        ("inputs.orders.errors<=0.9*plan", 22, "cannot be compared with the plan", "covers total, rate."),
        ("outputs.copies.rate>=0.9*plan", 21, "cannot be compared with the plan", "what is sent"),
    ],
)
def test_what_is_not_there_is_refused_at_its_character(text: str, caret: int, reason: str, remedy: str | None) -> None:
    with pytest.raises(ThresholdError) as raised:
        read(text)
    assert raised.value.position == caret
    assert reason in raised.value.message
    assert remedy is None or remedy in (raised.value.remedy or "")


def test_every_figure_of_an_input_and_an_output_is_a_metric() -> None:
    for kind, model in (("inputs", InputState), ("outputs", OutputState)):
        for name, metric in part_catalogue(kind).items():
            assert name.partition(".")[0] in model.model_fields
            assert metric.about
    tables = {"table.rows", "table.out_of_order", "table.updates_per_key"}
    assert {"total", "rate", "lag", "lost", "duplicated", "end_to_end"} | tables <= part_catalogue("outputs").keys()
    assert {"planned_total", "total", "rate", "errors", "generator_delay", "ack"} <= part_catalogue("inputs").keys()


def test_each_threshold_is_judged_by_the_figures_of_its_own_output() -> None:
    run = JudgedRun("outputs.`a-b`.lost==0", "outputs.copies.lost==0", "outputs.copies.lag<=10", "lost==0")
    run.load(2, outputs=[output("copies", lag=3), output("a-b", lag=30)])
    ended = [output("copies", lag=0, lost=0), output("a-b", lag=0, lost=7)]
    verdict = run.end(outputs=ended, pipeline__lost=7)
    assert [(each.outcome, each.observed) for each in verdict.results] == [
        ("fail", 7),
        ("pass", 0),
        ("pass", 3),
        ("fail", 7),
    ]


def test_a_table_is_judged_by_what_it_is_at_the_end_even_of_a_name_with_dots() -> None:
    shown = dict.fromkeys(TableState.model_fields, None) | {"key": ["id"], "advice": None}
    run = JudgedRun(
        "outputs.`a.table`.table.rows==500", "outputs.`a.table`.table.out_of_order==0", "outputs.b.table.rows==0"
    )
    run.load(1, outputs=[output("a.table", table={**shown, "rows": 100, "out_of_order": 0}), output("b", table=None)])
    verdict = run.end(
        outputs=[output("a.table", table={**shown, "rows": 500, "out_of_order": 2}), output("b", table=None)]
    )
    found = [(each.outcome, each.observed) for each in verdict.results]
    assert found == [("pass", 500), ("fail", 2), ("fail", None)]


def test_a_rate_is_the_growth_of_the_outputs_own_total() -> None:
    run = JudgedRun("outputs.copies.rate>=50/s", "outputs.copies.total==30")
    for second in range(1, 4):
        run.load(1, outputs=[output("copies", total=second * 10, rate=99.0)])
    assert [each.observed for each in run.verdict.results] == [10.0, 30.0]


def test_an_input_is_compared_with_its_own_plan() -> None:
    shares = ("inputs.orders.rate>=0.9*plan", "inputs.late.rate>=0.9*plan", "inputs.late.total>=plan during peak1")
    run = JudgedRun(*shares)
    for second in range(1, 16):
        late = 30 * second if second <= 10 else 300 + 20 * (second - 10)
        sent = [input_of("orders", total=75 * second, due_total=75 * second)]
        run.load(1, inputs=[*sent, input_of("late", total=late, due_total=40 * second)])
    found = [(each.outcome, each.observed) for each in run.verdict.results]
    assert found == [("pass", 75.0), ("fail", pytest.approx(400 / 15)), ("fail", 100.0)]


def test_a_latency_is_that_of_the_output_and_says_where_it_is_a_bound() -> None:
    run = JudgedRun("outputs.copies.end_to_end.p99<1s", "outputs.counts.end_to_end.p99<1s")
    run.load(1)
    histogram = run.meters.histogram("end_to_end")
    timed = output(
        "copies", end_to_end=percentiles(100, 20.0), traced_by="timestamp", bound="upper", bound_reason="why"
    )
    seen = run._snapshot(2.0, {"outputs": [timed, output("counts")], "reasons": {"outputs.counts.end_to_end": "why"}})
    run.judge.observe(seen, {"outputs.copies.end_to_end": histogram})
    run.judge.conclude(Ending("finished"))
    copies, counts = run.judge.observe(seen, {"outputs.copies.end_to_end": histogram}).results
    assert (copies.outcome, counts.outcome) == ("pass", "fail")
    assert copies.reason == "an upper bound: why"
    assert counts.reason == "no sample: why"


def test_a_window_of_the_latency_of_one_output_is_judged_by_its_own_histograms() -> None:
    run = JudgedRun("outputs.copies.end_to_end.p50<50ms over 3s", "outputs.copies.end_to_end.p50<50ms")
    for second in range(10):
        run.consume(10, 200 if second in {6, 7, 8} else 20)
        contents = {"outputs": [output("copies", end_to_end=percentiles(100, 20.0), traced_by="header")]}
        seen = run._snapshot(float(second + 1), contents)
        run.judge.observe(seen, {"outputs.copies.end_to_end": run.meters.histogram("end_to_end")})
        run.second += 1
    stretch, whole = run.judge.verdict.results
    assert (stretch.outcome, whole.outcome) == ("fail", "pass")
    assert stretch.observed == pytest.approx(200.0, rel=0.01)


def test_what_is_lost_in_all_holds_only_where_it_is_known_of_each_output() -> None:
    run = JudgedRun("lost==0")
    run.load(1)
    why = {"pipeline.lost": "output counts: an output of shape aggregate does not produce one record per input record"}
    (result,) = run.end(pipeline__lost=None, reasons=why).results
    assert result.outcome == "fail"
    assert (result.reason or "").startswith("no sample: output counts: ")


def test_without_names_nothing_is_refused_yet() -> None:
    (threshold,) = read_thresholds(["outputs.*.lost==0"], {}, phases=[], duration_s=30.0)
    assert threshold == parse_threshold("outputs.*.lost==0")
