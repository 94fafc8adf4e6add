"""Reads files whose values have types: NDJSON, Avro container files and Parquet."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import fastavro

from pipegen.datafile.dialect import unreadable
from pipegen.datafile.rows import Row
from pipegen.errors import ProjectError
from pipegen.package import install_command


class _TypedFile:
    """What the three have in common: bytes read against the size of the file."""

    typed = True
    nulls: frozenset[str] = frozenset()
    avro_schema: dict[str, Any] | None = None

    def __init__(self, path: Path) -> None:
        self.path = path
        self._read_ratio: float | None = None

    def where(self, place: int) -> str:
        """File and number of the record."""
        return f"{self.path}, record {place}"

    def read_ratio(self) -> float | None:
        """Share of the file that is read."""
        return self._read_ratio


class NdjsonFile(_TypedFile):
    """A file with one JSON object a line."""

    def where(self, place: int) -> str:
        """File and line."""
        return f"{self.path}:{place}"

    def rows(self) -> Iterator[Row]:
        """All objects; empty lines are passed over.

        Raises:
            ProjectError: a line is no JSON object.
        """
        try:
            size_bytes = self.path.stat().st_size
            file = self.path.open("rb")
        except OSError as error:
            raise unreadable(self.path, error) from None
        read_bytes = 0
        with file:
            for line, raw in enumerate(file, start=1):
                read_bytes += len(raw)
                self._read_ratio = read_bytes / size_bytes if size_bytes else None
                if raw.strip():
                    yield Row(line, self._object(raw, line))

    def _object(self, raw: bytes, line: int) -> dict[str, Any]:
        try:
            found = json.loads(raw.rstrip().decode("utf-8-sig" if line == 1 else "utf-8"))
        except UnicodeDecodeError:
            raise ProjectError(f"{self.path}:{line}: not UTF-8 text", remedy="Save the file as UTF-8.") from None
        except json.JSONDecodeError as error:
            raise ProjectError(
                f"{self.path}:{line}:{error.colno}: not valid JSON: {error.msg}",
                remedy="Each line must hold one whole JSON object.",
            ) from None
        except RecursionError:
            raise ProjectError(f"{self.path}:{line}: nested too deeply") from None
        if not isinstance(found, dict):
            raise ProjectError(
                f"{self.path}:{line}: not a JSON object", remedy='Each line must hold one object: {"name": …}.'
            )
        return found


class AvroFile(_TypedFile):
    """An Avro container file.

    Raises:
        ProjectError: it is none.
    """

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        try:
            with path.open("rb") as file:
                # The text in the header: the reader's own copy has been resolved, names and all.
                schema = json.loads(fastavro.reader(file).metadata["avro.schema"])
        except OSError as error:
            raise unreadable(path, error) from None
        except (ValueError, KeyError, EOFError, TypeError, fastavro.schema.SchemaParseException) as error:
            raise ProjectError(f"{path}: not an Avro container file: {error}") from None
        if not isinstance(schema, dict) or schema.get("type") != "record":
            raise ProjectError(f"{path}: its values are no records", remedy="PipeGen sends records.")
        self.avro_schema = schema

    def rows(self) -> Iterator[Row]:
        """All records.

        Raises:
            ProjectError: the file is damaged.
        """
        number = 0
        try:
            size_bytes = self.path.stat().st_size
            with self.path.open("rb") as file:
                for number, record in enumerate(fastavro.reader(file), start=1):
                    self._read_ratio = file.tell() / size_bytes
                    if isinstance(record, dict):
                        yield Row(number, record)
        except OSError as error:
            raise unreadable(self.path, error) from None
        except (ValueError, EOFError, IndexError, KeyError, NotImplementedError) as error:
            raise ProjectError(f"{self.where(number + 1)}: the file is damaged or cut short: {error}") from None


class ParquetFile(_TypedFile):
    """A Parquet file; needs the extra ``parquet``."""

    def rows(self) -> Iterator[Row]:
        """All rows.

        Raises:
            ProjectError: the extra is not installed, or the file is none.
        """
        try:
            import pyarrow  # noqa: PLC0415 -- an optional extra
            import pyarrow.parquet  # noqa: PLC0415
        except ImportError:
            raise ProjectError(
                f"{self.path}: reading Parquet needs the package pyarrow",
                remedy=f"Install it with: {install_command('parquet')}",
            ) from None
        number = 0
        try:
            with pyarrow.parquet.ParquetFile(self.path) as file:
                total = file.metadata.num_rows
                for batch in file.iter_batches(batch_size=2_000):
                    for values in batch.to_pylist():
                        number += 1
                        self._read_ratio = number / total
                        yield Row(number, values)
        except pyarrow.ArrowException as error:
            raise ProjectError(f"{self.where(number + 1)}: not readable as Parquet: {error}") from None
        except OSError as error:
            raise unreadable(self.path, error) from None
