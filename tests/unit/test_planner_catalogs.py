"""Planning leaves no trace in a catalog that outlives its session."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from pipegen.planner import ScriptPlan, plan_script
from pipegen.project.plan.isolate import isolated
from pipegen.project.plan.own_options import Own
from pipegen.project.plan.splitter import split_script
from pipegen.services.sql_gateway import StatementRefusedError, StatementResult


class FlinkWithCatalog:
    """The seam FlinkSql in front of a catalog of the kind `type`: notes what it is told, and knows nothing else."""

    def __init__(self, kind: str, store: str = "generic_in_memory") -> None:
        self._kind = kind
        self._store = store
        self.told: list[str] = []

    async def open_session(self, name: str, properties: dict[str, str]) -> str:
        assert (name, properties) == ("pipegen-plan", {})
        return "s1"

    async def end_session(self, handle: str) -> None:
        pass

    async def execute(self, statement: str, *, timeout_s: float) -> StatementResult:
        assert timeout_s > 0
        match statement:
            case "SET":
                return StatementResult(None, [["table.catalog-store.kind", self._store]])
            case "SHOW CURRENT CATALOG":
                return StatementResult(None, [["hive"]])
            case "SHOW CATALOGS":
                return StatementResult(None, [["hive"]])
            case "SHOW CREATE CATALOG `hive`":
                return StatementResult(None, [[f"CREATE CATALOG `hive` WITH ('type' = '{self._kind}')"]])
            case "SHOW CREATE CATALOG `default_catalog`":
                raise StatementRefusedError("Cannot obtain metadata information", "")
        self.told.append(statement)
        return StatementResult(None, [["OK"]])


def planned(sql: str, flink: FlinkWithCatalog) -> ScriptPlan:
    return asyncio.run(plan_script(split_script(sql, Path("a.sql")), flink, variables={}))


@pytest.mark.parametrize(
    ("sql", "sent"),
    [
        ("CREATE TABLE t (a INT)", "CREATE TEMPORARY TABLE t (a INT)"),
        ("create view v as select 1", "create TEMPORARY view v as select 1"),
        ("CREATE FUNCTION f AS 'x'", "CREATE TEMPORARY FUNCTION f AS 'x'"),
        ("CREATE TEMPORARY TABLE t (a INT)", "CREATE TEMPORARY TABLE t (a INT)"),
        ("CREATE TABLE default_catalog.d.t (a INT)", "CREATE TABLE default_catalog.d.t (a INT)"),
        ("DROP TEMPORARY VIEW v", "DROP TEMPORARY VIEW v"),
    ],
)
def test_what_is_created_in_a_lasting_catalog_is_temporary(sql: str, sent: str) -> None:
    flink = FlinkWithCatalog("hive")
    assert not planned(sql, flink).findings
    assert flink.told == [sent]


@pytest.mark.parametrize(
    "sql", ["DROP TABLE hive.d.t", "ALTER TABLE t SET ('a' = 'b')", "CREATE DATABASE d", "DROP DATABASE d CASCADE"]
)
def test_what_would_change_a_lasting_catalog_is_not_run_and_told(sql: str) -> None:
    flink = FlinkWithCatalog("hive")
    (finding,) = planned(sql, flink).findings
    assert (finding.severity, finding.where, flink.told) == ("note", "a.sql:1:1", [])
    assert "would change a catalog that outlives the run: it is left out" in finding.message


def test_what_the_script_created_in_a_lasting_catalog_is_dropped_as_temporary() -> None:
    flink = FlinkWithCatalog("hive")
    assert not planned("CREATE TABLE d.t (a INT); DROP TABLE IF EXISTS hive.d.t", flink).findings
    assert flink.told == ["CREATE TEMPORARY TABLE d.t (a INT)", "DROP TEMPORARY TABLE IF EXISTS hive.d.t"]


@pytest.mark.parametrize("sql", ["DROP TABLE hive.d.t", "DELETE FROM t", "STOP JOB 'x'"])
@pytest.mark.parametrize("own", [Own(lambda topic: topic, {}), None], ids=["own topics", "as written"])
def test_a_run_leaves_out_statements_with_effects_outside_it(sql: str, own: Own | None) -> None:
    plan = planned(sql, FlinkWithCatalog("hive"))
    (statement,) = isolated(plan.statements, own, {}, {})
    assert statement.left_out is not None
    assert "it is left out" in statement.left_out


@pytest.mark.parametrize("sql", ["DELETE FROM t", "TRUNCATE TABLE t", "CALL sys.compact('t')", "STOP JOB 'x'"])
def test_what_changes_data_is_never_run(sql: str) -> None:
    flink = FlinkWithCatalog("generic_in_memory")
    (finding,) = planned(sql, flink).findings
    assert (finding.severity, flink.told) == ("note", [])


def test_a_catalog_held_in_memory_is_changed_as_the_script_says() -> None:
    flink = FlinkWithCatalog("generic_in_memory")
    assert not planned("CREATE TABLE t (a INT); DROP TABLE t", flink).findings
    assert flink.told == ["CREATE TABLE t (a INT)", "DROP TABLE t"]


def test_a_catalog_is_taken_out_of_a_store_that_lasts() -> None:
    flink = FlinkWithCatalog("generic_in_memory", store="file")
    planned("CREATE CATALOG c WITH ('type' = 'x')", flink)
    assert flink.told[1:] == ["USE CATALOG default_catalog", "DROP CATALOG IF EXISTS `c`"]
    known = FlinkWithCatalog("generic_in_memory", store="file")
    planned("CREATE CATALOG IF NOT EXISTS hive WITH ('type' = 'x')", known)
    assert len(known.told) == 1


def test_nothing_behind_quit_is_run() -> None:
    flink = FlinkWithCatalog("generic_in_memory")
    (finding,) = planned("QUIT; CREATE TABLE t (a INT)", flink).findings
    assert (finding.severity, flink.told) == ("note", [])
