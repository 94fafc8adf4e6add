"""``pipegen generate``: the records of a project without Kafka, to look at and to compare."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from pipegen.cli import options
from pipegen.cli.command import Declaration, Example
from pipegen.cli.flags import flags_of
from pipegen.cli.option_groups import SqlOptions

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
    input_name: Annotated[
        str | None,
        typer.Option(
            "--input",
            metavar="NAME",
            help="The table whose records are wanted, where the SQL reads several. Asks a SQL gateway what the SQL "
            "means.",
        ),
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
    project: SqlOptions = SqlOptions(),
    sql_gateway_url: options.SqlGatewayUrl = None,
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
        flags_of(project, seed=seed, sql_gateway_url=sql_gateway_url),
        input_name=input_name,
        as_avro=record_format == "avro",
        output=output,
        start=start,
    )


DECLARATION = Declaration(
    generate,
    examples=(
        Example("pipegen generate --count 3 --project-dir orders", "Three records, as lines of JSON:"),
        Example("pipegen generate --sql my_job.sql --input orders", "What one of several tables would be sent:"),
    ),
)
