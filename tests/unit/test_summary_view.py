"""What the terminal shows at the end of a run."""

from __future__ import annotations

import io
from typing import Any

import pytest
from rich.console import Console

from pipegen.cli.summary_view import print_summary
from pipegen.run import RunSummary
from tests.dashboard.invented import snapshot
from tests.dashboard.states import STATES


def shown(contents: dict[str, Any], **changes: Any) -> list[str]:
    """The lines that are printed; ``changes`` are fields of the summary."""
    last = snapshot(contents)
    known: dict[str, Any] = {
        "run_id": "7f3a",
        "pipeline": "orders",
        "outcome": "finished",
        "left_behind": [],
        "expiring": [],
        "verdict": last.verdict,
        "failure": None,
        "failure_detail": None,
        "failure_remedy": None,
        "snapshot": last,
        "planned_total": 6_000,
        "sent_total": 6_000,
        "delivered_total": 5_998,
        "failed_total": 2,
        "consumed_total": 5_990,
        "lost": 8,
        "duplicated": 1,
    }
    written = io.StringIO()
    print_summary(RunSummary.model_construct(**(known | changes)), Console(file=written, width=160, color_system=None))
    return [" ".join(line.split()) for line in written.getvalue().splitlines() if line.strip()]


def finished(**parts: dict[str, Any]) -> dict[str, Any]:
    contents = STATES["finished"]()
    contents["run"] |= {"elapsed_s": 60.0}
    for part, changes in parts.items():
        contents[part] |= changes
    return contents


def test_a_run_is_told_by_outcome_headline_accounts_and_latencies() -> None:
    lines = shown(finished(producer={"late_total": 3}))
    assert lines[0].startswith("finished orders run 7f3a Finished: all 10 200 000 records arrived")
    for line in (
        "planned 6 000",
        "sent 6 000 in 60.0 s, 100 msg/s, 3 late",
        "delivered 5 998, 2 refused",
        "consumed 5 990",
        "lost 8",
        "duplicated 1",
        "latency from due time p50 p95 p99 p99.9 max",
    ):
        assert line in lines


def test_a_failure_is_told_with_what_it_said_and_what_to_do() -> None:
    lines = shown(
        STATES["failed"](),
        outcome="failed",
        failure="Kafka is away",
        failure_detail="Connection refused",
        failure_remedy="Start it.",
        left_behind=["topic orders-input"],
    )
    assert lines[:4] == ["failed orders run 7f3a", "Kafka is away", "Connection refused", "→ Start it."]
    assert "warning in producer, 14 ×: Local: Message timed out" in lines
    assert lines[-2:] == ["left behind: topic orders-input", "→ pipegen clean --leftovers removes it"]


def test_a_run_without_a_load_has_no_figures() -> None:
    lines = shown(STATES["starting"](), outcome="interrupted")
    assert not any(line.startswith(("planned", "sent", "latency")) for line in lines)


def test_in_the_first_moment_there_is_no_rate() -> None:
    assert "sent 6 000, 3 late" in shown(finished(run={"elapsed_s": 0.0}, producer={"late_total": 3}))


def test_what_is_not_known_is_a_dash_with_its_reason() -> None:
    contents = finished(producer={"late_total": None})
    contents["reasons"] = {"pipeline.lost": "The run was not drained."}
    lines = shown(contents, lost=None, duplicated=None)
    assert "lost – (The run was not drained.)" in lines
    assert "duplicated –" in lines
    assert any(line.endswith("msg/s, – late") for line in lines)


def test_a_slower_way_of_sending_is_told_and_the_usual_one_is_not() -> None:
    told = {"sender": "python", "sender_reason": "no librdkafka"}
    assert "sent by Python, which is slower: no librdkafka" in shown(finished(producer=told))
    assert not any(line.startswith("sent by") for line in shown(finished()))


