"""Files that are written whole or not at all: a reader sees the old content or the new, never half of it."""

from __future__ import annotations

import errno
import os
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Final

_BESIDE_ONLY: Final = frozenset({errno.EACCES, errno.EPERM, errno.EROFS, errno.EBUSY})
"""What keeps files from being made beside one that may be written itself."""


def write_whole(path: Path, content: str | bytes) -> None:
    """Writes beside the file, then takes its name. Text is UTF-8; what is no character of it becomes ``?``.

    Raises:
        OSError: when it cannot be written; what was there before stays, and nothing is left beside it.
    """
    with writing_whole(path) as file:
        file.write(_bytes(content))


@contextmanager
def writing_whole(path: Path) -> Iterator[IO[bytes]]:
    """A file beside this one, which takes its name when the block ends without an exception.

    Raises:
        OSError: when it cannot be written; what was there before stays, and nothing is left beside it.
    """
    # A name that nobody can have laid a link at, and as long as any system takes.
    scratch = path.with_name(f".pipegen-{secrets.token_hex(8)}.new")
    with os.fdopen(os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o666), "wb") as file:
        try:
            yield file
            file.close()
            scratch.replace(path)
        except BaseException:
            scratch.unlink(missing_ok=True)
            raise


def write_asked(path: Path, content: str | bytes) -> None:
    """Writes a file that a user named: whole or not at all, but through a link, and into a pipe or a device as it is.

    Raises:
        OSError: when it cannot be written.
    """
    target = _target(path)
    if _is_special(target):
        with os.fdopen(_open_special(target), "wb") as file:
            file.write(_bytes(content))
        return
    try:
        write_whole(target, content)
    except OSError as error:
        if error.errno not in _BESIDE_ONLY or not os.access(target, os.W_OK):
            raise
        target.write_bytes(_bytes(content))  # such as a single file that a container is given


def append_whole(path: Path, content: str | bytes) -> None:
    """Adds to a file, which is made where it is missing; all of it or nothing.

    Raises:
        OSError: when it cannot be written.
    """
    left = _bytes(content)
    with path.open("ab", buffering=0) as file:  # what is buffered would be tried again at the end
        before = file.seek(0, os.SEEK_END)
        try:
            while left:
                left = left[file.write(left) :]
        except OSError:
            with suppress(OSError):
                os.ftruncate(file.fileno(), before)
            raise


def try_writing(path: Path) -> None:
    """Finds out whether :func:`write_asked` could write there now, and leaves everything as it is.

    Raises:
        OSError: it could not.
    """
    target = _target(path)
    if target.is_dir():
        raise IsADirectoryError(0, "it is a folder", str(path))
    if _is_special(target):
        handle = _open_special(target)
        try:
            os.write(handle, b"")  # a device that is full says so even of nothing
        finally:
            os.close(handle)
        return
    try:
        try_folder(target.parent)
    except OSError as error:
        if error.errno not in _BESIDE_ONLY or not os.access(target, os.W_OK):
            raise


def try_folder(folder: Path) -> None:
    """Finds out whether files can be made in a folder, which need not be there yet, and leaves everything as it is.

    Raises:
        OSError: they cannot.
    """
    there = next(each for each in (folder.absolute(), *folder.absolute().parents) if os.path.lexists(each))
    if not there.is_dir():
        raise NotADirectoryError(0, "it is not a folder", str(there))
    scratch = there / f".pipegen-{secrets.token_hex(8)}.try"
    try:
        scratch.write_bytes(b"\n")
    finally:
        with suppress(OSError):
            scratch.unlink()


def _bytes(content: str | bytes) -> bytes:
    return content.encode(errors="replace") if isinstance(content, str) else content


def _target(path: Path) -> Path:
    """What a link leads to, which need not be there."""
    try:
        return path.resolve()
    except (ValueError, RuntimeError):
        raise OSError(0, "no file can have that name", str(path)) from None


def _is_special(target: Path) -> bool:
    """Whether there is something of that name that is no file of a disk."""
    try:
        mode = target.stat().st_mode
    except FileNotFoundError:
        return False
    return not stat.S_ISREG(mode)


def _open_special(target: Path) -> int:
    """Opens a pipe or a device; a pipe that nobody reads is refused instead of waited for."""
    handle = os.open(target, os.O_WRONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    os.set_blocking(handle, True)
    return handle
