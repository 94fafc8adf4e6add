"""What is valid in the input's schema and probably not meant, as warnings with their places."""

from __future__ import annotations

from collections.abc import Iterator

from pipegen.avro import InputSchema
from pipegen.project.findings import Finding
from pipegen.project.flink_types import FlinkRow


def schema_warnings(schema: InputSchema) -> Iterator[Finding]:
    """What the reader of schemas warns of."""
    for note in schema.warnings:
        yield _warning(schema, note.path, note.problem, f"{note.remedy[0].upper()}{note.remedy[1:]}.")


def row_warnings(schema: InputSchema, row: FlinkRow) -> Iterator[Finding]:
    """What Flink cannot read as it is meant."""
    for path, message in row.warnings.items():
        yield _warning(schema, path, message, "It is read as it is written.")


def _warning(schema: InputSchema, json_path: str, message: str, remedy: str) -> Finding:
    file, line, within = schema.place_of(json_path)
    return Finding(severity="warning", file=str(file), line=line, message=f"{within}: {message}", remedy=remedy)
