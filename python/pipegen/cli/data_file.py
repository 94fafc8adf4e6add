"""``pipegen init`` for a data file: reads it once, says what was found, and describes it as a project's input."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn
from rich.table import Table

from pipegen.avro import InputSchema, parse_schema_text
from pipegen.choices import FeedMode
from pipegen.cli.tables import print_table
from pipegen.datafile import (
    ColumnProfile,
    CsvOptions,
    DataFile,
    FileProfile,
    open_data_file,
    profile_file,
    record_name,
    schema_of,
    schema_text,
)
from pipegen.errors import SettingsError
from pipegen.project import FileInput
from pipegen.units import format_count

_SHOWN = 3


@dataclass(frozen=True, slots=True)
class FileWish:
    """The data file that was named on the command line, and what was told about it."""

    csv: Path | None
    file: Path | None
    mode: FeedMode | None
    delimiter: str | None
    encoding: str | None
    header: bool

    @property
    def path(self) -> Path | None:
        """The file, whichever option named it.

        Raises:
            SettingsError: both did, or options for a file were given without one.
        """
        if self.csv is not None and self.file is not None:
            raise SettingsError("--input-csv and --input-file both name a file", remedy="Give one of them.")
        path = self.csv or self.file
        given = [self.mode, self.delimiter, self.encoding, None if self.header else False]
        if path is None and any(each is not None for each in given):
            raise SettingsError(
                "--csv-mode, --delimiter, --encoding and --no-header say something about a file, and none is named",
                remedy="Name it with --input-csv.",
            )
        if self.delimiter is not None and len(self.delimiter) != 1:
            raise SettingsError(f"--delimiter: “{self.delimiter}” is not one character", remedy="Write one, like ';'.")
        return path


@dataclass(frozen=True, slots=True)
class ReadFile:
    """A data file that was read: its schema and its section of the settings."""

    schema: InputSchema
    file_input: FileInput
    profile: FileProfile | None


def read_data_file(path: Path, wish: FileWish, *, name: str, folder: Path, console: Console) -> ReadFile:
    """Reads a file to its end.

    Raises:
        ProjectError: a row cannot be read, or the file's own schema is none that PipeGen can send.
    """
    options = CsvOptions(wish.delimiter, wish.encoding, wish.header)
    file = open_data_file(path, options, as_csv=wish.csv is not None)
    profile = None
    if file.avro_schema is None:
        profile = _profile(file, console)
        text = schema_text(schema_of(profile, record=record_name(name), file_name=path.name))
        schema = parse_schema_text(text, Path("schemas/input.avsc"))
    else:
        schema = parse_schema_text(schema_text(file.avro_schema), path)
    told: dict[str, object] = {"delimiter": wish.delimiter, "encoding": wish.encoding}
    told = {key: value for key, value in told.items() if value is not None} | ({} if wish.header else {"header": False})
    file_input = FileInput(
        path=os.path.relpath(path, folder),
        mode=wish.mode or "kafka",
        time_column=next((field.name for field in schema.fields if _is_time(field.type)), None),
        told=told,
    )
    return ReadFile(schema, file_input, profile)


def show_profile(read: ReadFile, path: Path, console: Console) -> None:
    """Prints what was found out about the columns."""
    profile = read.profile
    if profile is None:
        console.print(f"{path}: the file's own schema, record {read.schema.name}", markup=False)
        return
    console.print(f"{path}: {format_count(profile.rows)} rows, {len(profile.columns)} columns", markup=False)
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    for heading in ("field", "type", "null", "different", "values"):
        table.add_column(heading, justify="right" if heading in {"null", "different"} else "left")
    for column, field in zip(profile.columns, read.schema.fields, strict=True):
        about = "" if column.distinct_exact else "≈ "
        null = f"{100 * column.null_ratio:.2g} %" if column.nulls else ""
        table.add_row(field.name, column.kind, null, f"{about}{format_count(column.distinct)}", _values(column))
    print_table(table, console)
    for column in profile.columns:
        if column.other_formats:
            others = " or ".join(column.other_formats)
            console.print(
                f"note: column {column.name}: every value fits {column.format} and also {others}; taken as the first. "
                'Change "pipegen_format" in the schema if that is wrong.',
                markup=False,
                soft_wrap=True,
            )


def reading_line(console: Console) -> Callable[[int], bool]:
    """Tells, on a terminal, how many rows were read so far."""

    def tell(rows: int) -> bool:
        if console.is_terminal:
            console.print(f"reading the data file: {format_count(rows)} rows", end="\r")
        return True

    return tell


def _profile(file: DataFile, console: Console) -> FileProfile:
    bar = Progress(
        TextColumn("reading {task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.fields[rows]} rows"),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    )
    with bar:
        task = bar.add_task(file.path.name, total=1.0, rows="0")

        def progress(rows: int, ratio: float | None) -> None:
            bar.update(task, completed=ratio or 0.0, rows=format_count(rows))

        return profile_file(file, on_progress=progress)


def _values(column: ColumnProfile) -> str:
    numbers = column.numbers
    if numbers is not None:
        return f"{numbers.minimum:.15g} … {numbers.maximum:.15g}"
    if column.earliest is not None:
        return f"{column.earliest.isoformat()} … {column.latest.isoformat() if column.latest else ''}"
    shown = ", ".join(value if len(value) <= 20 else f"{value[:19]}…" for value, _ in column.frequent[:_SHOWN])
    return f"{shown}, …" if column.distinct > _SHOWN else shown


def _is_time(kind: object) -> bool:
    branches = kind if isinstance(kind, list) else [kind]
    return any(isinstance(branch, dict) and "timestamp" in str(branch.get("logicalType")) for branch in branches)
