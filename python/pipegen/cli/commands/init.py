"""``pipegen init``: writes a new project: the example, one for a schema of the user's own, or for a data file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pipegen.choices import FeedMode, ValueFormat
from pipegen.cli.command import Declaration, Example
from pipegen.cli.options import one_of

_DATA = "Data file"


def init(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Name of the pipeline; topics are named after it.")],
    input_schema: Annotated[
        Path | None,
        typer.Option(
            "--input-schema", metavar="FILE", help="Avro schema (.avsc) of your input. Default: an example schema."
        ),
    ] = None,
    target_dir: Annotated[
        Path | None,
        typer.Option("--dir", metavar="DIR", help="Folder to write into. Default: ./NAME.", show_default=False),
    ] = None,
    value_format: Annotated[
        ValueFormat,
        typer.Option(
            "--value-format",
            metavar=one_of(ValueFormat),
            help="avro: as the schema registry frames it; json: plain JSON, no registry.",
        ),
    ] = "avro",
    force: Annotated[bool, typer.Option("--force", help="Overwrite files that exist.")] = False,
    input_csv: Annotated[
        Path | None,
        typer.Option(
            "--input-csv",
            metavar="FILE",
            help="A CSV file whose rows are the input, whatever the file's extension.",
            rich_help_panel=_DATA,
        ),
    ] = None,
    input_file: Annotated[
        Path | None,
        typer.Option(
            "--input-file",
            metavar="FILE",
            help="The same for .csv, .tsv, .ndjson, .jsonl, .avro and .parquet files.",
            rich_help_panel=_DATA,
        ),
    ] = None,
    csv_mode: Annotated[
        FeedMode | None,
        typer.Option(
            "--csv-mode",
            metavar=one_of(FeedMode),
            help="kafka (default): rows go through Kafka; filesystem: Flink reads the file and nothing is sent.",
            rich_help_panel=_DATA,
        ),
    ] = None,
    delimiter: Annotated[
        str | None,
        typer.Option(
            "--delimiter",
            metavar="CHARACTER",
            help="What separates the cells. Default: detected.",
            rich_help_panel=_DATA,
        ),
    ] = None,
    encoding: Annotated[
        str | None,
        typer.Option(
            "--encoding", metavar="NAME", help="Encoding of the file. Default: detected.", rich_help_panel=_DATA
        ),
    ] = None,
    header: Annotated[
        bool,
        typer.Option(
            "--header/--no-header",
            help="Whether the first line names the columns. Default: it does.",
            show_default=False,
            rich_help_panel=_DATA,
        ),
    ] = True,
) -> None:
    """Write a new project: settings, Avro schema and Flink SQL that run as they are."""
    from pipegen.cli.data_file import FileWish
    from pipegen.cli.init import write_project

    write_project(
        name,
        folder=target_dir if target_dir is not None else Path(name),
        input_schema=input_schema,
        value_format=value_format,
        wish=FileWish(input_csv, input_file, csv_mode, delimiter, encoding, header),
        force=force,
    )


DECLARATION = Declaration(
    init,
    examples=(
        Example("pipegen init orders", "The example project, in ./orders:"),
        Example("pipegen init flights --input-csv flights.csv", "A project that sends the rows of a file:"),
    ),
)
