"""The records of a project without Kafka, to look at and to compare."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from pipegen.avro import ContainerWriter
from pipegen.cli.input_records import records_of_input, records_of_project
from pipegen.cli.option_groups import ProjectOptions
from pipegen.cli.project_settings import project_settings
from pipegen.cli.streams import strict_output
from pipegen.errors import ProjectError, SettingsError
from pipegen.hotpath import now_ns
from pipegen.units import NS_PER_S


def write_records(
    count: int,
    project: ProjectOptions,
    flags: Mapping[str, object],
    *,
    input_name: str | None,
    as_avro: bool,
    output: Path | None,
    start: str | None,
) -> None:
    """Writes the records that a run would send.

    Args:
        count: How many.
        project: The project.
        flags: What the command line sets.
        input_name: The input; None where there is only one.
        as_avro: Whether to write an Avro container, not lines of JSON.
        output: The file; None for standard output.
        start: When the first record is due; None for now.
    """
    resolved = project_settings(project, flags)
    if resolved.settings.pipeline.sql or input_name is not None:
        records = records_of_input(project.project_dir, resolved, input_name, as_avro=as_avro)
    else:
        records = records_of_project(project.project_dir, resolved, as_avro=as_avro)
    start_ns = now_ns() if start is None else _start_ns(start)
    values = (records.plan.record(event, due_ns=start_ns + records.offset_ns(event))[0] for event in range(count))
    if as_avro and output is None and sys.stdout.isatty():
        raise SettingsError("an Avro container is no text for a terminal", remedy="Name a file with --output.")
    with _sink(output) as out:
        if as_avro:
            ContainerWriter(out, records.schema_text).write(values)
            return
        for value in values:
            out.write((value or b"null") + b"\n")


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
        with suppress(BrokenPipeError), strict_output() as out:
            yield out
        return
    try:
        with output.open("wb") as file:
            yield file
    except OSError as error:
        raise ProjectError(f"--output {output}: cannot be written: {error.strerror}") from None
