"""The records of one input without Kafka: what makes them, and when they are due."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from pipegen.avro import load_schema
from pipegen.config import ResolvedSettings
from pipegen.errors import SettingsError
from pipegen.hotpath import RecordPlan, Schedule
from pipegen.project import InputFacts, open_project
from pipegen.run import record_plan, schedule_of
from pipegen.suggestion import did_you_mean
from pipegen.traffic import plan_traffic
from pipegen.units import NS_PER_S


@dataclass(frozen=True, slots=True)
class RecordsOfInput:
    """The records of one input.

    Attributes:
        plan: Makes them.
        schema_text: Their Avro schema.
        schedule: When they are due.
        step_ns: How far those beyond the schedule are apart.
        loaded: How many come before it.
    """

    plan: RecordPlan
    schema_text: str
    schedule: Schedule
    step_ns: int
    loaded: int = 0

    def offset_ns(self, event: int) -> int:
        """When an event is due after the start; those beyond the plan go on from its end."""
        planned = max(event - self.loaded, 0)
        beyond = planned - self.schedule.total_events
        return self.schedule.due_ns(planned) if beyond < 0 else self.schedule.duration_ns + beyond * self.step_ns


def records_of_project(project_dir: Path, resolved: ResolvedSettings, *, as_avro: bool) -> RecordsOfInput:
    """The records of a project with a schema file.

    Raises:
        ProjectError: the schema, a hint or the key cannot be used.
    """
    settings = resolved.settings
    pipeline = settings.pipeline.model_copy(update={"value_format": "avro" if as_avro else "json"})
    schema = load_schema(project_dir / settings.pipeline.input_schema)
    plan = record_plan(schema, settings.model_copy(update={"pipeline": pipeline}), schema_id=None)
    schedule = schedule_of(plan_traffic(settings, resolved.sources), settings)
    return RecordsOfInput(plan, schema.text, schedule, round(NS_PER_S / settings.message_rate))


def records_of_input(
    project_dir: Path, resolved: ResolvedSettings, name: str | None, *, as_avro: bool
) -> RecordsOfInput:
    """The records of an input that the SQL names; asks Flink what the SQL means.

    Args:
        project_dir: The project.
        resolved: The settings in force.
        name: The input; None where there is only one.
        as_avro: Whether they are wanted as Avro, whatever the table reads.

    Raises:
        ProjectError: Flink refuses the SQL, or records cannot be made for it.
        SettingsError: there is no such input.
        FlinkError: the SQL gateway does not answer.
    """
    # Planning brings clients of the services with it, which nothing else here needs.
    from pipegen.run.feed.generated import SchemaIds, input_plan
    from pipegen.run.feed.input_schedules import input_schedules

    inputs, known = _inputs(project_dir, resolved)
    settings = known.settings
    number = _number([each.name for each in inputs], name)
    facts = inputs[number]
    record = facts.record
    if record is None:  # the only input of a project: its schema says all
        return records_of_project(project_dir, resolved, as_avro=as_avro)
    if record.format.startswith("avro") is not as_avro:
        record = replace(record, format="avro" if as_avro else "json")
    if as_avro:
        record = replace(record, changes=None)  # the rows themselves
    elif record.changes is not None and record.changes.format == "debezium-avro-confluent":
        record = replace(record, changes=replace(record.changes, format="debezium-json"))
    schedule = input_schedules(inputs, plan_traffic(settings, known.sources), settings)[number]
    faultless = settings.model_copy(update={"faults": type(settings.faults)(), "inputs": {}})
    made = input_plan(replace(facts, record=record), faultless, ids=SchemaIds(), schedule=None)
    seconds = schedule.duration_ns / NS_PER_S
    step_ns = round(NS_PER_S / max(schedule.total_events / seconds, 1e-3))
    loaded = 0 if record.load is None else record.load.records
    return RecordsOfInput(made, facts.schema.text, schedule, step_ns, loaded)


def _inputs(project_dir: Path, resolved: ResolvedSettings) -> tuple[Sequence[InputFacts], ResolvedSettings]:
    """The inputs of a script or of a project's SQL, as Flink reads it, with the settings that are then in force."""
    from pipegen.cli.flink_plan import names_while_planning, plan_project
    from pipegen.run.folder_sql import folder_as_read
    from pipegen.run.planned_script import ready_script, refuse_errors

    plan = plan_project(project_dir, resolved)
    own = resolved.settings.pipeline.model_copy(update={"use_topics_as_written": False})
    settings = resolved.settings.model_copy(update={"pipeline": own})
    if settings.pipeline.sql:
        ready = ready_script(plan, replace(resolved, settings=settings), project_dir=project_dir, name="records")
        return ready.project.inputs, ready.resolved
    refuse_errors(plan)
    names = names_while_planning(project_dir, settings)
    read = folder_as_read(open_project(project_dir, settings), plan, names, settings, resolved.sources)
    return read.inputs, replace(resolved, settings=settings)


def _number(names: Sequence[str], name: str | None) -> int:
    """Which of the inputs is meant.

    Raises:
        SettingsError: there is no such input, or it is not said which.
    """
    if name is None and len(names) > 1:
        raise SettingsError(
            f"the SQL has several inputs ({', '.join(names)})", remedy="Say which one is meant: --input NAME"
        )
    wanted = name or names[0]
    if wanted not in names:
        raise SettingsError(
            f"--input {wanted}: the SQL has no such input",
            remedy=did_you_mean(wanted, names) or f"Inputs: {', '.join(names)}.",
        )
    return list(names).index(wanted)
