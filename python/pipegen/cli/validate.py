"""Everything that can be checked about a project without a run."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import typer
from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from pipegen.avro import load_schema
from pipegen.cli.option_groups import ProjectOptions
from pipegen.cli.options import OutputFormat
from pipegen.cli.project_settings import project_settings
from pipegen.cli.terminal import Terminal
from pipegen.config import ResolvedSettings
from pipegen.config.load import PROJECT_FILE_NAME
from pipegen.datafile import encoder_of
from pipegen.errors import EXIT_CONFIG, ConfigError, PatternError, ProjectError, SettingsError
from pipegen.gates import read_thresholds
from pipegen.project import Finding, Severity, open_project, validate_project
from pipegen.project.findings import finding_of
from pipegen.run import open_input, record_plan, rules_of, schedule_of
from pipegen.traffic import plan_traffic
from pipegen.units import NS_PER_S

if TYPE_CHECKING:
    from pipegen.planner import ScriptPlan

_STYLE: dict[Severity, str] = {"error": "bold red", "warning": "bold yellow", "note": "dim"}


def show_findings(
    project_dir: Path,
    output_format: OutputFormat,
    *,
    ask_flink: bool = False,
    flags: Mapping[str, object] | None = None,
) -> None:
    """Checks a project and prints what was found.

    Args:
        project_dir: The project.
        output_format: For people or programs.
        ask_flink: Whether Flink judges the SQL.
        flags: What the command line sets.

    Raises:
        FlinkError: when Flink is to be asked and does not answer.
    """
    found = _check(project_dir, ask_flink=ask_flink, flags=flags or {})
    console = Terminal(soft_wrap=True)
    if output_format == "json":
        typer.echo(json.dumps(_as_json(found), ensure_ascii=False, indent=2))
    else:
        if found.plan is not None:
            from pipegen.cli.flink_plan import show_topology

            show_topology(found.plan.topology, console)
        _show(
            found.findings, console, accepted="the project can run" if found.plan is None else "Flink accepts the SQL"
        )
    if found.invalid:
        raise typer.Exit(EXIT_CONFIG)


@dataclass(frozen=True, slots=True)
class _Found:
    """What there is to say; ``plan`` where Flink was asked."""

    findings: Sequence[Finding]
    plan: ScriptPlan | None = None

    @property
    def invalid(self) -> bool:
        return any(finding.severity == "error" for finding in self.findings)


def _check(project_dir: Path, *, ask_flink: bool, flags: Mapping[str, object]) -> _Found:
    settings_file = project_dir / PROJECT_FILE_NAME
    try:
        resolved = project_settings(ProjectOptions(project_dir), flags)
    except SettingsError as error:
        # With settings that do not hold, paths and names of the rest would be guesses.
        return _Found([finding_of(error, settings_file)])
    as_it_is = bool(resolved.settings.pipeline.sql)
    findings = findings_of(project_dir, resolved)
    plan: ScriptPlan | None = None
    sql_dir = project_dir / resolved.settings.pipeline.sql_dir
    if ask_flink and (as_it_is or any(sql_dir.glob("*.sql"))):
        from pipegen.cli.flink_plan import plan_project

        plan = plan_project(project_dir, resolved)
        # Flink has read the SQL: what our own reader thinks of it does not count.
        findings = [each for each in findings if sql_dir not in (Path(each.file), Path(each.file).parent)]
        findings = [*plan.findings, *([] if as_it_is else findings)]
    return _Found(findings, plan)


def findings_of(project_dir: Path, resolved: ResolvedSettings) -> list[Finding]:
    """Everything there is to say about a project without asking Flink, settings first."""
    settings_file = project_dir / PROJECT_FILE_NAME
    return [
        *_pattern_findings(resolved, settings_file),
        *_threshold_findings(resolved, settings_file),
        *_generator_findings(project_dir, resolved),
        *_rule_findings(project_dir, resolved),
        *_data_file_findings(project_dir, resolved),
        *(
            _left_to_flink(settings_file)
            if resolved.settings.pipeline.sql
            else validate_project(project_dir, resolved.settings)
        ),
    ]


def _left_to_flink(settings_file: Path) -> list[Finding]:
    message = "pipeline.sql: only Flink can say what this SQL means"
    return [
        Finding(severity="note", file=str(settings_file), message=message, remedy="Ask it: pipegen validate --flink")
    ]


def _pattern_findings(resolved: ResolvedSettings, settings_file: Path) -> Iterator[Finding]:
    try:
        schedule_of(plan_traffic(resolved.settings, resolved.sources), resolved.settings)
    except PatternError as error:
        finding = finding_of(error, settings_file)
        # A phase of the list names its own line.
        own_place = finding.line is not None
        yield finding if own_place else finding.model_copy(update=_place(resolved, "traffic_pattern", settings_file))
    except SettingsError as error:
        yield finding_of(error, settings_file)


def _threshold_findings(resolved: ResolvedSettings, settings_file: Path) -> Iterator[Finding]:
    settings, sources = resolved.settings, resolved.sources
    try:
        plan = plan_traffic(settings, sources)
    except ConfigError:
        return  # said of the pattern already
    names, duration_s = [phase.name for phase in plan.phases], plan.duration_ns / NS_PER_S
    try:
        read_thresholds(settings.thresholds, sources, phases=names, duration_s=duration_s)
    except ConfigError as error:
        yield finding_of(error, settings_file)


def _generator_findings(project_dir: Path, resolved: ResolvedSettings) -> Iterator[Finding]:
    """What the record generator says of schema, hints and key; nothing where the schema is faulty anyway."""
    pipeline = resolved.settings.pipeline
    settings_file = project_dir / PROJECT_FILE_NAME
    try:
        schema = load_schema(project_dir / pipeline.input_schema)
    except ProjectError:
        return
    try:
        record_plan(schema, resolved.settings, schema_id=0)
    except ProjectError as error:
        message = error.message.removeprefix(f"{schema.path}: ")
        json_path, _, reason = message.partition(": ")
        if message.startswith("hints"):
            place = _place(resolved, "pipeline.hints", settings_file)
        elif reason.startswith("the key field") or json_path == "key":
            key = "pipeline.key_field" if pipeline.key is None else "pipeline.key"
            place = _place(resolved, key, settings_file)
        elif json_path.startswith("faults"):
            place = _place(resolved, json_path, settings_file)
        else:
            yield finding_of(error, schema.path)
            return
        yield Finding(severity="error", file="", message=message).model_copy(update=place)


def _rule_findings(project_dir: Path, resolved: ResolvedSettings) -> Iterator[Finding]:
    """What is wrong with business rules; nothing where schema or SQL, whose fields they name, are faulty anyway."""
    try:
        project = open_project(project_dir, resolved.settings)
    except ProjectError:
        return
    try:
        rules_of(project, resolved.settings, resolved.sources)
    except SettingsError as error:
        yield finding_of(error, project_dir / PROJECT_FILE_NAME)


def _data_file_findings(project_dir: Path, resolved: ResolvedSettings) -> Iterator[Finding]:
    """What can be said of a data file after its first row; a run reads them all before it sends one."""
    settings = resolved.settings
    try:
        schema = load_schema(project_dir / settings.pipeline.input_schema)
    except ProjectError:
        return
    try:
        file = open_input(project_dir, settings, schema.parsed, resolved.sources)
        if file is not None:
            next(iter(encoder_of(file, schema.parsed, key_field=None).rows(b"")), None)
    except (ProjectError, SettingsError) as error:
        settings_file = project_dir / PROJECT_FILE_NAME
        finding = finding_of(error, settings_file)
        own_place = finding.file != str(settings_file) or finding.line is not None
        yield finding if own_place else finding.model_copy(update=_place(resolved, "feed.file", settings_file))


def _place(resolved: ResolvedSettings, key: str, settings_file: Path) -> dict[str, object]:
    """Where a setting was made: file and line, or the variable or file without a line."""
    source = resolved.sources.get(key, str(settings_file))
    file, _, line = source.rpartition(":")
    return {"file": file, "line": int(line)} if file and line.isdigit() else {"file": source, "line": None}


def _as_json(found: _Found) -> dict[str, object]:
    answer: dict[str, object] = {
        "valid": not found.invalid,
        "findings": [finding.model_dump(mode="json") for finding in found.findings],
    }
    if found.plan is not None:
        from pipegen.cli.flink_plan import topology_json

        answer["topology"] = topology_json(found.plan.topology)
    return answer


def _show(findings: Sequence[Finding], console: Console, *, accepted: str) -> None:
    for finding in findings:
        first, *more = finding.message.split("\n")
        console.print(Text.assemble((finding.severity, _STYLE[finding.severity]), f" {finding.where}: {first}"))
        if more:
            console.print(Padding(Text("\n".join(more), style="dim"), (0, 0, 0, 4)))
        if finding.remedy:
            console.print(Text.assemble(("  → ", "bold"), finding.remedy))
    counts = {severity: sum(finding.severity == severity for finding in findings) for severity in _STYLE}
    verdict = "the project cannot run" if counts["error"] else accepted
    console.print(f"{verdict}: {_count(counts['error'], 'error')}, {_count(counts['warning'], 'warning')}")


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
