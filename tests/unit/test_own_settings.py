"""SET statements of a script that a run leaves out: the run's own name, cluster and folders win in every spelling."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from pipegen.planner import plan_script
from pipegen.project.plan.isolate import isolated
from pipegen.project.plan.own_settings import left_out, setting_of
from pipegen.project.plan.planned import Planned
from pipegen.project.plan.splitter import split_script
from pipegen.services.sql_gateway import StatementResult

FILE = Path("job.sql")
SPELLINGS = (
    "SET 'pipeline.name' = 'theirs'",
    "SET pipeline.name = theirs",
    "set pipeline.name='theirs'",
    "SET /* c */ 'pipeline.name' = 'theirs'",
    "SET E'pipeline.name' = 'theirs'",
    r"SET U&'pipeline\002ename' = 'theirs'",
    "SET 'pipeline'\n'.name' = 'theirs'",
    "SET _utf8'pipeline.name' = 'theirs'",
    "SET ' pipeline.name' = 'theirs'",
    "SET pipeline.name\n=\ntheirs",
)
"""All of them set the name: tried on Flink 2.3."""


def why(sql: str) -> str | None:
    (statement,) = split_script(sql, FILE)
    return isolated([Planned(statement)], None, {"N": "pipeline.name"}, {})[0].left_out


@pytest.mark.parametrize("sql", SPELLINGS)
def test_the_runs_own_name_wins_over_every_spelling(sql: str) -> None:
    assert why(sql) == "pipeline.name is left out: a run finds its jobs by a name of its own"
    assert setting_of(sql) == ("pipeline.name", "theirs")


@pytest.mark.parametrize(
    "option",
    [
        "execution.target",
        "rest.address",
        "jobmanager.rpc.address",
        "kubernetes.cluster-id",
        "yarn.application.id",
        "high-availability",
        "high-availability.cluster-id",
        "recovery.zookeeper.path.namespace",
        "$internal.pipeline.job-id",
    ],
)
def test_no_script_sends_a_runs_jobs_to_another_cluster(option: str) -> None:
    assert why(f"SET '{option}' = 'theirs'") == (
        f"{option} is left out: the jobs run on the cluster that the run's settings name"
    )


@pytest.mark.parametrize(
    "option",
    [
        "execution.checkpointing.dir",
        "state.checkpoints.dir",
        "state.backend.fs.checkpointdir",
        "execution.checkpointing.savepoint-dir",
        "state.savepoints.dir",
        "savepoints.state.backend.fs.dir",
        "execution.state-recovery.path",
        "execution.savepoint.path",
        "execution.checkpointing.storage",
        "execution.checkpointing.externalized-checkpoint-retention",
    ],
)
def test_no_state_is_read_from_or_written_to_folders_of_the_script(option: str) -> None:
    told = why(f"SET '{option}' = 's3://user:hidden-word@bucket'")
    assert told is not None
    assert told.startswith(f"{option} is left out: jobs start without state")
    assert "hidden-word" not in told


@pytest.mark.parametrize(
    "sql",
    [
        "SET 'execution.runtime-mode' = 'batch'",
        "SET 'table.exec.state.ttl' = '1 h'",
        "SET 'execution.checkpointing.interval' = '5 s'",
        "SET 'state.backend.type' = 'rocksdb'",
        "SET 'PIPELINE.NAME' = 'x'",  # options are told apart by case, and names in quotes of other kinds are others
        "SET `pipeline.name` = x",
        "SET 'table.dml-sync' = 'false'",
        "SET",
        "RESET 'pipeline.name'",
        "SELECT 'pipeline.name' = 'x'",
    ],
)
def test_everything_else_is_handed_on(sql: str) -> None:
    assert why(sql) is None


def test_an_option_may_come_from_a_variable() -> None:
    assert why("SET '${N}' = 'x'") is not None


def test_a_job_waits_for_nobody_whatever_the_case_of_true() -> None:
    assert left_out("table.dml-sync", "TRUE") == ("table.dml-sync makes every INSERT wait for its job: it is left out")


def test_planning_sets_what_a_run_leaves_out_and_tells_it() -> None:
    ran: list[str] = []

    class Flink:
        async def open_session(self, _name: str, _properties: dict[str, str]) -> str:
            return "s"

        async def end_session(self, _handle: str) -> None: ...

        async def execute(self, statement: str, *, timeout_s: float) -> StatementResult:
            del timeout_s
            ran.append(statement)
            return StatementResult(None, [])

    script = split_script("SET 'execution.target' = 'yarn-session'", FILE)
    plan = asyncio.run(plan_script(script, Flink(), variables={}))
    assert ran[0] == "SET 'execution.target' = 'yarn-session'", "EXPLAIN means what the script says"
    (told,) = plan.findings
    assert (told.severity, told.where) == ("note", "job.sql:1:1")
    assert told.message.startswith("in a run execution.target is left out")
