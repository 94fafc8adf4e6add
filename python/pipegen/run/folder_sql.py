"""A project folder with what Flink says of its SQL, and warnings about the two together. Asks nobody."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from pipegen.config import Settings
from pipegen.config.topics import InputSettings
from pipegen.errors import ProjectError
from pipegen.planner import ScriptPlan
from pipegen.project import Finding, InputFacts, ProjectFolder
from pipegen.project.flink_project import BOUNDED_MODE, PlannedScript
from pipegen.project.inputs import input_records
from pipegen.project.plan.topology import Topology
from pipegen.project.read_folder import FolderTopics, read_folder
from pipegen.project.row_fit import doubts_of_row
from pipegen.run.names import RunNames
from pipegen.run.read.output_settings import chosen_shapes


def folder_as_read(folder: ProjectFolder, plan: ScriptPlan, names: RunNames, settings: Settings) -> PlannedScript:
    """The folder as a pipeline that can be run.

    Raises:
        ProjectError: when nothing can be fed, or nothing is written that can be read back.
    """
    read = read_folder(
        folder,
        plan.statements,
        plan.topology,
        FolderTopics(names.input_topic, names.output_topic, names.suffix),
        reads_file=settings.feed.file is not None and settings.feed.mode == "filesystem",
        keeps_start=not settings.pipeline.unique_names,
    )
    keyed = tuple(_keyed(facts, read, settings) for facts in read.inputs)
    return replace(read, inputs=keyed, chosen_shapes=chosen_shapes(settings))


def _keyed(facts: InputFacts, read: PlannedScript, settings: Settings) -> InputFacts:
    """The input with keys in the format that its table reads; the rows of a file have keys of their own."""
    pipeline, fed = settings.pipeline, read.topology.inputs[0]
    table = fed.tables[0]
    if settings.feed.file is not None or not table.key_fields or table.key_format is None:
        return facts
    key = pipeline.key or ({"field": pipeline.key_field} if pipeline.key_field else None)
    try:
        made = input_records(
            Topology(inputs=(fed,)),
            settings={fed.name: InputSettings(hints=pipeline.hints, key=key)},
            seed=pipeline.seed,
            schemas={fed.name: facts.schema},
        )
    except ProjectError:
        return facts  # what does not fit is told as a doubt
    return replace(facts, record=replace(made.records[0], load=None))


def doubts_of(project: PlannedScript, settings: Settings) -> Iterator[Finding]:
    """Warnings: what a table may not be able to read, sources whose end counts or is left out, and a doubtful shape."""
    table, place = project.input.tables[0], project.output.place
    yield from doubts_of_row(project.input_schema, table, settings.pipeline.value_format)
    if table.key_fields and table.key_format not in {None, "raw"} and project.inputs[0].record is None:
        message = f"{table.name.table} reads keys as {table.key_format}, and they are sent as text"
        yield Finding(severity="warning", file=str(place.file), message=message, remedy="Read them as raw STRING.")
    for topic in project.others_topics:
        message = f"topic {topic} is read and not fed: a project with a schema has one input"
        remedy = "Leave it to whoever fills it, or name the SQL in pipeline.sql: then every input is fed."
        yield Finding(severity="warning", file=str(place.file), message=message, remedy=remedy)
    for name in project.ends_kept:
        message = f"{name} is bounded ({BOUNDED_MODE}): its job reads what is there when it starts, and ends"
        remedy = "Leave the option out, and batch mode: then the job reads what the run sends."
        yield Finding(severity="warning", file=str(place.file), message=message, remedy=remedy)
    for name in project.ends_left_out:
        message = f"{name} is bounded ({BOUNDED_MODE}): a run leaves that out, since it sends while the job reads"
        yield Finding(severity="warning", file=str(place.file), message=message)
    yield from doubts_of_shapes(project)


def doubts_of_shapes(project: PlannedScript) -> Iterator[Finding]:
    """Warnings of shapes that the settings say and that are not those of Flink's plan."""
    for each in project.outputs:
        planned, place = project.planned_shape(each.name)
        key = each.shape_reason.removeprefix("set as ")
        if key == each.shape_reason or each.shape == planned:
            continue
        yield Finding(
            severity="warning",
            file=str(place.file),
            line=place.line,
            message=f"{key} is {each.shape}, but Flink's plan is {planned}",
            remedy="Loss is judged by the shape: remove the setting, or keep it if you know better.",
        )
