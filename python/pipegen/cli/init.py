"""``pipegen init``: writes a new project, the orders example or one from a schema of the user's own."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from pipegen.avro import load_schema, parse_schema_text
from pipegen.errors import ProjectError
from pipegen.project import check_name, orders_schema, scaffold


def init(
    name: Annotated[str, typer.Argument(help="Name of the pipeline; topics are named after it.")],
    input_schema: Annotated[
        Path | None, typer.Option("--input-schema", help="Avro schema (.avsc) of your input; an example without it.")
    ] = None,
    target_dir: Annotated[
        Path | None, typer.Option("--dir", help="Folder to write into.  [default: ./NAME]", show_default=False)
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Overwrite files that exist.")] = False,
) -> None:
    """Write a new project: settings, Avro schema and Flink SQL that run as they are."""
    check_name(name)
    if input_schema is None:
        schema = parse_schema_text(orders_schema(), Path("schemas/input.avsc"))
    else:
        schema = load_schema(input_schema)
    files = scaffold(name, schema_text=schema.text, schema=schema.parsed, schema_file=schema.path)
    folder = target_dir if target_dir is not None else Path(name)
    _write(folder, files, force=force)
    console = Console(highlight=False, soft_wrap=True)
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
