"""What is checked before a run is what it uses: schedule, rules, conditions and, where it can be, the generator."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipegen.config import load_settings
from pipegen.errors import ProjectError, SettingsError, ThresholdError
from pipegen.gates import parse_threshold
from pipegen.planner import ScriptPlan
from pipegen.project import ProjectFolder
from pipegen.project.plan.topology import Topology
from pipegen.run.folder_sql import folder_as_read
from pipegen.run.names import names_for
from pipegen.run.planning import plan_run, with_load, with_sql_read
from pipegen.run.spec import RunSpec
from pipegen.traffic import parse_pattern
from tests.unit.folder_topology import TOPICS, fed, written
from tests.unit.project_folder import write_orders
from tests.unit.run_spec import spec_in

RULES = "data_quality:\n  rules: [{name: an id, expression: size(order_id) > 0}]\n"


def planned(folder: Path, more: str = "", **flags: object) -> RunSpec:
    """The run of the orders example with more settings."""
    settings = write_orders(folder) / ".pipegen.yaml"
    settings.write_text(settings.read_text() + more)
    resolved = load_settings(project_dir=folder, flags={"message_rate": 50, "duration": "4s", **flags}, environ={})
    return plan_run(folder, resolved, command=["pipegen", "run"], on_rows=lambda _rows: True)


def test_a_run_carries_what_its_settings_were_read_as(tmp_path: Path) -> None:
    spec = planned(tmp_path, RULES, thresholds=["lost==0"])
    assert spec.schedule.total_events == 200
    assert [rule.name for rule in spec.rules] == ["an id"]
    assert [threshold.text for threshold in spec.thresholds] == ["lost==0"]
    assert spec.sources["message_rate"] == "flag --message-rate"


def test_the_generator_is_kept_where_its_records_carry_no_schema_id(tmp_path: Path) -> None:
    assert planned(tmp_path / "avro").records is None
    kept = planned(tmp_path / "json", **{"pipeline.value_format": "json"}).records
    assert kept is not None
    assert kept.record(0, due_ns=0)[0].startswith(b"{")


def test_the_same_run_under_another_load_has_the_schedule_of_that_load(tmp_path: Path) -> None:
    spec = planned(tmp_path, RULES)
    plan = parse_pattern(None, base_rate_per_s=300, duration_ns=10**9)
    trial = with_load(spec, spec.settings, plan, [parse_threshold("error_rate<=0%")])
    assert (trial.schedule.total_events, spec.schedule.total_events) == (300, 200)
    assert [threshold.text for threshold in trial.thresholds] == ["error_rate<=0%"]
    assert trial.rules == spec.rules


@pytest.mark.parametrize(
    ("more", "flags", "error", "sentence"),
    [
        ("", {"pipeline.key_field": "gone"}, ProjectError, "gone"),
        ("", {"duration": "5000d", "message_rate": 10_000_000}, SettingsError, "the load is too long"),
        ("", {"thresholds": ["lots==0"]}, ThresholdError, "lots"),
        (RULES.replace("size(", "sizes("), {}, SettingsError, "sizes"),
    ],
)
def test_what_cannot_be_used_is_refused_before_a_run_exists(
    tmp_path: Path, more: str, flags: dict[str, object], error: type[Exception], sentence: str
) -> None:
    with pytest.raises(error, match=sentence):
        planned(tmp_path, more, **flags)


def test_the_load_is_shared_among_the_inputs_once_flink_has_read_the_sql(tmp_path: Path) -> None:
    spec = spec_in(tmp_path, message_rate=10, duration="1s", inputs={"rates": {"rate": 4}})
    topology = Topology(inputs=(fed("orders", TOPICS.input), fed("rates")), outputs=(written("out", TOPICS.output),))
    plan, names = ScriptPlan(topology, (), {}), names_for("abc123", "orders", spec.settings)
    assert isinstance(spec.project, ProjectFolder)
    read = with_sql_read(spec, folder_as_read(spec.project, plan, names, spec.settings, {}))
    assert [schedule.total_events for schedule in read.schedules] == [6, 4]
    assert read.schedule.total_events == spec.schedule.total_events == 10
