"""A folder and what Flink says of its SQL, together: keys and times as the table reads them, and what is doubtful."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from pipegen.config import Settings
from pipegen.errors import ProjectError, SettingsError
from pipegen.planner import ScriptPlan
from pipegen.project import ProjectFolder, open_project
from pipegen.project.flink_project import PlannedScript
from pipegen.project.plan.table import FlinkTable, TableColumn
from pipegen.project.plan.topology import Input, JoinKey, Origin, Topology
from pipegen.run.announcement import told_of_inputs
from pipegen.run.feed.input_files import open_input_files
from pipegen.run.folder_sql import doubts_of, folder_as_read
from pipegen.run.names import names_for
from tests.unit.folder_topology import PLACE, fed, insert, table, written
from tests.unit.project_folder import write_orders

COLUMNS = (TableColumn("k_id", "BIGINT"), TableColumn("order_id", "STRING"), TableColumn("quantity", "INT"))
KEYED = {"key.fields": "k_id", "key.fields-prefix": "k_", "value.fields-include": "EXCEPT_KEY"}


def read(
    folder: Path, *inputs: Input, told: dict[str, object] | None = None, **pipeline: object
) -> tuple[PlannedScript, Settings]:
    known = {"name": "orders", "pipeline": {"value_format": "json"} | pipeline, "inputs": told or {}}
    settings = Settings.model_validate(known)
    opened: ProjectFolder = open_project(write_orders(folder), settings)
    topology = Topology(inputs=inputs, outputs=(written("out", "orders-output-x"),))
    return folder_as_read(
        opened, ScriptPlan(topology, (), {}), names_for("x", "orders", settings), settings, {}
    ), settings


def source(**options: str) -> Input:
    made: FlinkTable = replace(table("orders", "orders-input-x", **options), columns=COLUMNS)
    return Input("orders", made.topics, (made,))


def said(made: tuple[PlannedScript, Settings]) -> list[str]:
    return [each.message for each in doubts_of(*made)]


@pytest.mark.parametrize(("key_format", "written_as"), [("json", "json-sql"), ("raw", "raw"), ("avro", "avro")])
def test_keys_are_sent_in_the_format_that_the_table_reads(tmp_path: Path, key_format: str, written_as: str) -> None:
    made = read(tmp_path, source(**{"key.format": key_format}, **KEYED))
    record = made[0].inputs[0].record
    assert record is not None
    assert record.key is not None
    assert (record.key.format, record.load) == (written_as, None)
    assert said(made) == []


def test_without_a_key_that_is_read_the_settings_say_what_the_key_is(tmp_path: Path) -> None:
    assert read(tmp_path, source())[0].inputs[0].record is None


def test_a_key_that_cannot_be_made_is_a_doubt(tmp_path: Path) -> None:
    made = read(tmp_path, source(**{"key.format": "csv"}, **KEYED))
    assert made[0].inputs[0].record is None
    assert "orders reads keys as csv, and they are sent as text" in said(made)


@pytest.mark.parametrize(
    ("options", "times"), [({}, "json-sql"), ({"value.json.timestamp-format.standard": "ISO-8601"}, "json")]
)
def test_times_are_written_as_the_table_reads_them(tmp_path: Path, options: dict[str, str], times: str) -> None:
    assert read(tmp_path, source(**options))[0].inputs[0].json_times == times


def test_every_input_is_fed_and_the_first_uses_the_schema_of_the_folder(tmp_path: Path) -> None:
    made, _ = read(tmp_path, fed("rates", "rates-x", ("quantity", "rate")), source(), hints={"quantity": {"max": 7}})
    assert [(each.name, each.topic) for each in made.inputs] == [("orders", "orders-input-x"), ("rates", "rates")]
    orders, rates = (each.record for each in made.inputs)
    assert orders is not None
    assert rates is not None
    assert orders.schema["name"] == "Order"
    assert orders.hints["quantity"]["max"] == 7
    assert [each["name"] for each in rates.schema["fields"]] == ["quantity", "rate"]
    assert "rates-x" in made.named({"RUN_ID": "x", "GROUP_ID": "g"}).topics


def test_input_settings_apply_in_a_folder(tmp_path: Path) -> None:
    told = {"orders": {"hints": {"quantity": {"max": 3}}}, "rates": {"hints": {"id": {"min": 5, "max": 9}}}}
    made, _ = read(tmp_path, source(), fed("rates"), told=told)
    hints = [each.record.hints for each in made.inputs if each.record is not None]
    assert [hints[0]["quantity"]["max"], hints[1]["id"]["max"]] == [3, 9]
    alone, _ = read(tmp_path, source(), told={"orders": told["orders"]})
    assert alone.inputs[0].record is not None
    assert alone.inputs[0].record.hints["quantity"]["max"] == 3


def test_the_data_file_of_a_folder_feeds_its_first_input(tmp_path: Path) -> None:
    key = frozenset({Origin("orders", "quantity", metadata=False, how="exact")})
    joined = JoinKey(key, frozenset({Origin("rates", "quantity", metadata=False, how="exact")}), PLACE)
    told = {"name": "orders", "feed": {"file": "rows.csv"}}
    settings = Settings.model_validate(told)
    (write_orders(tmp_path) / "rows.csv").write_text("order_id\n1\n")
    sink = written("out", "orders-output-x")
    topology = Topology(inputs=(source(), fed("rates", columns=("quantity",))), outputs=(sink,), join_keys=(joined,))
    names = names_for("x", "orders", settings)
    plan = ScriptPlan(topology, (), {})
    made = folder_as_read(open_project(tmp_path, settings), plan, names, settings, {})
    assert [each.reason for each in made.joins] == ["the records of orders come from a file"]
    assert set(open_input_files(made, settings, {})) == {"orders"}


def test_settings_of_an_unknown_input_are_refused(tmp_path: Path) -> None:
    for told in ({"ordres": {"rate": 5}}, {"ordres": {"feed": False}}):
        with pytest.raises(ProjectError, match=r"inputs\.ordres: ") as refused:
            read(tmp_path, source(), told=told)
        assert refused.value.remedy == "Did you mean “orders”?"


@pytest.mark.parametrize(
    ("told", "same"),
    [({"rate": 5}, "message_rate"), ({"file": "a.csv"}, "feed.file"), ({"traffic": "x"}, "traffic_pattern")],
)
def test_load_settings_cannot_be_set_on_the_only_input_of_a_folder(
    tmp_path: Path, told: dict[str, object], same: str
) -> None:
    with pytest.raises(SettingsError, match=r"inputs\.orders\.\w+: the SQL has one input") as refused:
        read(tmp_path, source(), told={"orders": told})
    assert refused.value.remedy == f"Set {same} instead."


def test_the_run_reports_which_topic_of_a_table_receives_records(tmp_path: Path) -> None:
    made, _ = read(tmp_path, source(), fed("rates", "rates-a;rates-b"))
    told = "rates: of the topics rates-a, rates-b, only rates-a receives records"
    assert told in told_of_inputs(made)


def test_an_input_fed_by_another_producer_is_reported_and_its_topic_is_created(tmp_path: Path) -> None:
    made = read(tmp_path, source(), fed("rates"), told={"rates": {"feed": False}})
    assert [each.name for each in made[0].inputs] == ["orders"]
    assert "topic rates is read, but PipeGen sends nothing to it: another producer must feed it" in said(made)
    assert "rates" in made[0].named({"RUN_ID": "x", "GROUP_ID": "g"}).topics


def test_a_shape_that_the_plan_has_not_is_a_doubt(tmp_path: Path) -> None:
    made = read(tmp_path, source(), shape="filter")
    assert made[0].shape == "filter"
    assert "pipeline.shape is filter, but Flink's plan says one_to_one" in said(made)


def test_the_run_reports_that_a_batch_job_reads_the_load_afterwards(tmp_path: Path) -> None:
    bounded = source(**{"scan.bounded.mode": "latest-offset"})
    settings = Settings.model_validate({"name": "orders", "pipeline": {"value_format": "json"}})
    statement = insert(bounded.tables[0], sink=table("out"), **{"execution.runtime-mode": "batch"})
    topology = Topology(inputs=(bounded,), outputs=(written("out"),))
    opened = open_project(write_orders(tmp_path), settings)
    plan = ScriptPlan(topology, (), {}, (statement,))
    told = said((folder_as_read(opened, plan, names_for("x", "orders", settings), settings, {}), settings))
    assert any(each.startswith("orders is bounded: batch: the load is sent first") for each in told)
