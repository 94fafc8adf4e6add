"""``pipegen generate``: the records of a project without Kafka, to look at and to compare."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from pipegen.cli import options
from pipegen.cli.command import Declaration, Example
from pipegen.cli.option_groups import ProjectOptions

RecordFormat = Literal["jsonl", "avro"]


def generate(
    count: Annotated[int, typer.Option("--count", "-n", metavar="N", min=0, help="How many records.")] = 10,
    record_format: Annotated[
        RecordFormat,
        typer.Option(
            "--format",
            metavar=options.one_of(RecordFormat),
            help="jsonl: one line of JSON each; avro: an Avro container file.",
        ),
    ] = "jsonl",
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="FILE", help="Write to this file. Default: standard output."),
    ] = None,
    seed: Annotated[
        int | None, typer.Option("--seed", metavar="N", min=0, help="A seed to use instead of pipeline.seed.")
    ] = None,
    start: Annotated[
        str | None,
        typer.Option(
            "--start",
            metavar="TIME",
            help="When the first record is due (ISO 8601); the times in the records follow from it. Default: now.",
        ),
    ] = None,
    project: ProjectOptions = ProjectOptions(),
) -> None:
    """Print or write the records that a run would send, without Kafka.

    No faults are injected. The same seed and start give the same bytes, and a run with that seed sends the same bytes
    for records that are due at the same time. Records are spaced as the traffic plan says, and by the message rate
    beyond its end.
    """
    from pipegen.cli.generate import write_records

    write_records(
        count,
        project,
        as_avro=record_format == "avro",
        output=output,
        seed=seed,
        start=start,
    )


DECLARATION = Declaration(
    generate,
    examples=(
        Example("pipegen generate --count 3 --project-dir orders", "Three records, as lines of JSON:"),
        Example("pipegen generate -n 1000 --format avro -o orders.avro", "A thousand, as an Avro file:"),
    ),
)
