"""Plans a run of a project: checks everything that the user gave, and keeps what came of it. Asks no service."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from pipegen.config import ResolvedSettings, Settings
from pipegen.datafile import DataFile
from pipegen.gates import PartNames, Threshold, read_thresholds
from pipegen.hotpath import RecordPlan, Schedule
from pipegen.project import Project, open_project
from pipegen.run.feed.file import open_input
from pipegen.run.feed.generated import SchemaIds, input_plan
from pipegen.run.feed.input_files import open_input_files
from pipegen.run.feed.input_schedules import input_schedules
from pipegen.run.feed.row_plan import plan_rows
from pipegen.run.read.rules import rules_of
from pipegen.run.spec import RunSpec
from pipegen.traffic import TrafficPlan, plan_traffic
from pipegen.units import NS_PER_S


def plan_run(
    project_dir: Path, resolved: ResolvedSettings, *, command: Sequence[str], on_rows: Callable[[int], bool]
) -> RunSpec:
    """The run that the settings of a project ask for.

    Args:
        project_dir: The project's folder.
        resolved: The settings in force.
        command: The command line, for the summary.
        on_rows: Told how many rows of a data file were read, where they have to be; False ends the reading.

    Raises:
        ProjectError: schema, SQL or data file cannot be used.
        SettingsError: a setting, a rule or a threshold cannot be used, or the load cannot be paced.
    """
    project = open_project(project_dir, resolved.settings)
    return spec_of(project, resolved, command=command, on_rows=on_rows)


def spec_of(
    project: Project, resolved: ResolvedSettings, *, command: Sequence[str], on_rows: Callable[[int], bool]
) -> RunSpec:
    """The run of a project whose SQL is understood; arguments and errors are those of :func:`plan_run`."""
    settings, sources = resolved.settings, resolved.sources
    schema = project.input_schema.parsed
    files = open_input_files(project, settings, sources)
    first = project.inputs[0]
    own_topic = first.topic if first.record is not None else None
    file = open_input(project.dir, settings, schema, sources, own_topic=own_topic)
    plan = plan_rows(plan_traffic(settings, sources), file, schema, settings, sources, on_rows=on_rows)
    schedules = input_schedules(project.inputs, plan, settings)
    return RunSpec(
        project=project,
        settings=settings,
        sources=sources,
        plan=plan,
        schedules=schedules,
        records=_records(project, settings, schedules, file),
        rules=rules_of(project, settings, sources),
        thresholds=read_thresholds(
            settings.thresholds,
            sources,
            phases=[phase.name for phase in plan.phases],
            duration_s=plan.duration_ns / NS_PER_S,
            parts=part_names(project) if project.read else None,
        ),
        file=file,
        files=files,
        command=command,
    )


def with_sql_read(spec: RunSpec, project: Project) -> RunSpec:
    """The same run once Flink has read its SQL: names of outputs and of their fields are checked.

    Args:
        spec: The run.
        project: The project as Flink has read it.

    Raises:
        SettingsError: a setting, a rule or a threshold names what is not there.
    """
    settings, sources = spec.settings, spec.sources
    schedules = input_schedules(project.inputs, spec.plan, settings) if len(project.inputs) > 1 else spec.schedules
    return replace(
        spec,
        project=project,
        schedules=schedules,
        records=_records(project, settings, schedules, spec.file),
        files=open_input_files(project, settings, sources),
        rules=rules_of(project, settings, sources),
        thresholds=read_thresholds(
            settings.thresholds,
            sources,
            phases=[phase.name for phase in spec.plan.phases],
            duration_s=spec.plan.duration_ns / NS_PER_S,
            parts=part_names(project),
        ),
    )


def part_names(project: Project) -> PartNames:
    """What a threshold may call the inputs and the outputs of a project."""
    return {
        "inputs": [each.name for each in project.inputs],
        "outputs": [each.name for each in project.outputs],
    }


def with_load(spec: RunSpec, settings: Settings, plan: TrafficPlan, thresholds: Sequence[Threshold]) -> RunSpec:
    """The same run under another load, judged by other conditions.

    Args:
        spec: The run.
        settings: Its settings, which ask for that load.
        plan: The load.
        thresholds: The conditions.
    """
    schedules = input_schedules(spec.project.inputs, plan, settings)
    return replace(
        spec,
        settings=settings,
        plan=plan,
        schedules=schedules,
        records=_records(spec.project, settings, schedules, spec.file),
        thresholds=thresholds,
    )


def _records(
    project: Project, settings: Settings, schedules: Sequence[Schedule], file: DataFile | None
) -> RecordPlan | None:
    if file is not None:
        return None
    # With a registry these are made to see that they can be: ids are not known before it has given them.
    ids = SchemaIds(value=0, key=0)
    made = [
        input_plan(facts, settings, ids=ids, schedule=schedule)
        for facts, schedule in zip(project.inputs, schedules, strict=True)
    ]
    by_id = settings.pipeline.value_format == "avro" or any(each.registers for each in project.inputs)
    return None if by_id or len(made) > 1 else made[0]
