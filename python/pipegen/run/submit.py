"""Submits the project's SQL through the gateway, statement by statement, and says what Flink thinks of each."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from pipegen.errors import PipelineError
from pipegen.project import SqlStatement
from pipegen.run.tracker import RunTracker
from pipegen.services.sql_gateway import SqlGatewayClient, StatementRefusedError
from pipegen.snapshot import SqlStatement as SqlState


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
    job_ids: list[str],
    timeout_s: float,
) -> None:
    """Runs the statements in order; ids of the jobs they start are added to ``job_ids`` as soon as they are known.

    Raises:
        PipelineError: with Flink's own message, the file and the statement.
    """
    await gateway.open_session(job_name, {"pipeline.name": job_name})
    for index, statement in enumerate(statements):
        tracker.set_statement(index, state="running")
        try:
            result = await gateway.execute(statement.text, timeout_s=timeout_s)
        except StatementRefusedError as refusal:
            tracker.set_statement(index, state="error", error=refusal.message)
            raise PipelineError(
                f"{_where(statement, project_dir)}: Flink refuses this statement: {refusal.message}",
                detail=statement.text,
                remedy="Correct the SQL; `pipegen validate` checks what can be checked without Flink.",
            ) from None
        if result.job_id is not None and statement.starts_job:
            job_ids.append(result.job_id)
            tracker.set_statement(index, state="running", job_id=result.job_id)
            tracker.update(job_ids=tuple(job_ids))
        else:
            tracker.set_statement(index, state="done")


def _where(statement: SqlStatement, project_dir: Path) -> str:
    try:
        file = statement.file.relative_to(project_dir)
    except ValueError:
        file = statement.file
    return f"{file}:{statement.line}"
