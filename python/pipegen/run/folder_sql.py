"""A project folder with what Flink says of its SQL, and warnings about the two together. Asks nobody."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final

from pipegen.avro import load_schema
from pipegen.config import ResolvedSettings, Settings
from pipegen.config.topics import InputSettings
from pipegen.errors import ProjectError, SettingsError
from pipegen.planner import ScriptPlan
from pipegen.project import Finding, InputFacts, ProjectFolder
from pipegen.project.flink_project import BOUNDED_MODE, PlannedScript
from pipegen.project.inputs import NO_TRACE, input_records
from pipegen.project.plan.topology import Topology
from pipegen.project.read_folder import FolderTopics, read_folder
from pipegen.project.row_fit import doubts_of_row
from pipegen.run.announcement import SENT_FIRST
from pipegen.run.feed.made_inputs import facts_of, left_to_others, made_inputs, told_of_input
from pipegen.run.names import RunNames
from pipegen.run.read.output_settings import chosen_shapes


def folder_as_read(
    folder: ProjectFolder, plan: ScriptPlan, names: RunNames, settings: Settings, sources: Mapping[str, str]
) -> PlannedScript:
    """The folder as a runnable pipeline: every input is fed unless another producer feeds it.

    Raises:
        ProjectError: when nothing can be fed, or nothing is written that can be read back.
        SettingsError: the rates of several inputs cannot be shared.
    """
    reads_file = settings.feed.file is not None and settings.feed.mode == "filesystem"
    read = read_folder(
        folder,
        plan.statements,
        plan.topology,
        FolderTopics(names.input_topic, names.output_topic, names.suffix),
        reads_file=reads_file,
        keeps_start=not settings.pipeline.unique_names,
        left=left_to_others(settings),
    )
    read = replace(read, chosen_shapes=chosen_shapes(settings))
    if reads_file:
        return read
    first = read.topology.inputs[0]
    traced = any(each.trace not in {None, NO_TRACE} for each in settings.outputs.values())
    if len(read.inputs) == 1 and not traced and not any(each.feed for each in settings.inputs.values()):
        return replace(read, inputs=tuple(_keyed(facts, read, settings) for facts in read.inputs))
    return _with_records(read, ResolvedSettings(settings, sources), first.name)


def _with_records(read: PlannedScript, resolved: ResolvedSettings, first: str) -> PlannedScript:
    """The folder with what the records of each input are made from; its schema file is that of the first input."""
    settings = resolved.settings
    if len(read.inputs) == 1:
        _refuse_beside(settings.inputs.get(first), first)
    of_first = told_of_input(settings, first)
    told = {**settings.inputs, first: of_first.model_copy(update={"file": of_first.file or settings.feed.file})}
    known = replace(resolved, settings=settings.model_copy(update={"inputs": told}))
    schemas = {first: read.inputs[0].schema} | {
        name: load_schema(read.dir / each.schema_file) for name, each in told.items() if each.schema_file is not None
    }
    made = made_inputs(read.topology, known, schemas)
    inputs = tuple(
        replace(facts_of(source, record, schemas.get(source.name)), topic=facts.topic)
        for facts, source, record in zip(read.inputs, read.topology.inputs, made.records, strict=True)
    )
    return replace(read, inputs=inputs, joins=made.joins)


def _refuse_beside(told: InputSettings | None, name: str) -> None:
    """Refuses input settings that come too late: the load was planned before the name of the only input was known.

    Raises:
        SettingsError: names the setting to use instead.
    """
    for field, (written, same) in _OF_THE_LOAD.items():
        if told is not None and getattr(told, field) is not None:
            raise SettingsError(
                f"inputs.{name}.{written}: the SQL has one input, which takes its {written} from the load",
                remedy=f"Set {same} instead.",
            )


_OF_THE_LOAD: Final = {
    "rate": ("rate", "message_rate"),
    "traffic_pattern": ("traffic", "traffic_pattern"),
    "arrivals": ("arrivals", "arrivals"),
    "file": ("file", "feed.file"),
}


def _keyed(facts: InputFacts, read: PlannedScript, settings: Settings) -> InputFacts:
    """The input with keys in the format that its table reads; the rows of a file have keys of their own."""
    fed = read.topology.inputs[0]
    table = fed.tables[0]
    if settings.feed.file is not None or not table.key_fields or table.key_format is None:
        return facts
    try:
        made = input_records(
            Topology(inputs=(fed,)),
            settings={fed.name: told_of_input(settings, fed.name)},
            seed=settings.pipeline.seed,
            schemas={fed.name: facts.schema},
        )
    except ProjectError:
        return facts  # what does not fit is told as a doubt
    return replace(facts, record=replace(made.records[0], load=None))


def doubts_of(project: PlannedScript, settings: Settings) -> Iterator[Finding]:
    """Warnings: what a table may not be able to read, sources whose end counts or is left out, and a doubtful shape."""
    table, place = project.input.tables[0], project.output.place
    if len(project.inputs) == 1:
        yield from doubts_of_row(project.input_schema, table, settings.pipeline.value_format)
    if table.key_fields and table.key_format not in {None, "raw"} and project.inputs[0].record is None:
        message = f"{table.name.table} reads keys as {table.key_format}, and they are sent as text"
        yield Finding(severity="warning", file=str(place.file), message=message, remedy="Read them as raw STRING.")
    for topic in project.unfed.topics:
        message = f"topic {topic} is read, but PipeGen sends nothing to it: another producer must feed it"
        yield Finding(severity="warning", file=str(place.file), message=message)
    for name in project.ends_kept:
        if project.sent_first:
            yield Finding(severity="warning", file=str(place.file), message=f"{name} is bounded: {SENT_FIRST}")
            continue
        message = f"{name} is bounded ({BOUNDED_MODE}): its job reads what is there when it starts, and ends"
        remedy = "Leave the option out, and batch mode: then the job reads what the run sends."
        yield Finding(severity="warning", file=str(place.file), message=message, remedy=remedy)
    for name in project.ends_left_out:
        message = f"{name} is bounded ({BOUNDED_MODE}): a run leaves that out, since it sends while the job reads"
        yield Finding(severity="warning", file=str(place.file), message=message)
    yield from doubts_of_shapes(project)


def doubts_of_shapes(project: PlannedScript) -> Iterator[Finding]:
    """Warnings about configured shapes that differ from Flink's plan."""
    for each in project.overruled_shapes():
        yield Finding(
            severity="warning",
            file=str(each.place.file),
            line=each.place.line,
            message=f"{each.setting} is {each.chosen}, but Flink's plan says {each.planned}",
            remedy="Losses are judged by the shape: remove the setting unless you are sure of it.",
        )
