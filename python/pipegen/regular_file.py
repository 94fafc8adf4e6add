"""Reads files that somebody else wrote: regular ones only, of a size that they may have. Never waits, never grows.

A pipe would hold the program up for ever, a device has no end, and a name may be one that no system takes: each is an
``OSError`` whose text says so, like every other reason why a file cannot be read.
"""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path
from typing import BinaryIO, Final

_KINDS: Final = (
    (stat.S_ISDIR, "it is a folder, not a file"),
    (stat.S_ISFIFO, "it is a pipe, not a file"),
    (stat.S_ISSOCK, "it is a socket, not a file"),
    (stat.S_ISCHR, "it is a device, not a file"),
    (stat.S_ISBLK, "it is a device, not a file"),
)


def open_regular(path: Path) -> BinaryIO:
    """Opens a file for reading.

    Raises:
        OSError: it cannot be read, or is not a regular file; ``strerror`` is a sentence's end.
    """
    try:
        # A pipe that nobody writes to would hold up the call itself.
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except ValueError:
        raise OSError(errno.EINVAL, "its name has a NUL character", "") from None
    try:
        mode = os.fstat(handle).st_mode
        for is_kind, text in _KINDS:
            if is_kind(mode):
                raise OSError(errno.EINVAL, text, str(path))
        return os.fdopen(handle, "rb")
    except BaseException:
        os.close(handle)
        raise


def read_regular(path: Path, *, most_bytes: int) -> bytes:
    """The content of a file.

    Raises:
        OSError: as :func:`open_regular`, or the file is larger.
    """
    with open_regular(path) as file:
        content = file.read(most_bytes + 1)
    if len(content) > most_bytes:
        raise OSError(errno.EFBIG, f"it is larger than {most_bytes // 1000} kB", str(path))
    return content


def is_regular(path: Path) -> bool:
    """Whether there is a file of that name, which may be one that the system refuses."""
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


def is_there(path: Path) -> bool:
    """Whether something has that name, whatever it is and whether or not it can be read."""
    try:
        path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except (OSError, ValueError):  # reading it says why
        return True
    return True
