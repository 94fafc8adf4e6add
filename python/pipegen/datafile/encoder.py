"""Makes Avro binary of rows, as the project's schema says: each field is read from its column.

A field's column is the one of its own name, or the one that its attribute ``pipegen_column`` names.
"""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, Final

import fastavro
import fastavro.schema

from pipegen.datafile import formats
from pipegen.datafile.names import field_name
from pipegen.datafile.profile import text_of
from pipegen.datafile.rows import DataFile, Row
from pipegen.datafile.schema import COLUMN_KEY, FORMAT_KEY
from pipegen.errors import ProjectError

Convert = Callable[[Any], Any]
_REMEMBERED: Final = 20_000
"""Cells of a column whose value is kept: most columns have few, and reading a text costs more than finding it."""
_UNKNOWN: Final = object()
_BAD: Final = (ValueError, TypeError, OverflowError, ArithmeticError, AttributeError, KeyError, IndexError)


@dataclass(frozen=True, slots=True)
class _Field:
    name: str
    column: str
    nullable: bool
    what: str
    convert: Convert | None
    parsed: Any = None
    known: dict[str | None, bytes] = field(default_factory=dict)
    values: dict[str | None, Any] = field(default_factory=dict)


class RowEncoder:
    """Encodes the rows of a file.

    Args:
        file: The file.
        schema: The project's schema, parsed and valid.
        key_field: The field whose value is the Kafka key.
    """

    def __init__(self, file: DataFile, schema: Mapping[str, Any], *, key_field: str | None) -> None:
        self._file = file
        self._parsed = fastavro.parse_schema(json.loads(json.dumps(schema)))
        self._fields = [_field(each, typed=file.typed) for each in schema["fields"]]
        self._key = None if key_field is None else next(each for each in self._fields if each.name == key_field)
        self._checked = False

    def encode(self, row: Row) -> tuple[bytes, bytes | None]:
        """A row's value as Avro binary, and its key.

        Raises:
            ProjectError: a value does not fit its field's type, with the row's place and the column.
        """
        if not self._checked:
            self._check_columns(row)
        if not self._file.typed:
            return self._encode_cells(row), self._key_of(row)
        out = io.BytesIO()
        try:
            fastavro.schemaless_writer(out, self._parsed, self.record(row))
        except _BAD as error:
            raise ProjectError(
                f"{self._file.where(row.place)}: the row does not fit the schema: {error}",
                remedy="Change the type of the field in the schema, or mend the row.",
            ) from None
        return out.getvalue(), self._key_of(row)

    def _encode_cells(self, row: Row) -> bytes:
        """Cells are texts that mostly came before: each is encoded once and remembered."""
        values = row.values
        parts = []
        for each in self._fields:
            cell = values.get(each.column)
            part = each.known.get(cell)
            if part is None:
                out = io.BytesIO()
                try:
                    fastavro.schemaless_writer(out, each.parsed, self._value(row, each))
                except _BAD:
                    raise self._unfit(row, each, cell) from None
                part = out.getvalue()
                if len(each.known) < _REMEMBERED:
                    each.known[cell] = part
            parts.append(part)
        return b"".join(parts)

    def record(self, row: Row) -> dict[str, Any]:
        """A row as the schema's fields.

        Raises:
            ProjectError: as :meth:`encode`.
        """
        if self._file.typed:
            return {each.name: self._value(row, each) for each in self._fields}
        record: dict[str, Any] = {}
        for each in self._fields:
            cell = row.values.get(each.column)
            value = each.values.get(cell, _UNKNOWN)
            if value is _UNKNOWN:
                value = self._value(row, each)
                if len(each.values) < _REMEMBERED:
                    each.values[cell] = value
            record[each.name] = value
        return record

    def _value(self, row: Row, each: _Field) -> Any:
        value = row.values.get(each.column)
        if value is None or (self._file.nulls and value.strip() in self._file.nulls):
            if not each.nullable:
                raise self._unfit(row, each, value)
            return None
        if each.convert is None:
            return value
        try:
            return each.convert(value)
        except _BAD:
            raise self._unfit(row, each, value) from None

    def _key_of(self, row: Row) -> bytes | None:
        if self._key is None:
            return None
        text = text_of(self._value(row, self._key))
        return None if text is None else text.encode()

    def _check_columns(self, row: Row) -> None:
        """A missing column is a renamed field, not a null; only typed files may leave out what is null."""
        for each in self._fields:
            if each.column not in row.values and not (self._file.typed and each.nullable):
                known = ", ".join(row.values)
                raise ProjectError(
                    f"{self._file.path}: there is no column “{each.column}” for the field {each.name}",
                    remedy=f'The columns are {known}. Name one with "{COLUMN_KEY}" in the field, or remove the field.',
                )
        self._checked = True

    def _unfit(self, row: Row, each: _Field, value: object) -> ProjectError:
        where = f"{self._file.where(row.place)}: column “{each.column}”"
        if value is None or (isinstance(value, str) and value.strip() in self._file.nulls):
            return ProjectError(
                f"{where}: there is no value, and the field {each.name} may not be null",
                remedy='Make the type of the field a union: ["null", …], or fill in the value.',
            )
        shown = text_of(value) or ""
        return ProjectError(
            f"{where}: “{shown[:60]}” is no {each.what}",
            remedy=f"Change the type of the field {each.name} in the schema, or mend the row.",
        )


