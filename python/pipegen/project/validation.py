"""Checks a project folder without any service: its schema, its variables, and what a run leaves out of its SQL."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pipegen.avro import InputSchema, load_schema
from pipegen.config import Settings
from pipegen.errors import ProjectError
from pipegen.project.findings import Finding, finding_of
from pipegen.project.flink_types import flink_row
from pipegen.project.plan.offline import check_script
from pipegen.project.project import check_folder, sql_files
from pipegen.project.schema_check import row_warnings, schema_warnings
from pipegen.project.variables import VARIABLES


def validate_project(project_dir: Path, settings: Settings) -> list[Finding]:
    """What there is to say about a project without Flink, errors first in the order of the files."""
    try:
        check_folder(project_dir)
    except ProjectError as error:
        return [finding_of(error, project_dir)]
    sql_dir = project_dir / settings.pipeline.sql_dir
    findings = [*_check_schema(project_dir, settings), *_check_sql(sql_dir)]
    if not any(finding.severity == "error" for finding in findings):
        findings.append(left_to_flink(sql_dir))
    order = {"error": 0, "warning": 1, "note": 2}
    return sorted(findings, key=lambda finding: order[finding.severity])


def left_to_flink(sql: Path) -> Finding:
    """Says that the meaning of SQL is not checked, and how it is."""
    message = "only Flink can say what this SQL means"
    return Finding(severity="note", file=str(sql), message=message, remedy="Ask it: pipegen validate --flink")


def _check_sql(sql_dir: Path) -> list[Finding]:
    try:
        files = sql_files(sql_dir)
    except ProjectError as error:
        return [finding_of(error, sql_dir)]
    return check_script(files, dict.fromkeys(VARIABLES, ""))


def _check_schema(project_dir: Path, settings: Settings) -> Iterator[Finding]:
    path = project_dir / settings.pipeline.input_schema
    try:
        schema = load_schema(path)
    except ProjectError as error:
        yield finding_of(error, path)
        return
    yield from schema_warnings(schema)
    yield from _check_row(schema, settings)


def _check_row(schema: InputSchema, settings: Settings) -> Iterator[Finding]:
    """Whether Flink has a type for each field."""
    try:
        row = flink_row(schema.parsed, schema.path, value_format=settings.pipeline.value_format)
    except ProjectError as error:
        finding = finding_of(error, schema.path)
        json_path = finding.message.partition(": ")[0]
        yield finding.model_copy(update={"line": schema.line_of(json_path)})
        return
    yield from row_warnings(schema, row)
