"""Opens a data file by what its name says it is."""

from __future__ import annotations

from pathlib import Path
from typing import Final, TypeAlias

from pipegen.datafile.files.avro_file import AvroFile
from pipegen.datafile.files.csv_table import CsvTable
from pipegen.datafile.files.json_table import JsonTable
from pipegen.datafile.files.layout import CsvOptions
from pipegen.datafile.files.parquet_table import ParquetTable
from pipegen.datafile.files.plain_text import check_encoding
from pipegen.datafile.files.table import Table
from pipegen.datafile.rows.capture_file import TOPICS_KEY, CaptureFile
from pipegen.errors import ProjectError

DataFile: TypeAlias = Table | AvroFile
"""A file of rows."""

_CSV: Final = {".csv", ".tsv", ".tab", ".txt", ".psv"}


def open_data_file(path: Path, options: CsvOptions, *, as_csv: bool = False, topic: str | None = None) -> DataFile:
    """A data file.

    Args:
        path: The file.
        options: For a CSV file.
        as_csv: Whether it is one whatever its name.
        topic: Of captured records those of this topic; None where the file has one.

    Raises:
        ProjectError: it cannot be read, or its name ends in nothing that is known.
    """
    try:
        if not path.exists():
            raise ProjectError(f"{path}: no such file", remedy="Give the path of the data file.")
        if not path.is_file():
            raise ProjectError(f"{path}: not a file", remedy="Give the path of the data file.")
    except (OSError, ValueError) as error:
        raise ProjectError(f"{path}: cannot be read: {error}", remedy="Give the path of the data file.") from None
    ending = path.suffix.lower()
    if as_csv or ending in _CSV:
        if options.encoding is not None:
            check_encoding(options.encoding)
        return CsvTable(path, options)
    if ending in {".ndjson", ".jsonl"}:
        return JsonTable(path)
    if ending == ".avro":
        file = AvroFile(path)
        return CaptureFile(path, topic) if TOPICS_KEY in file.meta else file
    if ending in {".parquet", ".pq"}:
        return ParquetTable(path)
    raise ProjectError(
        f"{path}: a file that ends in “{ending}” is not known",
        remedy="Use .csv, .tsv, .ndjson, .jsonl, .avro or .parquet; --input-csv takes any name.",
    )
