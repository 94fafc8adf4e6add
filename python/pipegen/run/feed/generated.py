"""Compiles a project's schema and settings to the generator of its records. Sends nothing and reads no file."""

from __future__ import annotations

import json

from pipegen.avro import InputSchema, frame
from pipegen.config import Settings
from pipegen.config.records import UNREADABLE_FAULTS
from pipegen.errors import ProjectError
from pipegen.hotpath import RecordPlan, Schedule


def record_plan(
    schema: InputSchema, settings: Settings, *, schema_id: int | None, schedule: Schedule | None = None
) -> RecordPlan:
    """The generator of the records.

    Args:
        schema: The input's schema.
        settings: The settings in force.
        schema_id: Its id in the registry, for the framing of Avro values; None for values without framing.
        schedule: The plan, which says when the record was due that a duplicate repeats.

    Raises:
        ProjectError: the schema, a hint, the key, the format or a fault cannot be used together.
    """
    pipeline = settings.pipeline
    faults = settings.faults.for_generator()
    try:
        return RecordPlan(
            schema.text,
            hints_json=json.dumps(pipeline.hints) if pipeline.hints else None,
            seed=pipeline.seed,
            value_prefix=b"" if schema_id is None or pipeline.value_format != "avro" else frame(schema_id, b""),
            key_field=pipeline.key_field,
            key_json=None if pipeline.key is None else json.dumps(pipeline.key),
            value_format=pipeline.value_format,
            faults_json=None if faults is None else json.dumps(faults),
            schedule=schedule,
        )
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
