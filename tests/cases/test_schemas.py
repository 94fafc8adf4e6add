"""Schemas as people have them, from `init` to a whole run: old names, decimals beyond Flink's, change data in Avro."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.cases.conftest import CaseProject
from tests.e2e.conftest import StartRun
from tests.e2e.independent import Independent
from tests.e2e.pipegen_process import LENIENT, pipegen

pytestmark = pytest.mark.stack
LOAD = ("--duration=3s", "--message-rate=100", "--pipeline-timeout=60s")
SENT = 300


def record(*fields: dict[str, Any], name: str = "Order", **more: Any) -> dict[str, Any]:
    return {"type": "record", "name": name, "fields": [{"name": "id", "type": "long"}, *fields], **more}


def decimal(precision: int, scale: int) -> dict[str, Any]:
    return {"name": "amount", "type": {"type": "bytes", "logicalType": "decimal"} | precise(precision, scale)}


def precise(precision: int, scale: int) -> dict[str, int]:
    return {"precision": precision, "scale": scale}


OLD_NAMES = ("hyphen in the namespace", "namespace that begins with a digit")
SCHEMAS = {
    "hyphen in the namespace": record(namespace="com.acme-corp.orders"),
    "namespace that begins with a digit": record(namespace="2go.orders"),
    "no namespace": record(
        {"name": "inner", "type": {"type": "record", "name": "Inner", "fields": [{"name": "a", "type": "int"}]}},
        namespace=None,
    ),
    "decimal of 64 digits": record(decimal(64, 10)),
    "scale above precision": record(decimal(4, 8)),
    "decimal of 38 digits": record(decimal(38, 18)),
}


@pytest.mark.parametrize("kind", SCHEMAS)
def test_a_schema_that_init_takes_runs(kind: str, tmp_path: Path, start_run: StartRun) -> None:
    schema = tmp_path / "order.avsc"
    schema.write_text(json.dumps(SCHEMAS[kind]))
    made = pipegen("init", "orders", "--input-schema", schema, cwd=tmp_path)
    assert made.exit_code == 0, made.err
    done = start_run(tmp_path / "orders", *LOAD, env=LENIENT).finish()
    assert done.exit_code == 0, done.out + done.err
    assert (done.summary["consumed_total"], done.summary["lost"], done.summary["left_behind"]) == (SENT, 0, [])
    assert ("registered with “_” for their other signs" in done.err) == (kind in OLD_NAMES)


def test_change_data_in_avro_is_read_as_the_table_that_it_changes(
    tmp_path: Path, case_project: CaseProject, start_run: StartRun, independent: Independent
) -> None:
    project = tmp_path / "debezium-avro"
    shutil.copytree(case_project("debezium-source/debezium-json"), project)
    sql = project / "sql" / "01.sql"
    registry = "'value.debezium-avro-confluent.url' = '${SCHEMA_REGISTRY_URL}'"
    text = sql.read_text().replace(
        "'value.format' = 'debezium-json'", f"'value.format' = 'debezium-avro-confluent', {registry}"
    )
    sql.write_text(text)
    settings = project / ".pipegen.yaml"
    settings.write_text(settings.read_text().replace("  value_format: json\n", ""))
    checked = pipegen("validate", f"--project-dir={project}")
    assert checked.exit_code == 0, checked.out + checked.err
    assert "0 warnings" in checked.out
    done = start_run(project, *LOAD, "--no-cleanup", env=LENIENT).finish()
    assert done.exit_code == 0, done.out + done.err
    (stock,) = done.summary["snapshot"]["outputs"]
    rows = [json.loads(value) for value in independent.values(stock["topic"]) if value]
    assert {row["id"] for row in rows} == set(range(1, 41))
    assert len(rows) == stock["total"]
