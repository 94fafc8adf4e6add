"""What the inputs of planned SQL are fed, once it is known which input follows which and how many records each has.

Calls no service and reads no files except schemas.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path

from pipegen.avro import InputSchema, parse_schema_text
from pipegen.config import ResolvedSettings, Settings
from pipegen.config.topics import InputSettings
from pipegen.hotpath import now_ns
from pipegen.project import InputFacts
from pipegen.project.flink_project import topics_of
from pipegen.project.inputs import InputRecord, InputRecords, input_records
from pipegen.project.plan.topology import Input, Topology
from pipegen.run.feed.input_schedules import input_segments, schedules_of
from pipegen.run.feed.schedule import schedule_of
from pipegen.traffic import plan_traffic


def made_inputs(topology: Topology, resolved: ResolvedSettings, schemas: Mapping[str, InputSchema]) -> InputRecords:
    """What each input's records are made from.

    Args:
        topology: What the SQL reads; all of its inputs are fed.
        resolved: The settings in force.
        schemas: Schema files, by input.

    Raises:
        ProjectError: as for :func:`pipegen.project.inputs.input_records`.
        SettingsError: the rates cannot be shared.
    """
    settings, seed = resolved.settings, resolved.settings.pipeline.seed
    told = {name: each for name, each in settings.inputs.items() if each.feed}
    read = partial(
        input_records,
        topology,
        settings=told,
        seed=seed,
        schemas=schemas,
        outputs=settings.outputs,
        # In topics as they are written, records of another run can have the same values.
        guess_traces=not settings.pipeline.use_topics_as_written,
    )
    first = _without_needless_load(read())
    if len(first.records) == 1 and first.records[0].changes is None:
        return first
    plan = plan_traffic(settings, resolved.sources)
    if len(first.records) == 1:
        return _without_needless_load(read(totals={first.records[0].name: schedule_of(plan, settings).total_events}))
    segments = input_segments(first.records, plan, settings)
    schedules = zip(first.records, schedules_of(first.records, plan, settings), strict=True)
    totals = {record.name: schedule.total_events for record, schedule in schedules}
    lowest = {name: min(rate for _, _, *rates in of_input for rate in rates) for name, of_input in segments.items()}
    return _without_needless_load(read(totals=totals, lowest_rates=lowest))


def facts_of(source: Input, record: InputRecord, schema: InputSchema | None) -> InputFacts:
    """What is known about an input before anything is sent."""
    table = source.tables[0]
    if schema is None:
        schema = parse_schema_text(json.dumps(record.schema, indent=2), Path(f"columns of {table.name.table}"))
    return InputFacts(source.name, topics_of(table)[0], table.format, schema, record)


def told_of_input(settings: Settings, name: str) -> InputSettings:
    """The settings of an input; settings of the pipeline apply where it has none of its own."""
    pipeline, told = settings.pipeline, settings.inputs.get(name) or InputSettings()
    key = told.key or pipeline.key or ({"field": pipeline.key_field} if pipeline.key_field else None)
    return told.model_copy(update={"hints": {**pipeline.hints, **told.hints}, "key": key})


def left_to_others(settings: Settings) -> frozenset[str]:
    """The inputs fed by another producer."""
    return frozenset(name for name, each in settings.inputs.items() if not each.feed)


def _with_moment(record: InputRecord) -> InputRecord:
    """Rows that are changed later have been there since now: who sends them and who changes them agree on it."""
    if record.load is None or record.changes is None:
        return record
    return replace(record, load=replace(record.load, due_ns=now_ns()))


def _without_needless_load(made: InputRecords) -> InputRecords:
    """If only preloaded tables are read, their rows and changes are the load itself."""
    if any(record.load is None for record in made.records):
        return replace(made, records=tuple(map(_with_moment, made.records)))
    return replace(made, records=tuple(replace(record, load=None) for record in made.records))
