"""Compiles a project's schema and settings to the generator of its records. Sends nothing and reads no file."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from pipegen.avro import InputSchema, frame
from pipegen.config import Settings
from pipegen.config.records import UNREADABLE_FAULTS, FaultSettings
from pipegen.errors import ProjectError
from pipegen.hotpath import RecordPlan, Schedule
from pipegen.project import InputFacts
from pipegen.project.inputs import InputRecord


@dataclass(frozen=True, slots=True)
class SchemaIds:
    """The ids in the registry of an input's schemas; None for what is not registered."""

    value: int | None = None
    key: int | None = None


def record_plan(
    schema: InputSchema,
    settings: Settings,
    *,
    schema_id: int | None,
    schedule: Schedule | None = None,
    json_times: str | None = None,
) -> RecordPlan:
    """The generator of the records that a schema and the settings of the pipeline describe.

    Args:
        schema: The input's schema.
        settings: The settings in force.
        schema_id: Its id in the registry, for the framing of Avro values; None for values without framing.
        schedule: The plan, which says when the record was due that a duplicate repeats.
        json_times: How times are written in JSON: ``json`` or ``json-sql``; None for the first.

    Raises:
        ProjectError: the schema, a hint, the key, the format or a fault cannot be used together.
    """
    pipeline = settings.pipeline
    return _compiled(
        schema,
        {
            "schema_json": schema.text,
            "hints_json": json.dumps(pipeline.hints) if pipeline.hints else None,
            "seed": pipeline.seed,
            "value_prefix": b"" if schema_id is None or pipeline.value_format != "avro" else frame(schema_id, b""),
            "key_field": pipeline.key_field,
            "key_json": None if pipeline.key is None else json.dumps(pipeline.key),
            "value_format": pipeline.value_format if pipeline.value_format == "avro" else json_times or "json",
        },
        settings.faults,
        schedule,
    )


def input_plan(facts: InputFacts, settings: Settings, *, ids: SchemaIds, schedule: Schedule | None) -> RecordPlan:
    """The generator of one input's records.

    Args:
        facts: What is known of the input.
        settings: The settings in force.
        ids: The ids of its schemas in the registry.
        schedule: When its records are due.

    Raises:
        ProjectError: as for :func:`record_plan`.
    """
    record = facts.record
    if record is None:
        return record_plan(facts.schema, settings, schema_id=ids.value, schedule=schedule, json_times=facts.json_times)
    arguments = _arguments(record, ids)
    arguments["first_event"] = 0 if record.load is None else record.load.records
    told = settings.inputs.get(facts.name)
    faults = settings.faults if told is None or not told.faults.shares() else told.faults
    if record.changes is not None and faults.shares():
        raise ProjectError(
            f"faults: {facts.name} is sent changes of rows, into which no faults are put",
            remedy="Leave faults out, or set them in inputs.NAME.faults of another input.",
        )
    return _compiled(facts.schema, arguments, faults, schedule)


def loading_plan(schema: InputSchema, record: InputRecord, *, ids: SchemaIds) -> RecordPlan:
    """The generator of the records that an input is loaded with before the load: one for each key, without faults.

    Raises:
        ProjectError: as for :func:`record_plan`.
    """
    arguments = _arguments(record, ids)
    return _compiled(schema, arguments, FaultSettings(), None)


def _arguments(record: InputRecord, ids: SchemaIds) -> dict[str, Any]:
    framed = record.registered and ids.value is not None
    key_framed = record.key is not None and record.key.registered and ids.key is not None
    return record.for_generator(
        value_prefix=frame(ids.value or 0, b"") if framed else b"",
        key_prefix=frame(ids.key or 0, b"") if key_framed else b"",
    )


def _compiled(
    schema: InputSchema, arguments: dict[str, Any], faults: FaultSettings, schedule: Schedule | None
) -> RecordPlan:
    shares = faults.for_generator()
    try:
        return RecordPlan(**arguments, faults_json=None if shares is None else json.dumps(shares), schedule=schedule)
    except ValueError as error:
        place, _, reason = str(error).partition(": ")
        if not place.startswith("$") or "key field" in reason:
            raise ProjectError(f"{schema.path}: {error}") from None
        file, line, json_path = schema.place_of(place)
        raise ProjectError(f"{file}:{line}: {json_path}: {reason}") from None


def fault_warnings(settings: Settings, *, source_format: str | None) -> list[str]:
    """Sentences about faults that the pipeline may not survive.

    Args:
        settings: The settings in force.
        source_format: Format of the Flink table that reads the input; None when not known.
    """
    shares = settings.faults.shares()
    fatal = [name for name in UNREADABLE_FAULTS if name in shares and name != "tombstones"]
    warnings = []
    if fatal and source_format is not None and source_format.endswith("avro-confluent"):
        warnings.append(
            f"faults.{' and faults.'.join(fatal)} will stop the job: Flink's {source_format} cannot skip a value it "
            "cannot read, so the first one makes it restart for ever; use such faults with a source of another format"
        )
    elif fatal:
        warnings.append(
            f"faults.{' and faults.'.join(fatal)} send values that cannot be read: a job that does not skip them stops "
            "(a json source does with 'json.ignore-parse-errors' = 'true')"
        )
    return warnings
