"""``pipegen init`` for a data file: reads it once, says what was found, and describes it as a project's input."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn
from rich.table import Table as RichTable

from pipegen.avro import InputSchema, parse_schema_text
from pipegen.choices import FeedMode
from pipegen.cli.tables import print_table
from pipegen.cli.terminal import shown
from pipegen.datafile import (
    DEFAULT_NULLS,
    NO_QUOTE,
    AvroFile,
    CaptureFile,
    ColumnProfile,
    CsvOptions,
    DataFile,
    FileProfile,
    RowEncoder,
    Table,
    open_data_file,
    profile_file,
    record_name,
    schema_of,
    schema_text,
)
from pipegen.errors import ProjectError, SettingsError
from pipegen.moment import iso_at
from pipegen.project import FileInput
from pipegen.units import format_count

_SHOWN = 3


@dataclass(frozen=True, slots=True)
class FileRequest:
    """The data file that was named on the command line, and what was told about it."""

    csv: Path | None
    file: Path | None
    mode: FeedMode | None
    options: CsvOptions
    strict: bool

    @property
    def path(self) -> Path | None:
        """The file, whichever option named it.

        Raises:
            SettingsError: both did, or options for a file were given without one.
        """
        if self.csv is not None and self.file is not None:
            raise SettingsError("--input-csv and --input-file both name a file", remedy="Give one of them.")
        path = self.csv or self.file
        if path is None and (told := [*self.told, *(["csv_mode"] if self.mode is not None else [])]):
            given = ", ".join("--no-header" if each == "header" else f"--{each.replace('_', '-')}" for each in told)
            raise SettingsError(
                f"{given} says something about a file, and none is named", remedy="Name it with --input-csv."
            )
        return path

    @property
    def told(self) -> dict[str, object]:
        """What was told about the file, by the names of the settings."""
        found: dict[str, object] = {}
        for field in dataclasses.fields(self.options):
            value = getattr(self.options, field.name)
            if value != field.default:
                found["null_values" if field.name == "nulls" else field.name] = value
        return found


def read_options(*, null_values: Sequence[str] | None, **told: Any) -> CsvOptions:
    """What is told about a CSV file.

    Raises:
        SettingsError: what must be one character is not, or two options contradict each other.
    """
    for name in ("delimiter", "quote", "escape"):
        value = told[name]
        if value is not None and len(value) != 1 and not (name == "quote" and value == NO_QUOTE):
            remedy = "Write one, like '\"', or none." if name == "quote" else "Write one, like ';'."
            raise SettingsError(f"--{name}: “{value}” is not one character", remedy=remedy)
    if told["header_line"] is not None and (told["header"] is False or told["skip_lines"] is not None):
        raise SettingsError(
            "--header-line says where the header is, and --no-header or --skip-lines as well",
            remedy="Give one of them.",
        )
    nulls = DEFAULT_NULLS if null_values is None else ("", *null_values)
    return CsvOptions(nulls=nulls, **told)


@dataclass(frozen=True, slots=True)
class ReadFile:
    """A data file that was read: its schema and its section of the settings."""

    schema: InputSchema
    file_input: FileInput
    profile: FileProfile | None


def read_data_file(path: Path, request: FileRequest, *, name: str, folder: Path, console: Console) -> ReadFile:
    """Reads a file to its end.

    Raises:
        ProjectError: a row cannot be read, or the file's own schema is none that PipeGen can send.
    """
    file = open_data_file(path, request.options, as_csv=request.csv is not None)
    profile = None
    if not isinstance(file, AvroFile):
        profile = _profile(file, console)
        text = schema_text(schema_of(profile, record=record_name(name), file_name=path.name))
        schema = parse_schema_text(text, Path("schemas/input.avsc"))
    else:
        if isinstance(file, CaptureFile):
            file.check_decoded()
        schema = parse_schema_text(schema_text(file.avro_schema), path)
        _check_rows(file, schema, console)
    file_input = FileInput(
        path=os.path.relpath(path, folder),
        mode=request.mode or "kafka",
        time_column=next((field.name for field in schema.fields if _is_time(field.type)), None),
        told=request.told,
    )
    return ReadFile(schema, file_input, profile)


def refuse_guesses(read: ReadFile, path: Path) -> None:
    """With ``--strict``: what was guessed is an error.

    Raises:
        ProjectError: something was.
    """
    if read.profile is not None and read.profile.guesses:
        raise ProjectError(
            f"{path}: guessed, and --strict is on:\n" + "\n".join(f"  {guess}" for guess in read.profile.guesses),
            remedy="Say it with the options that are named, or leave out --strict.",
        )


def show_profile(read: ReadFile, path: Path, console: Console) -> None:
    """Prints what was found out about the columns."""
    profile = read.profile
    if profile is None:
        console.print(f"{path}: the file's own schema, record {read.schema.name}")
        return
    rows = f"{path}: {format_count(profile.rows)} rows, {len(profile.columns)} columns"
    console.print(f"{rows} ({profile.read_as})")
    table = RichTable(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    for heading in ("field", "type", "null", "different", "values"):
        table.add_column(heading, justify="right" if heading in {"null", "different"} else "left")
    for column, field in zip(profile.columns, read.schema.fields, strict=True):
        about = "" if column.distinct_exact else "≈ "
        cells = (field.name, column.kind, _percent(column), f"{about}{format_count(column.distinct)}", _values(column))
        table.add_row(*map(shown, cells))
    print_table(table, console)
    for guess in profile.guesses:
        console.print(f"note: {guess}.", soft_wrap=True)


def reading_line(console: Console) -> Callable[[int], bool]:
    """Tells, on a terminal, how many rows were read so far."""

    def tell(rows: int) -> bool:
        if console.is_terminal:
            console.print(f"reading the data file: {format_count(rows)} rows", end="\r")
        return True

    return tell


def _profile(file: Table, console: Console) -> FileProfile:
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


def _check_rows(file: DataFile, schema: InputSchema, console: Console) -> None:
    """Reads a file with a schema of its own to its end: a damaged one is told before anything is written."""
    tell = reading_line(console)
    for row, _ in enumerate(RowEncoder(file, schema.parsed, key_field=None).encoded(), start=1):
        if row % 100_000 == 0:
            tell(row)


def _percent(column: ColumnProfile) -> str:
    if not column.nulls:
        return ""
    percent = 100 * column.null_ratio
    return f"{percent:.0f} %" if percent >= 9.95 else f"{percent:.2g} %"


def _values(column: ColumnProfile) -> str:
    numbers = column.numbers
    if numbers is not None:
        return f"{_shown(numbers.minimum)} … {_shown(numbers.maximum)}"
    if column.earliest is not None and column.latest is not None:
        ends = (column.earliest, column.latest)
        return " … ".join(_moment(each) if isinstance(each, datetime) else each.isoformat() for each in ends)
    shown = ", ".join(value if len(value) <= 20 else f"{value[:19]}…" for value, _ in column.frequent[:_SHOWN])
    return f"{shown}, …" if column.distinct > _SHOWN else shown


def _shown(number: float) -> str:
    return str(number) if isinstance(number, int) else f"{number:.15g}"


def _moment(moment: datetime) -> str:
    """A time as it is sent: in milliseconds."""
    return iso_at(moment.replace(tzinfo=UTC).timestamp())


def _is_time(kind: object) -> bool:
    branches = kind if isinstance(kind, list) else [kind]
    return any(isinstance(branch, dict) and "timestamp" in str(branch.get("logicalType")) for branch in branches)
