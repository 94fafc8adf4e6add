"""Writes a new project: the example, one for a schema of the user's own, or for a data file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from pipegen.avro import load_schema, parse_schema_text
from pipegen.choices import ValueFormat
from pipegen.cli.data_file import FileRequest, read_data_file, refuse_guesses, show_profile
from pipegen.errors import ProjectError, SettingsError
from pipegen.project import check_name, orders_schema, scaffold
from pipegen.project.plan.splitter import whole_file
from pipegen.project.scaffold import sql_project


def write_project(
    name: str,
    *,
    folder: Path,
    input_schema: Path | None,
    value_format: ValueFormat,
    request: FileRequest,
    force: bool,
) -> None:
    """Writes a project's files and says what was written."""
    check_name(name)
    console = Console(highlight=False, soft_wrap=True)
    data_file, file_input = request.path, None
    if data_file is not None:
        if value_format == "json":
            raise SettingsError(
                "--value-format: the rows of a data file are sent as Avro", remedy="Leave out --value-format."
            )
        if input_schema is not None:
            raise SettingsError(
                "--input-schema: the schema of a data file is inferred", remedy="Leave out one of them."
            )
        read = read_data_file(data_file, request, name=name, folder=folder, console=Console(stderr=True))
        schema, file_input = read.schema, read.file_input
        show_profile(read, data_file, console)
        if request.strict:
            refuse_guesses(read, data_file)
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


def write_sql_project(name: str, files: Sequence[Path], *, folder: Path, alone: bool, force: bool) -> None:
    """Writes a project that runs SQL files as they are."""
    check_name(name)
    if not alone:
        raise SettingsError(
            "--from-sql: the records are made from the columns of the SQL's tables",
            remedy="Leave out --input-schema, --input-csv and --input-file.",
        )
    texts = {file: whole_file(file) for file in files}
    written = sql_project(name, texts)
    _write(folder, written, force=force)
    console = Console(highlight=False, soft_wrap=True)
    for path in written:
        console.print(f"wrote {folder / path}", markup=False)
    console.print(f"\nNext:  cd {folder} && pipegen validate --flink && pipegen run --dashboard", markup=False)


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
