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
from pipegen.cli.terminal import Terminal, echo
from pipegen.config import ResolvedSettings
from pipegen.config.load import PROJECT_FILE_NAME
from pipegen.datafile import encoder_of
from pipegen.errors import EXIT_CONFIG, ConfigError, PatternError, ProjectError, SettingsError
from pipegen.gates import read_thresholds
from pipegen.project import VARIABLES, Finding, Severity, open_project, sql_paths, validate_project
from pipegen.project.findings import finding_of
from pipegen.project.plan.offline import check_script
from pipegen.project.validation import left_to_flink
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
        echo(json.dumps(_as_json(found), ensure_ascii=False, indent=2), is_json=True)
    else:
        if found.plan is not None:
            from pipegen.cli.flink_plan import show_topology

            show_topology(found.plan.topology, console)
        _show(found.findings, console, accepted=found.accepted)
    if found.invalid:
        raise typer.Exit(EXIT_CONFIG)


@dataclass(frozen=True, slots=True)
class _Found:
    """What there is to say; ``plan`` where Flink was asked."""

    findings: Sequence[Finding]
    plan: ScriptPlan | None = None

    @property
    def accepted(self) -> str:
        """The verdict where nothing is wrong."""
        return "Flink accepts the SQL" if self.plan is not None else "nothing is wrong as far as Flink is not asked"

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
        of_run = _run_findings(plan, resolved, project_dir)
        # Flink has read the SQL: what our own reader thinks of it does not count.
        kept = _besides_sql(findings, project_dir, resolved)
        findings = [*plan.findings, *of_run, *kept]
    return _Found(findings, plan)


def _run_findings(plan: ScriptPlan, resolved: ResolvedSettings, project_dir: Path) -> list[Finding]:
    """What a run would refuse of SQL that Flink accepts, and what it would warn of."""
    from pipegen.cli.flink_plan import names_while_planning
    from pipegen.run.folder_sql import doubts_of, doubts_of_shapes, folder_as_read
    from pipegen.run.planned_script import ready_script

    settings = resolved.settings
    if any(finding.severity == "error" for finding in plan.findings):
        return []
    try:
        if settings.pipeline.sql:
            ready = ready_script(plan, resolved, project_dir=project_dir, name="")
            return [*doubts_of_shapes(ready.project)]
        folder = open_project(project_dir, settings)
        names = names_while_planning(project_dir, settings)
        read = folder_as_read(folder, plan, names, settings, resolved.sources)
        rules_of(read, settings, resolved.sources)
        return [*doubts_of(read, settings)]
    except SettingsError as error:
        return [finding_of(error, project_dir / PROJECT_FILE_NAME)]
    except ConfigError as error:
        return [finding_of(error, sql_paths(project_dir, settings)[0])]


def _besides_sql(findings: Sequence[Finding], project_dir: Path, resolved: ResolvedSettings) -> list[Finding]:
    """What was found of everything but the SQL."""
    settings = resolved.settings
    if settings.pipeline.sql:
        files = {str(file) for file in sql_paths(project_dir, settings)}
        return [each for each in findings if each.file not in files]
    sql_dir = project_dir / settings.pipeline.sql_dir
    return [each for each in findings if sql_dir not in (Path(each.file), Path(each.file).parent)]


def findings_of(project_dir: Path, resolved: ResolvedSettings) -> list[Finding]:
    """Everything there is to say about a project without asking Flink, settings first."""
    settings_file = project_dir / PROJECT_FILE_NAME
    of_load = [*_pattern_findings(resolved, settings_file), *_threshold_findings(resolved, settings_file)]
    if resolved.settings.pipeline.sql:
        return [*of_load, *_script_findings(project_dir, resolved)]
    return [
        *of_load,
        *_generator_findings(project_dir, resolved),
        *_rule_findings(project_dir, resolved),
        *_data_file_findings(project_dir, resolved),
        *validate_project(project_dir, resolved.settings),
    ]


def _script_findings(project_dir: Path, resolved: ResolvedSettings) -> list[Finding]:
    """What can be said without Flink of SQL that is taken as it is, and of what the settings say of its inputs."""
    findings = [*_input_findings(project_dir, resolved)]
    variables = dict.fromkeys(VARIABLES, "")
    findings += check_script(sql_paths(project_dir, resolved.settings), variables)
    if not any(finding.severity == "error" for finding in findings):
        findings.append(left_to_flink(sql_paths(project_dir, resolved.settings)[0]))
    return findings


def _input_findings(project_dir: Path, resolved: ResolvedSettings) -> Iterator[Finding]:
    for told in resolved.settings.inputs.values():
        if told.schema_file is None:
            continue
        try:
            load_schema(project_dir / told.schema_file)
        except ProjectError as error:
            yield finding_of(error, project_dir / told.schema_file)


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
