"""Compares the source table's columns with the schema of what is sent, before Flink stumbles over the first record."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from pipegen.project.findings import Finding
from pipegen.project.flink_types import FlinkColumn, FlinkRow
from pipegen.project.tables import Column, Table
from pipegen.suggestion import did_you_mean

_WIDER: Final = {
    "INT": {"BIGINT", "FLOAT", "DOUBLE"},
    "BIGINT": {"FLOAT", "DOUBLE"},
    "FLOAT": {"DOUBLE"},
    "STRING": {"BYTES"},
    "BYTES": {"STRING"},
}
"""What Avro may read a type as, other than itself."""

_SYNONYMS: Final = {"INTEGER": "INT", "CHARACTER VARYING": "VARCHAR", "DOUBLE PRECISION": "DOUBLE", "DEC": "DECIMAL"}
_SCALARS: Final = {"BOOLEAN", "INT", "BIGINT", "FLOAT", "DOUBLE", "STRING", "BYTES", "DATE", "TIME(3)", "TIMESTAMP(3)"}


def check_columns(table: Table, row: FlinkRow) -> Iterator[Finding]:
    """Findings about the columns of the table that reads the input topic."""
    fields = {column.name: column for column in row.columns}
    told = any(key.endswith("avro-confluent.schema") for key in table.options)
    if row.reader_schema is not None and not told:
        yield Finding(
            severity="error",
            file=str(table.file),
            line=table.line,
            message=f"{table.name} reads an Avro enum or fixed without 'value.avro-confluent.schema': Flink would take "
            "it for string or bytes, which Avro refuses",
            remedy="`pipegen init NAME --input-schema FILE` writes a table that reads this schema.",
        )
    for column in table.columns:
        if not column.physical:
            continue
        field = fields.get(column.name)
        yield from _missing(table, column, list(fields)) if field is None else _differing(table, column, field)


def _missing(table: Table, column: Column, fields: list[str]) -> Iterator[Finding]:
    what = "Avro refuses to read NOT NULL" if not column.nullable else "it is always null"
    yield Finding(
        severity="warning" if column.nullable else "error",
        file=str(table.file),
        line=column.line,
        message=f"the input schema has no field {column.name}: {what}",
        remedy=did_you_mean(column.name, fields) or f"Fields: {', '.join(fields)}.",
    )


def _differing(table: Table, column: Column, field: FlinkColumn) -> Iterator[Finding]:
    given, expected = _normal(column.type), _normal(field.type)
    if given != expected and given not in _WIDER.get(expected, set()):
        certain = expected in _SCALARS and (given in _SCALARS or given.startswith(("TIMESTAMP_LTZ", "DECIMAL")))
        yield Finding(
            severity="error" if certain else "warning",
            file=str(table.file),
            line=column.line,
            message=f"{column.name} is {column.type}, but the input schema is read as {field.type}",
            remedy=f"Write: {field.ddl}",
        )
    elif field.nullable and not column.nullable:
        yield Finding(
            severity="error",
            file=str(table.file),
            line=column.line,
            message=f"{column.name} is NOT NULL, but the schema allows null: the first one would stop the job",
            remedy=f"Write: {field.ddl}",
        )


def _normal(type_text: str) -> str:
    text = re.sub(r"\s+", " ", type_text.upper().replace("`", "")).strip()
    text = re.sub(r"\s*([(),<>])\s*", r"\1", text)
    for synonym, name in _SYNONYMS.items():
        text = re.sub(rf"\b{synonym}\b", name, text)
    text = text.replace(" NOT NULL", "")
    if re.fullmatch(r"(?:VARCHAR|CHAR)(?:\(\d+\))?", text):
        return "STRING"
    if re.fullmatch(r"(?:VARBINARY|BINARY)(?:\(\d+\))?", text):
        return "BYTES"
    return {"TIMESTAMP(3)WITHOUT TIME ZONE": "TIMESTAMP(3)"}.get(text, text)
