"""A data file has as many columns as a project can hold, and no more."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pipegen.datafile import CsvOptions, open_data_file
from pipegen.datafile.inference.profile import profile_file
from pipegen.errors import ProjectError
from tests.unit.data_files import unheard


def columns_of(folder: Path, count: int) -> int:
    path = folder / "wide.ndjson"
    path.write_text(json.dumps({f"c{number}": number for number in range(count)}) + "\n")
    return len(profile_file(open_data_file(path, CsvOptions()), on_progress=unheard).columns)


def test_wide_files_are_read_in_parts_and_more_than_two_thousand_columns_refused(tmp_path: Path) -> None:
    assert columns_of(tmp_path, 120) == 120
    with pytest.raises(ProjectError, match="more than 2000 columns"):
        columns_of(tmp_path, 2_001)
