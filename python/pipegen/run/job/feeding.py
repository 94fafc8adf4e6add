"""Which outputs a job feeds: a job that has failed fails them."""

from __future__ import annotations

from collections.abc import Sequence

from pipegen.observe import FlinkReading
from pipegen.project import Project
from pipegen.snapshot import SqlStatement


def fed_by_job(project: Project, statements: Sequence[SqlStatement], job_id: str | None) -> tuple[str, ...]:
    """The outputs that records get to through a job; all where it is not known whose statement it is of.

    Args:
        project: The project.
        statements: Its statements, with the jobs that they started.
        job_id: The job.
    """
    started = [index for index, each in enumerate(statements) if job_id is not None and each.job_id == job_id]
    if not started:
        return tuple(each.name for each in project.outputs)
    fed = {name for index in started for name in project.fed_by(index)}
    return tuple(each.name for each in project.outputs if each.name in fed)


def failed_outputs(
    project: Project, statements: Sequence[SqlStatement], reading: FlinkReading | None
) -> dict[str, str]:
    """Why the job that feeds an output is in trouble, by output."""
    found: dict[str, str] = {}
    for job_id, cause in (reading.causes if reading is not None else {}).items():
        for name in fed_by_job(project, statements, job_id):
            found.setdefault(name, cause)
    return found
