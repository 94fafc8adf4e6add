"""Opens a data file by what its name says it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pipegen.datafile.csv_file import CsvFile
from pipegen.datafile.dialect import check_encoding, detect_dialect
from pipegen.datafile.formats import DEFAULT_NULLS
from pipegen.datafile.rows import DataFile
from pipegen.datafile.typed_files import AvroFile, NdjsonFile, ParquetFile
from pipegen.errors import ProjectError

_NDJSON: Final = {".ndjson", ".jsonl"}
_CSV: Final = {".csv", ".tsv", ".tab", ".txt", ".psv"}


@dataclass(frozen=True, slots=True)
class CsvOptions:
    """What is told about a CSV file; None is found out."""

    delimiter: str | None = None
    encoding: str | None = None
    header: bool = True
    nulls: Sequence[str] = DEFAULT_NULLS


def open_data_file(path: Path, options: CsvOptions, *, as_csv: bool = False) -> DataFile:
    """A data file.

    Args:
        path: The file.
        options: For a CSV file.
        as_csv: Whether it is one whatever its name.

    Raises:
        ProjectError: it cannot be read, or its name ends in nothing that is known.
    """
    if not path.exists():
        raise ProjectError(f"{path}: no such file", remedy="Give the path of the data file.")
    if not path.is_file():
        raise ProjectError(f"{path}: not a file", remedy="Give the path of the data file.")
    ending = path.suffix.lower()
    if as_csv or ending in _CSV:
        if options.encoding is not None:
            check_encoding(options.encoding)
        dialect = detect_dialect(path, delimiter=options.delimiter, encoding=options.encoding)
        return CsvFile(path, dialect, nulls=frozenset(options.nulls), header=options.header)
    if ending in _NDJSON:
        return NdjsonFile(path)
    if ending == ".avro":
        return AvroFile(path)
    if ending in {".parquet", ".pq"}:
        return ParquetFile(path)
    raise ProjectError(
        f"{path}: a file that ends in “{ending}” is not known",
        remedy="Use .csv, .tsv, .ndjson, .jsonl, .avro or .parquet; --input-csv takes any name.",
    )
