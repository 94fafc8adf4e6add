"""Data quality on the real stack: what was broken on purpose is found, all of it and nothing else."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pipegen.stack import Endpoints
from tests.e2e.faulty_project import write_project
from tests.e2e.pipegen_process import Finished, RunningPipegen

pytestmark = pytest.mark.stack
PLANNED = 400 * 5
RULES = """
data_quality:
  rule_cpu: 100%
  optional_fields: [note]
  rules:
    - {{name: quantity in range, expression: quantity >= 1 && quantity <= 9, topic: {side}}}
    - {{name: coupon is there, expression: coupon != null, tolerance: 50%, topic: {side}}}
    - {{name: longer coupon, expression: size(coupon) > 0, topic: {side}}}
"""


def run(project: Path, endpoints: Endpoints, *arguments: str) -> Finished:
    folder = project.parent / f"{project.name}-run"
    folder.mkdir()
    process = RunningPipegen(project, endpoints, "--message-rate=400", "--duration=5s", *arguments, folder=folder)
    try:
        return process.finish()
    finally:
        process.close()


def with_rules(project: Path, side: str) -> Path:
    settings = project / ".pipegen.yaml"
    settings.write_text(settings.read_text() + RULES.format(side=side))
    return project


@pytest.fixture(scope="module")
def raw(tmp_path_factory: pytest.TempPathFactory, endpoints: Endpoints) -> Finished:
    """A job that takes values as bytes; only the input can be looked into."""
    project = write_project(
        tmp_path_factory.mktemp("raw"),
        value_format="avro",
        columns="payload BYTES",
        source="'value.format' = 'raw'",
        sink="'value.format' = 'raw'",
        faults=("nulls", "corrupt", "unknown_schema_id", "rule_violations", "tombstones"),
    )
    return run(with_rules(project, "input"), endpoints, "--inspect-input")


@pytest.fixture(scope="module")
def projected(tmp_path_factory: pytest.TempPathFactory, endpoints: Endpoints) -> Finished:
    """A job that reads and writes Avro."""
    avro = "'value.format' = 'avro-confluent', 'value.avro-confluent.url' = '${SCHEMA_REGISTRY_URL}'"
    project = write_project(
        tmp_path_factory.mktemp("avro"),
        value_format="avro",
        columns="order_id STRING, quantity INT, coupon STRING, note STRING, created_at TIMESTAMP(3)",
        source=avro,
        sink=f"{avro}, 'value.avro-confluent.subject' = '${{OUTPUT_TOPIC}}-value'",
        faults=("nulls", "rule_violations"),
    )
    return run(with_rules(project, "output"), endpoints)


def quality_of(finished: Finished) -> dict[str, Any]:
    assert finished.exit_code == 0, finished.err + finished.out
    quality: dict[str, Any] = finished.summary["snapshot"]["data_quality"]
    return quality


def injected(finished: Finished) -> dict[str, int]:
    return {kind["name"]: kind["injected_total"] for kind in finished.summary["snapshot"]["faults"]["kinds"]}


def rule(quality: dict[str, Any], name: str) -> dict[str, Any]:
    found: dict[str, Any] = next(rule for rule in quality["rules"] if rule["name"] == name)
    return found


def test_every_corrupt_value_of_the_input_is_found_with_its_reason(raw: Finished) -> None:
    source, faults = quality_of(raw)["input"], injected(raw)
    assert min(faults.values()) > 10
    reasons = {each["reason"]: each["count"] for each in source["reasons"]}
    assert reasons.pop("unknown_schema_id") == faults["unknown_schema_id"]
    assert sum(reasons.values()) == faults["corrupt"]
    assert source["tombstones_total"] == faults["tombstones"]
    assert source["invalid_total"] == faults["corrupt"] + faults["unknown_schema_id"]
    assert source["valid_total"] == PLANNED - source["invalid_total"] - source["tombstones_total"]


def test_rules_on_the_input_find_exactly_the_violations_that_were_injected(raw: Finished) -> None:
    quality, faults = quality_of(raw), injected(raw)
    assert quality["sample_ratio"] == 1
    assert rule(quality, "quantity in range")["violations_total"] == faults["rule_violations"]
    assert rule(quality, "quantity in range")["result"] == "fail"
    assert rule(quality, "coupon is there")["violations_total"] == faults["nulls"]
    assert rule(quality, "coupon is there")["result"] == "pass"


def test_what_is_wrong_is_in_the_error_list_with_its_category(raw: Finished) -> None:
    errors = {error["id"]: error for error in raw.summary["snapshot"]["errors"]}
    broken = errors["producer.rule quantity in range"]
    assert (broken["category"], broken["rule"]) == ("data_quality", "quality.rule_broken")
    assert broken["count"] == injected(raw)["rule_violations"]
    unknown = errors["producer.input unknown_schema_id"]
    assert (unknown["category"], unknown["rule"]) == ("serialisation", "quality.input_undecodable")
    assert unknown["count"] == injected(raw)["unknown_schema_id"]
    assert "producer.rule coupon is there" not in errors


def test_an_output_that_is_not_read_is_unchecked_and_the_score_stands_on_the_input(raw: Finished) -> None:
    quality = quality_of(raw)
    assert quality["output"]["unchecked_total"] == PLANNED - injected(raw)["tombstones"]
    assert quality["output"]["valid_ratio"] is None
    assert quality["score"] < 100 * quality["input"]["valid_ratio"] + 0.01
    assert "not measured: complete" in quality["score_formula"]


def test_nulls_and_violations_come_out_and_are_counted_in_every_record(projected: Finished) -> None:
    quality, faults = quality_of(projected), injected(projected)
    assert min(faults.values()) > 10
    assert (quality["output"]["valid_total"], quality["output"]["invalid_total"]) == (PLANNED, 0)
    fields = {field["path"]: field for field in quality["fields"]}
    assert fields["coupon"]["null_total"] == faults["nulls"]
    assert fields["coupon"]["present_total"] == PLANNED - faults["nulls"]
    assert fields["order_id"]["distinct"] == pytest.approx(PLANNED, rel=5 * quality["distinct_error_ratio"])
    assert (fields["quantity"]["min"], fields["created_at"]["type"]) == ("1", "timestamp-millis")
    assert int(fields["quantity"]["max"]) > 9
    assert fields["note"]["optional"]


def test_rules_on_the_output_agree_and_a_rule_without_an_answer_is_no_violation(projected: Finished) -> None:
    quality, faults = quality_of(projected), injected(projected)
    assert quality["sample_ratio"] == 1
    assert rule(quality, "quantity in range")["violations_total"] == faults["rule_violations"]
    assert rule(quality, "coupon is there")["violations_total"] == faults["nulls"]
    lengths = rule(quality, "longer coupon")
    assert (lengths["errors_total"], lengths["violations_total"]) == (faults["nulls"], 0)
    assert quality["conforming_ratio"] == 1 - (faults["nulls"] + faults["rule_violations"]) / PLANNED


def test_the_score_is_what_its_formula_says_and_the_terminal_tells_it(projected: Finished) -> None:
    quality = quality_of(projected)
    product = quality["completeness_ratio"] * quality["conforming_ratio"] * quality["intact_ratio"]
    assert quality["score"] == pytest.approx(100 * product, abs=0.01)
    line = next(line for line in projected.out.splitlines() if line.startswith("data quality"))
    assert f"{quality['score']:.2f} of 100" in line
    assert "1 of 3 rules broken" in line


def test_a_registry_that_has_no_data_contracts_is_said_to_have_none(projected: Finished) -> None:
    quality = quality_of(projected)
    subject = projected.summary["snapshot"]["registry"]["output_subject"]
    assert quality["rule_notes"] == [f"{subject} has no data contract with rules"]
