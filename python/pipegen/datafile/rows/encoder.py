"""Makes Avro binary of rows, as the project's schema says: each field is read from its column.

A field's column is the one of its own name, or the one that its attribute ``pipegen_column`` names. DuckDB makes the
values; Python writes them. A value of the wrong type is refused with its row and column.
"""

from __future__ import annotations

import contextlib
import io
import json
from array import array
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

import fastavro
import fastavro.schema

from pipegen.avro import plain_types
from pipegen.datafile.files import kinds
from pipegen.datafile.files.avro_file import AvroFile
from pipegen.datafile.files.json_table import JsonTable
from pipegen.datafile.files.kinds import ISO
from pipegen.datafile.files.names import field_name
from pipegen.datafile.files.table import Source, Table
from pipegen.datafile.inference.schema import COLUMN_KEY, FORMAT_KEY
from pipegen.errors import ProjectError

_ROWS_AT_ONCE: Final = 2_048
_TELL_ROWS: Final = 10_000
_BAD: Final = (ValueError, TypeError, OverflowError, ArithmeticError, AttributeError, KeyError, IndexError)
_TIME_UNITS: Final = {
    "timestamp-millis": "epoch_ms(date_trunc('millisecond', {}))",
    "timestamp-micros": "epoch_us({})",
    "timestamp-nanos": "epoch_ns({})",
    "local-timestamp-millis": "epoch_ms(date_trunc('millisecond', {}))",
    "local-timestamp-micros": "epoch_us({})",
    "local-timestamp-nanos": "epoch_ns({})",
}
_PER_SECOND: Final = {"millis": 10**3, "micros": 10**6, "nanos": 10**9}
_DAY_MIN: Final = -719_162
_DAY_MAX: Final = 2_932_896


@dataclass(frozen=True, slots=True)
class _Field:
    """A field of the schema.

    Attributes:
        name: Its name.
        column: The column it is read from.
        nullable: Whether it may be null.
        what: What its values are called.
        type: Its type without null.
        sql: A column → the value as the writer takes it, as SQL; None where Python makes it.
        convert: What Python makes of the value that SQL gives.
    """

    name: str
    column: str
    nullable: bool
    what: str
    type: Any
    sql: Callable[[Source], str] | None
    convert: Callable[[Any], Any] | None = None


