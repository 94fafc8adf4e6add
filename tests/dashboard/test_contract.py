"""The contract as others read it: the schema, the page's types and the models say the same."""

from __future__ import annotations

import json
from pathlib import Path
from typing import get_args

import jsonschema
import pytest

from pipegen.snapshot import Latency, Snapshot
from pipegen.snapshot.figures import figure_paths, read_figures
from pipegen.snapshot.limits import BACKPRESSURE, ERROR_RATE, GENERATOR_DELAY_MS, MACHINE_BUSY, RATE_DEVIATION
from pipegen.snapshot.page_rules import page_rules_text
from pipegen.snapshot.schema import jsdoc_text, metrics_schema, metrics_schema_text
from pipegen.snapshot.stages import STAGES, StageName
from tests.dashboard.invented import running, snapshot
from tests.dashboard.states import STATES

ROOT = Path(__file__).parent.parent.parent
REMEDY = "run python tools/write_contract.py"


def test_the_published_schema_is_that_of_the_models() -> None:
    assert (ROOT / "docs/metrics.schema.json").read_text(encoding="utf-8") == metrics_schema_text(), REMEDY


def test_the_types_of_the_page_are_those_of_the_models() -> None:
    assert (ROOT / "web/model/snapshot.js").read_text(encoding="utf-8") == jsdoc_text(), REMEDY


def test_the_rules_of_the_page_are_those_of_the_report_and_the_headline() -> None:
    assert (ROOT / "web/model/rules.js").read_text(encoding="utf-8") == page_rules_text(), REMEDY


@pytest.mark.parametrize("state", STATES)
def test_what_is_sent_keeps_the_schema_and_explains_every_null(state: str) -> None:
    sent = snapshot(STATES[state]())
    validator = jsonschema.Draft202012Validator(metrics_schema())
    validator.validate(json.loads(sent.model_dump_json()))
    assert Snapshot.model_validate_json(sent.model_dump_json()) == sent
    assert sent.unexplained() == []


def test_a_field_that_is_not_in_the_contract_is_refused_by_the_schema() -> None:
    document = json.loads(snapshot(running(1)).model_dump_json())
    document["producer"]["speed"] = 1
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft202012Validator(metrics_schema()).validate(document)


def test_the_stages_are_the_latencies_of_the_contract() -> None:
    assert {stage.field for stage in STAGES} == set(Latency.model_fields) - {"exactly_once"}
    assert {stage.name for stage in STAGES} == set(get_args(StageName))


def test_the_documentation_names_every_stage_that_percentiles_can_be_asked_of() -> None:
    text = (ROOT / "docs/dashboard.md").read_text(encoding="utf-8")
    row = next(line for line in text.splitlines() if line.startswith("| `/api/percentiles"))
    assert [stage.name for stage in STAGES if f"`{stage.name}`" not in row] == []


def test_the_documentation_says_the_limits_of_amber_and_red() -> None:
    text = (ROOT / "docs/dashboard.md").read_text(encoding="utf-8")
    off, delay, pressure = RATE_DEVIATION, GENERATOR_DELAY_MS, BACKPRESSURE
    for row in (
        f"| more than {off.amber_above:.0%} off the plan | more than {off.red_above:.0%} off |",
        f"| above {ERROR_RATE.amber_above:g} | above {ERROR_RATE.red_above:.0%} |",
        f"| above {pressure.amber_above:.2f} | above {pressure.red_above:.2f} |",
        f"| above {delay.amber_above:g} ms, or the machine above {MACHINE_BUSY.amber_above:.0%} busy |",
        f"busy | above {delay.red_above:g} ms |",
    ):
        assert row in text.replace(" %", "%"), row


def test_figures_are_read_by_the_path_they_have_in_json() -> None:
    sent = snapshot(running(30))
    document = json.loads(sent.model_dump_json())
    for path, figure in zip(figure_paths(), read_figures(sent), strict=True):
        value = document
        for name in path.split("."):
            value = None if value is None else value[name]
        assert value == pytest.approx(figure), path
    assert {"producer.rate", "latency.end_to_end.interval.p99_ms", "flink.checkpoints.failed"} <= set(figure_paths())
