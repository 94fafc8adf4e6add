"""``pipegen generate``: the records of a project without Kafka, to look at and to compare."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Annotated, Literal

import typer

from pipegen.avro import ContainerWriter, load_schema
from pipegen.cli import options
from pipegen.config import load_settings
from pipegen.errors import ProjectError, SettingsError
from pipegen.hotpath import RecordPlan, now_ns
from pipegen.run import record_plan
from pipegen.units import NS_PER_S

RecordFormat = Literal["jsonl", "avro"]
_BATCH: int = 5_000


def generate(
    count: Annotated[int, typer.Option("--count", "-n", min=0, help="How many records.")] = 10,
    record_format: Annotated[
        RecordFormat, typer.Option("--format", help="jsonl: one line of JSON each; avro: an Avro container file.")
    ] = "jsonl",
    output: Annotated[Path | None, typer.Option("--output", "-o", help="Write to this file instead.")] = None,
    seed: Annotated[int | None, typer.Option("--seed", min=0, help="Instead of pipeline.seed.")] = None,
    start: Annotated[
        str | None,
        typer.Option("--start", help="When the first record is due (ISO 8601); the times in it follow. Default: now."),
    ] = None,
    project_dir: options.ProjectDir = Path(),
    config: options.ConfigFile = None,
) -> None:
    """Print or write the records that a run would send, without Kafka and without faults.

    The same seed and start give the same bytes, and a run with that seed sends the same bytes for records that are due
    at the same time. Records are spaced by the message rate.
    """
    settings = load_settings(
        project_dir=project_dir,
        flags={"pipeline.seed": seed},
        environ=os.environ,
        config_file=config,
        home=Path.home(),
    ).settings
    wanted = "json" if record_format == "jsonl" else "avro"
    pipeline = settings.pipeline.model_copy(update={"value_format": wanted})
    schema = load_schema(project_dir / settings.pipeline.input_schema)
    plan = record_plan(schema, settings.model_copy(update={"pipeline": pipeline}), schema_id=None)
    start_ns = now_ns() if start is None else _start_ns(start)
    step_ns = round(NS_PER_S / settings.message_rate)
    values = _values(plan, count, start_ns, step_ns)
    if record_format == "avro" and output is None and sys.stdout.isatty():
        raise SettingsError("an Avro container is no text for a terminal", remedy="Name a file with --output.")
    with _sink(output) as out:
        if record_format == "avro":
            ContainerWriter(out, schema.text).write(values)
            return
        for value in values:
            out.write(value + b"\n")


def _values(plan: RecordPlan, count: int, start_ns: int, step_ns: int) -> Iterator[bytes]:
    for first in range(0, count, _BATCH):
        batch = plan.records(
            first_event=first,
            count=min(_BATCH, count - first),
            due_ns=start_ns + first * step_ns,
            due_step_ns=step_ns,
        )
        for value, _key in batch:
            yield value


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
