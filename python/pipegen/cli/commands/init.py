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
    from_sql: Annotated[
        list[Path] | None,
        typer.Option(
            "--from-sql",
            metavar="FILE",
            help="Flink SQL to run as it is: the project keeps a copy, and Flink says what it reads and writes. May be "
            "given several times.",
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
        bool | None,
        typer.Option(
            "--header/--no-header",
            help="Whether the first line names the columns. Default: detected.",
            show_default=False,
            rich_help_panel=_DATA,
        ),
    ] = None,
    header_line: Annotated[
        int | None,
        typer.Option(
            "--header-line",
            metavar="N",
            min=1,
            help="The line that names the columns; those above are passed over.",
            rich_help_panel=_DATA,
        ),
    ] = None,
    skip_lines: Annotated[
        int | None,
        typer.Option("--skip-lines", metavar="N", min=0, help="Lines above the table.", rich_help_panel=_DATA),
    ] = None,
    comment: Annotated[
        str | None,
        typer.Option(
            "--comment",
            metavar="TEXT",
            help='Lines that begin with it are passed over; "" for none. Default: # where the file begins with it.',
            rich_help_panel=_DATA,
        ),
    ] = None,
    quote: Annotated[
        str | None,
        typer.Option(
            "--quote",
            metavar="CHARACTER",
            help="Sign around cells that hold a delimiter; none reads such signs as they stand.",
            rich_help_panel=_DATA,
        ),
    ] = None,
    escape: Annotated[
        str | None,
        typer.Option(
            "--escape",
            metavar="CHARACTER",
            help="Sign before a quote within a quoted cell. Default: the quote itself.",
            rich_help_panel=_DATA,
        ),
    ] = None,
    null_values: Annotated[
        list[str] | None,
        typer.Option(
            "--null-values",
            metavar="TEXT",
            help="A text that means null, besides nothing at all; may be given several times, in place of NA, NULL "
            "and their like.",
            rich_help_panel=_DATA,
        ),
    ] = None,
    decimal_comma: Annotated[
        bool, typer.Option("--decimal-comma", help="Numbers are written 1.234,5.", rich_help_panel=_DATA)
    ] = False,
    strict: Annotated[
        bool, typer.Option("--strict", help="Fail where something had to be guessed.", rich_help_panel=_DATA)
    ] = False,
) -> None:
    """Write a new project: settings, Avro schema and Flink SQL that run as they are."""
    from pipegen.cli.data_file import FileRequest, read_options
    from pipegen.cli.init import write_project, write_sql_project

    folder = target_dir if target_dir is not None else Path(name)
    if from_sql:
        alone = input_schema is None and input_csv is None and input_file is None
        write_sql_project(name, from_sql, folder=folder, alone=alone, force=force)
        return

    options = read_options(
        delimiter=delimiter,
        encoding=encoding,
        header=header,
        header_line=header_line,
        skip_lines=skip_lines,
        comment=comment,
        quote=quote,
        escape=escape,
        null_values=null_values,
        decimal_comma=decimal_comma,
    )
    write_project(
        name,
        folder=folder,
        input_schema=input_schema,
        value_format=value_format,
        request=FileRequest(input_csv, input_file, csv_mode, options, strict),
        force=force,
    )


DECLARATION = Declaration(
    init,
    examples=(
        Example("pipegen init orders", "The example project, in ./orders:"),
        Example("pipegen init billing --from-sql my_job.sql", "A project that runs Flink SQL as it is:"),
    ),
)
