"""The user's own folders, as the XDG specification says. Only :func:`runtime_folder` creates anything."""

from __future__ import annotations

import errno
import os
import stat
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Final

SESSIONS: Final = Path("/run/user")


def home_folder() -> Path:
    """The user's home; where there is none, as in some containers, a folder that only this user writes to."""
    try:
        return Path.home()
    except RuntimeError:
        return _alone(Path(tempfile.gettempdir()) / f"pipegen-{os.getuid()}") / "home"


def cache_folder() -> Path:
    """Where PipeGen keeps what can be fetched again."""
    return _base("XDG_CACHE_HOME", ".cache") / "pipegen"


def state_folder() -> Path:
    """Where PipeGen keeps what has to be known later, such as what it has started."""
    return _base("XDG_STATE_HOME", ".local/state") / "pipegen"


def runtime_folder() -> Path:
    """Where this user's processes meet; nobody else can have put anything there. It exists.

    The folder of the session where there is one; else one in the common folder for temporary files, if it is this
    user's alone, whoever made it first; else a part of the state folder.

    Raises:
        OSError: none can be made.
    """
    given = os.environ.get("XDG_RUNTIME_DIR", "")
    for base in (Path(given) if given.startswith("/") else None, SESSIONS / str(os.getuid())):
        if base is not None and _is_ours(base):
            return _alone(base / "pipegen")
    try:
        return _alone(Path(tempfile.gettempdir()) / f"pipegen-{os.getuid()}")
    except OSError:
        folder = state_folder() / "runtime"
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return folder


def _alone(folder: Path) -> Path:
    """A folder that only this user writes to; made where it is missing.

    Raises:
        OSError: others could have put something there, or it cannot be made.
    """
    with suppress(FileExistsError):
        folder.mkdir(mode=0o700)
    if not _is_ours(folder):
        raise OSError(errno.EPERM, "others could have made it", str(folder))
    return folder


def _is_ours(folder: Path) -> bool:
    """Whether it is a folder that this user has and nobody else writes to."""
    try:
        found = folder.lstat()
    except OSError:
        return False
    return stat.S_ISDIR(found.st_mode) and found.st_uid == os.getuid() and not found.st_mode & 0o022


def _base(variable: str, under_home: str) -> Path:
    """An XDG base folder; a relative value is to be ignored, says the XDG specification."""
    value = os.environ.get(variable, "")
    return Path(value) if value.startswith("/") else home_folder() / under_home
