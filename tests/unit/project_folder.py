"""Writes a project folder for a test, from the example that ``pipegen init`` writes."""

from __future__ import annotations

from pathlib import Path

from pipegen.avro import parse_schema_text
from pipegen.project import orders_schema, scaffold


def write_orders(folder: Path) -> Path:
    """The orders example in ``folder``."""
    schema = parse_schema_text(orders_schema(), Path("input.avsc"))
    files = scaffold("orders", schema_text=schema.text, schema=schema.parsed, schema_file=schema.path)
    for path, text in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
    return folder


def change(file: Path, old: str, new: str) -> None:
    """Replaces a piece of text that must be there."""
    text = file.read_text(encoding="utf-8")
    assert old in text, f"{file} has no {old!r}"
    file.write_text(text.replace(old, new), encoding="utf-8")
