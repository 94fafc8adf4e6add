"""Outputs without PipeGen's header: a column that each record has of its own tells loss, duplicates and latency."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.cases.test_joins import checked, run, values
from tests.e2e.conftest import StartRun
from tests.e2e.independent import Independent
from tests.e2e.pipegen_process import LENIENT, pipegen

pytestmark = pytest.mark.stack
SCRIPTS = Path(__file__).parent / "scripts"
BUCKET = 0.01
"""A bucket of the histograms is at most this share of its value wide."""


def due_ms(independent: Independent, topic: str) -> dict[Any, int]:
    """When the record with each order_id was due, by the header that it was sent with."""
    return {json.loads(value)["order_id"]: due_us // 1000 for value, due_us in independent.values_due(topic)}


def test_a_trace_tells_what_the_header_would_have_told(
    tmp_path: Path, start_run: StartRun, independent: Independent
) -> None:
    done = run("trace_copied.sql", tmp_path, start_run, "", rate=200, seconds=4)
    inputs, outputs = checked(done, independent)
    copies = outputs["copies"]
    assert "order_id leads back to its record" in done.err
    assert (copies["traced_by"], copies["bound"], copies["foreign_total"]) == ("trace:order_id", None, 0)
    assert (copies["total"], copies["lost"], copies["duplicated"]) == (800, 0, 0)
    assert copies["paths"][0]["traced_by"] == "trace:order_id"
    assert copies["end_to_end"]["count"] == 800

    due = due_ms(independent, inputs["orders"]["topic"])
    assert len(due) == 800
    stamps = independent.appended(copies["topic"])
    truth = sorted(at_ms - due[json.loads(value)["order_id"]] for value, at_ms in stamps)
    append = done.summary["snapshot"]["latency"]["append"]["total"]
    for name, place in (("p50_ms", 399), ("p99_ms", 791)):
        assert append[name] == pytest.approx(truth[place], rel=BUCKET, abs=1)
    assert append["count"] == len(truth)


def test_each_input_of_a_three_way_join_is_known_by_a_column_of_its_own(
    tmp_path: Path, start_run: StartRun, independent: Independent
) -> None:
    done = run("trace_joined.sql", tmp_path, start_run, "", rate=200, seconds=4)
    _, outputs = checked(done, independent)
    delivered = outputs["delivered"]
    paths = {path["input"]: path for path in delivered["paths"]}
    assert {name: path["traced_by"] for name, path in paths.items()} == {
        "orders": "trace:order_id",
        "payments": "trace:payment_id",
        "shipments": "trace:shipment_id",
    }
    assert (delivered["bound"], delivered["foreign_total"]) == (None, 0)
    total = delivered["total"]
    assert total > 100
    assert {path["total"] for path in paths.values()} == {total}
    assert {path["duplicated"] for path in paths.values()} == {None}
    assert delivered["end_to_end"]["count"] == total
    last = {name: path["last_total"] for name, path in paths.items()}
    assert last["orders"] == 0, "what follows it is due later"
    assert max(last.values()) <= total <= sum(last.values()), "of two that are due together both are last"
    earliest = min(path["end_to_end"]["p50_ms"] for path in paths.values())
    assert delivered["end_to_end"]["p50_ms"] <= earliest + 1, "it counts from the last of the three"
    assert paths["orders"]["end_to_end"]["p50_ms"] > delivered["end_to_end"]["p50_ms"] + 100, "orders wait for others"


def test_records_that_a_job_drops_doubles_and_holds_back_are_each_found(
    tmp_path: Path, start_run: StartRun, independent: Independent
) -> None:
    settings = (
        "outputs:\n  odd:\n    shape: one_to_one\ninputs:\n  payments:\n    follows: {input: orders, on: order_id}\n"
    )
    (tmp_path / ".pipegen.yaml").write_text(settings)
    load = ("--duration=4s", "--message-rate=200", "--pipeline-timeout=8s", "--no-cleanup")
    done = start_run(tmp_path, f"--sql={SCRIPTS / 'trace_odd.sql'}", *load, env=LENIENT).finish()
    snapshot = done.summary["snapshot"]
    odd = next(each for each in snapshot["outputs"] if each["name"] == "odd")
    sent = set(values(independent, next(i["topic"] for i in snapshot["inputs"] if i["name"] == "orders"), "order_id"))
    came = Counter(values(independent, odd["topic"], "order_id"))
    path = next(path for path in odd["paths"] if path["input"] == "orders")
    assert path["traced_by"] == "trace:order_id", done.err
    assert path["total"] == sum(came.values()) == odd["total"]
    assert path["duplicated"] == sum(came.values()) - len(came) > 10
    lost = sent - set(came)
    assert len(lost) > 10
    assert path["lost"] == len(lost)
    events = done.summary["events"]["events"]
    doubled = [each for each in events if each["kind"] == "duplicated"]
    assert len(doubled) == min(100, path["duplicated"])
    for each in doubled:
        found = json.loads(independent.record_at(odd["topic"], each["partition"], each["offset"]))
        made = json.loads(each["value"])
        assert (each["input"], each["output"], made["order_id"]) == ("orders", "odd", found["order_id"])
        assert came[found["order_id"]] > 1
    assert [each for each in events if each["kind"] == "out_of_order"], "what is held back comes after later ones"


def test_each_record_that_a_job_drops_is_shown_with_what_was_sent(
    tmp_path: Path, start_run: StartRun, independent: Independent
) -> None:
    settings = "outputs:\n  kept: {shape: one_to_one}\n"
    (tmp_path / ".pipegen.yaml").write_text(settings)
    load = ("--duration=3s", "--message-rate=100", "--pipeline-timeout=8s", "--no-cleanup")
    done = start_run(tmp_path, f"--sql={SCRIPTS / 'trace_dropped.sql'}", *load, env=LENIENT).finish()
    snapshot = done.summary["snapshot"]
    (source,), (kept,) = snapshot["inputs"], snapshot["outputs"]
    sent = {json.loads(value)["order_id"]: json.loads(value) for value in independent.values(source["topic"])}
    lost = set(sent) - set(values(independent, kept["topic"], "order_id"))
    assert len(lost) > 5
    assert done.exit_code != 0
    shown = pipegen("events", "--lost", "--format=json", "--project-dir", str(tmp_path), cwd=tmp_path)
    assert shown.exit_code == 0, shown.err
    events = [json.loads(line) for line in shown.out.splitlines()]
    assert {json.loads(each["value"])["order_id"] for each in events} == lost
    assert all(sent[json.loads(each["value"])["order_id"]] == json.loads(each["value"]) for each in events)
    due = due_ms(independent, source["topic"])
    assert all(due[json.loads(each["value"])["order_id"]] == int(each["due_ms"]) for each in events)
    assert all(each["key"] == json.loads(each["value"])["customer"] for each in events)


def test_records_that_were_sent_twice_come_out_once_and_rows_that_are_written_again_are_told_apart(
    tmp_path: Path, start_run: StartRun, independent: Independent
) -> None:
    settings = "outputs:\n  firsts: {shape: one_to_one, trace: event_id}\nfaults:\n  duplicates: 10%\n"
    done = run("trace_deduplicated.sql", tmp_path, start_run, settings, rate=200, seconds=4)
    inputs, outputs = checked(done, independent)
    sent = Counter(values(independent, inputs["events"]["topic"], "event_id"))
    twice = sum(sent.values()) - len(sent)
    assert twice > 20
    firsts, counts = outputs["firsts"], outputs["counts"]
    assert (firsts["traced_by"], firsts["total"]) == ("trace:event_id", len(sent))
    assert (firsts["lost"], firsts["duplicated"]) == (0, 0)
    assert (counts["traced_by"], counts["repeated_total"]) == ("trace:event_id", twice)
    assert counts["end_to_end"]["count"] == counts["total"] - twice == len(sent)
