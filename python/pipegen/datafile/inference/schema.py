"""The Avro schema for a file: one field a column, with hints, and with what is needed to read the column again."""

from __future__ import annotations

import json
from typing import Any, Final

from pipegen.datafile.files.kinds import ISO
from pipegen.datafile.files.names import field_names
from pipegen.datafile.inference.column import ColumnProfile
from pipegen.datafile.inference.hints import hints_of, strata_of
from pipegen.datafile.inference.profile import FileProfile

COLUMN_KEY: Final = "pipegen_column"
"""Attribute of a field: the column it is read from, where that has another name."""
FORMAT_KEY: Final = "pipegen_format"
"""Attribute of a field: how its dates or times are written, where that is not ISO 8601."""

_TYPES: Final[dict[str, Any]] = {
    "date": {"type": "int", "logicalType": "date"},
    "timestamp": {"type": "long", "logicalType": "timestamp-millis"},
}


def schema_of(profile: FileProfile, *, record: str, file_name: str) -> dict[str, Any]:
    """The schema for an inferred file."""
    names = field_names(column.name for column in profile.columns)
    return {
        "type": "record",
        "name": record,
        "doc": f"A row of {file_name}, inferred from all of its {profile.rows} rows.",
        "fields": [_field(column, names[column.name]) for column in profile.columns],
    }


def schema_text(schema: dict[str, Any]) -> str:
    """The schema as text, one field a line."""
    head = {key: value for key, value in schema.items() if key != "fields"}
    opening = json.dumps(head, ensure_ascii=False, indent=2)[:-2]
    fields = ",\n".join(f"    {json.dumps(field, ensure_ascii=False)}" for field in schema["fields"])
    return f'{opening},\n  "fields": [\n{fields}\n  ]\n}}\n'


def _field(column: ColumnProfile, name: str) -> dict[str, Any]:
    kind: Any = _TYPES.get(column.kind, column.kind)
    if column.precision is not None:
        kind = {
            "type": "bytes",
            "logicalType": "decimal",
            "precision": column.precision[0],
            "scale": column.precision[1],
        }
    field: dict[str, Any] = {"name": name, "type": ["null", kind] if column.nullable else kind}
    if column.nullable:
        field["default"] = None
    if name != column.name:
        field[COLUMN_KEY] = column.name
    if column.format is not None and column.format != ISO:
        field[FORMAT_KEY] = column.format
    if hint := hints_of(column):
        strata = strata_of(column, hint)
        field["pipegen"] = hint if strata is None else {**hint, "stratified": strata}
    return field
