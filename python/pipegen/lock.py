"""One process at a time: a lock file that the operating system gives back when its holder ends. Prints nothing."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

from filelock import FileLock, Timeout


class GaveUpError(Exception):
    """Whoever waited for a lock was told to go on no longer."""


def hold(
    path: Path, *, on_wait: Callable[[], None] | None = None, give_up: Callable[[], bool] | None = None
) -> AbstractContextManager[object]:
    """Takes the lock, after whoever else holds it, and returns what gives it back at the end of a ``with`` block.

    Args:
        path: The lock file; made where it is missing, left behind empty, never a link.
        on_wait: Told once when another holder is waited for.
        give_up: Asked while waiting whether to go on no longer.

    Raises:
        OSError: the file cannot be made.
        GaveUpError: ``give_up`` said so.
    """
    free = hold_if_free(path)
    if free is not None:
        return free
    if on_wait is not None:
        on_wait()
    try:
        return FileLock(path).acquire(cancel_check=give_up)
    except Timeout:
        raise GaveUpError from None


def hold_if_free(path: Path) -> AbstractContextManager[object] | None:
    """Takes the lock like :func:`hold`; None while somebody else holds it, however that somebody is doing.

    Raises:
        OSError: the file cannot be made.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        return FileLock(path).acquire(blocking=False)
    except Timeout:
        return None
