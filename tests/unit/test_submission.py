"""The SQL of a run at the gateway: every job is known, and nothing keeps the run waiting."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import pytest

from pipegen.errors import FlinkError, PipelineError
from pipegen.journal import Journal, RunHead
from pipegen.project.plan.isolate import isolated
from pipegen.project.plan.planned import Planned
from pipegen.project.plan.splitter import split_script
from pipegen.run.progress import RunTracker
from pipegen.run.submit import Submission, statement_states
from pipegen.services.flink import FlinkClient
from pipegen.services.sql_gateway import SqlGatewayClient, StatementRefusedError, StatementResult

FOLDER = Path("/project")
DML_SYNC = "table.dml-sync"


@dataclass
class Gateway:
    """Answers each statement by its text; what it does not know makes nothing."""

    answers: dict[str, StatementResult | BaseException] = field(default_factory=dict)
    ran: list[str] = field(default_factory=list)
    options: dict[str, str] = field(default_factory=dict)

    async def open_session(self, _name: str, options: dict[str, str]) -> str:
        self.options = options
        return "session-1"

    async def execute(
        self, text: str, *, timeout_s: float, on_job: Callable[[str], None] = lambda _id: None
    ) -> StatementResult:
        del timeout_s
        self.ran.append(text)
        answer = next((answer for begin, answer in self.answers.items() if text.startswith(begin)), None)
        if isinstance(answer, BaseException):
            raise answer
        result = answer or StatementResult(None, [])
        if result.job_id is not None:
            on_job(result.job_id)
        return result


@dataclass
class Flink:
    """Hears which jobs are to end."""

    cancelled: list[str] = field(default_factory=list)

    async def cancel(self, job_id: str) -> None:
        self.cancelled.append(job_id)


class Scene:
    """A submission of some SQL, and what came of it."""

    def __init__(self, sql: str, **answers: StatementResult | BaseException) -> None:
        written = split_script(sql, FOLDER / "sql" / "01.sql")
        self.statements = isolated([Planned(each) for each in written], None, {}, {})
        self.gateway, self.flink, self.tracker = Gateway(dict(answers)), Flink(), RunTracker()
        self.tracker.update(statements=statement_states(self.statements, FOLDER))
        self.journal = Journal(RunHead("abc", 0, "", ""), on_failure=lambda *_told: None)  # never opened: in memory
        self.warnings: list[str] = []

    def submit(self) -> None:
        submission = Submission(
            gateway=cast("SqlGatewayClient", self.gateway),
            flink=cast("FlinkClient", self.flink),
            project_dir=FOLDER,
            job_name="pipegen-orders-abc",
            tracker=self.tracker,
            journal=self.journal,
            warn=lambda text, _remedy: self.warnings.append(text),
            timeout_s=5,
        )
        asyncio.run(submission.submit(self.statements))

    @property
    def job_ids(self) -> list[str]:
        return [job_id for each in self.journal.made if each.kind == "job" for job_id in each.ids]

    @property
    def states(self) -> list[tuple[str, str | None]]:
        return [(each.state, each.job_id) for each in self.tracker.status.statements]


def job(job_id: str, **more: Any) -> StatementResult:
    return StatementResult(job_id, [], **more)


@pytest.mark.parametrize("text", ["CREATE TABLE t AS SELECT 1", "EXECUTE PLAN '/p'", "CALL sys.begin()"])
def test_a_job_is_the_runs_whatever_statement_it_came_from(text: str) -> None:
    scene = Scene(f"{text}; INSERT INTO a SELECT 1", INSERT=job("second"), **{text.split(maxsplit=1)[0]: job("first")})
    scene.submit()
    assert scene.job_ids == ["first", "second"]
    assert scene.tracker.status.job_ids == ("first", "second")
    assert scene.states == [("running", "first"), ("running", "second")]


def test_what_turns_out_to_be_a_query_is_ended_and_watched_by_nobody() -> None:
    scene = Scene("FROM t SELECT 1; INSERT INTO a SELECT 1", FROM=job("stray", query=True), INSERT=job("one"))
    scene.submit()
    assert (scene.flink.cancelled, scene.tracker.status.job_ids) == (["stray"], ("one",))
    assert scene.warnings == ["sql/01.sql:1: a query whose rows go nowhere was ended"]
    assert scene.job_ids == ["stray", "one"], "it is cancelled once more in the end"


def test_no_insert_is_made_to_wait_for_its_job() -> None:
    scene = Scene(f"SET '{DML_SYNC}' = 'true';\nSET '{DML_SYNC}' = 'false'; INSERT INTO a SELECT 1", INSERT=job("one"))
    scene.submit()
    assert scene.gateway.options[DML_SYNC] == "false", "whatever the gateway's own configuration says"
    assert scene.gateway.ran == [f"SET '{DML_SYNC}' = 'false'", "INSERT INTO a SELECT 1"]
    assert scene.warnings == [f"sql/01.sql:1: {DML_SYNC} makes every INSERT wait for its job: it is left out"]


@pytest.mark.parametrize("reset", ["RESET", f"RESET '{DML_SYNC}'"])
def test_what_a_reset_takes_back_is_said_again(reset: str) -> None:
    scene = Scene(f"{reset}; INSERT INTO a SELECT 1", INSERT=job("one"))
    scene.submit()
    assert scene.gateway.ran[1:3] == ["SET 'pipeline.name' = 'pipegen-orders-abc'", f"SET '{DML_SYNC}' = 'false'"]


def test_sql_that_starts_no_job_ends_the_run_at_once() -> None:
    with pytest.raises(PipelineError, match="no statement started a Flink job"):
        Scene("COMPILE PLAN '/p' FOR INSERT INTO a SELECT 1").submit()


@pytest.mark.parametrize("gives_up", [FlinkError("too late"), asyncio.CancelledError()])
def test_a_statement_that_is_given_up_may_have_begun_a_job_all_the_same(gives_up: BaseException) -> None:
    scene = Scene("INSERT INTO a SELECT 1")
    scene.gateway.answers["INSERT"] = gives_up
    with pytest.raises(type(gives_up)):
        scene.submit()
    made = [(each.kind, each.name) for each in scene.journal.made]
    assert ("job", "pipegen-orders-abc") in made, "a job of that name is cancelled in the end"


@pytest.mark.parametrize(
    "secret", ["'x.password' = '{}'", "'aws.credentials.key' = '{}'", "'url' = 'jdbc:db://u:{}@host'"]
)
def test_no_secret_of_a_statement_that_flink_refuses_is_quoted(secret: str) -> None:
    told = secret.format("hidden-word")
    scene = Scene(f"CREATE TABLE a (b INT) WITH ({told})")
    scene.gateway.answers["CREATE"] = StatementRefusedError(f"Unsupported options: {told}", "trace")
    with pytest.raises(PipelineError) as caught:
        scene.submit()
    texts = (caught.value.message, str(caught.value.detail), str(scene.tracker.status.statements[0].error))
    assert not any("hidden-word" in text for text in texts)
    assert "CREATE TABLE a (b INT) WITH (" in texts[1]
