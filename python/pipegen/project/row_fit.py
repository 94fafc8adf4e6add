"""Whether the table that is fed can read what is sent, as doubts: the first record shows whether they are right."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from pipegen.avro import InputSchema
from pipegen.choices import ValueFormat
from pipegen.errors import ProjectError
from pipegen.project.envelope import ENVELOPE_FORMATS, row_fields, row_inside
from pipegen.project.findings import Finding
from pipegen.project.flink_types import flink_row
from pipegen.project.inputs.fit import refuse_unfit
from pipegen.project.inputs.format import RecordFormat, json_format
from pipegen.project.plan.table import FlinkTable

_AVRO: Final = frozenset({"avro-confluent", "debezium-avro-confluent"})


def doubts_of_row(schema: InputSchema, table: FlinkTable, value_format: ValueFormat) -> Iterator[Finding]:
    """What a reader of the table may stumble over.

    Args:
        schema: The schema of what is sent.
        table: The table that reads it, as Flink describes it.
        value_format: How the records are written.
    """
    name, reads = table.name.table, table.format
    if reads is None or reads == "raw" or not table.is_kafka:
        return
    if (reads in _AVRO) != (value_format == "avro"):
        sent = "Avro as the schema registry frames it" if value_format == "avro" else "JSON"
        better = "avro-confluent" if value_format == "avro" else "json"
        yield _doubt(schema, f"{name} reads {reads}, but PipeGen sends {sent}", f"Write 'value.format' = '{better}'.")
        return
    row: Mapping[str, Any] = schema.parsed
    if reads in ENVELOPE_FORMATS:
        inside = row_inside(schema.parsed, reads)
        if inside is None:
            fields = " or ".join(row_fields(reads))
            message = f"{name} reads {reads}, and the input schema has no record in {fields}"
            yield _doubt(schema, message, f"Send the envelope of {reads}, or read '{reads.rpartition('-')[2]}'.")
            return
        row = inside
    elif reads in _AVRO and not any(key.endswith("avro-confluent.schema") for key in table.options or {}):
        try:
            reader = flink_row(row, schema.path, value_format=value_format).reader_schema
        except ProjectError:
            return  # said of the schema
        if reader is not None:
            yield _doubt(
                schema,
                f"{name} reads an Avro enum or fixed without 'value.avro-confluent.schema': Flink takes it for string "
                "or bytes, which Avro refuses",
                "`pipegen init NAME --input-schema FILE` writes a table that reads this schema.",
            )
    columns = tuple(column for column in table.physical if column.name in table.value_fields)
    written: RecordFormat = "avro-confluent" if value_format == "avro" else json_format(table)
    try:
        notes = refuse_unfit(row, columns, file=schema.path.name, where=name, written=written)
    except ProjectError as error:
        yield _doubt(schema, error.message, error.remedy)
        return
    for note in notes:
        yield _doubt(schema, note, None)


def _doubt(schema: InputSchema, message: str, remedy: str | None) -> Finding:
    return Finding(severity="warning", file=str(schema.path), message=message, remedy=remedy)
