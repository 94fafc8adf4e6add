"""``pipegen validate --flink`` shows what Flink says of the SQL, or says that Flink does not answer."""

from __future__ import annotations

import asyncio
import io
import json
from pathlib import Path

import pytest
from rich.console import Console
from typer.testing import CliRunner

from pipegen.cli import app
from pipegen.cli.flink_plan import show_topology, topology_json
from pipegen.planner import plan_script
from pipegen.project.plan.splitter import split_files, split_script
from pipegen.project.plan.topology import Topology
from tests.recorded_flink import PRELUDE, SCRIPTS, VARIABLES, recorded
from tests.statement_table import entries
from tests.unit.project_folder import write_orders


def topology(name: str) -> Topology:
    sql = next(entry.sql for entry in entries(SCRIPTS) if entry.title[0] == name)
    script = [*split_files([PRELUDE]), *split_script(sql, Path("sql/a.sql"))]
    return asyncio.run(plan_script(script, recorded(name), variables=VARIABLES)).topology


def shown(name: str, *, terminal: bool = True) -> str:
    out = io.StringIO()
    show_topology(topology(name), Console(file=out, width=80, force_terminal=terminal, color_system=None))
    return out.getvalue()


def test_tables_paths_and_joins_are_shown() -> None:
    text = shown("temporal join")
    rows = [" ".join(line.split()) for line in text.splitlines()]
    assert "input orders kafka json orders" in rows
    assert "input rates upsert-kafka json rates" in rows
    assert "output traced kafka json traced" in rows
    assert "orders traced one_to_one header" in rows
    assert "orders.currency rates.currency" in rows
    assert "sql/a.sql:1:1: rates → traced: latency not measurable: rates reads neither" in " ".join(rows)


@pytest.mark.parametrize("name", ["chained", "two sinks", "join in brackets of three", "semi join", "top-n"])
def test_no_line_of_a_table_is_wider_than_a_terminal_of_80_columns(name: str) -> None:
    tables = shown(name).partition("Rows of")[0].partition("sql/a.sql:")[0]
    assert max(len(line) for line in tables.splitlines()) <= 80


def test_rows_that_are_written_again_and_inner_topics_are_told() -> None:
    assert "Rows of totals are updated or retracted: insert, update after." in shown("two sinks")
    assert "traced through middle" in shown("chained", terminal=False)


def test_no_option_of_a_table_is_in_the_json() -> None:
    text = json.dumps(topology_json(topology("keys")))
    assert '"name": "keyed"' in text
    assert "broker:9092" not in text


def test_a_gateway_that_does_not_answer_is_told_with_exit_code_3(tmp_path: Path) -> None:
    project = write_orders(tmp_path / "p")
    arguments = ["validate", "--flink", f"--project-dir={project}", "--sql-gateway-url=http://127.0.0.1:9"]
    result = CliRunner().invoke(app, arguments)
    assert getattr(result.exception, "exit_code", result.exit_code) == 3
    assert "Flink SQL gateway" in str(result.exception)
