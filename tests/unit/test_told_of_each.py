"""What reports, exports and summaries tell of each of several inputs and outputs."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from typing import Any

import pytest
from prometheus_client.openmetrics.parser import text_string_to_metric_families

from pipegen.outputs import openmetrics, step_summary
from pipegen.outputs.compare import compare_sides
from pipegen.outputs.families import part_families
from pipegen.outputs.otlp import otlp_name
from pipegen.outputs.report import tables
from pipegen.outputs.report.data import Ending, ReportData
from pipegen.outputs.report.formats import as_csv, as_json, as_markdown
from pipegen.outputs.report.series import SeriesBuilder
from pipegen.snapshot.events import RunEvent, RunEvents
from pipegen.snapshot.parts import EACH_KINDS
from pipegen.units import format_rate
from tests.dashboard.invented import percentiles, snapshot
from tests.dashboard.recorded import manifest
from tests.unit.otlp_receiver import OtlpReceiver
from tests.unit.report_rows import rows
from tests.unit.several_parts import two_of_each
from tests.unit.test_compare import run
from tests.unit.test_otlp import push
from tests.unit.test_summary_view import shown


@pytest.fixture
def receiver() -> Iterator[OtlpReceiver]:
    made = OtlpReceiver()
    yield made
    made.close()


def exposed(contents: dict[str, Any]) -> dict[tuple[str, str], float]:
    """The samples of inputs, outputs and paths, by their names and by which one they are of."""
    found = {}
    for family in text_string_to_metric_families(openmetrics(snapshot(contents)).decode()):
        for sample in family.samples:
            part = " → ".join(sample.labels[each] for each in ("input", "output") if each in sample.labels)
            if part and sample.labels.get("quantile") in {None, "0.99"}:
                found[sample.name, part] = sample.value
    return found


def test_openmetrics_tell_inputs_and_outputs_apart_by_a_label() -> None:
    found = exposed(two_of_each())
    assert (found["pipegen_inputs_total", "orders"], found["pipegen_inputs_total", "payments"]) == (600, 300)
    assert (found["pipegen_outputs_total", "copies"], found["pipegen_outputs_total", "a-b"]) == (600, 120)
    assert found["pipegen_inputs_planned_records", "orders"] == 600
    assert found["pipegen_outputs_latency_seconds", "copies"] > 0
    assert ("pipegen_outputs_lost", "copies") in found
    assert ("pipegen_outputs_lost", "a-b") not in found, "what is not known is left out"
    assert ("pipegen_outputs_latency_seconds", "a-b") not in found
    assert found["pipegen_paths_total", "orders → copies"] == 600
    assert found["pipegen_paths_lost", "orders → copies"] == 0
    assert found["pipegen_paths_latency_seconds", "orders → copies"] > 0
    assert ("pipegen_paths_lost", "payments → copies") not in found


def test_otlp_has_the_same_as_attributes(receiver: OtlpReceiver) -> None:
    assert push(receiver.url, two_of_each()) == []
    assert receiver.value("pipegen.outputs", output="a-b") == 120
    assert receiver.value("pipegen.inputs", input="payments") == 300
    assert receiver.value("pipegen.paths", input="orders", output="copies") == 600
    assert receiver.value("pipegen.outputs.latency", output="copies", stage="end_to_end", quantile="0.99") > 0
    assert "pipegen.outputs.completeness" not in receiver.metrics
    names = [otlp_name(family) for kind in EACH_KINDS for family in part_families(kind)]
    assert len(set(names)) == len(names)


TIMED_BY_ONE = {
    "traced_by": "header",
    "end_to_end": percentiles(600, 20.0),
    "bound": "upper",
    "bound_reason": "it counts from the due time of orders",
}


def test_the_report_lists_each_with_its_rate_latency_and_drain() -> None:
    last = snapshot(two_of_each())
    follows, loaded, planned, acknowledged, rate, errors = rows(tables.inputs(last))["payments"][1:7]
    assert (follows, loaded, planned, acknowledged, errors) == ("orders", "–", "600", "300", "0")
    assert rate == format_rate(5)
    read = rows(tables.outputs(last))
    assert (read["copies"][1], read["copies"][-1]) == ("600", "all 600 expected records came out")
    assert read["a-b"][3:5] == ["–", "–"]
    ways = tables.paths(last)
    assert [[cell.text for cell in row][:5] for row in ways.rows] == [
        ["copies", "orders", "one to one", "600", "0"],
        ["copies", "payments", "one to one", "–", "–"],
    ]
    assert ways.rows[1][-1].text == "counted together"


def test_a_trace_is_told_of_in_report_and_terminal() -> None:
    contents = two_of_each(traced_by="trace:order_id", traced_reason="order_id arrives unchanged")
    assert rows(tables.outputs(snapshot(contents)))["a-b"][-2] == "trace:order_id"
    assert "a-b is timed by trace:order_id: order_id arrives unchanged" in shown(contents)
    lost = RunEvents(events=[RunEvent.model_construct(kind=kind) for kind in ("late", "lost", "lost", "out_of_order")])
    assert "→ pipegen events 7f3a --lost --out-of-order shows the records" in shown(contents, events=lost)


def test_with_one_way_there_is_no_table_of_ways() -> None:
    contents = two_of_each()
    contents["outputs"] = contents["outputs"][:1]
    contents["outputs"][0]["paths"] = contents["outputs"][0]["paths"][:1]
    assert tables.paths(snapshot(contents)).rows == []


def test_csv_has_columns_of_each_and_json_and_markdown_list_them() -> None:
    builder = SeriesBuilder()
    builder.add(snapshot(two_of_each()).model_dump())
    later = two_of_each(total=130)
    later["timestamp"] = "2026-11-24T08:09:00+00:00"
    builder.add(snapshot(later).model_dump())
    data = ReportData(snapshot(later), manifest(), Ending("finished"), series=builder.build())
    first, second = csv.DictReader(io.StringIO(as_csv(data)))
    assert (first["outputs.a-b.total"], second["outputs.a-b.total"]) == ("120", "130")
    assert (first["inputs.orders.total"], first["outputs.a-b.lost"]) == ("600", "")
    assert float(first["outputs.copies.end_to_end.p99_ms"]) > 0
    assert [each["name"] for each in json.loads(as_json(data))["snapshot"]["outputs"]] == ["copies", "a-b"]
    assert "#### Outputs" in as_markdown(data)


def test_a_comparison_compares_each_output_that_both_have() -> None:
    before, after = (
        run(label, seed=seed, contents=contents)
        for label, seed, contents in (("a", 1, two_of_each(lost=0)), ("b", 2, two_of_each(lost=7, total=60)))
    )
    found = {each.name: each for each in compare_sides([before], [after]).differences}
    assert (found["output a-b: lost"].after, found["output a-b: lost"].meaning) == (7, "worse")
    assert (found["output a-b: consumed"].before, found["output a-b: consumed"].after) == (2, 1)
    assert found["output copies: end to end p99"].meaning == "no difference"
    assert found["input payments: acknowledged"].before == 5


def test_a_comparison_compares_each_path_of_an_output_that_has_several() -> None:
    slower = two_of_each()
    slower["outputs"][0]["paths"][0] |= {"lost": 3, "end_to_end": percentiles(600, 90.0)}
    before, after = run("a", seed=1, contents=two_of_each()), run("b", seed=2, contents=slower)
    found = {each.name: each for each in compare_sides([before], [after]).differences}
    lost, p99 = (found[f"path orders → copies: {leaf}"] for leaf in ("lost", "end to end p99"))
    assert (lost.before, lost.after, lost.meaning) == (0, 3, "worse")
    assert p99.before is not None
    assert p99.after is not None
    assert p99.after > 2 * p99.before
    assert found["path payments → copies: lost"].before is None
    assert not [name for name in found if "a-b" in name and name.startswith("path ")]


def test_one_output_is_not_compared_twice() -> None:
    before, after = (run(label, seed=1) for label in "ab")
    assert not [each for each in compare_sides([before], [after]).differences if each.name.startswith("output ")]


def test_the_terminal_and_the_step_summary_list_each_output() -> None:
    lines = shown(two_of_each())
    assert any(line.startswith("payments") for line in lines)
    assert any(line.startswith("copies 600 10") and line.endswith("records came out") for line in lines)
    told = step_summary(snapshot(two_of_each()), outcome="finished", failure=None).splitlines()
    assert "| a-b | 120 | – | – | – | – |" in told


def test_a_latency_that_is_an_upper_bound_is_marked_as_one() -> None:
    contents = two_of_each(**TIMED_BY_ONE)
    bounded = snapshot(contents)
    assert rows(tables.outputs(bounded))["a-b"][5].startswith("≤\u00a0")
    assert "| a-b | 120 | – | – | ≤ " in step_summary(bounded, outcome="finished", failure=None)
    assert any(line.startswith("a-b 120") and "≤ " in line for line in shown(contents))
