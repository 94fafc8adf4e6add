"""The files of a new project as texts: what ``pipegen init`` writes. Touches no file itself."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from pipegen.choices import ValueFormat
from pipegen.config.addresses import local_addresses
from pipegen.errors import ProjectError
from pipegen.project.file_input import FILESYSTEM_OPTIONS, FileInput
from pipegen.project.flink_types import FlinkColumn, FlinkRow, flink_row, quoted
from pipegen.project.templates import ORDERS_SCHEMA, README, SETTINGS, SQL_SETTINGS

_NAME: Final = re.compile(r"[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?", re.IGNORECASE)
_MAX_NAME_LENGTH: Final = 100
"""Topics are NAME-output-RUNID and may have 249 characters."""

_NUMERIC: Final = re.compile(r"(?:INT|BIGINT|FLOAT|DOUBLE|DECIMAL\(.*\))")

_FORMAT_OPTIONS: Final[Mapping[ValueFormat, Mapping[str, str]]] = {
    "avro": {"value.format": "avro-confluent", "value.avro-confluent.url": "${SCHEMA_REGISTRY_URL}"},
    "json": {"value.format": "json", "value.json.timestamp-format.standard": "ISO-8601"},
}
_VALUE_FORMAT_LINES: Final[Mapping[ValueFormat, str]] = {
    "avro": "  # value_format: avro        # avro, or json: then the tables in sql/ need 'value.format' = 'json'",
    "json": "  value_format: json          # as the tables in sql/ read it; no schema registry",
}


def check_name(name: str) -> None:
    """Checks the name of a project: it becomes part of topic names.

    Raises:
        ProjectError: when it cannot.
    """
    if _NAME.fullmatch(name) is None or len(name) > _MAX_NAME_LENGTH:
        raise ProjectError(
            f"“{name}” cannot be the name of a project: topics are named after it",
            remedy="Use letters, digits, '-', '_' and '.', starting and ending with a letter or digit, "
            f"at most {_MAX_NAME_LENGTH} characters.",
        )


def sql_project(name: str, texts: Mapping[Path, str]) -> dict[str, str]:
    """Path inside the project → text of each file, for a project that runs SQL as it is.

    Args:
        name: The project's name.
        texts: The SQL, by the files that it came from, in their order.

    Raises:
        ProjectError: two of the files have the same name.
    """
    names = [file.name for file in texts]
    twice = next((each for each in names if names.count(each) > 1), None)
    if twice is not None:
        raise ProjectError(f"--from-sql: two files are called {twice}", remedy="Rename one of them.")
    listed = ", ".join(json.dumps(f"sql/{each}") for each in names)
    return {
        ".pipegen.yaml": SQL_SETTINGS.format(name=name, files=listed),
        **{f"sql/{file.name}": text for file, text in texts.items()},
    }


def scaffold(
    name: str,
    *,
    schema_text: str,
    schema: Mapping[str, Any],
    schema_file: Path,
    file_input: FileInput | None = None,
    value_format: ValueFormat = "avro",
) -> dict[str, str]:
    """Path inside the project → text of each file.

    Args:
        name: The project's name.
        schema_text: The input's schema as it is written down.
        schema: The same, parsed and valid.
        schema_file: Where it came from, for messages.
        file_input: The data file whose rows are the input; they are generated without.
        value_format: How the records are written, on both topics.

    Raises:
        ProjectError: for a bad name, or a type that Flink cannot read, with its JSON path.
    """
    check_name(name)
    row = flink_row(schema, schema_file, value_format=value_format)
    columns = row.columns
    record = str(schema["name"]).rpartition(".")[2]
    by_flink = file_input is not None and file_input.mode == "filesystem"
    names = _TableNames(record, [column.name for column in columns], carried=not by_flink)
    origin = f"generated `{record}` records" if file_input is None else f"the rows of `{file_input.path}`"
    return {
        ".pipegen.yaml": SETTINGS.format(name=name, value_format=_VALUE_FORMAT_LINES[value_format], **local_addresses())
        + (file_input.settings_yaml() if file_input else ""),
        "schemas/input.avsc": schema_text if schema_text.endswith("\n") else schema_text + "\n",
        "sql/01_source.sql": _file_source_sql(names, row) if by_flink else _source_sql(names, row, value_format),
        "sql/02_sink.sql": _sink_sql(names, columns, value_format),
        "sql/03_process.sql": _process_sql(names, columns),
        "README.md": README.format(
            name=name,
            source=names.source,
            sink=names.sink,
            way=f"{origin} → Flink SQL" if by_flink else f"{origin} → Kafka → Flink SQL",
            over="data file" if by_flink else "input topic",
        ),
    }


def orders_schema() -> str:
    """The schema of the example: orders of a shop."""
    return ORDERS_SCHEMA


class _TableNames:
    """Names of the two tables and of the metadata columns, clear of the record's own fields.

    Args:
        record: Name of the record.
        fields: Its fields.
        carried: Whether there are metadata columns: rows that Flink reads from a file have no header or due time.
    """

    def __init__(self, record: str, fields: Sequence[str], *, carried: bool) -> None:
        self.carried = carried
        stem = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", record).lower()
        self.source = f"{stem}_in"
        self.sink = f"{stem}_out"
        self.headers = _free("hdr", fields)
        self.due = _free("due", fields)
        self.computed = _free("amount" if {"quantity", "price"} <= set(fields) else "processed_at", fields)

    def metadata_columns(self) -> list[str]:
        if not self.carried:
            return []
        return [
            f"{quoted(self.headers)} MAP<STRING, BYTES> METADATA FROM 'headers'",
            f"{quoted(self.due)} TIMESTAMP_LTZ(3) METADATA FROM 'timestamp'",
        ]


def _free(name: str, taken: Sequence[str]) -> str:
    lowered = {each.lower() for each in taken}
    while name.lower() in lowered:
        name = f"pipegen_{name}"
    return name


def _source_sql(names: _TableNames, row: FlinkRow, value_format: ValueFormat) -> str:
    options = {
        "connector": "kafka",
        "topic": "${INPUT_TOPIC}",
        "properties.bootstrap.servers": "${BOOTSTRAP_SERVERS}",
        "properties.group.id": "${GROUP_ID}",
        "scan.startup.mode": "earliest-offset",
        **_FORMAT_OPTIONS[value_format],
    }
    if row.reader_schema is not None:
        options["value.avro-confluent.schema"] = row.reader_schema
    comment = [
        "-- The input topic. PipeGen fills in ${…} for every run.",
        f"-- {names.headers} and {names.due} carry PipeGen's header and each record's due time through the pipeline:",
        "-- end-to-end latency is measured by them.",
    ]
    return _create_table(comment, names.source, names, [(column.ddl, column.note) for column in row.columns], options)


def _file_source_sql(names: _TableNames, row: FlinkRow) -> str:
    comment = [
        "-- The data file, read by Flink itself. For every run PipeGen writes a copy of it as Flink's format wants it:",
        "-- without a header line, dates and times in SQL's own form, \\N for null.",
    ]
    return _create_table(
        comment, names.source, names, [(column.ddl, column.note) for column in row.columns], FILESYSTEM_OPTIONS
    )


def _sink_sql(names: _TableNames, columns: Sequence[FlinkColumn], value_format: ValueFormat) -> str:
    options = {
        "connector": "kafka",
        "topic": "${OUTPUT_TOPIC}",
        "properties.bootstrap.servers": "${BOOTSTRAP_SERVERS}",
        **_FORMAT_OPTIONS[value_format],
    }
    comment = ["-- The output topic."]
    if value_format == "avro":
        options["value.avro-confluent.subject"] = "${OUTPUT_TOPIC}-value"
        comment = ["-- The output topic. Flink registers its schema under the subject named below."]
    lines = [(column.ddl, column.note) for column in columns]
    lines.append((f"{quoted(names.computed)} {_computed_type(columns)}", None))
    return _create_table(comment, names.sink, names, lines, options)


def _process_sql(names: _TableNames, columns: Sequence[FlinkColumn]) -> str:
    items = [quoted(column.name) for column in columns]
    items.append(f"{_computed_sql(columns)} AS {quoted(names.computed)}")
    if names.carried:
        items += [quoted(names.headers), quoted(names.due)]
    body = ",\n".join(f"    {item}" for item in items)
    return (
        "-- One output record for each input record. Change the query as you like; `pipegen validate` says what can\n"
        "-- still be measured with a WHERE, a window or a GROUP BY.\n"
        f"INSERT INTO {quoted(names.sink)}\nSELECT\n{body}\nFROM {quoted(names.source)};\n"
    )


def _create_table(
    comment: Sequence[str],
    table: str,
    names: _TableNames,
    columns: Sequence[tuple[str, str | None]],
    options: Mapping[str, str],
) -> str:
    lines = [*columns, *((column, None) for column in names.metadata_columns())]
    body = "\n".join(
        f"    {ddl}{',' if index < len(lines) - 1 else ''}{f'  -- {note}' if note else ''}"
        for index, (ddl, note) in enumerate(lines)
    )
    settings = ",\n".join(f"    '{key}' = '{value}'" for key, value in options.items())
    head = "\n".join(comment)
    return f"{head}\nCREATE TABLE {quoted(table)} (\n{body}\n) WITH (\n{settings}\n);\n"


def _factors(columns: Sequence[FlinkColumn]) -> tuple[FlinkColumn, FlinkColumn] | None:
    by_name = {column.name: column for column in columns if _NUMERIC.fullmatch(column.type)}
    if {"quantity", "price"} <= set(by_name):
        return by_name["quantity"], by_name["price"]
    return None


def _computed_sql(columns: Sequence[FlinkColumn]) -> str:
    if _factors(columns):
        return f"CAST({quoted('quantity')} * {quoted('price')} AS DOUBLE)"
    return "CAST(CURRENT_TIMESTAMP AS TIMESTAMP(3))"


def _computed_type(columns: Sequence[FlinkColumn]) -> str:
    factors = _factors(columns)
    if factors is None:
        return "TIMESTAMP(3) NOT NULL"
    return "DOUBLE" if any(column.nullable for column in factors) else "DOUBLE NOT NULL"
