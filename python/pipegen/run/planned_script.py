"""A script that Flink has planned as a project that can be run, and the settings that follow from it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import isclose
from pathlib import Path
from typing import Final

from pipegen.avro import InputSchema, load_schema
from pipegen.config import ResolvedSettings
from pipegen.errors import ProjectError, SettingsError
from pipegen.planner import ScriptPlan
from pipegen.project.flink_project import PlannedScript
from pipegen.project.plan.disagreement import refuse_disagreement
from pipegen.project.plan.lexer import tokenize
from pipegen.project.plan.names import target
from pipegen.project.plan.planned import Planned
from pipegen.project.plan.topology import Topology
from pipegen.project.planned_output import output_topic
from pipegen.project.unfed import Unfed, without_unfed
from pipegen.run.as_written import (
    NOTHING_THERE,
    AsWritten,
    groups_of,
    refuse_other_data,
    refuse_patterns,
    schemas_in_use,
)
from pipegen.run.feed.made_inputs import facts_of, left_to_others, made_inputs, told_of_input
from pipegen.run.read.output_settings import chosen_shapes
from pipegen.units import format_rate

_SCHEMA_KEY: Final = "pipeline.input_schema"


@dataclass(frozen=True, slots=True)
class ReadyScript:
    """A script as a project, with the settings of its run."""

    project: PlannedScript
    resolved: ResolvedSettings


def ready_script(
    plan: ScriptPlan, resolved: ResolvedSettings, *, project_dir: Path, name: str, found: AsWritten = NOTHING_THERE
) -> ReadyScript:
    """The project and the settings of a script's run.

    Args:
        plan: What Flink says of it.
        resolved: The settings in force.
        project_dir: The folder that results go to.
        name: The pipeline's name.
        found: What is there, where topics are used as they are written.

    Raises:
        ProjectError: Flink refuses a statement, or the script has not what a run needs.
    """
    refuse_errors(plan)
    as_written = resolved.settings.pipeline.use_topics_as_written
    _refuse_unread(plan, resolved.settings.inputs)
    topology, unfed = without_unfed(plan.topology, left_to_others(resolved.settings))
    _refuse_nothing(topology, unfed)
    refuse_disagreement(topology)
    known, schemas = _told(topology, resolved, project_dir)
    if as_written:
        refuse_patterns(topology)
        schemas = schemas_in_use(topology, found, schemas)
    made = made_inputs(topology, known, schemas)
    if as_written:
        for source, record in zip(topology.inputs, made.records, strict=True):
            refuse_other_data(source, record, found)
    project = PlannedScript(
        dir=project_dir,
        name=name,
        planned=plan.statements,
        topology=topology,
        inputs=tuple(
            facts_of(source, record, schemas.get(source.name))
            for source, record in zip(topology.inputs, made.records, strict=True)
        ),
        joins=made.joins,
        as_written=as_written,
        chosen_shape=resolved.settings.pipeline.shape,
        chosen_shapes=chosen_shapes(resolved.settings),
        unfed=unfed,
        new_groups=tuple(sorted(groups_of(topology) - found.groups)) if as_written else (),
    )
    return ReadyScript(project, _settings(known, project, name))


def refuse_errors(plan: ScriptPlan) -> None:
    """Refuses SQL of which Flink refuses a statement.

    Raises:
        ProjectError: with the first refusal, and the others as details.
    """
    errors = [finding for finding in plan.findings if finding.severity == "error"]
    if not errors:
        return
    first, *others = errors
    more = "".join(f"\n{each.where}: {each.message}" for each in others)
    raise ProjectError(f"{first.where}: {first.message}", remedy=first.remedy, detail=more.strip() or None)


def _refuse_unread(plan: ScriptPlan, told: Iterable[str]) -> None:
    """Refuses settings of a table of the script that is no input.

    Raises:
        ProjectError: it is not read, or the script writes it itself.
    """
    topology = plan.topology
    inputs = {each.name for each in topology.inputs}
    written = {*(each.name for each in topology.inner), *(each.name for each in topology.outputs)}
    created = {target(list(tokenize(each.statement.text)))[-1:] for each in plan.statements if _creates(each)}
    for name in told:
        if name in inputs or not (name in written or (name,) in created):
            continue
        why = "the script writes it itself" if name in written else "no statement that starts a job reads it"
        raise ProjectError(
            f"inputs.{name}: {name} is no input: {why}",
            remedy=f"Take inputs.{name} out. Inputs: {', '.join(sorted(inputs))}.",
        )


def _creates(planned: Planned) -> bool:
    return planned.statement.kind in {"create_table", "create_table_as", "create_view"}


def _refuse_nothing(topology: Topology, unfed: Unfed) -> None:
    if not topology.outputs:
        raise ProjectError(
            "the script writes nothing that can be read back, so there is no pipeline to run",
            remedy="Write an INSERT into a Kafka table, or a SELECT.",
        )
    if not topology.inputs and unfed.names:
        raise ProjectError(
            f"inputs.{unfed.names[0]}.feed: every input has feed: false, so there is nothing to send",
            remedy="Remove feed: false from at least one input.",
        )
    if not topology.inputs:
        raise ProjectError(
            "the script reads no Kafka table that it does not write itself, so there is nothing to send",
            remedy="Let an INSERT or a SELECT read a table with the connector kafka or upsert-kafka.",
        )


def _told(
    topology: Topology, resolved: ResolvedSettings, project_dir: Path
) -> tuple[ResolvedSettings, dict[str, InputSchema]]:
    """The settings with those of the pipeline as those of its one input, and the schema files of inputs."""
    settings, pipeline = resolved.settings, resolved.settings.pipeline
    schemas = {
        name: load_schema(project_dir / each.schema_file)
        for name, each in settings.inputs.items()
        if each.schema_file is not None
    }
    if len(topology.inputs) > 1:
        given = [key for key in (_SCHEMA_KEY, "pipeline.key", "pipeline.key_field") if key in resolved.sources]
        if given or pipeline.hints:
            names = ", ".join(each.name for each in topology.inputs)
            raise ProjectError(
                f"{(*given, 'pipeline.hints')[0]}: the script has several inputs ({names})",
                remedy="Set it for each of them in inputs.NAME.",
            )
        return resolved, schemas
    name = topology.inputs[0].name
    if _SCHEMA_KEY in resolved.sources and name not in schemas:
        schemas[name] = load_schema(project_dir / pipeline.input_schema)
    told = told_of_input(settings, name)
    changed: dict[str, object] = {"inputs": {**settings.inputs, name: told}}
    sources = dict(resolved.sources)
    if told.file is not None:
        changed["feed"] = settings.feed.model_copy(update={"file": told.file})
        sources["feed.file"] = sources.get(f"inputs.{name}.file", f"inputs.{name}.file")
    if told.traffic_pattern is not None:
        # The one input's shape is that of the whole load.
        changed["traffic_pattern"] = told.traffic_pattern
        sources["traffic_pattern"] = sources.get(f"inputs.{name}.traffic", f"inputs.{name}.traffic")
    if told.rate is not None:
        _refuse_two_rates(name, told.rate, resolved)
        changed["message_rate"] = told.rate
        sources["message_rate"] = sources.get(f"inputs.{name}.rate", f"inputs.{name}.rate")
    if told.arrivals is not None:
        changed["arrivals"] = told.arrivals
    return ResolvedSettings(settings.model_copy(update=changed), sources), schemas


def _refuse_two_rates(name: str, rate_per_s: float, resolved: ResolvedSettings) -> None:
    if "message_rate" in resolved.sources and not isclose(rate_per_s, resolved.settings.message_rate):
        raise SettingsError(
            f"inputs.{name}.rate is {format_rate(rate_per_s)}, but the message rate of the load is "
            f"{format_rate(resolved.settings.message_rate)}",
            remedy="The SQL has one input: set only one of the two.",
        )


def _settings(resolved: ResolvedSettings, project: PlannedScript, name: str) -> ResolvedSettings:
    settings, first = resolved.settings, project.inputs[0]
    record = first.record
    told: dict[str, object] = {
        "input_topic": first.topic,
        "output_topic": output_topic(project.output),
        "unique_names": not project.as_written,
        "value_format": "avro" if record is None or record.format.startswith("avro") else "json",
    }
    if record is not None and record.key is not None:
        told["key_field"] = record.key.columns[0][0]
    pipeline = settings.pipeline.model_copy(update=told)
    sources = {**resolved.sources, **{f"pipeline.{key}": "the SQL" for key in told}}
    return ResolvedSettings(settings.model_copy(update={"pipeline": pipeline, "name": name}), sources)