def column_of(entry: Mapping[str, Any]) -> str:
    """The column that a field of the schema is read from."""
    return str(entry.get(COLUMN_KEY, entry["name"]))


def find_field(schema: Mapping[str, Any], name: str) -> Mapping[str, Any] | None:
    """The field of a name, or that of a column of this name."""
    wanted = {name, field_name(name)}
    return next((each for each in schema["fields"] if each["name"] in wanted or column_of(each) == name), None)


def _field(entry: Mapping[str, Any], *, typed: bool) -> _Field:
    branches = entry["type"] if isinstance(entry["type"], list) else [entry["type"]]
    others = [branch for branch in branches if branch != "null"]
    convert: Convert | None = None
    what = "value of the field's type"
    if len(others) == 1:
        what, convert = _conversion(others[0], str(entry.get(FORMAT_KEY, formats.ISO)), typed=typed)
    return _Field(
        name=str(entry["name"]),
        column=column_of(entry),
        nullable=len(others) < len(branches),
        what=what,
        convert=convert,
        parsed=None if typed else _parsed(entry),
    )


def _parsed(entry: Mapping[str, Any]) -> Any:
    try:
        return fastavro.parse_schema(json.loads(json.dumps(entry["type"])))
    except fastavro.schema.UnknownType as error:
        raise ProjectError(
            f"the field {entry['name']} is of the type {error.name}, and a cell of a CSV file cannot be one",
            remedy="Write the type out in the field.",
        ) from None


def _conversion(node: Any, form: str, *, typed: bool) -> tuple[str, Convert | None]:
    """What a type is called, and how a value of the file becomes one that the writer takes."""
    kind = node["type"] if isinstance(node, dict) else node
    logical = node.get("logicalType") if isinstance(node, dict) else None
    if logical == "date":
        return "date", _from_text(formats.read_date(form), date)
    if logical in {"timestamp-millis", "timestamp-micros", "local-timestamp-millis", "local-timestamp-micros"}:
        return "time", _timestamp(form)
    if logical is not None:
        return f"{logical}", None
    match kind:
        case "int":
            return "whole number of 32 bits", _from_text(formats.read_int, int)
        case "long":
            return "whole number of 64 bits", _from_text(formats.read_integer, int)
        case "float" | "double":
            return "number", _double
        case "boolean":
            return "truth value (true or false)", _from_text(formats.read_boolean, bool)
        case "string":
            return "text", text_of if typed else None
    return f"{kind}", None


def _from_text(read: formats.Reader, kind: type) -> Convert:
    def convert(value: Any) -> Any:
        if isinstance(value, str):
            return read(value)
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            raise TypeError
        return value

    return convert


def _double(value: Any) -> float:
    if isinstance(value, bool):
        raise TypeError
    return formats.read_double(value) if isinstance(value, str) else float(value)


def _timestamp(form: str) -> Convert:
    read = formats.read_timestamp(form)

    def convert(value: Any) -> Any:
        if isinstance(value, str):
            return read(value)
        if isinstance(value, datetime):
            return value.replace(tzinfo=UTC) if value.tzinfo is None else value
        if isinstance(value, int) and not isinstance(value, bool):
            return value  # already in the unit of the type
        raise TypeError

    return convert
