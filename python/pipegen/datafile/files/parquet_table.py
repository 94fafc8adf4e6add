"""Parquet files as tables of DuckDB: the types are the file's own."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from pipegen.datafile.files import kinds
from pipegen.datafile.files.engine import identifier, literal
from pipegen.datafile.files.kinds import Kind
from pipegen.datafile.files.pages import check_pages
from pipegen.datafile.files.table import Source, Table
from pipegen.errors import ProjectError

if TYPE_CHECKING:
    import duckdb


class ParquetTable(Table):
    """A Parquet file; pages that have a checksum are checked against it.

    Args:
        path: The file.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        relation = f"read_parquet({literal(str(path))})"
        with self.reading() as connection:
            described = connection.execute(f"DESCRIBE FROM {relation}").fetchall()
            check_pages(path, connection)
        for name, kind, *_ in described:
            if "BLOB" in str(kind) and str(kind) != "BLOB":
                raise ProjectError(
                    f"{path}: column “{name}” holds bytes within {kind}, for which there is no type here",
                    remedy="Remove the column from the file, or use an Avro container file.",
                )
        sources = [_typed_values(name, identifier(name), str(kind)) for name, kind, *_ in described]
        super().__init__(path, relation, sources, (), "Parquet")

    def diagnose(self, error: duckdb.Error) -> None:
        """What is no Parquet file."""
        reason = str(error).splitlines()[0].partition(": ")[2] or str(error).splitlines()[0]
        raise ProjectError(f"{self.path}: not readable as Parquet: {reason}") from None


_WHOLE_TYPES: Final = {"TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER"}
_TIMESTAMPS: Final = {"TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS"}


def _typed_values(name: str, column: str, kind: str) -> Source:
    text = f"{column}::VARCHAR"
    native: Kind | None = None
    value = column
    number: str | None = None
    time: str | None = None
    if kind == "BOOLEAN":
        native = "boolean"
    elif kind in _WHOLE_TYPES:
        native, value = "long", f"{column}::BIGINT"
    elif kind in {"FLOAT", "DOUBLE"}:
        native, value, text = "double", f"{column}::DOUBLE", f"{column}::DOUBLE::VARCHAR"
    elif kind.startswith("DECIMAL"):
        native = "decimal"
    elif kind == "DATE":
        native = "date"
        value = f"CASE WHEN {column} BETWEEN DATE '0001-01-01' AND DATE '9999-12-31' THEN {column} END"
    elif kind in _TIMESTAMPS:
        native, value = "timestamp", kinds.in_years(f"TRY_CAST({column} AS TIMESTAMP)")
    elif kind == "TIMESTAMP WITH TIME ZONE":
        native, value = "timestamp", kinds.in_years(f"({column} AT TIME ZONE 'UTC')")
    elif kind == "BLOB":
        native = "bytes"
    elif kind in {"HUGEINT", "UBIGINT", "UHUGEINT"}:
        number = text
    elif kind == "VARCHAR":
        time = f"trim({column})"
    elif kind == "INTERVAL":
        text = f"(epoch({column}))::VARCHAR"
    elif kind.endswith("]") or kind.startswith(("STRUCT", "MAP")):
        text = f"to_json({column})::VARCHAR"
    return Source(name, text, number, time, native, value if native else None, raw=column)
