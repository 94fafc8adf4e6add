"""Submits the project's SQL through the gateway, statement by statement, and says what Flink thinks of each.

Every job that the gateway names is the run's, whatever statement it came from. What would keep a run waiting for ever
is left out, with a warning: queries, whose rows nobody takes, and options that a run has of its own.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pipegen.errors import FaultCode, PipelineError
from pipegen.journal import Journal
from pipegen.project import Listed, ToSubmit
from pipegen.project.plan.masked import masked
from pipegen.project.plan.own_settings import DML_SYNC
from pipegen.run.progress import RunTracker
from pipegen.run.race import to_its_end
from pipegen.services.flink import FlinkClient
from pipegen.services.java_trace import exception_classes
from pipegen.services.sql_gateway import SqlGatewayClient, StatementRefusedError, StatementResult
from pipegen.snapshot import SqlStatement as SqlState

_QUERY_REMEDY: Final = "Write INSERT INTO … before it, or remove it."
_LEFT_OUT_REMEDY: Final = "No action is needed; remove the statement to get rid of this warning."
_FLINK_PLACE = re.compile(r"\b[Ll]ine (\d+), column (\d+)")


def statement_states(statements: Sequence[Listed], project_dir: Path) -> tuple[SqlState, ...]:
    """The statements as the contract shows them, all waiting."""
    return tuple(
        SqlState(
            file=_where(statement, project_dir),
            kind=statement.kind.replace("_", " ").upper(),
            summary=" ".join(statement.text.split())[:160],
            state="waiting",
            error=None,
            job_id=None,
        )
        for statement in statements
    )


@dataclass(frozen=True, slots=True)
class Submission:
    """Submits the statements of one run.

    Attributes:
        gateway: Runs them.
        flink: Cancels the job of a query.
        project_dir: The project's folder; places are shown from there.
        job_name: What the jobs are called.
        tracker: Told how far it is, and which jobs are the pipeline's.
        journal: Told of the session and of every job as soon as it is known: all of them are cancelled in the end.
        warn: Told, with what to do about it, of a statement that is left out.
        timeout_s: How long one statement may take.
    """

    gateway: SqlGatewayClient
    flink: FlinkClient
    project_dir: Path
    job_name: str
    tracker: RunTracker
    journal: Journal
    warn: Callable[[str, str], None]
    timeout_s: float

    async def submit(self, statements: Sequence[ToSubmit]) -> None:
        """Runs the statements in order.

        Raises:
            PipelineError: with Flink's own message, the file and the statement; or when none of them starts a job.
            FlinkError: when the gateway does not answer in time.
        """
        self.journal.making("session", self.job_name)
        await to_its_end(self._open_session())
        # From here on a job of this name is the run's, even one that the gateway had no time to name.
        self.journal.making("job", self.job_name)
        jobs: list[str] = []
        for index, statement in enumerate(statements):
            where = _where(statement, self.project_dir)
            if statement.left_out is not None:
                self.tracker.set_statement(index, state="done")
                self.warn(f"{where}: {statement.left_out}", _LEFT_OUT_REMEDY)
                continue
            self.tracker.set_statement(index, state="running")
            for own in statement.before:
                await self._execute_own(own, where)
            result = await self._execute(index, statement)
            if result.query:
                self.tracker.set_statement(index, state="done")
                self.warn(f"{where}: a query whose rows go nowhere was ended", _QUERY_REMEDY)
                if result.job_id is not None:
                    await self.flink.cancel(result.job_id)
            elif result.job_id is not None:
                jobs.append(result.job_id)
                self.tracker.set_statement(index, state="running", job_id=result.job_id)
                self.tracker.update(job_ids=tuple(jobs))
            else:
                self.tracker.set_statement(index, state="done")
            if statement.resets:
                await self._set_options()
        if not jobs:
            raise PipelineError(
                "no statement started a Flink job, so nothing would ever come out",
                remedy="Write an INSERT from the source table into the sink table.",
            )

    @property
    def _options(self) -> dict[str, str]:
        return {"pipeline.name": self.job_name, DML_SYNC: "false"}

    async def _set_options(self) -> None:
        """Says again what a RESET may have taken back."""
        for name, value in self._options.items():
            await self.gateway.execute(f"SET '{name}' = '{value}'", timeout_s=self.timeout_s)

    async def _execute_own(self, text: str, where: str) -> None:
        try:
            await self.gateway.execute(text, timeout_s=self.timeout_s)
        except StatementRefusedError as refusal:
            message = masked(refusal.message)
            raise PipelineError(
                f"{where}: a table of this statement cannot be given topics of the run's own: {message}",
                detail=masked(text),
                remedy="Run it with --use-topics-as-written, which leaves the tables as they are.",
                code=FaultCode(java=exception_classes(refusal.trace)),
            ) from None

    async def _execute(self, index: int, statement: ToSubmit) -> StatementResult:
        try:
            return await self.gateway.execute(statement.text, timeout_s=self.timeout_s, on_job=self._note_job)
        except StatementRefusedError as refusal:
            message = masked(refusal.message)
            self.tracker.set_statement(index, state="error", error=message)
            place = _fault_place(statement, self.project_dir, refusal.message)
            raise PipelineError(
                f"{place}: Flink refuses this statement: {message}",
                detail=masked(statement.text),
                remedy="Correct the SQL; `pipegen validate` checks what can be checked without Flink.",
                code=FaultCode(java=exception_classes(refusal.trace)),
            ) from None

    async def _open_session(self) -> None:
        """Opens the session and notes it, even when nobody waits for it any more."""
        self.journal.has_made("session", self.job_name, await self.gateway.open_session(self.job_name, self._options))

    def _note_job(self, job_id: str) -> None:
        self.journal.has_made("job", self.job_name, job_id)


def _fault_place(statement: ToSubmit, project_dir: Path, message: str) -> str:
    """File and line of the fault: Flink counts lines within the statement, an editor within the file."""
    told = _FLINK_PLACE.search(message)
    if told is None:
        return _where(statement, project_dir)
    file = _where(statement, project_dir).rpartition(":")[0]
    line, column = statement.place_of(int(told.group(1)), int(told.group(2)))
    return f"{file}:{line}:{column}"


def _where(statement: Listed, project_dir: Path) -> str:
    try:
        file = statement.file.relative_to(project_dir)
    except ValueError:
        file = statement.file
    return f"{file}:{statement.line}"
