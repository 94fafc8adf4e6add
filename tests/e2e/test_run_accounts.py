"""A whole run on the real stack: its figures are those of the services."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from pipegen.run import RunSummary
from pipegen.stack import Endpoints
from tests.e2e.conftest import make_project
from tests.e2e.independent import Independent
from tests.e2e.pipegen_process import Finished, RunningPipegen

pytestmark = pytest.mark.stack
ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module", params=["auto", "python"])
def finished(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, endpoints: Endpoints
) -> Iterator[Finished]:
    """One run with a peak for each way of sending; its topics and job are left for the tests to look at."""
    folder = tmp_path_factory.mktemp("accounts")
    run = RunningPipegen(
        make_project(folder),
        endpoints,
        "--message-rate=200",
        "--duration=9s",
        "--traffic-pattern=3s-6s:400%",
        f"--sender={request.param}",
        "--no-cleanup",
        folder=folder,
    )
    yield run.finish()
    run.close()


@pytest.fixture
def snapshot(finished: Finished) -> dict[str, Any]:
    """The last snapshot of the run."""
    found: dict[str, Any] = finished.summary["snapshot"]
    return found


def test_a_run_ends_with_exit_code_0_and_says_that_every_record_is_accounted_for(finished: Finished) -> None:
    assert finished.exit_code == 0, finished.err
    assert finished.summary["outcome"] == "finished"
    assert "every record is accounted for" in finished.out


def test_the_run_says_what_sent_its_records_and_why(finished: Finished, snapshot: dict[str, Any]) -> None:
    sender, reason = snapshot["producer"]["sender"], snapshot["producer"]["sender_reason"]
    if "--sender=python" in finished.summary["command"]:
        assert (sender, reason) == ("python", "asked for with sender: python")
    else:
        assert (sender, reason.partition(" 2.")[0]) == ("native", "librdkafka")


def test_the_plan_is_sent_whole(finished: Finished) -> None:
    planned = 200 * 3 + 800 * 3 + 200 * 3
    assert finished.summary["planned_total"] == planned
    assert finished.summary["sent_total"] == planned
    assert sum(finished.summary["sent_per_second"]) == planned
    assert finished.summary["planned_per_second"] == [200] * 3 + [800] * 3 + [200] * 3


def test_producer_total_is_the_sum_of_the_input_topics_end_offsets_less_the_probe(
    snapshot: dict[str, Any], independent: Independent
) -> None:
    _records, probes = independent.read_all(snapshot["kafka"]["input_topic"])
    assert probes >= 1
    assert snapshot["producer"]["total"] == independent.end_offset_sum(snapshot["kafka"]["input_topic"]) - probes
    assert snapshot["kafka"]["input_total"] == snapshot["producer"]["total"]


def test_consumer_total_is_what_an_independent_read_committed_client_reads(
    snapshot: dict[str, Any], independent: Independent
) -> None:
    records, probes = independent.read_all(snapshot["output"]["topic"])
    assert snapshot["consumer"]["total"] == records
    assert snapshot["output"]["total"] == records
    assert probes >= 1


def test_nothing_is_lost_or_duplicated(snapshot: dict[str, Any]) -> None:
    assert snapshot["pipeline"]["lost"] == 0
    assert snapshot["pipeline"]["duplicated"] == 0
    assert snapshot["pipeline"]["lag"] == 0


def test_the_job_that_the_snapshot_names_is_the_one_that_runs_in_flink(
    snapshot: dict[str, Any], independent: Independent
) -> None:
    job = independent.flink(f"/jobs/{snapshot['flink']['job_id']}")
    assert job["state"] == snapshot["flink"]["job_state"] == "RUNNING"
    assert job["name"] == snapshot["flink"]["job_name"]
    assert [vertex["name"] for vertex in job["vertices"]] == [v["name"] for v in snapshot["flink"]["vertices"]]


def test_flinks_source_has_read_what_was_sent_and_has_nothing_pending(snapshot: dict[str, Any]) -> None:
    assert snapshot["flink"]["pending_records"] == 0
    assert snapshot["flink"]["records_in_total"] <= snapshot["producer"]["total"] + 5


def test_every_latency_holds_every_record(snapshot: dict[str, Any]) -> None:
    for stage in ("generator_delay", "ack", "end_to_end"):
        total = snapshot["latency"][stage]["total"]
        assert total["count"] == snapshot["producer"]["total"]
        assert 0 < total["min_ms"] <= total["p50_ms"] <= total["p99_ms"] <= total["max_ms"]


def test_later_stages_are_never_faster_than_earlier_ones(snapshot: dict[str, Any]) -> None:
    p50s = [snapshot["latency"][stage]["total"]["p50_ms"] for stage in ("generator_delay", "ack", "end_to_end")]
    assert p50s == sorted(p50s)


def test_the_parts_in_the_output_are_those_of_the_brokers_own_times(
    snapshot: dict[str, Any], independent: Independent
) -> None:
    append, wait = (snapshot["latency"][part]["total"] for part in ("append", "output_wait"))
    whole = snapshot["latency"]["end_to_end"]["total"]
    assert append["count"] == wait["count"] == whole["count"]
    by_broker = independent.append_latencies_ms(snapshot["output"]["topic"])
    assert append["count"] == len(by_broker)
    assert append["max_ms"] == pytest.approx(by_broker[-1], abs=1)
    assert append["p50_ms"] == pytest.approx(by_broker[len(by_broker) // 2], rel=0.02, abs=1)
    # The parts add up: what is cut to whole milliseconds is at most one each.
    assert append["mean_ms"] + wait["mean_ms"] == pytest.approx(whole["mean_ms"], abs=2)
    assert snapshot["latency"]["exactly_once"] is False


def test_every_figure_that_is_null_has_its_reason(finished: Finished) -> None:
    assert RunSummary.model_validate(finished.summary).snapshot.unexplained() == []


def test_the_snapshot_keeps_the_published_schema(snapshot: dict[str, Any]) -> None:
    schema = json.loads((ROOT / "docs" / "metrics.schema.json").read_text())
    jsonschema.validate(snapshot, schema)


def test_the_registry_knows_both_subjects(snapshot: dict[str, Any], independent: Independent) -> None:
    subjects = independent.subjects(snapshot["run"]["id"])
    assert sorted(subjects) == sorted([snapshot["registry"]["input_subject"], snapshot["registry"]["output_subject"]])
