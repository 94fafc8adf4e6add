"""Scripts with several inputs: what is sent and what comes out is what an independent client counts, and joins join."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from pipegen.units import format_percent
from tests.e2e.conftest import StartRun
from tests.e2e.independent import Independent
from tests.e2e.pipegen_process import LENIENT, Finished

pytestmark = pytest.mark.stack
SCRIPTS = Path(__file__).parent / "scripts"
POINTS = 0.02


def run(name: str, folder: Path, start_run: StartRun, settings: str, *, rate: int, seconds: int) -> Finished:
    """A run of a script that came to a good end, with every topic kept."""
    (folder / ".pipegen.yaml").write_text(settings)
    load = (f"--duration={seconds}s", f"--message-rate={rate}", "--pipeline-timeout=60s", "--no-cleanup")
    done = start_run(folder, f"--sql={SCRIPTS / name}", *load, env=LENIENT).finish()
    assert done.exit_code == 0, done.out + done.err
    return done


def checked(done: Finished, independent: Independent) -> tuple[dict[str, Any], dict[str, Any]]:
    """Inputs and outputs by name, once their counts are those of an independent client."""
    snapshot = done.summary["snapshot"]
    for each in snapshot["inputs"]:
        assert (each["total"], each["errors"]) == (each["planned_total"], 0)
        assert independent.read_all(each["topic"]) == (each["total"], each["loaded_total"] or 0)
    for each in snapshot["outputs"]:
        assert independent.read_all(each["topic"])[0] == each["total"]
    assert sum(each["total"] for each in snapshot["inputs"]) == done.summary["delivered_total"]
    inputs, outputs = ({each["name"]: each for each in snapshot[side]} for side in ("inputs", "outputs"))
    return inputs, outputs


def values(independent: Independent, topic: str, column: str) -> list[Any]:
    return [json.loads(value)[column] for value in independent.values(topic)]


def test_in_an_interval_join_each_payment_meets_its_order(
    tmp_path: Path, start_run: StartRun, independent: Independent
) -> None:
    settings = "inputs:\n  payments:\n    follows: {input: orders, on: order_id, share: 80%, delay: 0s..2s}\n"
    done = run("interval_join.sql", tmp_path, start_run, settings, rate=180, seconds=4)
    inputs, outputs = checked(done, independent)
    assert (inputs["orders"]["total"], inputs["payments"]["total"]) == (400, 320)
    assert inputs["payments"]["follows"] == "orders"
    paid = values(independent, outputs["paid"]["topic"], "order_id")
    assert len(paid) == len(set(paid))
    assert abs(len(paid) / 400 - 0.8) <= POINTS
    assert "partners for 80 % of orders and 100 % of payments" in done.err
    assert (outputs["paid"]["traced_by"], outputs["paid"]["bound"]) == ("trace:order_id,payment_id", None)
    assert outputs["paid"]["end_to_end"]["count"] == len(paid)
    assert "latency counts from the latest of their due times" in outputs["paid"]["traced_reason"]


def test_in_a_regular_join_as_many_clicks_meet_a_view_as_the_run_has_told(
    tmp_path: Path, start_run: StartRun, independent: Independent
) -> None:
    settings = "inputs:\n  page_views:\n    rate: 100\n"
    done = run("regular_join.sql", tmp_path, start_run, settings, rate=500, seconds=4)
    inputs, outputs = checked(done, independent)
    assert (inputs["clicks"]["total"], inputs["page_views"]["total"]) == (1600, 400)
    expected = 1 - (1 - 1 / 1000) ** 400
    met = set(values(independent, outputs["met"]["topic"], "click"))
    assert abs(len(met) / 1600 - expected) <= POINTS
    assert f"partners for {format_percent(expected)} of clicks" in done.err


def test_in_a_temporal_join_the_versioned_side_is_there_before_the_load(
    tmp_path: Path, start_run: StartRun, independent: Independent
) -> None:
    done = run("temporal_join.sql", tmp_path, start_run, "", rate=110, seconds=5)
    inputs, outputs = checked(done, independent)
    assert (inputs["orders"]["total"], inputs["rates"]["total"], inputs["rates"]["loaded_total"]) == (500, 50, 1000)
    converted = outputs["converted"]
    assert abs(converted["total"] / 500 - 1) <= POINTS
    assert converted["end_to_end"]["count"] == converted["total"], "a side that was loaded before does not count"


def test_records_of_two_inputs_are_told_apart_in_one_topic_and_joined_ones_count_from_the_later(
    tmp_path: Path, start_run: StartRun, independent: Independent
) -> None:
    settings = "inputs:\n  payments:\n    follows: {input: orders, on: order_id, share: 80%, delay: 0s..1s}\n"
    settings += "thresholds:\n  - outputs.paid.end_to_end.p99<1m\n  - outputs.half_timed.end_to_end.p99<1m\n"
    done = run("met_and_united.sql", tmp_path, start_run, settings, rate=180, seconds=4)
    _, outputs = checked(done, independent)
    numbers = {each["name"]: number for number, each in enumerate(done.summary["snapshot"]["inputs"])}

    united, found = outputs["united"], independent.dues(outputs["united"]["topic"])
    for path in united["paths"]:
        own = [each for each in found if each[0] == numbers[path["input"]]]
        assert path["total"] == path["end_to_end"]["count"] == path["last_total"] == len(own) > 0
        assert (path["traced_by"], path["duplicated"]) == ("header", 0)
    by_shape = {path["shape"]: path for path in united["paths"]}
    assert (by_shape["one_to_one"]["lost"], by_shape["one_to_one"]["reason"]) == (0, None)
    assert by_shape["filter"]["lost"] is None
    assert sum(path["total"] for path in united["paths"]) == united["total"]

    paid, records = outputs["paid"], independent.dues(outputs["paid"]["topic"])
    orders_last = sum(due_us >= timestamp_ms * 1000 for _, due_us, timestamp_ms in records)
    by_input = {path["input"]: path for path in paid["paths"]}
    assert by_input["orders"]["last_total"] == orders_last
    assert by_input["payments"]["last_total"] == paid["total"] - orders_last > 0
    assert (paid["traced_by"], paid["end_to_end"]["count"]) == ("timestamp", paid["total"])
    assert by_input["orders"]["end_to_end"]["count"] == paid["total"]

    half = outputs["half_timed"]
    assert (half["traced_by"], half["bound"], half["end_to_end"]["count"]) == ("header", "upper", half["total"])
    assert "GREATEST(orders.due, payments.due)" in half["traced_reason"]
    assert half["end_to_end"]["p50_ms"] > paid["end_to_end"]["p50_ms"] + 100, "it counts from the order, a delay before"
    results = {each["expression"]: each for each in done.summary["snapshot"]["verdict"]["results"]}
    assert "the record of payments may have been due later" in results["outputs.half_timed.end_to_end.p99<1m"]["reason"]
    (folder,) = (tmp_path / "runs").glob("20*")
    assert {f"{name}.end_to_end.hlog" for name in outputs} <= {file.name for file in folder.iterdir()}
