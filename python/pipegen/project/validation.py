"""Checks a whole project without any service and collects everything it finds, file by file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from pipegen.avro import InputSchema, load_schema
from pipegen.config import Settings
from pipegen.errors import ProjectError
from pipegen.project.column_check import check_columns
from pipegen.project.envelope import ENVELOPE_FORMATS, row_fields, row_inside
from pipegen.project.findings import Finding, finding_of
from pipegen.project.flink_types import flink_row
from pipegen.project.latency import LatencyFinding, find_latency_source
from pipegen.project.project import check_folder, sql_files
from pipegen.project.queries import Insert, View, read_insert, read_view
from pipegen.project.schema_check import row_warnings, schema_warnings
from pipegen.project.script import Script, link
from pipegen.project.security_check import check_security
from pipegen.project.shape import explain_shape
from pipegen.project.statements import VARIABLES, SqlStatement, read_statements, render
from pipegen.project.table_check import check_names, check_options, check_way
from pipegen.project.tables import Table, read_table


def validate_project(project_dir: Path, settings: Settings) -> list[Finding]:
    """Everything there is to say about a project, errors first in the order of the files."""
    try:
        check_folder(project_dir)
    except ProjectError as error:
        return [finding_of(error, project_dir)]
    findings: list[Finding] = []
    schema = _check_schema(project_dir, settings, findings)
    statements = _statements(project_dir / settings.pipeline.sql_dir, findings)
    script = _script(statements, findings)
    if script is not None:
        findings.extend(_check_script(script, statements, settings))
    if schema is not None:
        source = None if script is None else script.input_table()
        findings.extend(_check_row(schema, source, settings))
    if script is not None and not any(finding.severity == "error" for finding in findings):
        findings.extend(_judge(script, settings))
    order = {"error": 0, "warning": 1, "note": 2}
    return sorted(findings, key=lambda finding: order[finding.severity])


def _check_schema(project_dir: Path, settings: Settings, findings: list[Finding]) -> InputSchema | None:
    path = project_dir / settings.pipeline.input_schema
    try:
        schema = load_schema(path)
    except ProjectError as error:
        findings.append(finding_of(error, path))
        return None
    findings.extend(schema_warnings(schema))
    return schema


def _check_row(schema: InputSchema, source: Table | None, settings: Settings) -> Iterator[Finding]:
    """Whether Flink can read what is sent, and whether the columns of the table that reads it fit."""
    row_schema: Mapping[str, Any] = schema.parsed
    if source is not None and source.format in ENVELOPE_FORMATS:
        inside = row_inside(schema.parsed, source.format)
        if inside is None:
            fields = " or ".join(row_fields(source.format))
            yield Finding(
                severity="error",
                file=str(source.file),
                line=source.statement.line,
                message=f"{source.name} reads {source.format}, and the input schema has no record in {fields}",
                remedy=f"Send the envelope of {source.format}, or read 'avro-confluent' or 'json'.",
            )
            return
        row_schema = inside
    try:
        row = flink_row(row_schema, schema.path, value_format=settings.pipeline.value_format)
    except ProjectError as error:
        finding = finding_of(error, schema.path)
        json_path = finding.message.partition(": ")[0]
        yield finding.model_copy(update={"line": schema.line_of(json_path)})
        return
    if row_schema is schema.parsed:
        yield from row_warnings(schema, row)
    if source is not None:
        yield from check_columns(source, row)


def _statements(sql_dir: Path, findings: list[Finding]) -> list[SqlStatement]:
    statements: list[SqlStatement] = []
    try:
        files = sql_files(sql_dir)
    except ProjectError as error:
        findings.append(finding_of(error, sql_dir))
        return statements
    unread = len(findings)
    for file in files:
        try:
            statements.extend(read_statements([file]))
        except ProjectError as error:
            findings.append(finding_of(error, file))
    if len(findings) == unread and not any(statement.inserts() for statement in statements):
        message = "no INSERT INTO … in any file, so there is no pipeline to run"
        findings.append(Finding(severity="error", file=str(sql_dir), message=message))
    return statements


def _script(statements: Sequence[SqlStatement], findings: list[Finding]) -> Script | None:
    """All that could be read; None when something could not, because what is missing would mislead."""
    whole = bool(statements) and not any(each.file.endswith(".sql") for each in findings)
    tables: list[Table] = []
    views: list[View] = []
    inserts: list[Insert] = []
    for statement in statements:
        try:
            if statement.kind == "create_table":
                tables.append(read_table(statement))
            elif statement.kind == "create_view":
                views.append(read_view(statement))
            inserts.extend(read_insert(insert) for insert in statement.inserts())
            render(statement, _placeholders())
        except ProjectError as error:
            findings.append(finding_of(error, statement.file))
            whole = False
    return link(tables, views, inserts) if whole else None


def _placeholders() -> Mapping[str, str]:
    return {name: name for name in VARIABLES}


def _check_script(script: Script, statements: Sequence[SqlStatement], settings: Settings) -> Iterator[Finding]:
    yield from check_names(script, statements)
    for table in script.tables:
        yield from check_options(table)
        yield from check_security(table, settings)
    yield from check_way(script, settings)
    for statement in statements:
        if statement.kind == "query":
            yield Finding(
                severity="warning",
                file=str(statement.file),
                line=statement.line,
                message="a query whose rows go nowhere: a run leaves it out",
                remedy="Write INSERT INTO … before it, or remove it.",
            )
        if statement.sets("table.dml-sync") not in {None, "false"}:
            yield Finding(
                severity="warning",
                file=str(statement.file),
                line=statement.line,
                message="table.dml-sync makes every INSERT wait for its job: a run leaves it out",
                remedy="Remove it.",
            )


def _how_timed(latency: LatencyFinding) -> str:
    if latency.source is None:
        return latency.reason
    bound = ", an upper bound" if latency.source == "timestamp" else ""
    return f"latency by {latency.source}{bound}: {latency.reason}"


def _judge(script: Script, settings: Settings) -> Iterator[Finding]:
    """What can be measured in a run of a project without faults."""
    inferred = explain_shape(script)
    chosen = settings.pipeline.shape
    if chosen is None:
        message, remedy = f"shape {inferred.shape}: {inferred.reason}", None
    else:
        message = f"pipeline.shape is {chosen}, but the SQL looks like {inferred.shape}: {inferred.reason}"
        remedy = "Loss is judged by the shape: remove the setting, or keep it if you know better."
    if chosen != inferred.shape:
        yield Finding(
            severity="note" if chosen is None else "warning",
            file=str(inferred.file),
            line=inferred.line,
            message=message,
            remedy=remedy,
        )
    statement = (script.output_inserts() or script.inserts)[0].statement
    latency = find_latency_source(script)
    # Whoever has Flink read a file knows that nothing is sent that could be timed.
    deliberate = settings.feed.mode == "filesystem"
    yield Finding(
        severity="note" if latency.source or deliberate else "warning",
        file=str(statement.file),
        line=statement.line,
        message=_how_timed(latency),
        remedy=latency.remedy,
    )
