"""Faults on purpose on the real stack: an independent reader finds exactly those that were counted; none is loss."""

from __future__ import annotations

import json
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from pipegen.stack import Endpoints
from tests.e2e.faulty_project import FAULTS, count_faults, read_topic, write_project
from tests.e2e.pipegen_process import Finished, RunningPipegen, pipegen

pytestmark = [pytest.mark.stack, pytest.mark.heavy]
PLANNED = 500 * 6


def run(project: Path, endpoints: Endpoints) -> Finished:
    folder = project.parent / f"{project.name}-run"
    folder.mkdir()
    process = RunningPipegen(project, endpoints, "--message-rate=500", "--duration=6s", "--no-cleanup", folder=folder)
    try:
        return process.finish()
    finally:
        process.close()


def injected(finished: Finished) -> dict[str, int]:
    return {kind["name"]: kind["injected_total"] for kind in finished.summary["snapshot"]["faults"]["kinds"]}


@pytest.fixture(scope="module")
def raw(tmp_path_factory: pytest.TempPathFactory, endpoints: Endpoints) -> Finished:
    """Avro with every fault through a job that takes values as bytes."""
    project = write_project(
        tmp_path_factory.mktemp("raw"),
        value_format="avro",
        columns="payload BYTES",
        source="'value.format' = 'raw'",
        sink="'value.format' = 'raw'",
        faults=(*FAULTS, "unknown_schema_id"),
    )
    return run(project, endpoints)


@pytest.fixture(scope="module")
def lenient(tmp_path_factory: pytest.TempPathFactory, endpoints: Endpoints) -> Finished:
    """JSON through a job that skips what it cannot read."""
    project = write_project(
        tmp_path_factory.mktemp("json"),
        value_format="json",
        columns="order_id STRING, quantity INT, coupon STRING, note STRING, created_at TIMESTAMP_LTZ(3)",
        source="'value.format' = 'json', 'value.json.ignore-parse-errors' = 'true', "
        "'value.json.timestamp-format.standard' = 'ISO-8601'",
        sink="'value.format' = 'json', 'value.json.timestamp-format.standard' = 'ISO-8601'",
        faults=FAULTS,
    )
    return run(project, endpoints)


def test_an_independent_reader_finds_exactly_the_faults_that_were_counted(raw: Finished, endpoints: Endpoints) -> None:
    assert raw.exit_code == 0, raw.err
    counted = injected(raw)
    assert set(counted) == {*FAULTS, "unknown_schema_id"}
    assert min(counted.values()) > 20
    snapshot = raw.summary["snapshot"]
    messages = read_topic(snapshot["kafka"]["input_topic"], endpoints)
    assert len(messages) == raw.summary["sent_total"] == PLANNED
    schema_id = _schema_id(snapshot["registry"]["input_subject"], endpoints)
    assert dict(count_faults(messages, value_format="avro", schema_id=schema_id)) == counted


def test_faults_of_a_job_that_does_not_read_values_come_out_and_are_known(raw: Finished) -> None:
    faults, pipeline = raw.summary["snapshot"]["faults"], raw.summary["snapshot"]["pipeline"]
    unreadable = sum(injected(raw)[name] for name in ("corrupt", "unknown_schema_id", "tombstones"))
    assert faults["excluded_total"] == faults["excluded_consumed_total"] == unreadable
    assert pipeline["expected_total"] == PLANNED - unreadable
    assert (pipeline["lost"], pipeline["duplicated"]) == (0, 0)
    assert raw.summary["consumed_total"] == PLANNED


def test_json_records_pass_and_what_cannot_be_read_is_not_loss(lenient: Finished, endpoints: Endpoints) -> None:
    assert lenient.exit_code == 0, lenient.err + lenient.out
    snapshot, counted = lenient.summary["snapshot"], injected(lenient)
    messages = read_topic(snapshot["kafka"]["input_topic"], endpoints)
    assert dict(count_faults(messages, value_format="json", schema_id=None)) == counted
    unreadable = counted["corrupt"] + counted["tombstones"]
    assert snapshot["pipeline"]["lost"] == 0
    assert snapshot["pipeline"]["duplicated"] == 0
    assert snapshot["consumer"]["errors"] == 0
    assert lenient.summary["consumed_total"] == PLANNED - unreadable
    output = [json.loads(message.value() or b"") for message in read_topic(snapshot["output"]["topic"], endpoints)]
    keep = count_faults(messages, value_format="json", schema_id=None)
    assert sum(record["coupon"] is None for record in output) == keep["nulls"]
    assert all(record["created_at"].endswith("Z") for record in output)


def test_the_keys_of_the_input_have_the_skew_that_was_asked_for(raw: Finished, endpoints: Endpoints) -> None:
    messages = read_topic(raw.summary["snapshot"]["kafka"]["input_topic"], endpoints)
    hot = sum(message.key() == b"key-00001" for message in messages)
    assert 0.26 < hot / len(messages) < 0.34


def test_a_record_larger_than_the_client_may_send_counts_as_failed_and_the_run_goes_on(
    tmp_path: Path, endpoints: Endpoints
) -> None:
    raw_format = "'value.format' = 'raw'"
    project = write_project(
        tmp_path,
        value_format="avro",
        columns="payload BYTES",
        source=raw_format,
        sink=raw_format,
        faults=("oversized",),
    )
    settings = project / ".pipegen.yaml"
    settings.write_text(settings.read_text().replace("oversized_size: 20000", "oversized_size: 2MB"))
    finished = run(project, endpoints)
    assert finished.exit_code == 0, finished.err + finished.out
    oversized = injected(finished)["oversized"]
    assert oversized > 20
    assert finished.summary["failed_total"] == oversized
    assert finished.summary["snapshot"]["faults"]["kinds"][0]["delivered_total"] == 0
    assert finished.summary["lost"] == 0
    assert "MSG_SIZE_TOO_LARGE" in finished.out or "too large" in finished.out.lower()


def test_the_summary_lists_the_faults_on_purpose(raw: Finished) -> None:
    assert "injected tombstones" in raw.out
    assert "not expected to come out" in raw.out


def test_a_dry_run_warns_of_faults_that_stop_the_job(tmp_path: Path) -> None:
    source = "'value.format' = 'avro-confluent', 'value.avro-confluent.url' = '${SCHEMA_REGISTRY_URL}'"
    project = write_project(
        tmp_path, value_format="avro", columns="order_id STRING", source=source, sink=source, faults=("corrupt", "late")
    )
    done = pipegen("run", "--dry-run", f"--project-dir={project}")
    assert done.exit_code == 0
    assert "faults.corrupt send values that cannot be read" in done.err


def _schema_id(subject: str, endpoints: Endpoints) -> int:
    with urllib.request.urlopen(  # noqa: S310 -- the loopback
        f"{endpoints.schema_registry_url}/subjects/{subject}/versions/latest", timeout=10
    ) as answer:
        found: dict[str, Any] = json.load(answer)
    return int(found["id"])
