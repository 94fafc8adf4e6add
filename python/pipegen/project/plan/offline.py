"""What can be said of a script without asking Flink: its files, its variables, and what a run leaves out of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from pipegen.errors import ProjectError
from pipegen.project.findings import Finding, finding_of
from pipegen.project.plan.filled import fill
from pipegen.project.plan.own_settings import left_out, setting_of
from pipegen.project.plan.splitter import split_files
from pipegen.project.plan.statement import STARTS_JOB, Statement


def check_script(files: Sequence[Path], variables: Mapping[str, str]) -> list[Finding]:
    """Findings of a script; about its meaning there is none, since only Flink knows it.

    Args:
        files: Its files.
        variables: What ``${…}`` stands for.
    """
    try:
        statements = split_files(files)
    except ProjectError as error:
        return [finding_of(error, files[0])]
    if not statements:
        return [Finding(severity="error", file=str(files[0]), message="no statement in it")]
    findings = [finding for statement in statements for finding in _of(statement, variables)]
    if not any(statement.kind in STARTS_JOB for statement in statements):
        findings.append(
            Finding(
                severity="warning",
                file=str(files[-1]),
                message="no statement starts a job",
                remedy="Write an INSERT into a Kafka table, or a SELECT.",
            )
        )
    return findings


def _of(statement: Statement, variables: Mapping[str, str]) -> list[Finding]:
    try:
        sql, findings = fill(statement, variables)
    except ProjectError as error:
        return [finding_of(error, statement.place.file)]
    told = setting_of(str(sql))
    why = left_out(*told) if told is not None else None
    if why is None:
        return findings
    place = statement.place
    message = f"in a run {why}"
    return [
        *findings,
        Finding(severity="note", file=str(place.file), line=place.line, column=place.column, message=message),
    ]
