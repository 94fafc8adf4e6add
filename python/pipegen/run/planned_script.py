"""A script that Flink has planned as a project that can be run, and the settings that follow from it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pipegen.avro import InputSchema, load_schema, parse_schema_text
from pipegen.config import ResolvedSettings
from pipegen.errors import ProjectError
from pipegen.planner import ScriptPlan
from pipegen.project.columns_record import InputRecord, input_record, value_format_of
from pipegen.project.plan.script import PlannedScript, output_topic, topics_of
from pipegen.project.plan.topology import Input, Output, Topic, Topology

_SCHEMA_KEY: Final = "pipeline.input_schema"


@dataclass(frozen=True, slots=True)
class ReadyScript:
    """A script as a project, with the settings of its run."""

    project: PlannedScript
    resolved: ResolvedSettings


def ready_script(plan: ScriptPlan, resolved: ResolvedSettings, *, project_dir: Path, name: str) -> ReadyScript:
    """The project and the settings of a script's run.

    Args:
        plan: What Flink says of it.
        resolved: The settings in force.
        project_dir: The folder that results go to.
        name: The pipeline's name.

    Raises:
        ProjectError: Flink refuses a statement, or the script has not what a run needs.
    """
    _refuse(plan)
    topology, as_written = plan.topology, resolved.settings.pipeline.use_topics_as_written
    source = _input(topology)
    without = next((output for output in topology.outputs if not output.topics), None)
    if as_written and without is not None:
        raise ProjectError(
            f"output {without.name} has no topic, and --use-topics-as-written gives it none",
            remedy="Leave --use-topics-as-written out.",
        )
    record = input_record(source.tables[0], join_keys=topology.join_keys)
    project = PlannedScript(
        dir=project_dir,
        name=name,
        planned=plan.statements,
        topology=topology,
        input=source,
        input_schema=_schema(record, source, resolved, project_dir),
        as_written=as_written,
    )
    return ReadyScript(project, _settings(resolved, project, record, name))


def _refuse(plan: ScriptPlan) -> None:
    errors = [finding for finding in plan.findings if finding.severity == "error"]
    if not errors:
        return
    first, *others = errors
    more = "".join(f"\n{each.where}: {each.message}" for each in others)
    raise ProjectError(f"{first.where}: {first.message}", remedy=first.remedy, detail=more.strip() or None)


def _input(topology: Topology) -> Input:
    if not topology.outputs:
        raise ProjectError(
            "the script writes nothing that can be read back, so there is no pipeline to run",
            remedy="Write an INSERT into a Kafka table, or a SELECT.",
        )
    if not topology.inputs:
        raise ProjectError(
            "the script reads no Kafka table that it does not write itself, so there is nothing to send",
            remedy="Let an INSERT or a SELECT read a table with the connector kafka or upsert-kafka.",
        )
    if len(topology.inputs) > 1:
        names = ", ".join(each.name for each in topology.inputs)
        raise ProjectError(f"the script has several inputs ({names}), and a run feeds one")
    return topology.inputs[0]


def _schema(record: InputRecord, source: Input, resolved: ResolvedSettings, project_dir: Path) -> InputSchema:
    if _SCHEMA_KEY in resolved.sources:
        return load_schema(project_dir / resolved.settings.pipeline.input_schema)
    return parse_schema_text(json.dumps(record.schema, indent=2), Path(f"columns of {source.tables[0].name.table}"))


def _settings(resolved: ResolvedSettings, project: PlannedScript, record: InputRecord, name: str) -> ResolvedSettings:
    settings, table = resolved.settings, project.input.tables[0]
    told: dict[str, object] = {
        "input_topic": topics_of(table)[0],
        "output_topic": output_topic(project.output),
        "unique_names": not project.as_written,
        "value_format": value_format_of(table),
        "hints": {**record.hints, **settings.pipeline.hints},
    }
    if record.key is not None and settings.pipeline.key is None:
        told["key_field"] = record.key.field
    pipeline = settings.pipeline.model_copy(update=told)
    sources = {**resolved.sources, **{f"pipeline.{key}": "the SQL" for key in told}}
    return ResolvedSettings(settings.model_copy(update={"pipeline": pipeline, "name": name}), sources)


def told_of(project: PlannedScript) -> Sequence[str]:
    """What the run is about to do with the script's topics, in sentences."""
    topology = project.topology
    lines = [_line(role, each) for role, parts in _roles(topology).items() for each in parts]
    if project.as_written:
        sent = ", ".join(topics_of(project.input.tables[0]))
        targets: tuple[Topic | Output, ...] = (*topology.outputs, *topology.inner)
        written = ", ".join(topic for each in targets for topic in each.topics)
        return [*lines, f"topics are used as written: the run sends records to {sent}, and its jobs write to {written}"]
    return [*lines, "topics, groups and subjects are the run's own: nothing of the script's own names is touched"]


def _roles(topology: Topology) -> Mapping[str, Sequence[tuple[str, str]]]:
    return {
        "input": [(each.name, ", ".join(each.topics)) for each in topology.inputs],
        "inner topic": [(each.name, ", ".join(each.topics)) for each in topology.inner],
        "output": [(each.name, ", ".join(each.topics) or each.kind) for each in topology.outputs],
    }


def _line(role: str, named: tuple[str, str]) -> str:
    name, where = named
    return f"{role} {name}" if where == name else f"{role} {name} ({where})"
