"""The data file of a run, as the settings name it, and what rows of a file cannot do. Opens it; reads no row."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from pipegen.config import Settings
from pipegen.config.source import source_of
from pipegen.datafile import DEFAULT_NULLS, CaptureFile, CsvOptions, DataFile, find_field, open_data_file
from pipegen.errors import ProjectError, SettingsError

_TYPED: Final = {".ndjson", ".jsonl", ".avro", ".parquet", ".pq"}


def open_input(
    project_dir: Path,
    settings: Settings,
    schema: Mapping[str, Any],
    sources: Mapping[str, str],
    *,
    own_topic: str | None = None,
) -> DataFile | None:
    """The file whose rows are the input; None when records are generated.

    Args:
        project_dir: The project's folder.
        settings: The settings in force.
        schema: The project's schema.
        sources: Where each setting came from, for messages.
        own_topic: The topic of the table that reads the records and determines their format and keys; None if not
            known yet.

    Raises:
        ProjectError: it is not there, or cannot be read.
        SettingsError: the settings ask for what only generated records can do.
    """
    feed = settings.feed
    if feed.file is None:
        return None
    path = project_dir / feed.file
    file = open_file(path, settings, feed.topic, own_topic)
    if feed.topic is not None and not isinstance(file, CaptureFile):
        raise SettingsError(
            f"{source_of(sources, 'feed.topic')}: feed.topic: {path} contains no captured records",
            remedy="Leave it out.",
        )
    if feed.mode == "kafka":
        _check(file, settings, schema, sources, read_by_table=own_topic is not None)
    return file


def open_file(path: Path, settings: Settings, topic: str | None, own_topic: str | None) -> DataFile:
    """Opens a data file; for a capture of several topics, the records of a given topic or of the table's own.

    Raises:
        ProjectError: it cannot be read, or has no records of the topic.
    """
    options, as_csv = _csv_options(settings), path.suffix.lower() not in _TYPED
    try:
        return open_data_file(path, options, as_csv=as_csv, topic=topic)
    except ProjectError:
        if topic is not None or own_topic is None:
            raise
        return open_data_file(path, options, as_csv=as_csv, topic=own_topic)


def _csv_options(settings: Settings) -> CsvOptions:
    """The CSV format that the settings describe."""
    feed = settings.feed
    return CsvOptions(
        delimiter=feed.delimiter,
        encoding=feed.encoding,
        header=feed.header,
        nulls=feed.null_values if feed.null_values is not None else DEFAULT_NULLS,
        skip_lines=feed.skip_lines,
        header_line=feed.header_line,
        comment=feed.comment,
        quote=feed.quote,
        escape=feed.escape,
        decimal_comma=feed.decimal_comma,
    )


def key_field_of(settings: Settings) -> str | None:
    """The field that is the Kafka key of a row; None where keys come from elsewhere, as only generated records' can."""
    key = settings.pipeline.key
    if isinstance(key, dict):
        return str(key["field"]) if "field" in key else None
    return None if key == "none" else settings.pipeline.key_field


def _check(
    file: DataFile,
    settings: Settings,
    schema: Mapping[str, Any],
    sources: Mapping[str, str],
    *,
    read_by_table: bool,
) -> None:
    """Refuses what would otherwise be passed over in silence."""

    def refused(key: str, why: str, remedy: str) -> SettingsError:
        return SettingsError(f"{source_of(sources, key)}: {key}: {why}", remedy=remedy)

    pipeline = settings.pipeline
    if not read_by_table and pipeline.value_format != "avro" and not (isinstance(file, CaptureFile) and file.raw):
        raise refused("pipeline.value_format", "the rows of a data file are sent as Avro", "Leave it out.")
    if shares := settings.faults.shares():
        raise refused(
            "faults",
            f"{', '.join(shares)}: faults are injected into generated records only, not into rows of a data file",
            "Remove them, or remove feed.file.",
        )
    if read_by_table or isinstance(file, CaptureFile):
        return  # its keys are the captured ones, or those the table reads
    if isinstance(pipeline.key, dict) and set(pipeline.key) != {"field"}:
        raise refused("pipeline.key", "the key of a row is one of its fields", "Write {field: NAME}.")
    field = key_field_of(settings)
    if field is not None and (found := find_field(schema, field)) is not None and found["name"] == field:
        return
    if field is not None:
        names = ", ".join(str(each["name"]) for each in schema["fields"])
        raise refused(
            "pipeline.key" if isinstance(pipeline.key, dict) else "pipeline.key_field",
            f"the schema has no field “{field}”",
            f"Name one of {names}.",
        )
