"""A folder and what Flink says of its SQL, together: keys and times as the table reads them, and what is doubtful."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from pipegen.config import Settings
from pipegen.planner import ScriptPlan
from pipegen.project import ProjectFolder, open_project
from pipegen.project.flink_project import PlannedScript
from pipegen.project.plan.table import FlinkTable, TableColumn
from pipegen.project.plan.topology import Input, Topology
from pipegen.run.folder_sql import doubts_of, folder_as_read
from pipegen.run.names import names_for
from tests.unit.folder_topology import fed, insert, table, written
from tests.unit.project_folder import write_orders

COLUMNS = (TableColumn("k_id", "BIGINT"), TableColumn("order_id", "STRING"), TableColumn("quantity", "INT"))
KEYED = {"key.fields": "k_id", "key.fields-prefix": "k_", "value.fields-include": "EXCEPT_KEY"}


def read(folder: Path, *inputs: Input, **pipeline: object) -> tuple[PlannedScript, Settings]:
    settings = Settings.model_validate({"name": "orders", "pipeline": {"value_format": "json"} | pipeline})
    opened: ProjectFolder = open_project(write_orders(folder), settings)
    topology = Topology(inputs=inputs, outputs=(written("out", "orders-output-x"),))
    return folder_as_read(opened, ScriptPlan(topology, (), {}), names_for("x", "orders", settings), settings), settings


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


def test_a_topic_that_nobody_feeds_is_told_and_made(tmp_path: Path) -> None:
    made = read(tmp_path, source(), fed("rates"))
    assert "topic rates is read and not fed: a project with a schema has one input" in said(made)
    variables = {"RUN_ID": "x", "GROUP_ID": "g"}
    assert "rates" in made[0].named(variables).topics


def test_a_shape_that_the_plan_has_not_is_a_doubt(tmp_path: Path) -> None:
    made = read(tmp_path, source(), shape="filter")
    assert made[0].shape == "filter"
    assert "pipeline.shape is filter, but Flink's plan is one_to_one" in said(made)


def test_an_end_that_a_source_keeps_is_a_doubt(tmp_path: Path) -> None:
    bounded = source(**{"scan.bounded.mode": "latest-offset"})
    settings = Settings.model_validate({"name": "orders", "pipeline": {"value_format": "json"}})
    statement = insert(bounded.tables[0], sink=table("out"), **{"execution.runtime-mode": "batch"})
    topology = Topology(inputs=(bounded,), outputs=(written("out"),))
    opened = open_project(write_orders(tmp_path), settings)
    plan = ScriptPlan(topology, (), {}, (statement,))
    told = said((folder_as_read(opened, plan, names_for("x", "orders", settings), settings), settings))
    assert "orders is bounded (scan.bounded.mode): its job reads what is there when it starts, and ends" in told
