"""Finds recordings by id, path or age, lists them, and removes the oldest when asked to. Opens none of them whole."""

from __future__ import annotations

import shutil
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pipegen.regular_file import is_there
from pipegen.replay.layout import LINES_FILE, MANIFEST_FILE, SUMMARY_FILE, RecordingError
from pipegen.replay.manifest import Manifest, read_manifest

LAST: Final = "last"
_FRESH_S: Final = 600.0


@dataclass(frozen=True, slots=True)
class Listed:
    """A recording in a list."""

    folder: Path
    manifest: Manifest
    complete: bool
    size_bytes: int


def recording_folders(runs_dir: Path) -> list[Path]:
    """The recordings of a folder, oldest first: their names begin with their time."""
    if not runs_dir.is_dir():
        return []
    return sorted(entry for entry in runs_dir.iterdir() if (entry / MANIFEST_FILE).is_file() and not entry.is_symlink())


def find_recording(name: str, runs_dir: Path) -> Path:
    """The folder of a recording.

    Args:
        name: A path, a run's id, the name of its folder, or ``last``.
        runs_dir: Where the project keeps its recordings.

    Raises:
        RecordingError: when there is none of that name, or several.
    """
    given = Path(name)
    if is_there(given / MANIFEST_FILE):
        return given
    folders = recording_folders(runs_dir)
    if not folders:
        raise RecordingError(
            f"there is no recording in {runs_dir}",
            remedy="Each `pipegen run` writes one; --runs-dir names the folder they are in.",
        )
    if name == LAST:
        return folders[-1]
    found = [folder for folder in folders if folder.name == name or folder.name.endswith(f"-{name}")]
    if len(found) == 1:
        return found[0]
    if found:
        raise RecordingError(f"{name} means several recordings", remedy=f"Name one by its folder, like {found[-1]}.")
    raise RecordingError(
        f"there is no recording {name} in {runs_dir}",
        remedy=f"The newest is {folders[-1].name}; `pipegen runs` lists all.",
    )


def list_recordings(runs_dir: Path) -> list[Listed]:
    """What is recorded, newest first; folders that cannot be read are left out."""
    found: list[Listed] = []
    for folder in reversed(recording_folders(runs_dir)):
        try:
            manifest = read_manifest(folder)
            size_bytes = sum(file.stat().st_size for file in folder.iterdir() if file.is_file())
        except (RecordingError, OSError):
            continue
        found.append(Listed(folder, manifest, (folder / SUMMARY_FILE).is_file(), size_bytes))
    return found


def prune_recordings(runs_dir: Path, *, keep: int) -> list[Path]:
    """Removes the oldest recordings so that ``keep`` stay; returns what is gone.

    One that was written to in the last ten minutes and has not come to its end stays: its run may still go on.

    Raises:
        RecordingError: when one cannot be removed.
    """
    folders = recording_folders(runs_dir)
    removed: list[Path] = []
    for folder in folders[: max(0, len(folders) - keep)]:
        if _may_go_on(folder):
            continue
        try:
            shutil.rmtree(folder)
        except OSError as error:
            raise RecordingError(f"{folder} cannot be removed: {error.strerror}") from None
        removed.append(folder)
    return removed


def _may_go_on(folder: Path) -> bool:
    if (folder / SUMMARY_FILE).is_file():
        return False
    try:
        written_s = (folder / LINES_FILE).stat().st_mtime
    except OSError:
        return False
    return time.time() - written_s < _FRESH_S
