"""A project folder with what Flink says of its SQL, and what is doubtful about the two together. Asks nobody."""

from __future__ import annotations

from collections.abc import Iterator

from pipegen.config import Settings
from pipegen.planner import ScriptPlan
from pipegen.project import Finding, ProjectFolder
from pipegen.project.flink_project import BOUNDED_MODE, PlannedScript
from pipegen.project.read_folder import FolderTopics, read_folder
from pipegen.project.row_fit import doubts_of_row
from pipegen.run.names import RunNames


def folder_as_read(folder: ProjectFolder, plan: ScriptPlan, names: RunNames, settings: Settings) -> PlannedScript:
    """The folder as a pipeline that can be run.

    Raises:
        ProjectError: when nothing can be fed, or nothing is written that can be read back.
    """
    return read_folder(
        folder,
        plan.statements,
        plan.topology,
        FolderTopics(names.input_topic, names.output_topic, names.suffix),
        reads_file=settings.feed.file is not None and settings.feed.mode == "filesystem",
        keeps_start=not settings.pipeline.unique_names,
    )


def doubts_of(project: PlannedScript, settings: Settings) -> Iterator[Finding]:
    """Warnings: what a table may not be able to read, which source ends no more, and a shape that the SQL has not."""
    table, place = project.input.tables[0], project.output.place
    yield from doubts_of_row(project.input_schema, table, settings.pipeline.value_format)
    for name in project.ends_left_out:
        message = f"{name} is bounded ({BOUNDED_MODE}): a run leaves that out, since it sends while the job reads"
        yield Finding(severity="warning", file=str(place.file), message=message)
    chosen, planned = project.chosen_shape, project.planned_shape
    if chosen not in {None, planned}:
        yield Finding(
            severity="warning",
            file=str(place.file),
            line=place.line,
            message=f"pipeline.shape is {chosen}, but Flink's plan is {planned}",
            remedy="Loss is judged by the shape: remove the setting, or keep it if you know better.",
        )
