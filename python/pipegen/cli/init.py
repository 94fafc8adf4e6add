"""Writes a new project: the example, one for a schema of the user's own, or for a data file."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from pipegen.avro import InputSchema, load_schema, parse_schema_text
from pipegen.choices import ValueFormat
from pipegen.cli.data_file import FileRequest, read_data_file, refuse_guesses, show_profile
from pipegen.cli.sentences import print_warning
from pipegen.cli.terminal import Terminal
from pipegen.cli.validate import findings_of
from pipegen.config import load_settings
from pipegen.errors import ProjectError, SettingsError
from pipegen.project import check_name, orders_schema, scaffold, schema_warnings
from pipegen.project.plan.splitter import whole_file
from pipegen.project.scaffold import sql_project
from pipegen.run import record_plan
from pipegen.whole_file import write_whole


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
    console = Terminal(soft_wrap=True)
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
        read = read_data_file(data_file, request, name=name, folder=folder, console=Terminal(stderr=True))
        schema, file_input = read.schema, read.file_input
        show_profile(read, data_file, console)
        if request.strict:
            refuse_guesses(read, data_file)
    elif input_schema is None:
        schema = parse_schema_text(orders_schema(), Path("schemas/input.avsc"))
    else:
        schema = load_schema(input_schema)
    for finding in schema_warnings(schema):
        print_warning(f"{finding.where}: {finding.message}")
    files = scaffold(
        name,
        schema_text=schema.text,
        schema=schema.parsed,
        schema_file=schema.path,
        file_input=file_input,
        value_format=value_format,
    )
    _refuse_existing(folder, files, force=force)
    _refuse_faulty(files, schema, data_file)
    _write(folder, files)
    for path in files:
        console.print(f"wrote {folder / path}")
    console.print(f"\nNext:  cd {folder} && pipegen validate && pipegen run --dashboard")


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
    _refuse_existing(folder, written, force=force)
    _write(folder, written)
    console = Terminal()
    for path in written:
        console.print(f"wrote {folder / path}")
    console.print(f"\nNext:  cd {folder} && pipegen validate --flink && pipegen run --dashboard")


def _refuse_existing(folder: Path, files: Mapping[str, str], *, force: bool) -> None:
    existing = [path for path in files if (folder / path).exists()]
    if existing and not force:
        raise ProjectError(
            f"{folder}: {', '.join(existing)} {'exists' if len(existing) == 1 else 'exist'} already",
            remedy="Use another name or --dir, or --force to overwrite.",
        )


def _refuse_faulty(files: Mapping[str, str], schema: InputSchema, data_file: Path | None) -> None:
    """Checks what would be written as ``pipegen validate`` does, where nobody sees it.

    Raises:
        ProjectError: the first error.
    """
    with tempfile.TemporaryDirectory(prefix="pipegen-init-") as name:
        trial = Path(name)
        _write(trial, files)
        resolved = load_settings(project_dir=trial, flags=_file_flag(data_file), environ={})
        record_plan(schema, resolved.settings, schema_id=0)  # names the file and line that the user knows
        errors = [each for each in findings_of(trial, resolved) if each.severity == "error"]
    for error in errors:
        message = f"{error.where}: {error.message}".replace(f"{trial}{os.sep}", "")
        raise ProjectError(message, remedy=error.remedy)


def _file_flag(data_file: Path | None) -> dict[str, object]:
    """The data file's path, which the settings have from the project's folder on."""
    return {} if data_file is None else {"feed.file": str(data_file.absolute())}


def _write(folder: Path, files: Mapping[str, str]) -> None:
    """Writes all files or, where one cannot be written, none."""
    before: dict[Path, bytes | None] = {}
    made: list[Path] = []
    try:
        for path, text in files.items():
            target = folder / path
            missing = [each for each in (target.parent, *target.parent.parents) if not each.exists()]
            for each in reversed(missing):
                each.mkdir()
                made.append(each)
            old = target.read_bytes() if target.exists() else None
            write_whole(target, text)
            before[target] = old
    except BaseException as error:
        _take_back(before, made)
        if isinstance(error, OSError):
            raise ProjectError(f"{error.filename or folder}: cannot be written: {error.strerror}") from None
        raise


def _take_back(before: Mapping[Path, bytes | None], made: Sequence[Path]) -> None:
    for target, old in before.items():
        if old is None:
            target.unlink()
        else:
            write_whole(target, old)
    for each in reversed(made):
        each.rmdir()
