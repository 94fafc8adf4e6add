"""The data file of a run, as the settings name it. Opens it; reads nothing yet."""

from __future__ import annotations

from pathlib import Path

from pipegen.config import Settings
from pipegen.datafile import DEFAULT_NULLS, CsvOptions, DataFile, open_data_file

_TYPED = {".ndjson", ".jsonl", ".avro", ".parquet", ".pq"}


def open_input(project_dir: Path, settings: Settings) -> DataFile | None:
    """The file whose rows are the input; None when records are generated.

    Raises:
        ProjectError: it is not there, or cannot be read.
    """
    replay = settings.replay
    if replay.file is None:
        return None
    path = project_dir / replay.file
    nulls = replay.null_values if replay.null_values is not None else DEFAULT_NULLS
    options = CsvOptions(replay.delimiter, replay.encoding, replay.header, nulls)
    return open_data_file(path, options, as_csv=path.suffix.lower() not in _TYPED)
