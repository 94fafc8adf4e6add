"""Submits the project's SQL through the gateway, statement by statement, and says what Flink thinks of each."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path

from pipegen.errors import FaultCode, PipelineError
from pipegen.journal import Journal
from pipegen.project import SqlStatement
from pipegen.run.progress import RunTracker
from pipegen.run.race import to_its_end
from pipegen.services.sql_gateway import SqlGatewayClient, StatementRefusedError, StatementResult, exception_classes
from pipegen.snapshot import SqlStatement as SqlState

_FLINK_PLACE = re.compile(r"\b[Ll]ine (\d+), column (\d+)")


def statement_states(statements: Sequence[SqlStatement], project_dir: Path) -> tuple[SqlState, ...]:
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


async def submit(
    gateway: SqlGatewayClient,
    statements: Sequence[SqlStatement],
    *,
    project_dir: Path,
    job_name: str,
    tracker: RunTracker,
    journal: Journal,
    timeout_s: float,
) -> None:
    """Runs the statements in order; ids of the jobs they start are in the journal as soon as they are known.

    Raises:
        PipelineError: with Flink's own message, the file and the statement.
    """
    journal.making("session", job_name)
    await to_its_end(_open_session(gateway, job_name, journal))
    journal.making("job", job_name)
    job_ids: list[str] = []

    def on_job(job_id: str) -> None:
        job_ids.append(job_id)
        journal.has_made("job", job_name, job_id)

    for index, statement in enumerate(statements):
        tracker.set_statement(index, state="running")
        try:
            result = await to_its_end(_execute(gateway, statement, on_job, timeout_s=timeout_s))
        except StatementRefusedError as refusal:
            tracker.set_statement(index, state="error", error=refusal.message)
            place = _fault_place(statement, project_dir, refusal.message)
            raise PipelineError(
                f"{place}: Flink refuses this statement: {refusal.message}",
                detail=statement.text,
                remedy="Correct the SQL; `pipegen validate` checks what can be checked without Flink.",
                code=FaultCode(java=exception_classes(refusal.trace)),
            ) from None
        if result.job_id is not None and statement.starts_job:
            tracker.set_statement(index, state="running", job_id=result.job_id)
            tracker.update(job_ids=tuple(job_ids))
        else:
            tracker.set_statement(index, state="done")


async def _open_session(gateway: SqlGatewayClient, job_name: str, journal: Journal) -> None:
    """Opens the session and notes it, even when nobody waits for it any more."""
    journal.has_made("session", job_name, await gateway.open_session(job_name, {"pipeline.name": job_name}))


async def _execute(
    gateway: SqlGatewayClient, statement: SqlStatement, on_job: Callable[[str], None], *, timeout_s: float
) -> StatementResult:
    """Runs a statement and notes the job it starts, even when nobody waits for it any more."""
    result = await gateway.execute(statement.text, timeout_s=timeout_s)
    if result.job_id is not None and statement.starts_job:
        on_job(result.job_id)
    return result


def _fault_place(statement: SqlStatement, project_dir: Path, message: str) -> str:
    """File and line of the fault: Flink counts lines within the statement, an editor within the file."""
    told = _FLINK_PLACE.search(message)
    if told is None:
        return _where(statement, project_dir)
    file = _where(statement, project_dir).rpartition(":")[0]
    return f"{file}:{statement.line + int(told.group(1)) - 1}:{told.group(2)}"


def _where(statement: SqlStatement, project_dir: Path) -> str:
    try:
        file = statement.file.relative_to(project_dir)
    except ValueError:
        file = statement.file
    return f"{file}:{statement.line}"