@pytest.mark.parametrize(("expected", "note"), [(True, ""), (False, ", not expected to come out")])
def test_faults_on_purpose_are_counted(expected: bool, note: str) -> None:
    contents = finished()
    kind = {"name": "nulls", "share": 0.1, "injected_total": 12, "delivered_total": 12, "expected_out": expected}
    contents["faults"] = contents["faults"] | {"kinds": [kind]}
    assert f"injected nulls 12 on purpose{note}" in shown(contents)


def test_each_stage_has_its_percentiles_and_the_times_from_the_actual_send_below() -> None:
    contents = finished()
    figures = {"p50_ms": 1.0, "p95_ms": 2.0, "p99_ms": 3.0, "p999_ms": 4.0, "max_ms": 5.0}
    for stage, factor in (("generator_delay", 1), ("ack", 10), ("append", 100), ("end_to_end", 1_000)):
        contents["latency"][stage]["total"] |= {name: value * factor for name, value in figures.items()}
    contents["latency"]["ack"]["uncorrected_total"] |= {name: value * 7 for name, value in figures.items()}
    lines = shown(contents)
    at = lines.index("latency from due time p50 p95 p99 p99.9 max") + 1
    assert lines[at : at + 4] == [
        "generator delay 1 ms 2 ms 3 ms 4 ms 5 ms",
        "acknowledged 10 ms 20 ms 30 ms 40 ms 50 ms",
        "from the actual send 7 ms 14 ms 21 ms 28 ms 35 ms",
        "written by Flink 100 ms 200 ms 300 ms 400 ms 500 ms",
    ]
    assert lines[at + 4] == "end to end 1 s 2 s 3 s 4 s 5 s"
    assert lines[at + 6].startswith("of it: fetch ")


def test_a_sink_that_waits_for_checkpoints_is_told_and_a_stage_that_was_not_measured_is_dashes() -> None:
    contents = finished()
    contents["latency"] |= {"exactly_once": True}
    assert any(line.startswith("of it: checkpoint and fetch ") for line in shown(contents))
    contents["latency"] |= {"append": None, "end_to_end": None}
    lines = shown(contents)
    assert "end to end – – – – –" in lines
    assert not any(line.startswith(("written by Flink", "of it:")) for line in lines)


def test_data_quality_is_one_line_of_score_invalid_records_rules_and_anomalies() -> None:
    quality = finished()["data_quality"]

    def told(**changes: Any) -> str:
        lines = shown(finished(data_quality=changes))
        return next(line for line in lines if line.startswith("data quality"))

    output = quality["output"] | {"invalid_total": 2}
    both = {"input": output, "output": output}
    clean = {"rules": [], "rules_failed": 0, "anomalies_total": 0}
    assert told(score=100.0, **both, **clean) == "data quality 100 of 100, 4 invalid"
    assert told(score=99.996, **both, **clean) == "data quality 100.00 of 100, 4 invalid"
    assert told(score=98.5, input=None, output=output, **clean) == "data quality 98.50 of 100, 2 invalid"
    rules = f"0 of {len(quality['rules'])} rules broken"
    assert rules in told(score=98.5, **both, rules_failed=0)
    assert told(score=98.5, **both, **(clean | {"anomalies_total": 1})).endswith(", 1 anomaly")
    assert told(score=98.5, **both, **(clean | {"anomalies_total": 2})).endswith(", 2 anomalies")


def test_records_of_another_run_are_told_apart_and_only_where_there_are_some() -> None:
    told = "from other runs 2 000, not counted"
    assert told in shown(finished(consumer={"other_runs_total": 2_000}))
    assert not any("another run" in line for line in shown(finished(consumer={"other_runs_total": 0})))


def test_a_latency_that_is_only_a_bound_is_told_as_one_with_the_reason() -> None:
    stage = finished()["latency"]["end_to_end"] | {"bound": "upper", "bound_reason": "rows are timed again"}
    lines = shown(finished(latency={"end_to_end": stage}))
    assert any(line.startswith("end to end, at most ") for line in lines)
    assert "end to end is an upper bound: rows are timed again" in lines
    assert not any("at most" in line or "bound" in line for line in shown(finished()))
