"""The records of a project without Kafka, to look at and to compare."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from pipegen.avro import ContainerWriter, load_schema
from pipegen.cli.flags import flags_of
from pipegen.cli.option_groups import ProjectOptions
from pipegen.cli.project_settings import project_settings
from pipegen.errors import ProjectError, SettingsError
from pipegen.hotpath import Schedule, now_ns
from pipegen.run import record_plan, schedule_of
from pipegen.traffic import plan_traffic
from pipegen.units import NS_PER_S


def write_records(
    count: int,
    project: ProjectOptions,
    *,
    as_avro: bool,
    output: Path | None,
    seed: int | None,
    start: str | None,
) -> None:
    """Writes the records that a run would send."""
    resolved = project_settings(project, flags_of(seed=seed))
    settings = resolved.settings
    pipeline = settings.pipeline.model_copy(update={"value_format": "avro" if as_avro else "json"})
    schema = load_schema(project.project_dir / settings.pipeline.input_schema)
    plan = record_plan(schema, settings.model_copy(update={"pipeline": pipeline}), schema_id=None)
    schedule = schedule_of(plan_traffic(settings, resolved.sources), settings)
    start_ns = now_ns() if start is None else _start_ns(start)
    step_ns = round(NS_PER_S / settings.message_rate)
    values = (plan.record(event, due_ns=start_ns + _offset_ns(schedule, event, step_ns))[0] for event in range(count))
    if as_avro and output is None and sys.stdout.isatty():
        raise SettingsError("an Avro container is no text for a terminal", remedy="Name a file with --output.")
    with _sink(output) as out:
        if as_avro:
            ContainerWriter(out, schema.text).write(values)
            return
        for value in values:
            out.write(value + b"\n")


def _offset_ns(schedule: Schedule, event: int, step_ns: int) -> int:
    """When an event is due after the start; those beyond the plan go on from its end."""
    beyond = event - schedule.total_events
    return schedule.due_ns(event) if beyond < 0 else schedule.duration_ns + beyond * step_ns


def _start_ns(text: str) -> int:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise SettingsError(f"--start {text}: not a time", remedy="Write it like 2026-11-05T09:30:00Z.") from None
    since = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)) - datetime(1970, 1, 1, tzinfo=UTC)
    return (since.days * 86_400 + since.seconds) * NS_PER_S + since.microseconds * 1_000


@contextmanager
def _sink(output: Path | None) -> Iterator[IO[bytes]]:
    """The file, or standard output; a reader that has seen enough, such as ``head``, is no error."""
    if output is None:
        try:
            yield sys.stdout.buffer
            sys.stdout.buffer.flush()
        except BrokenPipeError:
            # Python would complain once more when it closes standard output at its end.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return
    try:
        with output.open("wb") as file:
            yield file
    except OSError as error:
        raise ProjectError(f"--output {output}: cannot be written: {error.strerror}") from None
