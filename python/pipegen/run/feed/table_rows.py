"""Turns the rows of a data file into records for a table of the SQL, in its format and with the keys it reads.

Captured records keep their keys and headers.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from pipegen.avro import frame
from pipegen.config import Settings
from pipegen.datafile import CaptureEncoder, CaptureFile, DataFile, RowEncoder
from pipegen.datafile.inference.schema import COLUMN_KEY
from pipegen.datafile.rows.capture_file import Headers
from pipegen.errors import ProjectError
from pipegen.hotpath import RecordPlan
from pipegen.project import InputFacts
from pipegen.project.inputs import InputRecord
from pipegen.run.feed.generated import SchemaIds, input_plan


class TableRows:
    """The rows of a file as records.

    Args:
        file: The file.
        facts: The input, and what its records are made from.
        settings: The settings in force.
        ids: The ids of its schemas in the registry.
    """

    def __init__(self, file: DataFile, facts: InputFacts, settings: Settings, *, ids: SchemaIds) -> None:
        assert facts.record is not None  # noqa: S101 -- only tables that Flink has read get here
        self._record: InputRecord = facts.record
        self._plan = input_plan(facts, settings, ids=ids, schedule=None)
        self._encoder = RowEncoder(file, _by_column(self._record.generated), key_field=None)
        self._captured = None
        if isinstance(file, CaptureFile):
            refuse_keys(file, facts)
            self._captured = _CapturedValues(file, self._record, ids)

    def rows(self, prefix: bytes) -> Iterator[tuple[bytes | None, bytes | None, Headers]]:
        """Value, key and headers of each row; values get no extra prefix.

        Raises:
            ProjectError: a row cannot be read or does not fit the table.
        """
        del prefix
        if self._captured is None:
            for event, (binary, _) in enumerate(self._encoder.encoded()):
                yield (*self._plan.written(binary, event=event), ())
            return
        own_keys = self._record.key is not None and self._record.key.registered
        made = self._encoder.encoded() if own_keys else iter(())
        for event, (value, captured, headers) in enumerate(self._captured.rows()):
            key = captured
            if own_keys and value is not None:
                # The captured bytes refer to a schema of the registry they come from.
                key = self._plan.written(next(made)[0], event=event)[1]
            yield value, key, headers

    def no_rows(self) -> ProjectError:
        """The sentence for a file without rows."""
        return (self._captured or self._encoder).no_rows()


class _CapturedValues:
    """Captured records with their values in the table's format; raw records unchanged."""

    def __init__(self, file: CaptureFile, record: InputRecord, ids: SchemaIds) -> None:
        self._encoder = CaptureEncoder(file, _by_column(record.schema))
        self._plan: RecordPlan | None = None
        if not file.raw:
            framed = record.registered and ids.value is not None
            self._plan = RecordPlan(
                json.dumps(record.schema),
                value_prefix=frame(ids.value or 0, b"") if framed else b"",
                value_format="avro" if record.format.startswith("avro") else record.format,
            )

    def rows(self) -> Iterator[tuple[bytes | None, bytes | None, Headers]]:
        for value, key, headers in self._encoder.rows(b""):
            if self._plan is not None and value is not None:
                yield self._plan.written(value, event=0)[0], key, headers
            else:
                yield value, key, headers

    def no_rows(self) -> ProjectError:
        return self._encoder.no_rows()


def refuse_keys(file: CaptureFile, facts: InputFacts) -> None:
    """Refuses captured keys that the table cannot read.

    Raises:
        ProjectError: they refer to schemas of another registry, and the values do not contain the key columns.
    """
    record = facts.record
    if record is None or record.key is None or not record.key.registered:
        return
    own = {str(field["name"]) for field in record.schema["fields"]}
    lacking = [path for path, _ in record.key.columns if path not in own]
    if file.raw or lacking:
        raise ProjectError(
            f"inputs.{facts.name}.file: {file.path}: the captured keys refer to schemas of the registry they come from",
            remedy=f"Let {facts.name} read keys as json or raw, or capture values that contain the key columns.",
        )


def _by_column(schema: Mapping[str, Any]) -> dict[str, Any]:
    """The schema with each field mapped to the table's column name."""
    fields = [
        {**field, COLUMN_KEY: field["pipegen_name"]} if "pipegen_name" in field and COLUMN_KEY not in field else field
        for field in schema["fields"]
    ]
    return {**schema, "fields": fields}
