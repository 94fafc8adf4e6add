"""``pipegen init``: writes a new project: the example, one for a schema of the user's own, or for a data file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from pipegen.avro import load_schema, parse_schema_text
from pipegen.cli.data_file import FileWish, read_data_file, show_profile
from pipegen.config.records import ValueFormat
from pipegen.config.settings import FeedMode
from pipegen.errors import ProjectError, SettingsError
from pipegen.project import check_name, orders_schema, scaffold

_DATA = "Data file"


def init(
    name: Annotated[str, typer.Argument(help="Name of the pipeline; topics are named after it.")],
    input_schema: Annotated[
        Path | None, typer.Option("--input-schema", help="Avro schema (.avsc) of your input; an example without it.")
    ] = None,
    target_dir: Annotated[
        Path | None, typer.Option("--dir", help="Folder to write into.  [default: ./NAME]", show_default=False)
    ] = None,
    value_format: Annotated[
        ValueFormat,
        typer.Option("--value-format", help="avro: as the schema registry frames it; json: plain JSON, no registry."),
    ] = "avro",
    force: Annotated[bool, typer.Option("--force", help="Overwrite files that exist.")] = False,
    input_csv: Annotated[
        Path | None,
        typer.Option(
            "--input-csv", help="CSV file whose rows are the input, whatever its name.", rich_help_panel=_DATA
        ),
    ] = None,
    input_file: Annotated[
        Path | None,
        typer.Option(
            "--input-file",
            help="The same for .csv, .tsv, .ndjson, .jsonl, .avro and .parquet files.",
            rich_help_panel=_DATA,
        ),
    ] = None,
    csv_mode: Annotated[
        FeedMode | None,
        typer.Option(
            "--csv-mode",
            help="kafka (default): rows go through Kafka; filesystem: Flink reads the file and nothing is sent.",
            rich_help_panel=_DATA,
        ),
    ] = None,
    delimiter: Annotated[
        str | None, typer.Option("--delimiter", help="Between the cells; found out by itself.", rich_help_panel=_DATA)
    ] = None,
    encoding: Annotated[
        str | None, typer.Option("--encoding", help="Of the file; found out by itself.", rich_help_panel=_DATA)
    ] = None,
    header: Annotated[
        bool,
        typer.Option("--header/--no-header", help="Whether the first line names the columns.", rich_help_panel=_DATA),
    ] = True,
) -> None:
    """Write a new project: settings, Avro schema and Flink SQL that run as they are."""
    check_name(name)
    folder = target_dir if target_dir is not None else Path(name)
    console = Console(highlight=False, soft_wrap=True)
    wish = FileWish(input_csv, input_file, csv_mode, delimiter, encoding, header)
    data_file, file_input = wish.path, None
    if data_file is not None:
        if value_format == "json":
            raise SettingsError(
                "--value-format: the rows of a data file are sent as Avro", remedy="Leave out --value-format."
            )
        if input_schema is not None:
            raise SettingsError(
                "--input-schema: the schema of a data file is inferred", remedy="Leave out one of them."
            )
        read = read_data_file(data_file, wish, name=name, folder=folder, console=Console(stderr=True))
        schema, file_input = read.schema, read.file_input
        show_profile(read, data_file, console)
    elif input_schema is None:
        schema = parse_schema_text(orders_schema(), Path("schemas/input.avsc"))
    else:
        schema = load_schema(input_schema)
    files = scaffold(
        name,
        schema_text=schema.text,
        schema=schema.parsed,
        schema_file=schema.path,
        file_input=file_input,
        value_format=value_format,
    )
    _write(folder, files, force=force)
    for path in files:
        console.print(f"wrote {folder / path}", markup=False)
    console.print(f"\nNext:  cd {folder} && pipegen validate && pipegen run --dashboard", markup=False)


def _write(folder: Path, files: dict[str, str], *, force: bool) -> None:
    """Writes all files or, where one stands in the way, none."""
    existing = [path for path in files if (folder / path).exists()]
    if existing and not force:
        raise ProjectError(
            f"{folder}: {', '.join(existing)} {'exists' if len(existing) == 1 else 'exist'} already",
            remedy="Use another name or --dir, or --force to overwrite.",
        )
    try:
        for path, text in files.items():
            target = folder / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")
    except OSError as error:
        raise ProjectError(f"{error.filename or folder}: cannot be written: {error.strerror}") from None