class RowEncoder:
    """Encodes the rows of a file.

    Args:
        file: The file.
        schema: The project's schema, parsed and valid.
        key_field: The field whose value is the Kafka key.
    """

    def __init__(self, file: Table | AvroFile, schema: Mapping[str, Any], *, key_field: str | None) -> None:
        self._file = file
        self._schema = schema
        self._parsed: Any = fastavro.parse_schema(
            plain_types(schema, kept=("decimal",) if isinstance(file, Table) else ())
        )
        self._fields = [_field(each) for each in schema["fields"]]
        self._key = None if key_field is None else next(each for each in self._fields if each.name == key_field)

    def encoded(self) -> Iterator[tuple[bytes, bytes | None]]:
        """Each row's value as Avro binary, and its key.

        Raises:
            ProjectError: a row cannot be read, or a value does not fit its field's type: with row and column.
        """
        writer, parsed = fastavro.schemaless_writer, self._parsed
        for row, (record, key) in enumerate(self._records(), start=1):
            out = io.BytesIO()
            try:
                writer(out, parsed, record)
            except _BAD as error:
                raise self._unwritable(row, record, error) from None
            yield out.getvalue(), key

    def rows(self, prefix: bytes) -> Iterator[tuple[bytes, bytes | None, tuple[()]]]:
        """Each row's value behind a prefix, its key, and no headers; raises as :meth:`encoded` does."""
        for value, key in self.encoded():
            yield prefix + value, key, ()

    def records(self) -> Iterator[dict[str, Any]]:
        """Each row as the schema's fields; dates and times are the numbers that Avro has for them."""
        for record, _key in self._records():
            yield record

    def times_us(self, *, on_rows: Callable[[int], bool]) -> array[int]:
        """The time of each row, in µs since the epoch: of a schema with one field.

        Args:
            on_rows: Told from time to time how many rows there are; False ends the reading.

        Raises:
            ProjectError: the field holds no times, a row cannot be read, or has no time.
        """
        (each,) = self._fields
        logical = str(each.type.get("logicalType")) if isinstance(each.type, dict) else ""
        per_second = _PER_SECOND.get(logical.rpartition("-")[2], 1)
        if logical != "date" and "timestamp-" not in logical:
            raise ProjectError(
                f"feed.time_column: the field {each.name} holds no dates or times",
                remedy="Name a field of a timestamp or date type.",
            )
        times: array[int] = array("q")
        for record in self.records():
            ticks = record[each.name]
            if ticks is None:
                raise ProjectError(
                    f"{self._file.where(len(times) + 1)}: column “{each.column}”: there is no time, so nobody knows "
                    "when the row is due",
                    remedy="Fill it in, or leave out --speed: rows are then sent in the shape of the traffic.",
                )
            times.append(ticks * 86_400_000_000 if logical == "date" else ticks * 1_000_000 // per_second)
            if len(times) % _TELL_ROWS == 0 and not on_rows(len(times)):
                break
        if not times:
            raise self.no_rows()
        return times

    def no_rows(self) -> ProjectError:
        """The sentence for a file without rows."""
        return ProjectError(f"{self._file.path}: no rows", remedy="Name a file with at least one row.")

    def _records(self) -> Iterator[tuple[dict[str, Any], bytes | None]]:
        return self._of_avro(self._file) if isinstance(self._file, AvroFile) else self._of_table(self._file)

    def _of_table(self, table: Table) -> Iterator[tuple[dict[str, Any], bytes | None]]:
        table = table.only([each.column for each in self._fields])
        sources = {each.name: each for each in table.sources}
        self._check_columns(table.columns())
        if not isinstance(table, JsonTable):  # whose rows are refused one by one
            table.check_rows()
        used = [sources.get(each.column) for each in self._fields]
        values = [
            f"{each.sql(source) if each.sql else source.raw or source.text} AS v{number}"
            if source
            else f"NULL AS v{number}"
            for number, (each, source) in enumerate(zip(self._fields, used, strict=True))
        ]
        texts = [f"{source.text if source else 'NULL'} AS t{number}" for number, source in enumerate(used)]
        broken = "WHEN broken THEN -1 " if table.broken else ""
        texts.append(f"{table.broken or 'false'} AS broken")
        faults = broken + " ".join(
            f"WHEN v{number} IS NULL AND (t{number} IS NOT NULL{'' if each.nullable else ' OR true'}) THEN {number}"
            for number, each in enumerate(self._fields)
        )
        key = "NULL"
        if self._key is not None:
            text = f"t{self._fields.index(self._key)}"
            key = text if self._key.type == "string" else f"trim({text})"
        columns = ", ".join(f"v{number}" for number in range(len(self._fields)))
        names = [each.name for each in self._fields]
        converts = [(each.name, each.convert) for each in self._fields if each.convert is not None]
        row = 0
        with table.reading() as connection, _strptime_faults():
            cursor = connection.execute(
                f"SELECT CASE {faults} END, {key}, {columns} "
                f"FROM (SELECT {', '.join([*values, *texts])} FROM {table.relation})"
            )
            while rows := cursor.fetchmany(_ROWS_AT_ONCE):
                for fault, key_text, *cells in rows:
                    row += 1
                    if fault is not None:
                        if fault < 0:
                            table.refuse()
                        raise self._unfit(table, self._fields[fault], row)
                    record = dict(zip(names, cells, strict=True))
                    for name, convert in converts:
                        if record[name] is not None:
                            try:
                                record[name] = convert(record[name])
                            except _BAD:
                                each = next(each for each in self._fields if each.name == name)
                                raise self._unfit(table, each, row) from None
                    yield record, None if key_text is None else str(key_text).encode()

    def _of_avro(self, file: AvroFile) -> Iterator[tuple[dict[str, Any], bytes | None]]:
        columns = [str(each["name"]) for each in file.avro_schema["fields"]]
        self._check_columns(columns)
        times = [(each, _ticks(each.type)) for each in self._fields if _ticks(each.type) is not None]
        for row, values in enumerate(file.records(), start=1):
            record = {each.name: values.get(each.column) for each in self._fields}
            for each, ticks in times:
                _check_range(file.where(row), each, record[each.name], ticks)
            key = record[self._key.name] if self._key is not None else None
            yield record, None if key is None else _text(key).encode()

    def _check_columns(self, columns: list[str]) -> None:
        """A missing column is a renamed field, not a null; only typed files may leave out what is null."""
        leaves_out = isinstance(self._file, AvroFile) or self._file.leaves_out_nulls
        for each in self._fields:
            if each.column not in columns and not (leaves_out and each.nullable):
                raise ProjectError(
                    f"{self._file.path}: there is no column “{each.column}” for the field {each.name}",
                    remedy=f'The columns are {", ".join(columns)}. Name one with "{COLUMN_KEY}" in the field, '
                    "or remove the field.",
                )

    def _unfit(self, table: Table, each: _Field, row: int) -> ProjectError:
        where = f"{table.where(row)}: column “{each.column}”"
        source = next((source for source in table.sources if source.name == each.column), None)
        text = None
        if source is not None:
            with contextlib.suppress(ProjectError), table.reading() as connection:
                found = connection.execute(
                    f"SELECT {source.text} FROM {table.relation} LIMIT 1 OFFSET {row - 1}"
                ).fetchone()
                text = found[0] if found else None
        if text is None:
            return ProjectError(
                f"{where}: there is no value, and the field {each.name} may not be null",
                remedy='Make the type of the field a union: ["null", …], or fill in the value.',
            )
        return ProjectError(
            f"{where}: “{str(text)[:60]}” is no {each.what}",
            remedy=f"Change the type of the field {each.name} in the schema, or mend the row.",
        )

    def _unwritable(self, row: int, record: Mapping[str, Any], error: Exception) -> ProjectError:
        remedy = "Change the type of the field in the schema, or mend the row."
        for each, entry in zip(self._fields, self._parsed["fields"], strict=True):
            try:
                fastavro.schemaless_writer(io.BytesIO(), entry["type"], record[each.name])
            except _BAD:
                shown = f"“{str(record[each.name])[:60]}” is no {each.what}"
                if record[each.name] is None:
                    shown = f"there is no value, and the field {each.name} may not be null"
                return ProjectError(f"{self._file.where(row)}: column “{each.column}”: {shown}", remedy=remedy)
        return ProjectError(f"{self._file.where(row)}: the row does not fit the schema: {error}", remedy=remedy)


def column_of(entry: Mapping[str, Any]) -> str:
    """The column that a field of the schema is read from."""
    return str(entry.get(COLUMN_KEY, entry["name"]))


def read_times_us(
    file: Table | AvroFile, schema: Mapping[str, Any], *, time_column: str, on_rows: Callable[[int], bool]
) -> array[int]:
    """Each row's own time in µs since the epoch, in the order of the file: to send the file at its own pace.

    Raises:
        ProjectError: the schema has no such field or it holds no times, a row cannot be read, or has no time.
    """
    field = find_field(schema, time_column)
    if field is None:
        names = ", ".join(str(each["name"]) for each in schema["fields"])
        raise ProjectError(f"feed.time_column: the schema has no field “{time_column}”", remedy=f"Name one of {names}.")
    return RowEncoder(file, {**schema, "fields": [field]}, key_field=None).times_us(on_rows=on_rows)


def find_field(schema: Mapping[str, Any], name: str) -> Mapping[str, Any] | None:
    """The field of a name, or that of a column of this name."""
    wanted = {name, field_name(name)}
    return next((each for each in schema["fields"] if each["name"] in wanted or column_of(each) == name), None)


def _field(entry: Mapping[str, Any]) -> _Field:
    branches = entry["type"] if isinstance(entry["type"], list) else [entry["type"]]
    others = [branch for branch in branches if branch != "null"]
    node = others[0] if len(others) == 1 else others
    what, sql, convert = _conversion(node, str(entry.get(FORMAT_KEY, ISO)))
    return _Field(str(entry["name"]), column_of(entry), len(others) < len(branches), what, node, sql, convert)


_Conversion = tuple[str, Callable[[Source], str] | None, Callable[[Any], Any] | None]


def _conversion(node: Any, form: str) -> _Conversion:
    """What a type is called, and how a column becomes what the writer takes."""
    kind = node["type"] if isinstance(node, dict) else node
    logical = node.get("logicalType") if isinstance(node, dict) else None
    if logical == "date" and kind == "int":
        return "date", _date(form), None
    if logical in _TIME_UNITS and kind == "long":
        return "time", _time(form, _TIME_UNITS[logical]), None
    match kind:
        case "int":
            return "whole number of 32 bits", _whole(kinds.INT_MAX), None
        case "long":
            return "whole number of 64 bits", _whole(None), None
        case "float" | "double":
            return "number", _double, None
        case "boolean":
            return (
                "truth value (true or false)",
                lambda source: _own(source, "boolean", kinds.boolean(source.number or "NULL")),
                None,
            )
        case "string":
            return "text", lambda source: source.text, _valid_json
        case "bytes" | "fixed" if logical == "decimal":
            return "decimal", None, lambda value: value if isinstance(value, Decimal) else Decimal(str(value))
        case "enum":
            return "symbol of the enum", lambda source: source.text, None
    return f"{kind if isinstance(kind, str) else 'value of the type'}", None, _parsed


def _own(source: Source, kind: str, otherwise: str) -> str:
    """The value of the file's own type where it is the one that is wanted; else one made of texts."""
    return str(source.value) if source.kind == kind else otherwise


def _whole(limit: int | None) -> Callable[[Source], str]:
    def sql(source: Source) -> str:
        value = _own(source, "long", kinds.whole(source.number) if source.number else "NULL")
        return value if limit is None else f"CASE WHEN {value} BETWEEN {-limit - 1} AND {limit} THEN {value} END"

    return sql


def _double(source: Source) -> str:
    if source.kind in {"double", "long", "decimal"}:
        return f"({source.value})::DOUBLE"
    exact = kinds.any_double(source.number) if source.number else "NULL"
    return exact if source.loose is None else f"coalesce({kinds.loose_double(source.loose)}, {exact})"


def _date(form: str) -> Callable[[Source], str]:
    def sql(source: Source) -> str:
        value = _own(source, "date", kinds.date(form)(source.time) if source.time else "NULL")
        return f"({value}) - DATE '1970-01-01'"

    return sql


def _time(form: str, unit: str) -> Callable[[Source], str]:
    def sql(source: Source) -> str:
        value = _own(source, "timestamp", kinds.timestamp(form)(source.time) if source.time else "NULL")
        if source.number is not None and source.json:  # a number is in the unit of the type already
            return f"coalesce({unit.format(value)}, {kinds.whole(source.number)})"
        return unit.format(value)

    return sql


def _valid_json(text: str) -> str:
    """The text; a NaN within JSON, which is none, becomes null."""
    if text[:1] in {"{", "["} and ("NaN" in text or "Infinity" in text):
        with contextlib.suppress(ValueError):
            return json.dumps(json.loads(text, parse_constant=lambda _: None), ensure_ascii=False)
    return text


def _parsed(value: Any) -> Any:
    """What JSON text says; a text that is none is itself."""
    with contextlib.suppress(ValueError):
        return json.loads(value) if isinstance(value, str) else value
    return value


def _ticks(node: Any) -> tuple[int, int] | None:
    """The least and greatest number of a date or time within the years 1 to 9999."""
    logical = str(node.get("logicalType")) if isinstance(node, dict) else ""
    if logical == "date":
        return _DAY_MIN, _DAY_MAX
    if "timestamp-" in logical:
        per_day = 86_400 * _PER_SECOND.get(logical.rpartition("-")[2], 10**3)
        return _DAY_MIN * per_day, (_DAY_MAX + 1) * per_day - 1
    return None


def _check_range(where: str, each: _Field, value: Any, ticks: tuple[int, int] | None) -> None:
    if ticks is not None and isinstance(value, int) and not ticks[0] <= value <= ticks[1]:
        raise ProjectError(
            f"{where}: column “{each.column}”: the {each.what} {value} is out of range: "
            "times lie in the years 1 to 9999",
            remedy="Mend the record.",
        )


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date | datetime):
        return value.isoformat()
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)


@contextlib.contextmanager
def _strptime_faults() -> Iterator[None]:
    """A format that a person wrote and DuckDB does not know."""
    try:
        yield
    except ProjectError as error:
        if "strptime" not in str(error).lower():
            raise
        raise ProjectError(
            f"{FORMAT_KEY}: not a format of dates or times: {str(error).splitlines()[0]}",
            remedy="Write it as Python's strptime takes it, such as %d.%m.%Y.",
        ) from None
